"""The browser of scenarios: what stands where, what a move shows, and how a scenario is opened from it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from gradlab.lab.teach.progress import Reached, note
from gradlab.scenario.catalogue import catalogue
from gradlab.scenario.courses import courses
from gradlab.tui import editors, previews
from gradlab.tui.app import GradlabApp
from gradlab.tui.previews import PreviewKey, Previews
from gradlab.tui.screens import browser
from gradlab.tui.screens.browser import Browser
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.screens.playing import Playing
from gradlab.tui.shelves import Shelves
from tests.tui.driving import LESSON, comes_up, laboratory, press, screen_text, settle

NEURON = "circuits/sigmoid-neuron"


@asynccontextmanager
async def browsing(size: tuple[int, int] = (100, 30)) -> AsyncIterator[tuple[Pilot[Any], Browser]]:
    """Run the app on the browser, with everything read."""
    app = GradlabApp()
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, Browser)
        while not screen.shelves.shipped:
            await pilot.pause(0.01)
        await pilot.pause()
        yield pilot, screen


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def find(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("slash", *text)


async def test_a_newcomer_is_told_where_to_begin_and_the_folders_are_shut() -> None:
    async with browsing() as (pilot, screen):
        rows = screen_text(pilot).split("\n")
        assert rows[1].startswith(" begin here")
        assert screen.listing.chosen is not None
        assert screen.listing.chosen.book == screen.shelves.first[0].books[0]
        assert any(row.startswith(" ▸ circuits") and "0 of " in row for row in rows)
        assert "add-mul" not in screen_text(pilot)


async def test_while_the_titles_are_read_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(here: Path | None) -> Shelves:
        go.wait()
        return Shelves()

    monkeypatch.setattr(browser, "read_shelves", slow)
    async with GradlabApp().run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", "x", "o", "right")
        assert await comes_up(pilot, "reading …")
        go.set()
        assert await comes_up(pilot, "nothing fits")


async def test_a_move_shows_what_the_lesson_holds() -> None:
    async with browsing() as (pilot, _):
        await find(pilot, "sigmoid-neuron")
        assert await comes_up(pilot, "9 ops, 3 parameters")
        assert "level 1, about 12 minutes" in screen_text(pilot)
        shown = screen_text(pilot)
        parts = ("One neuron: values go forward", "Pumarola 2016", "A neuron weighs two inputs", "╭──┴───╮", "quizzes", "then ")
        assert [part for part in parts if part not in shown] == []


async def test_at_80_columns_the_preview_is_a_caption_that_can_be_put_away() -> None:
    async with browsing((80, 24)) as (pilot, _):
        await find(pilot, "sigmoid-neuron")
        assert await comes_up(pilot, "9 ops, 3 parameters")
        await pilot.press("escape", "minus")
        assert not await comes_up(pilot, "9 ops, 3 parameters", 2)
        await pilot.press("plus")
        assert await comes_up(pilot, "9 ops, 3 parameters")


async def test_a_broken_file_says_its_error_in_the_preview(empty_folder: Path) -> None:
    (empty_folder / "broken.md").write_text("```python model\nf = sigmiod(1.0)\n```\n", encoding="utf-8")
    async with browsing() as (pilot, _):
        await find(pilot, "broken")
        assert await comes_up(pilot, "did you mean `sigmoid`?")


async def test_letters_find_by_name_in_order_and_escape_brings_all_back() -> None:
    async with browsing() as (pilot, screen):
        before = [section.title for section in screen.listing.sections]
        await find(pilot, "sgnrn")
        assert screen.listing.listed[0].book is not None
        assert screen.listing.listed[0].book.name == NEURON
        await pilot.press("escape")
        assert [section.title for section in screen.listing.sections] == before
        assert screen.listing.chosen is not None
        assert screen.listing.chosen.book is not None
        assert screen.listing.chosen.book.name == NEURON, "what was found stays marked"


async def test_keys_that_come_in_a_burst_are_letters_of_the_filter() -> None:
    async with browsing() as (pilot, _):
        await pilot.press("slash", *"quiz")
        assert pilot.app.is_running
        assert "/ quiz" in screen_text(pilot)


async def test_a_folder_opens_and_shuts_and_courses_take_the_place_of_folders() -> None:
    async with browsing() as (pilot, screen):
        while screen.listing.chosen is not None and screen.listing.chosen.section.title != "circuits":
            await pilot.press("down")
        await pilot.press("right")
        assert await comes_up(pilot, "▾ circuits")
        assert await comes_up(pilot, "○ add-mul")
        await pilot.press("left")
        assert await comes_up(pilot, "▸ circuits")
        await pilot.press("right_square_bracket")
        assert await comes_up(pilot, "▸ Backprop in an hour")
        await pilot.press("left_square_bracket")
        assert await comes_up(pilot, "▸ circuits")


async def test_courses_stand_as_they_are_taught_each_with_level_minutes_and_its_lessons_in_their_order() -> None:
    taught = courses(catalogue())
    first, *_ = taught.values()
    async with browsing((140, 50)) as (pilot, screen):
        await pilot.press("right_square_bracket")
        headings = [section.title for section in screen.listing.sections if section.folds]
        assert headings[: len(taught)] == [course.title for course in taught.values()]
        await pilot.press("down", "down")
        assert await comes_up(pilot, f"level {first.level} · 0 of {len(first.lessons)} done · about {first.minutes} minutes")
        shown = [row.partition("│")[2].split() for row in screen_text(pilot).split("\n")]
        listed = [words for words in shown if words and words[0] == "○"]
        wanted = [(entry.path.stem[:26], f"{entry.head.minutes} min", entry.title.split()[0]) for entry in first.lessons]
        assert [(one[1].rstrip("…"), " ".join(one[2:4]), one[4]) for one in listed] == wanted


async def test_what_is_done_and_begun_is_marked_and_what_comes_next_is_offered() -> None:
    note(NEURON, Reached(51, 51, 5, 6, done=True))
    note("circuits/max-gate", Reached(4, 23))
    async with browsing() as (pilot, screen):
        assert screen.shelves.first[0].title == "go on with"
        assert screen.shelves.first[0].books[0].name == "circuits/max-gate"
        await find(pilot, "sigmoid-neuron")
        assert await comes_up(pilot, "✓ circuits/sigmoid-neuron")
        assert await comes_up(pilot, "you: done, 5 of 6 right")


async def test_enter_goes_on_where_a_session_was_left_and_o_begins_anew() -> None:
    async with browsing() as (pilot, _):
        await find(pilot, "sigmoid-neuron")
        await pilot.press("enter")
        await pilot.pause()
        await opened(pilot)
        await press(pilot, "n", "n", "n")
        left = laboratory(pilot).moment.snapshot.position
        await press(pilot, "q")
        assert await comes_up(pilot, "fit   esc closes")
        assert await comes_up(pilot, "⏎ go on at")
        await pilot.press("enter")
        await opened(pilot)
        assert laboratory(pilot).moment.snapshot.position == left
        await press(pilot, "q")
        await pilot.press("escape", "o")
        await opened(pilot)
        assert str(laboratory(pilot).moment.snapshot.position) == "0.f.0"


async def opened(pilot: Pilot[Any]) -> None:
    """Wait until a laboratory is open."""
    while not isinstance(pilot.app.screen, Laboratory) or pilot.app.screen.thread is None:
        await pilot.pause(0.01)
    await settle(pilot)
    while not pilot.app.screen.moment.nodes:
        await settle(pilot)


async def test_a_lesson_is_played_from_the_menu_of_views() -> None:
    async with browsing() as (pilot, _):
        await find(pilot, "max-gate")
        await pilot.press("escape", "v", "P")
        await opened(pilot)
        assert isinstance(pilot.app.screen, Playing)


async def test_files_of_this_folder_are_listed_but_no_other_markdown(empty_folder: Path) -> None:
    (empty_folder / "mine.md").write_text(LESSON, encoding="utf-8")
    (empty_folder / "notes.md").write_text("# Notes\n", encoding="utf-8")
    (empty_folder / "README.md").write_text(LESSON, encoding="utf-8")
    async with browsing() as (_, screen):
        assert [book.label for book in screen.shelves.here] == ["mine"]


def test_only_the_last_preview_that_was_asked_for_is_made_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()
    read: list[str] = []

    def outline(path: Path) -> Any:
        begun.set()
        go.wait()
        read.append(path.name)
        raise ValueError("broken in its own way")

    def made(wanted: PreviewKey) -> None:
        if wanted.path.name == "c":
            done.set()

    monkeypatch.setattr(previews, "outline", outline)
    found = Previews(made)
    assert found.ask(tmp_path / "a", (10, 10)) is None
    begun.wait()
    assert found.ask(tmp_path / "b", (10, 10)) is None
    assert found.ask(tmp_path / "c", (10, 10)) is None
    go.set()
    assert done.wait(60)
    assert read == ["a", "c"]
    kept = found.ask(tmp_path / "c", (10, 10))
    assert kept is not None
    assert kept.outline.problem == "error: ValueError: broken in its own way"
    found.close()


def test_previews_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(previews, "MOST", 3)
    one = threading.Semaphore(0)
    found = Previews(lambda wanted: one.release())
    for number in range(5):
        found.ask(tmp_path / str(number), (10, 10))
        assert one.acquire(timeout=60)
    assert len(found._kept) == 3
    found.close()


async def test_a_file_is_checked_from_the_browser(empty_folder: Path) -> None:
    text = "```python model\nf = exp(0.0)\n```\n```lab\nforward\nexpect f ~= 2\n```\n"
    (empty_folder / "mine.md").write_text(text, encoding="utf-8")
    async with browsing() as (pilot, screen):
        await find(pilot, "mine")
        await pilot.press("escape", "x")
        assert await comes_up(pilot, "checking mine …")
        while screen.errand:
            await pilot.pause(0.05)
        assert await comes_up(pilot, "1 scenario: 1 failed")
        await pilot.press("q")
        assert await comes_up(pilot, "choose a scenario")


async def test_a_lesson_of_gradlab_is_not_edited_but_copied() -> None:
    async with browsing() as (pilot, _):
        await pilot.press("e")
        assert await comes_up(pilot, "gradlab new NAME --from first/the-lab")


async def test_where_no_editor_has_room_that_is_said(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "mine.md").write_text(LESSON, encoding="utf-8")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "")
    monkeypatch.setattr(editors, "USUAL", ())
    async with browsing() as (pilot, _):
        await find(pilot, "mine")
        await pilot.press("escape", "e")
        assert await comes_up(pilot, "which editor?")
        monkeypatch.setenv("EDITOR", "nano")
        await pilot.press("q", "e")
        assert await comes_up(pilot, "there is no terminal here")


async def test_a_person_may_have_other_keys_in_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADLAB_CONFIG_DIR", str(tmp_path))
    (tmp_path / "keys.toml").write_text('[keys.browse]\n"ctrl+f" = "browse-find"\n', encoding="utf-8")
    async with browsing() as (pilot, screen):
        assert "^f find" in screen_text(pilot)
        await pilot.press("slash")
        assert not screen.finding
        await pilot.press("ctrl+f")
        assert screen.finding
