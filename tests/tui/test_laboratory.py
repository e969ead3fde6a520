from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from gradlab.tui.app import INTERRUPTED
from gradlab.tui.overlays.line import LineOverlay
from gradlab.tui.panels.output import OutputPanel
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets.bars import Header
from tests.tui.driving import LESSON, MATRICES, lab_of, opened, press, screen_text, settle, type_line


def actions(screen: Laboratory) -> list[str]:
    """The lines in the log."""
    return [said.action for said in screen.query_one(OutputPanel).said if said.action]


async def test_a_key_is_the_action_line_it_stands_for() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "n", "n", "N", "f", "f", "F")
        assert actions(screen) == ["step", "step", "back", "forward", "backward", "goto 0.f.5"]


async def test_stepping_shows_values_and_then_deltas() -> None:
    async with opened() as (pilot, _):
        await press(pilot, "n")
        assert "_mul.0 = w0 · x0" in screen_text(pilot)
        assert "value -2.00000  done   delta ·  pending" in screen_text(pilot)
        await press(pilot, *"nnnnnnn")
        text = screen_text(pilot)
        assert "update 0 ▸ backward ▸ 3 of 5      0.b.3" in text
        assert "├f▓▓▓▓▓│b▓▓▓▸·│u┤" in text
        assert "delta +0.196612  final" in text


async def test_keys_that_come_fast_are_done_in_their_order_each_from_where_the_one_before_ended() -> None:
    async with opened() as (pilot, screen):
        await pilot.press("f", "f", "f", "n")
        await settle(pilot)
        assert actions(screen)[:2] == ["forward", "backward"]
        assert str(screen.moment.snapshot.position) == "0.b.5"


async def test_everything_done_is_in_the_output_as_its_line() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "n", "0")
        await type_line(pilot, "focus dot")
        assert [said.action for said in screen.query_one(OutputPanel).said] == ["step", "focus dot"]
        assert "› step" in screen_text(pilot)


async def test_a_wrong_line_shows_its_whole_text_with_the_caret() -> None:
    async with opened() as (pilot, _):
        await type_line(pilot, "forwrad")
        assert "error: unknown action `forwrad`" in screen_text(pilot)
        await press(pilot, "0", "0")
        assert "1 | forwrad" in screen_text(pilot)
        assert "  | ^^^^^^^" in screen_text(pilot)


async def test_an_action_that_cannot_be_done_now_says_why_and_stays_in_the_footer() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "u")
        assert "no `minimize`" in screen_text(pilot)
        assert "N back" in screen_text(pilot)
        await press(pilot, "N")
        assert actions(screen) == []


async def test_focus_follows_the_cursor_and_the_action() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "n", "n")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "_mul.1"
        await type_line(pilot, "focus w1")
        assert screen.moment.node.name == "w1"


async def test_the_ledger_drills_down_to_the_reader() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus w0")
        assert "⏎: why _mul.0?" in screen_text(pilot)
        await press(pilot, "enter")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "_mul.0"


async def test_the_lesson_marks_its_line_and_a_quiz_asks() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "space")
        assert "▸ forward" in screen_text(pilot)
        await press(pilot, "space", "space", "space")
        text = screen_text(pilot)
        assert "✓ say watch the sum" in text
        assert "▌ what is grad(dot)?" in text
        assert "predict" not in text
        assert "3 / 4" in text
        await press(pilot, "a", "1", ".", "5", "enter")
        assert actions(screen)[-1] == "answer 1.5"
        assert not screen.is_typing()
        await press(pilot, "a", "2", "enter")
        assert not screen.is_typing()


async def test_the_command_line_completes_actions_and_names() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "colon", "b", "a", "c", "k", "tab")
        assert "back  backward" in screen_text(pilot)
        assert typed(screen) == "back"
        for half, whole in (("focus _a", "focus _add.0 "), ("help multi_h", "help multi_head_attention ")):
            await press(pilot, "ctrl+u", *half, "tab")
            assert typed(screen) == whole
        await press(pilot, "escape")
        await type_line(pilot, "let before = 2")
        await press(pilot, "colon", *"expect befo", "tab")
        assert typed(screen) == "expect before "


def typed(screen: Laboratory) -> str:
    """What stands in the line."""
    assert isinstance(screen.over, LineOverlay)
    return screen.over.entry.text


async def test_a_burst_of_keys_is_typed_where_it_belongs() -> None:
    async with opened() as (pilot, screen):
        for key in ["n", "colon", *"step", "space", "2", "enter", "n", "colon", *"back", "enter"]:
            pilot.app.post_message(events.Key(key, {"colon": ":", "space": " "}.get(key, key)))
        await pilot.pause()
        await settle(pilot)
        assert actions(screen) == ["step", "step 2", "step", "back"]


async def test_lines_of_before_come_back_and_are_kept_for_nobody_else(own_state_folder: Path) -> None:
    async with opened() as (pilot, _):
        await type_line(pilot, "focus dot")
        await type_line(pilot, "step")
    assert (own_state_folder / "history").read_text() == "focus dot\nstep\n"
    assert own_state_folder.stat().st_mode & 0o077 == 0
    assert (own_state_folder / "history").stat().st_mode & 0o077 == 0
    async with opened() as (pilot, screen):
        await press(pilot, "colon", "up", "up")
        assert typed(screen) == "focus dot"
        await press(pilot, "down")
        assert typed(screen) == "step"
        await press(pilot, "escape")
        assert not screen.is_typing()


async def test_a_state_folder_that_cannot_be_written_disturbs_nobody(own_state_folder: Path) -> None:
    own_state_folder.write_text("a file where the folder should be")
    async with opened() as (pilot, screen):
        await type_line(pilot, "step")
        assert actions(screen) == ["step"]


async def test_numbers_choose_panels_and_z_enlarges() -> None:
    async with opened() as (pilot, screen):
        assert screen.arrangement.visible == {"graph", "lesson", "node", "why"}
        await press(pilot, "2", "z")
        assert screen.arrangement.visible == {"node"}
        await press(pilot, "escape")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "why"}
        await press(pilot, "5")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "health"}
        await press(pilot, "5")
        assert screen.arrangement.visible == {"health"}
        await press(pilot, "5")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "why"}
        assert screen.chosen == "node"


async def test_help_says_how_to_read_the_panel() -> None:
    async with opened() as (pilot, _):
        await press(pilot, "3", "question_mark")
        assert "3 why: how to read it" in screen_text(pilot)
        assert "upstream" in screen_text(pilot)
        await press(pilot, "escape")
        assert "how to read it" not in screen_text(pilot)


async def test_help_with_a_word_of_the_model_language_shows_its_page() -> None:
    async with opened() as (pilot, _):
        await type_line(pilot, "help relu")
        assert "relu(x)    rectified linear unit" in screen_text(pilot)
        assert "    backward dx = g where x > 0 else 0" in screen_text(pilot)
        assert "esc closes" in screen_text(pilot)
        await press(pilot, "escape")
        assert "esc closes" not in screen_text(pilot)


async def test_help_with_an_action_stays_in_the_log() -> None:
    async with opened() as (pilot, _):
        await type_line(pilot, "help goto")
        assert "esc closes" not in screen_text(pilot)


async def test_the_palette_finds_an_action_and_does_it() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "ctrl+p")
        assert "go back one op (this is the start)" in screen_text(pilot)
        await press(pilot, *"layer", "enter")
        assert actions(screen) == ["step layer"]


async def test_the_palette_finds_a_word_of_the_language_and_opens_the_line_with_it() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "ctrl+p", *"init", "enter")
        assert screen.is_typing()
        assert screen_text(pilot).splitlines()[-1].startswith(":reinit")


def start(screen: Laboratory, action: str) -> None:
    assert screen.thread is not None
    screen.thread.do(action)


async def running(pilot: Pilot[Any], screen: Laboratory) -> None:
    while not screen.moment.work.action:
        await pilot.pause()
        await asyncio.sleep(0)


async def test_training_is_watched_and_stopped() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        start(screen, "train 100000000")
        await running(pilot, screen)
        while not screen.moment.snapshot.losses:
            await pilot.pause()
        assert "train 100000000" in screen_text(pilot)
        await press(pilot, "escape")
        assert "stopped at" in screen_text(pilot)
        assert 0 < len(screen.moment.snapshot.losses) < 1000000


@pytest.mark.usefixtures("nowhere")
async def test_the_first_ctrl_c_stops_what_runs_the_next_one_asks_and_the_third_ends() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        start(screen, "train 100000000")
        await running(pilot, screen)
        await press(pilot, "ctrl+c")
        assert "stopped at" in screen_text(pilot)
        await press(pilot, "ctrl+c")
        assert "updates are kept nowhere. Leave?" in screen_text(pilot)
        await pilot.press("ctrl+c")
    assert pilot.app.return_value == INTERRUPTED


async def test_ctrl_c_ends_at_once_where_nothing_would_be_lost() -> None:
    async with opened() as (pilot, _):
        await press(pilot, "f", "f")
        await pilot.press("ctrl+c")
    assert pilot.app.return_value == INTERRUPTED


async def test_ctrl_c_in_the_line_closes_the_line() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "colon", "s", "e", "ctrl+c")
        assert not screen.is_typing()
        assert actions(screen) == []
        await press(pilot, "f")
        assert "0.f.5" in screen_text(pilot)


async def test_leaving_asks_while_something_runs() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        start(screen, "train 100000000")
        await running(pilot, screen)
        await pilot.press("q")
        await pilot.pause()
        assert "is running. Leave?" in screen_text(pilot)
        await pilot.press("n")
        while pilot.app.screen is not screen:
            await pilot.pause()
        await press(pilot, "escape", "q", "y")
    assert pilot.app.return_value == 0


@pytest.mark.parametrize("size", [(20, 5), (39, 24), (80, 9)])
async def test_a_tiny_terminal_shows_the_position_and_the_chosen_number(size: tuple[int, int]) -> None:
    async with opened(size=size) as (pilot, _):
        assert "0.f.0  forward 0" in screen_text(pilot)
        await press(pilot, "n")
        assert screen_text(pilot).startswith("0.f.1  forward 1 o")
        assert screen_text(pilot).split("\n")[1:4] == ["_mul.0", "v  -2.000", "δ   ·"]
        await press(pilot, "2", "z")
        await pilot.resize_terminal(120, 34)
        await settle(pilot)
        assert "0.f.1" in screen_text(pilot)


async def test_a_tiny_terminal_says_that_it_has_no_room_for_labels_and_takes_the_next_key() -> None:
    async with opened(size=(20, 5)) as (pilot, screen):
        await press(pilot, "full_stop")
        assert "no room for labels" in screen_text(pilot) and screen.over is None
        await press(pilot, "n")
        assert screen_text(pilot).startswith("0.f.1")


async def test_80x24_has_every_panel_and_the_position_always() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "f", "n", "n", "2")
        for kind in screen.kinds[:10]:
            await press(pilot, kind.digit) if kind.name != screen.chosen else None
            text = screen_text(pilot)
            assert "0.b.2  backward 2 of 5" in text
            assert kind.label in text
            assert kind.name in screen.arrangement.visible
            assert len(screen.arrangement.visible) == 2
            assert all(len(line) <= 80 for line in text.splitlines())


async def test_a_long_title_never_pushes_the_position_away() -> None:
    async with opened(lambda: lab_of(title="a title that goes on and on " * 9), size=(80, 24)) as (pilot, screen):
        assert "0.f.0  forward 0 of 5" in screen_text(pilot).splitlines()[0]
        await pilot.resize_terminal(160, 40)
        await settle(pilot)
        assert "0 of 5      0.f.0" in screen_text(pilot).splitlines()[0]
        assert screen.query_one(Header).size.height == 1


PLANTED = "[@click=app.bell]x[/] [/] [link=y]z"


async def test_planted_markup_is_only_text() -> None:
    lesson = LESSON.replace("Two inputs", PLANTED)
    async with opened(lambda: lab_of(lesson, title=f"'{PLANTED}'")) as (pilot, screen):
        assert PLANTED in screen_text(pilot).splitlines()[0]
        await type_line(pilot, f"say {PLANTED}")
        for number in "1234567890":
            await press(pilot, number)
        assert f"› say {PLANTED}" in screen_text(pilot)
        await press(pilot, "4")
        assert PLANTED in screen_text(pilot)
        start(screen, "say \x1b]52;c;aGk=\x07 \x9b31m \u202e")
        await settle(pilot)
        for number in "40":
            await press(pilot, number)
            assert not set(screen_text(pilot)) & {"\x1b", "\x07", "\x9b", "\u202e"}


async def test_the_same_keys_give_the_same_screen_to_the_byte() -> None:
    shots = []
    for _ in range(2):
        async with opened(size=(130, 40)) as (pilot, _screen):
            await press(pilot, *"ffnc")
            shots.append((screen_text(pilot), pilot.app.export_screenshot()))
    assert shots[0][0] == shots[1][0]
    assert _stable(shots[0][1]) == _stable(shots[1][1])


def _stable(svg: str) -> str:
    """The picture without the identifier that Rich makes of it."""
    import re

    return re.sub(r"terminal-\d+", "terminal", svg)


async def test_no_color_draws_every_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(size=(80, 24)) as (pilot, screen):
        assert pilot.app.no_color
        await press(pilot, "f", "n", "n")
        for kind in screen.kinds:
            await press(pilot, kind.digit)
            assert "0.b.2" in screen_text(pilot)


async def test_warnings_of_the_model_stand_in_the_footer_and_in_the_output_from_the_start() -> None:
    twice = MATRICES.replace("loss = mean(square(y - 1.0))", "loss = cross_entropy(softmax(y @ [[1, 2]]), [0, 1])")
    async with opened(lambda: lab_of(twice)) as (pilot, _):
        said = "line 8: `cross_entropy` applies `softmax` itself"
        assert f"▲     {said}" in screen_text(pilot)
        await press(pilot, "0", "0")
        assert screen_text(pilot).count(said) == 2
        await press(pilot, "s")
        assert screen_text(pilot).count(said) == 1
