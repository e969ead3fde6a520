"""What is shown to a room."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import dump, text_of
from gradlab.session import load
from gradlab.tui.app import GradlabApp
from gradlab.tui.screens.playing import Playing
from gradlab.tui.screens.presenting import HEIGHT, SENTENCE, Lectern, sentence
from tests.tui.driving import MATRICES, lab_of, laboratory, opened, press, screen_text, settle, type_line

KEYS = " PgDn on   PgUp back   Z ends"


async def test_the_number_of_the_moment_stands_in_large_digits_below_one_panel() -> None:
    async with opened(lambda: load("circuits/sigmoid-neuron"), size=(80, 24), at="0.b.4") as (pilot, screen):
        await press(pilot, "1", "Z")
        rows = screen_text(pilot).splitlines()
        assert list(screen.arrangement.places) == ["graph"] and len(rows) == 24
        assert rows[24 - HEIGHT : -1] == dump([*screen.query_one(Lectern).rows_for(80)][:-1]).splitlines()
        assert (
            "\n".join(rows[24 - HEIGHT : 24 - HEIGHT + 5])
            == f"""\
{"━" * 80}
                 ╭─╮ ╶─╮╭─╮╶─╮       ╭─╮ ╶╮ ╭─╮╶─╮          ╶─╮
              ╶─╴│ │  ─┤╰─┤ ─┤    =  │ │  │ ╰─┤  │    ×  ╶─╴╭─╯
                 ╰─╯.╶─╯╶─╯╶─╯       ╰─╯.╶┴╴╶─╯  ╵          ╰─╴
              δ w1                   δ b                 slope"""
        )
        assert rows[-1].startswith(KEYS) and rows[-1].endswith("0.b.4")


async def test_forwards_it_is_the_value_of_the_op_and_a_dot_before_anything_has_run() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "Z")
        assert screen.query_one(Lectern).presented.terms[0][2] == "_mul.0"
        assert text_of(screen.query_one(Lectern).rows_for(80)[2]).strip() == "·"
        await press(pilot, "n")
        assert screen.query_one(Lectern).presented.terms == (("", -2.0, "_mul.0"),)


async def test_a_clicker_goes_through_the_lesson_and_its_other_keys_do_nothing() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "Z")
        before = screen_text(pilot)
        await press(pilot, "f5", "full_stop")
        assert screen_text(pilot) == before
        begun = screen.moment.snapshot.position
        await press(pilot, "pagedown", "pagedown", "pagedown", "pagedown")
        assert screen.moment.snapshot.position != begun
        await press(pilot, "pageup", "pageup")
        assert screen.moment.snapshot.position == begun


async def test_a_number_that_is_asked_for_is_hidden_until_it_is_shown() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "f")
        await type_line(pilot, "quiz f")
        await press(pilot, "Z")
        assert "╶─╮" in screen_text(pilot) and "0.731" not in str(screen.query_one(Lectern).rows_for(80))
        await type_line(pilot, "reveal")
        assert str(screen.query_one(Lectern).presented.terms[0][1]).startswith("0.731")


async def test_the_same_key_brings_back_what_was_there() -> None:
    async with opened(size=(120, 40)) as (pilot, _screen):
        before = screen_text(pilot)
        await press(pilot, "Z", "Z")
        assert screen_text(pilot) == before


async def test_a_line_can_be_typed_meanwhile_and_takes_its_own_keys() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "Z", "colon")
        assert screen.is_typing()
        for letter in "goto 0.f.2":
            await pilot.press("full_stop" if letter == "." else "space" if letter == " " else letter)
        await press(pilot, "enter")
        assert str(screen.moment.snapshot.position) == "0.f.2"


def test_the_sentence_is_the_first_paragraph_of_the_page_and_a_long_one_is_cut() -> None:
    page = "# A title\n\nOne short sentence.\n\nAnother paragraph."
    assert [text_of(line) for line in sentence(page, 60)] == ["One short sentence."]
    assert len(sentence("word " * 200, 40)) == SENTENCE
    assert text_of(sentence("word " * 200, 40)[-1]).endswith("…")
    assert sentence("", 40) == []


def test_what_is_shown_to_a_room_is_made_of_the_ledger() -> None:
    lab = lab_of()
    lab.do("forward")
    lab.do("backward")
    from gradlab.lab.teach.presented import presented

    lab.do("back")
    lab.do("back")
    found = presented(lab, lab.snapshot(), -1)
    assert found.terms and abs(found.terms[0][1] - found.terms[1][1] * found.terms[2][1]) < 1e-15


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_the_menu_of_views_stands_whole_over_what_a_room_sees(size: tuple[int, int]) -> None:
    async with opened(size=size) as (pilot, screen):
        await press(pilot, "Z")
        screen.do_menu("view")
        assert screen.over is not None
        screen._show_menu(screen.over)
        await pilot.pause()
        rows = screen_text(pilot).splitlines()
        assert rows[-1].startswith(" esc closes") and rows[-2].startswith(" seam")


async def test_the_row_of_the_player_is_no_part_of_what_a_room_sees() -> None:
    app = GradlabApp(make=lab_of, screen=lambda make, title: Playing(make, title, plays=False))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        while laboratory(pilot).thread is None:
            await pilot.pause()
        await settle(pilot)
        await press(pilot, "Z")
        rows = screen_text(pilot).splitlines()
        assert rows[-1].startswith(KEYS) and not any("▶ play" in line for line in rows)


async def test_behind_a_training_it_is_the_loss_of_the_last_update() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(80, 24)) as (pilot, screen):
        await type_line(pilot, "train 3")
        await press(pilot, "Z")
        ((_, value, name),) = screen.query_one(Lectern).presented.terms
        assert (name, value) == ("loss", screen.moment.snapshot.losses[-1][1])
