from __future__ import annotations

from textual.pilot import Pilot

from gradlab.tui.panels.output import OutputPanel
from gradlab.tui.screens.laboratory import Laboratory
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line

NUMBER = "0.393"


def told(screen: Laboratory) -> str:
    """All that stands in the log."""
    return "\n".join(line.text for said in screen.query_one(OutputPanel).said for line in said.lines)


async def ask(pilot: Pilot[int], question: str) -> None:
    """Ask."""
    await type_line(pilot, f"quiz {question}")


async def test_what_a_question_asks_for_is_hidden_in_boxes_node_ledger_and_log() -> None:
    async with opened(size=(120, 50)) as (pilot, screen):
        await ask(pilot, "grad(w1)")
        await press(pilot, "f", "f")
        for name in ("w1", "_mul.1"):
            await type_line(pilot, f"focus {name}")
            text = screen_text(pilot)
            assert "δ   ?" in text
            assert "δ  -0.393" not in text
            assert "-0.3932" not in text
        await type_line(pilot, "focus w1")
        text = screen_text(pilot)
        assert "delta ?  final (1/1)" in text
        assert "+0.19661 × -2.00000 =        ?" in text
        await press(pilot, "right_square_bracket")
        await press(pilot, "3", "p")
        assert "-0.3932" not in screen_text(pilot)
        await type_line(pilot, "explain w1")
        await type_line(pilot, "watch grad(w1)")
        assert "-0.3932" not in told(screen)
        await press(pilot, "8")
        assert "grad(w1) = ?" in screen_text(pilot)


async def test_a_pending_number_stays_a_dot_while_it_is_asked_for() -> None:
    async with opened(size=(120, 50)) as (pilot, _):
        await ask(pilot, "grad(w1)")
        await type_line(pilot, "focus w1")
        assert "delta ·  pending" in screen_text(pilot)


async def test_a_wrong_answer_is_told_its_mistake_and_after_the_second_one_the_number_comes_back() -> None:
    async with opened(size=(120, 50)) as (pilot, screen):
        await ask(pilot, "grad(w1)")
        await press(pilot, "f", "f")
        await type_line(pilot, "focus w1")
        await press(pilot, "a")
        assert "▌ predict grad(w1) =" in screen_text(pilot)
        await press(pilot, *"0.393224", "enter")
        text = screen_text(pilot)
        assert "wrong not 0.393224: the sign is wrong; try again" in text
        assert "▌ predict grad(w1) =" not in text
        assert "-0.3932" not in text
        assert screen.moment.snapshot.question == "grad(w1)"
        await press(pilot, "a", *"0.4", "enter")
        text = screen_text(pilot)
        assert "δ  -0.393" in text
        assert "▌ wrong not 0.4: grad(w1) = -0.393224" in text
        assert "predict" not in text
        assert screen.moment.snapshot.question == ""


async def test_a_right_answer_needs_no_other_try() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "f", "f")
        await type_line(pilot, "quiz grad(w1)")
        await press(pilot, "a", *"0.39", "enter", "a", *"-0.3932", "enter")
        assert "right: grad(w1) = -0.393224" in screen_text(pilot)
        assert screen.moment.snapshot.question == ""


async def test_a_grade_has_the_whole_row_where_it_would_be_cut_beside_the_position() -> None:
    async with opened(size=(80, 24)) as (pilot, _):
        await press(pilot, "f", "f")
        await type_line(pilot, "quiz grad(w1)")
        await press(pilot, "a", *"0.393224", "enter", "a", *"0.393224", "enter")
        assert "wrong not 0.393224: grad(w1) = -0.393224; the sign is wrong" in screen_text(pilot).splitlines()[-2]


async def test_one_space_says_that_a_question_is_open_and_a_second_one_skips_it() -> None:
    async with opened(size=(120, 34)) as (pilot, screen):
        await press(pilot, "space", "space", "space", "space")
        assert screen.moment.snapshot.question == "grad(dot)"
        await press(pilot, "space")
        assert screen.moment.snapshot.question == "grad(dot)"
        assert "quiz  grad(dot) is open: `a` answers, `A` shows the answer, ␣ skips it" in screen_text(pilot)
        await press(pilot, "n", "space")
        assert screen.moment.snapshot.question == "grad(dot)"
        await press(pilot, "space")
        assert screen.moment.snapshot.question == ""
        assert "skip  grad(dot) was not answered" in screen_text(pilot)
        assert "3 / 4" in screen_text(pilot)
        await press(pilot, "space")
        assert "4 / 4" in screen_text(pilot)


async def test_a_space_that_was_pressed_before_a_question_was_in_sight_counts_for_nothing() -> None:
    async with opened(size=(120, 34)) as (pilot, screen):
        assert screen.thread is not None
        for _ in range(9):
            screen.thread.next_stop("`a` answers", seen=False)
        await settle(pilot)
        assert screen.moment.snapshot.question == "grad(dot)"
        await press(pilot, "space")
        assert screen.moment.snapshot.question == "grad(dot)"
        await press(pilot, "space")
        assert screen.moment.snapshot.question == ""


async def test_escape_closes_the_line_and_never_shows_an_answer() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "f", "f")
        await type_line(pilot, "quiz grad(w1)")
        assert not screen.is_typing()
        await press(pilot, "a", "escape")
        assert not screen.is_typing()
        assert "the question stays open" in screen_text(pilot)
        assert screen.moment.snapshot.question == "grad(w1)"
        await press(pilot, "4")
        assert "what is grad(w1)?" in screen_text(pilot)
        await press(pilot, "escape", "escape")
        assert screen.moment.snapshot.question == "grad(w1)"
        await type_line(pilot, "reveal")
        assert screen.moment.snapshot.question == ""
        assert "grad(w1) = -0.393224" in screen_text(pilot)
        assert "what is grad(w1)?" not in screen_text(pilot)


async def test_one_number_of_a_tensor_is_hidden_in_its_table_and_the_others_stay() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await ask(pilot, "hidden.h[0, 1]")
        await press(pilot, "f")
        await type_line(pilot, "focus hidden.h")
        await press(pilot, "2", "z")
        rows = [line.strip("║ ").split() for line in screen_text(pilot).splitlines()]
        first = next(row for row in rows if row[:1] == ["0"] and len(row) == 5)
        assert first[2] == "?"
        assert "?" not in first[1] + first[3] + first[4]
        await press(pilot, "right")
        assert "hidden.h[0, 1] = tanh(" in screen_text(pilot)
        assert ") = ?" in screen_text(pilot)


async def test_a_whole_tensor_is_hidden_with_its_size() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await ask(pilot, "hidden.h")
        await press(pilot, "f")
        await type_line(pilot, "focus hidden.h")
        text = screen_text(pilot)
        assert "value rms ?" in text
        assert "v   ?" in text
        await press(pilot, "2", "z", "right_square_bracket")
        assert "?         ?" in screen_text(pilot)


async def test_the_digit_beside_an_option_begins_the_answer_and_opens_no_panel() -> None:
    async with opened(size=(120, 50)) as (pilot, screen):
        await type_line(pilot, 'quiz "Which way?" grows|stays|shrinks = shrinks')
        before = screen.chosen
        await press(pilot, "3")
        assert (screen.is_typing(), screen.chosen) == (True, before)
        await press(pilot, "enter")
        assert "right: shrinks" in screen_text(pilot)
        await press(pilot, "3")
        assert (screen.is_typing(), screen.chosen) == (False, "why")


async def test_the_digits_of_an_order_are_its_numbers_and_other_digits_choose_panels() -> None:
    async with opened(size=(120, 50)) as (pilot, screen):
        await type_line(pilot, "quiz order w0, w1, x0")
        await press(pilot, "2", *", 3, 1", "enter")
        assert "right: w1 -3, x0 -1, w0 2" in screen_text(pilot)
        await type_line(pilot, "quiz order w0, w1, x0")
        await press(pilot, "5")
        assert (screen.is_typing(), screen.chosen) == (False, "health")


async def test_an_answer_that_cannot_be_read_leaves_the_line_open_so_that_the_next_keys_are_an_answer() -> None:
    async with opened(size=(120, 50)) as (pilot, screen):
        await type_line(pilot, 'quiz "Which way?" grows|stays|shrinks = shrinks')
        await press(pilot, "a", *"9", "enter")
        assert "`9` is not one of grows, stays, shrinks" in screen_text(pilot)
        assert screen.is_typing()
        await press(pilot, *"grows", "enter")
        assert "wrong not grows; try again" in screen_text(pilot)
        assert not screen.is_typing()
        await press(pilot, "a", *"3", "enter")
        assert "right: shrinks" in screen_text(pilot)
        assert not screen.is_typing()
