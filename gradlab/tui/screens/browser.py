"""The browser: the scenarios that come with gradlab and those of this folder, with what each holds and how far one is in it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.widgets import Input

from gradlab.draw.ink import Row, row, spread
from gradlab.draw.preview import MARKS, REST, Preview, preview_rows
from gradlab.draw.reading import keys, paragraphs
from gradlab.tui.editors import edit
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command
from gradlab.tui.keys import Keys, identity
from gradlab.tui.previews import PreviewKey, Previews
from gradlab.tui.screens.errands import Errands
from gradlab.tui.screens.menu import Menu
from gradlab.tui.screens.text import TextScreen
from gradlab.tui.shelfrows import ToldRow, contents, footer, margin, states_of
from gradlab.tui.shelves import Book, Section, Shelves, fitting, read_shelves
from gradlab.tui.widgets.field import Field
from gradlab.tui.widgets.internals import draw_sparingly
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.shelflist import ShelfList

WIDEST = 100
"""Cells of a preview; longer lines are hard to read."""
Way = Literal["on", "start", "play"]
READING = f"""\
Scenarios by folder, or by course with `]`; {MARKS["new"]} is new, {MARKS["begun"]} begun, {MARKS["done"]} done. Every move \
shows what the lesson holds, how far you are, what it needs and what comes next. `/` looks for letters of the name, or words \
of the title."""
HERE = "browse"
"""What the table of keys calls this screen."""


class Browser(Errands):
    """A list to the left, and what is marked in it to the right, or below it on a narrow screen."""

    BINDINGS: ClassVar = [
        Binding(
            command.key, f"press('{command.name}')", command.label, priority=True, show=False, id=identity(None, command.name)
        )
        for command in COMMANDS
        if command.scope == HERE
    ]

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
        self.keys = Keys()
        self.by_course = False
        self.previews = Previews(self._tell)
        self._read_once = False

    def compose(self) -> ComposeResult:
        """Return the rows above, the list and the preview, and the row below."""
        self.keys = getattr(self.app, "keys", self.keys)
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
        self.app.update_keymap({identity(None, one.name): one.key for one in self._commands()})
        self.query_one("#search").display = False
        self.query_one("#preview").can_focus = False
        self.set_focus(self.listing)
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
    def listing(self) -> ShelfList:
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
            self.listing.fill([Section("", fitting(self.shelves.books, text), folds=False)], whole_names=True, keep=False)
        else:
            shelved = self.shelves.courses if self.by_course else self.shelves.folders
            self.listing.fill([*self.shelves.first, *shelved])
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
        chosen = self.listing.chosen
        if chosen is None or width < 10 or height < 2:
            view.show_rows([])
        elif chosen.book is None:
            view.show_rows([margin(line) for line in contents(chosen.section, width - 2)])
        else:
            view.show_rows(
                [margin(line) for line in preview_rows(self._preview(chosen.book, width, height), width - 2, height)]
            )

    def _preview(self, book: Book, width: int, height: int) -> Preview:
        seen = self.previews.ask(book.path, (width - 2, height - REST))
        head = book.entry.head
        return Preview(
            book.entry.title, head.source, None if seen is None else seen.outline, () if seen is None else seen.drawing,
            head.minutes, book.you, states_of(self.shelves.needed(book)), states_of(self.shelves.after(book)), self._ways(book),
            head.level,
        )  # fmt: skip

    def _tell(self, wanted: PreviewKey) -> None:
        """Tell of a preview, from its thread, unless the screen has gone."""
        if self.is_running:
            self.post_message(self.Made(wanted))

    @on(Made)
    def _made(self, message: Made) -> None:
        chosen = self.listing.chosen
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
        return row((f"{sum(one.book is not None for one in self.listing.listed)} fit   esc closes ", "dim"))

    def _footer(self, width: int) -> Row:
        return footer(self._pairs(), width)

    def _pairs(self) -> list[tuple[str, str]]:
        """Return the keys that the footer shows, with what they do here."""
        chosen, show = self.listing.chosen, self.shown
        if self.finding:
            return [(show("open"), "open"), ("↑↓", "choose"), ("esc", "all")]
        first: list[tuple[str, str]] = []
        if chosen is not None and chosen.book is None:
            first = [(show("open"), "shut" if chosen.section.title in self.listing.open else "open")]
        elif chosen is not None and chosen.book is not None:
            first = [*self._ways(chosen.book), (show("check"), "check"), (show("edit"), "edit")]
        other = (show("folders"), "folders") if self.by_course else (show("courses"), "courses")
        fold = (show("unfold") + show("fold"), "open, shut")
        return [*first, (show("find"), "find"), (show("help"), "help"), (show("quit"), "quit"), other, fold]

    def _ways(self, book: Book) -> tuple[tuple[str, str], ...]:
        """Return what can be done with a book, and the keys for it."""
        play = (f"{self.shown('view')}P", "play")
        if not book.going_on:
            return (self.shown("open"), "open"), play
        place = book.going_on.partition(" / ")[0]
        return (self.shown("open"), f"go on at {place}"), (self.shown("start"), "from the start"), play

    def shown(self, what: str) -> str:
        """Return the key of one of this screen's commands as it is shown."""
        return self.keys.sign(f"{HERE}-{what}")

    # ---- what a person does ----------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the filter while somebody types."""
        return not self.finding or action.startswith("app.")

    def action_press(self, name: str) -> None:
        """Do what a key stands for."""
        verb, *arguments = BY_NAME[name].does.split()
        getattr(self, f"do_{verb}")(*arguments)

    def do_open(self, way: Way) -> None:
        """Open what is marked."""
        chosen = self.listing.chosen
        if chosen is None:
            return
        if chosen.book is not None:
            self.post_message(self.BookOpened(chosen.book, way))
        elif way == "on":
            self.do_fold() if chosen.section.title in self.listing.open else self.do_unfold()

    def told(self) -> None:
        """Show what is under way."""
        self.query_one("#header", ToldRow).refresh()

    def do_check(self) -> None:
        """Check what is marked."""
        chosen = self.listing.chosen
        if chosen is not None and chosen.book is not None and not self.errand:
            self.check(chosen.book.path)

    def do_edit(self) -> None:
        """Edit what is marked, unless it came with gradlab."""
        chosen = self.listing.chosen
        if chosen is None or chosen.book is None:
            return
        if chosen.book.name in self.shelves.shipped:
            self.tell(f"it comes with gradlab: `gradlab new NAME --from {chosen.book.name}` makes a copy that is yours")
        elif why := edit(self.app, chosen.book.path):
            self.tell(why)
        else:
            self._read()

    def do_view(self) -> None:
        """Offer other views of the marked scenario."""
        chosen = self.listing.chosen
        if chosen is not None and chosen.book is not None:
            rows = [("play", "P", "play it by itself")]
            self.app.push_screen(Menu("view", rows), lambda key: self.do_open("play") if key else None)

    def do_move(self, by: str) -> None:
        """Mark another row."""
        self.listing.move(int(by))
        self._changed()

    def do_fold(self) -> None:
        """Shut the marked folder."""
        if self.listing.fold(unfold=False):
            self._changed()

    def do_unfold(self) -> None:
        """Open the marked folder."""
        if self.listing.fold(unfold=True):
            self._changed()

    def do_facet(self) -> None:
        """Show the lessons by course, or by folder again."""
        self.by_course = not self.by_course
        self.filter()

    def do_caption(self, by: str) -> None:
        """Give the preview below the list more rows, or none."""
        sizes = ("none", "some", "most")
        now = next((size for size in sizes if self.has_class(size)), "some")
        wanted = sizes[max(0, min(sizes.index(now) + int(by), 2))]
        self.remove_class(*sizes)
        self.add_class(wanted)
        self.call_after_refresh(self.show_preview)

    def do_find(self) -> None:
        """Open the filter."""
        self.query_one("#search").display = True
        self.query_one(Input).value = ""
        self.set_focus(self.query_one(Input))
        self._changed()

    def do_help(self) -> None:
        """Say how to read this screen, and what its keys do."""
        rows = [*paragraphs(READING), row(""), *keys((one.shown, one.help) for one in self._commands())]
        self.app.push_screen(TextScreen("the scenarios: how to read them", rows))

    def _commands(self) -> list[Command]:
        """Return the commands of this screen, with the keys that they have."""
        return [command for command in self.keys.commands() if command.scope == HERE]

    def do_leave(self) -> None:
        """End the program."""
        self.app.exit(0)

    def on_input_changed(self) -> None:
        """Show what fits."""
        self.filter()

    def _takes(self, event: events.Key) -> bool:
        """Do what a key means while somebody types; return False for what belongs into the text."""
        moves = {"up": "-1", "down": "1", "pageup": "-10", "pagedown": "10"}
        if event.key not in (*moves, "escape", "enter"):
            return False
        if event.key != "escape":
            self.filter()  # letters of the same burst may not have been told yet
        if event.key in moves:
            self.do_move(moves[event.key])
        elif event.key == "escape":
            self._close_filter()
        else:
            self.do_open("on")
        return True

    def _close_filter(self) -> None:
        """Show all again, with what was marked still marked where it is in sight."""
        chosen = self.listing.chosen
        self.query_one("#search").display = False
        self.set_focus(self.listing)
        book = chosen.book if chosen is not None else None
        self.filter()
        if book is not None:
            self.reveal(book)

    def reveal(self, book: Book) -> None:
        """Mark a book in its folder."""
        for section in self.listing.sections:
            if book in section.books:
                self.listing.open.add(section.title)
                self.listing.mark(f"{section.title}\n{book.name}")
                self._changed()
                return

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; twice opens it."""
        if event.widget is self.listing and self.listing.line_clicked(event.y):
            self._changed()
            if event.chain == 2 or (self.listing.chosen is not None and self.listing.chosen.book is None):
                self.do_open("on")


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None
