"""What the app sends to a terminal: whatever was pressed, the terminal shows what it would show if all were drawn anew."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from textual import events
from textual._compositor import LayoutUpdate

import gradlab
from gradlab.session import Lab
from gradlab.tui.cells import Unreadable
from gradlab.tui.widgets import writer
from tests.tui.driving import LESSON, MATRICES, lab_of, settle, type_line
from tests.tui.emulated import Driver, Emulated, emulated, know_the_driver
from tests.tui.terminal import ROOT

KEYS = (
    *"nNsSfFbuekcUzV?1234567890+-hmpjlot=g:",
    *("tab", "shift+tab", "escape", "ctrl+p", "enter", "up", "down", "left", "right", "pageup", "pagedown", "space", "home"),
)
SIZES = ((80, 24), (120, 40), (200, 60), (61, 19), (30, 8))
WIDE = LESSON.replace("squashing", "squashing (日本語, e\u0301, ⚡)").replace("Walk forward", "歩く: walk forward")
LESSONS: dict[str, Callable[[], Lab]] = {
    "neuron": lab_of,
    "matrices": lambda: lab_of(MATRICES),
    "wide": lambda: lab_of(WIDE, "広い"),
}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_driver(monkeypatch)


async def press(shown: Emulated, *keys: str) -> str:
    """Press keys, and return what was sent for them."""
    shown.take()
    for key in keys:
        await shown.pilot.press(key)
        await settle(shown.pilot)
    return shown.take()


async def walk(shown: Emulated, generator: random.Random, count: int) -> list[str]:
    """Press random keys, and change the size now and then; return what differs after one of them, with all before it."""
    done: list[str] = []
    for _ in range(count):
        if generator.random() < 0.1:
            size = generator.choice(SIZES)
            await shown.resize(*size)
            done.append("{}x{}".format(*size))
        else:
            done.append(generator.choice(KEYS))
            await press(shown, done[-1])
        if found := shown.differences():
            return [" ".join(done), *found[:5]]
    return []


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("lesson", LESSONS)
async def test_after_any_keys_the_screen_is_that_drawn_from_scratch(lesson: str, size: tuple[int, int]) -> None:
    async with emulated(LESSONS[lesson], size) as (shown, _):
        assert shown.differences() == []
        assert await walk(shown, random.Random(f"{lesson} {size}"), 15) == []


@pytest.mark.parametrize("name", ["circuits/sigmoid-neuron", "mlp/xor-trained"])
async def test_a_lesson_is_drawn_in_few_bytes(name: str) -> None:
    async with emulated(lambda: gradlab.load(name), (120, 40)) as (shown, _):
        first = shown.take()
        sizes = [len((await press(shown, key)).encode()) for key in "nnnnnnNNNnnnfbfb"]
        assert shown.differences() == []
        assert len(first.encode()) < 40_000
        assert sorted(sizes)[len(sizes) // 2] < 4_000, sizes


async def test_screens_over_the_laboratory_come_and_go() -> None:
    async with emulated(size=(100, 30)) as (shown, _):
        for keys in (("question_mark",), ("ctrl+p",), ("v", "g"), ("escape",), ("z",), ("5",)):
            await press(shown, *keys)
            assert shown.differences() == [], keys
            await press(shown, "escape")
            assert shown.differences() == [], keys
        await type_line(shown.pilot, "train 3")
        assert shown.differences() == []


async def test_what_another_program_has_written_is_drawn_over() -> None:
    async with emulated() as (shown, _):
        assert shown.differences() == []
        for keys in (("ctrl+l",), ("colon", "ctrl+l"), ("escape", "question_mark", "ctrl+l")):
            shown.stream.feed("\x1b[2J\x1b[5;5Hsomething else")
            assert shown.differences() != []
            await press(shown, *keys)
            assert shown.differences() == [], keys


async def test_without_a_change_no_cell_is_sent() -> None:
    async with emulated() as (shown, screen):
        shown.take()
        screen.refresh()
        await settle(shown.pilot)
        assert re.fullmatch(r"\x1b\[\d+;\d+H", shown.take()), "Textual puts the cursor somewhere after each update"


async def test_back_from_a_stop_all_is_drawn_again() -> None:
    async with emulated() as (shown, _):
        shown.take()
        shown.screen.reset()
        shown.screen.reset_mode(7, private=True)
        shown.pilot.app.app_resume_signal.publish(shown.pilot.app)
        await settle(shown.pilot)
        assert shown.differences() == []


async def test_where_the_size_is_the_same_again_all_is_drawn_again() -> None:
    async with emulated() as (shown, _):
        shown.take()
        shown.screen.resize(20, 50)
        shown.screen.resize(34, 120)
        assert shown.differences() != []
        size = shown.pilot.app.size
        shown.pilot.app.post_message(events.Resize(size, size))
        await settle(shown.pilot)
        await settle(shown.pilot)
        assert shown.differences() == []


async def test_what_could_not_be_written_is_written_with_the_next_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with emulated() as (shown, screen):
        shown.take()
        app = shown.pilot.app
        with monkeypatch.context() as patch:
            patch.setattr(Driver, "write", refuse)
            update = screen._compositor.render_full_update()
            with pytest.raises(OSError, match="no space"):
                app._display(screen, update)
        await press(shown, "ctrl+l", "n")
        assert shown.differences() == []


def refuse(driver: Driver, data: str) -> None:
    """Write the first half, and fail."""
    driver.sent.append(data[: data.rfind("\x1b", 0, len(data) // 2)])
    raise OSError("no space")


async def test_a_text_that_cannot_be_taken_apart_is_sent_as_textual_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with emulated() as (shown, screen):
        shown.take()
        with monkeypatch.context() as patch:
            patch.setattr(writer, "stretch_of", unreadable)
            sent = await press(shown, "n")
        assert shown.differences() == []
        assert not screen.app.shown.known  # type: ignore[attr-defined]
        assert sent.count("\x1b[0m") > 10, "Textual ends each piece with a reset"
        assert await press(shown, "n") != ""
        assert shown.differences() == []


def unreadable(*_: object) -> None:
    raise Unreadable


def without_a_writer(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(sys.modules, writer.__name__, None)


def with_another_driver(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writer, "DRIVERS", {"another.Driver"})


def with_another_update(patch: pytest.MonkeyPatch) -> None:
    writer.are_known.cache_clear()
    patch.setattr(writer, "UPDATES", {LayoutUpdate: ["something", "else"]})


def in_a_terminal_that_is_unknown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writer, "is_usual", lambda term: False)


def without_curses(patch: pytest.MonkeyPatch) -> None:
    writer.is_usual.cache_clear()
    patch.setitem(sys.modules, "curses", None)


@pytest.mark.parametrize(
    "unusual",
    [
        without_a_writer, with_another_driver, with_another_update, in_a_terminal_that_is_unknown, without_curses,
    ],
)  # fmt: skip
async def test_where_little_is_known_whole_lines_are_sent(unusual: object, monkeypatch: pytest.MonkeyPatch) -> None:
    unusual(monkeypatch)  # type: ignore[operator]
    async with emulated() as (shown, _):
        assert shown.differences() == []
        sent = await press(shown, "n", "f", "question_mark", "escape")
        assert shown.differences() == []
        assert sent.count("\x1b[0m") > 100, "Textual ends each piece with a reset"
    monkeypatch.undo()
    writer.are_known.cache_clear()
    writer.is_usual.cache_clear()


ASK = "import sys; from gradlab.tui.widgets.writer import is_usual; print(is_usual(sys.argv[1]))"


@pytest.mark.parametrize(
    ("term", "usual"),
    [("xterm-256color", True), ("vt100", True), ("dumb", False), ("a-terminal-of-nobody", False), ("", False)],
)
def test_terminfo_is_asked_how_a_terminal_moves_its_cursor(term: str, usual: bool) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, term], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    assert done.stdout == f"{usual}\n"


def test_the_driver_of_textual_is_known() -> None:
    from textual.drivers.linux_driver import LinuxDriver

    assert f"{LinuxDriver.__module__}.{LinuxDriver.__qualname__}" in writer.DRIVERS
    assert writer.are_known()
