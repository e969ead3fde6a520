"""The browser: the scenarios that come with gradlab and those of this folder, with what each holds and how far one is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.widgets import Input

from gradlab.draw.ink import Row, clip, fit, row, spread, width_of
from gradlab.draw.preview import MARKS, REST, Preview, preview_rows
from gradlab.draw.reading import keys, paragraphs
from gradlab.tui.previews import PreviewKey, Previews
from gradlab.tui.screens.errands import Errands
from gradlab.tui.screens.menu import Menu
from gradlab.tui.screens.text import TextScreen
from gradlab.tui.shelves import Book, Section, Shelves, fitting, read_shelves
from gradlab.tui.widgets.field import Field
from gradlab.tui.widgets.internals import draw_sparingly
from gradlab.tui.widgets.rows import RowsView, RowWidget
from gradlab.tui.widgets.shelflist import ListRow, ShelfList

WIDEST = 100
"""Cells of a preview; longer lines are hard to read."""
Way = Literal["go on", "start", "play"]
READING = f"""\
Scenarios by folder, or by course with `]`; {MARKS["new"]} is new, {MARKS["begun"]} begun, {MARKS["done"]} done. Every move \
shows what the lesson holds, how far you are, what it needs and what comes next. `/` looks for letters of the name, or words \
of the title."""
KEYS = (
    ("⏎", "go on where you were, or open; a folder: open or shut it"), ("o", "open from the start"),
    ("v P", "let it play by itself"), ("x", "check it"),
    ("e", "edit it, if it is yours"), ("/", "look for something"), ("] [", "by course, by folder"),
    ("↑ ↓", "choose; also j and k, PgUp and PgDn, Home and End"), ("→ ←", "open a folder, shut it"),
    ("+ -", "more or less of the preview, on a narrow screen"), ("q", "leave"),
)  # fmt: skip


class ToldRow(RowWidget):
    """One row that says something. says(width): gives it."""

    def __init__(self, says: Callable[[int], Row], name: str) -> None:
        super().__init__(id=name)
        self.says = says

    def rows_for(self, width: int) -> Sequence[Row]:
        """Return the one row."""
        return [clip(self.says(width), width)]


class Browser(Errands):
    """A list to the left, and what is marked in it to the right, or below it on a narrow screen."""

    BINDINGS: ClassVar = [
        Binding(key, action, what, priority=True, show=False)
        for key, action, what in (
            ("enter", "open('go on')", "go on"), ("o", "open('start')", "from the start"), ("v", "view", "view"),
            ("slash", "find", "find"), ("x", "check", "check"),
            ("e", "edit", "edit"), ("right_square_bracket,right_parenthesis", "facet", "by course"),
            ("left_square_bracket,left_parenthesis", "facet", "by folder"), ("up,k", "move(-1)", "up"),
            ("down,j", "move(1)", "down"), ("pageup", "move(-10)", "ten up"), ("pagedown", "move(10)", "ten down"),
            ("home", "move(-100000)", "first"), ("end", "move(100000)", "last"), ("right,l", "fold(True)", "open a folder"),
            ("left,h", "fold(False)", "shut a folder"), ("plus", "caption(True)", "more of the preview"),
            ("minus", "caption(False)", "less of the preview"), ("question_mark,f1", "help", "help"), ("q", "leave", "quit"),
        )
    ]  # fmt: skip

    class BookOpened(Message):
        """A scenario was chosen. way: from where its session was left, from the start, or playing by itself."""

        def __init__(self, book: Book, way: Way) -> None:
            self.book, self.way = book, way
            super().__init__()

    class Made(Message):
        """A preview has been made."""

        def __init__(self, wanted: PreviewKey) -> None:
            self.wanted = wanted
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        draw_sparingly(self)
        self.shelves = Shelves()
        self.by_course = False
        self.previews = Previews(self._tell)
        self._read_once = False

    def compose(self) -> ComposeResult:
        """Return the rows above, the list and the preview, and the row below."""
        yield ToldRow(self._header, "header")
        with Horizontal(id="search"):
            yield ToldRow(lambda width: row((" /", "key")), "sign")
            yield Field(self._takes)
            yield ToldRow(self._count, "count")
        with Container(id="shelves"):
            yield ShelfList()
            yield RowsView(id="preview")
        yield ToldRow(self._footer, "footer")

    def on_mount(self) -> None:
        """Show the frame first, then read the titles."""
        self.query_one("#search").display = False
        self.query_one("#preview").can_focus = False
        self.list.say("reading …")
        self.set_focus(self.list)
        self._read()

    def on_screen_resume(self) -> None:
        """Read again how far the person is."""
        if self._read_once:
            self._read()

    def on_unmount(self) -> None:
        """End the thread, and what is under way."""
        self.previews.close()
        self.end_errand()

    @property
    def list(self) -> ShelfList:
        """The list."""
        return self.query_one(ShelfList)

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        """Read what there is."""
        self.app.call_from_thread(self.fill, read_shelves(_here()))

    def fill(self, shelves: Shelves) -> None:
        """Show what was found."""
        self.shelves, self._read_once = shelves, True
        self.filter()
        self.query_one("#header", ToldRow).refresh()

    # ---- what is listed --------------------------------------------------------------------------------------------

    @property
    def finding(self) -> bool:
        """Whether somebody types into the filter."""
        return bool(self.query_one("#search").display)

    def filter(self) -> None:
        """Show what fits what was typed, or all."""
        text = self.query_one(Input).value if self.finding else ""
        if text.strip():
            self.list.fill([Section("", fitting(self.shelves.books, text), folds=False)], whole_names=True, keep=False)
        else:
            shelved = self.shelves.courses if self.by_course else self.shelves.folders
            self.list.fill([*self.shelves.first, *shelved])
        self._changed()

    def _changed(self) -> None:
        """Show what belongs to the marked row."""
        self.query_one("#count", ToldRow).refresh()
        self.query_one("#footer", ToldRow).refresh()
        self.show_preview()

    def show_preview(self) -> None:
        """Show the preview of the marked row; what is not known yet is read meanwhile."""
        view = self.query_one("#preview", RowsView)
        width, height = view.scrollable_content_region.size
        width = min(width, WIDEST)
        chosen = self.list.chosen
        if chosen is None or width < 10 or height < 2:
            view.show_rows([])
        elif chosen.book is None:
            view.show_rows([_margin(line) for line in _contents(chosen.section, width - 2)])
        else:
            view.show_rows(
                [_margin(line) for line in preview_rows(self._preview(chosen.book, width, height), width - 2, height)]
            )

    def _preview(self, book: Book, width: int, height: int) -> Preview:
        seen = self.previews.ask(book.path, (width - 2, height - REST))
        head = book.entry.head
        return Preview(
            book.entry.title, head.source, None if seen is None else seen.outline, () if seen is None else seen.drawing,
            head.minutes, book.you, _states(self.shelves.needed(book)), _states(self.shelves.after(book)), _ways(book),
        )  # fmt: skip

    def _tell(self, wanted: PreviewKey) -> None:
        """Tell of a preview, from its thread, unless the screen has gone."""
        if self.is_running:
            self.post_message(self.Made(wanted))

    @on(Made)
    def _made(self, message: Made) -> None:
        chosen = self.list.chosen
        if chosen is not None and chosen.book is not None and chosen.book.path == message.wanted.path:
            self.show_preview()

    def on_resize(self, event: events.Resize) -> None:
        """Put the preview beside the list, or below it."""
        self.set_class(event.size.width < 100, "narrow")
        self.set_class(event.size.width < 40 or event.size.height < 10, "tiny")
        self.call_after_refresh(self.show_preview)

    # ---- rows ------------------------------------------------------------------------------------------------------

    def _header(self, width: int) -> Row:
        count, files = len(self.shelves.shipped), len(self.shelves.here)
        here = f" · {files} {'file' if files == 1 else 'files'} in this folder" if files else ""
        right = f"{self.errand} " if self.errand else f"{count} lessons{here} " if self._read_once else ""
        return spread(row((" gradlab", "title"), ("  choose a scenario", "dim")), row((right, "dim")), width)

    def _count(self, width: int) -> Row:
        return row((f"{sum(one.book is not None for one in self.list.listed)} fit   esc closes ", "dim"))

    def _footer(self, width: int) -> Row:
        chosen = self.list.chosen
        first = [] if chosen is None else _ways(chosen.book) if chosen.book is not None else [("⏎", _folds(self.list, chosen))]
        other = "folders" if self.by_course else "courses"
        book = [] if chosen is None or chosen.book is None else [("x", "check"), ("e", "edit")]
        rest = [*book, ("/", "find"), ("]", other), ("→←", "open, shut"), ("?", "help"), ("q", "quit")]
        pairs = [("⏎", "open"), ("↑↓", "choose"), ("esc", "all")] if self.finding else [*first, *rest]
        found = row(" ")
        for key, what in pairs:
            part = row((key, "key"), (f" {what}  ", ""))
            found = (*found, *part) if width_of(found) + width_of(part) <= width else found
        return found

    # ---- what a person does ----------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the filter while somebody types."""
        return not self.finding or action.startswith("app.")

    def action_open(self, way: Way) -> None:
        """Open what is marked."""
        chosen = self.list.chosen
        if chosen is None:
            return
        if chosen.book is not None:
            self.post_message(self.BookOpened(chosen.book, way))
        elif way == "go on":
            self.action_fold(chosen.section.title not in self.list.open)

    def told(self) -> None:
        """Show what is under way."""
        self.query_one("#header", ToldRow).refresh()

    def action_check(self) -> None:
        """Check what is marked."""
        chosen = self.list.chosen
        if chosen is not None and chosen.book is not None and not self.errand:
            self.check(chosen.book.path)

    def action_edit(self) -> None:
        """Edit what is marked, unless it came with gradlab."""
        chosen = self.list.chosen
        if chosen is None or chosen.book is None:
            return
        if chosen.book.name in self.shelves.shipped:
            self.tell(f"it comes with gradlab: `gradlab new NAME --from {chosen.book.name}` makes a copy that is yours")
        elif why := self.edit(chosen.book.path):
            self.tell(why)
        else:
            self._read()

    def action_view(self) -> None:
        """Offer other views of the marked scenario."""
        chosen = self.list.chosen
        if chosen is not None and chosen.book is not None:
            rows = [("play", "P", "play it by itself")]
            self.app.push_screen(Menu("view", rows), lambda key: self.action_open("play") if key else None)

    def action_move(self, by: int) -> None:
        """Mark another row."""
        self.list.move(by)
        self._changed()

    def action_fold(self, unfold: bool) -> None:
        """Open or shut the marked folder."""
        if self.list.fold(unfold):
            self._changed()

    def action_facet(self) -> None:
        """Show the lessons by course, or by folder again."""
        self.by_course = not self.by_course
        self.filter()

    def action_caption(self, larger: bool) -> None:
        """Give the preview below the list more rows, or none."""
        sizes = ("none", "some", "most")
        now = next((size for size in sizes if self.has_class(size)), "some")
        wanted = sizes[max(0, min(sizes.index(now) + (1 if larger else -1), 2))]
        self.remove_class(*sizes)
        self.add_class(wanted)
        self.call_after_refresh(self.show_preview)

    def action_find(self) -> None:
        """Open the filter."""
        self.query_one("#search").display = True
        self.query_one(Input).value = ""
        self.set_focus(self.query_one(Input))
        self._changed()

    def action_help(self) -> None:
        """Say how to read this screen, and what its keys do."""
        self.app.push_screen(TextScreen("the scenarios: how to read them", [*paragraphs(READING), row(""), *keys(KEYS)]))

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit(0)

    def on_input_changed(self) -> None:
        """Show what fits."""
        self.filter()

    def _takes(self, event: events.Key) -> bool:
        """Do what a key means while somebody types; return False for what belongs into the text."""
        moves = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
        if event.key not in (*moves, "escape", "enter"):
            return False
        if event.key != "escape":
            self.filter()  # letters of the same burst may not have been told yet
        if event.key in moves:
            self.action_move(moves[event.key])
        elif event.key == "escape":
            self._close_filter()
        else:
            self.action_open("go on")
        return True

    def _close_filter(self) -> None:
        """Show all again, with what was marked still marked where it is in sight."""
        chosen = self.list.chosen
        self.query_one("#search").display = False
        self.set_focus(self.list)
        book = chosen.book if chosen is not None else None
        self.filter()
        if book is not None:
            self.reveal(book)

    def reveal(self, book: Book) -> None:
        """Mark a book in its folder."""
        for section in self.list.sections:
            if book in section.books:
                self.list.open.add(section.title)
                self.list.mark(f"{section.title}\n{book.name}")
                self._changed()
                return

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; twice opens it."""
        if event.widget is self.list and self.list.line_clicked(event.y):
            self._changed()
            if event.chain == 2 or (self.list.chosen is not None and self.list.chosen.book is None):
                self.action_open("go on")


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None


def _margin(line: Row) -> Row:
    return (" ", ""), *line


def _states(books: Sequence[Book]) -> tuple[tuple[str, str], ...]:
    return tuple((book.label, book.state) for book in books)


def _ways(book: Book) -> tuple[tuple[str, str], ...]:
    """Return what can be done with a book."""
    on = [("⏎", f"go on at {book.going_on.partition(' / ')[0]}"), ("o", "from the start")] if book.going_on else [("⏎", "open")]
    return (*on, ("vP", "play"))


def _folds(found: ShelfList, chosen: ListRow) -> str:
    return "shut" if chosen.section.title in found.open else "open"


def _contents(section: Section, width: int) -> list[Row]:
    """Return what a section holds."""
    minutes = sum(book.entry.head.minutes for book in section.books)
    taken = f" · about {minutes} minutes" if minutes else ""
    rows = [row((section.title, "strong")), row((f"{section.done} of {len(section.books)} done{taken}", "dim")), row("")]
    wide = min(max(len(book.label) for book in section.books), 26)
    listed = (row((MARKS[book.state], ""), f" {fit(book.label, wide)}  ", (book.entry.title, "dim")) for book in section.books)
    return [*rows, *(clip(line, width) for line in listed)]
