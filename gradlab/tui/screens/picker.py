"""A list to choose from, filtered as one types: the palette and the browser of scenarios are both this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from gradlab.draw.ink import Row, clip, fit, row
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.titles import plain


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. group: the heading above it.   why_not: why it cannot be chosen now, or ""."""

    key: str
    name: str
    detail: str = ""
    group: str = ""
    why_not: str = ""

    def fits(self, words: Sequence[str]) -> bool:
        """Whether every word stands somewhere in it."""
        text = f"{self.group}/{self.name} {self.detail}".lower()
        return all(word in text for word in words)


class ChoiceList(RowsView):
    """The choices that fit a filter, under their groups, with one of them marked."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="choices")
        self.choices: tuple[Choice, ...] = ()
        self.at = 0
        self._lines: list[int] = []

    @property
    def chosen(self) -> Choice | None:
        """The marked choice."""
        return self.choices[self.at] if self.choices else None

    def fill(self, choices: Iterable[Choice]) -> None:
        """Show other choices, the first one marked."""
        self.choices, self.at = tuple(choices), 0
        self.redraw()

    def say(self, text: str) -> None:
        """Show a text in place of a list."""
        self.show_rows([row((text, "dim"))])

    def move(self, by: int) -> None:
        """Mark another choice."""
        self.at = max(0, min(self.at + by, len(self.choices) - 1))
        self.redraw()

    def redraw(self) -> None:
        """Draw the list."""
        width = self.scrollable_content_region.width or 60
        name = min(max((len(c.name) for c in self.choices), default=0), max(10, width * 2 // 5))
        rows: list[Row] = []
        self._lines = []
        group = ""
        for choice in self.choices:
            if choice.group != group:
                group = choice.group
                rows.append(row((group, "title")))
            self._lines.append(len(rows))
            rows.append(clip(_line(choice, name), width))
        marked = self._lines[self.at] if self._lines else -1
        self.show_rows(rows or [row(("nothing fits", "dim"))], marked)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new width."""
        self.redraw()

    def line_clicked(self, y: int) -> bool:
        """Mark the choice in a line of the widget, and say whether there is one."""
        number = y + self.scroll_offset.y
        if number in self._lines:
            self.at = self._lines.index(number)
            self.redraw()
        return number in self._lines


def _line(choice: Choice, name: int) -> Row:
    """Return the row of one choice."""
    detail = f"{choice.detail} ({choice.why_not})" if choice.why_not else choice.detail
    role = "off" if choice.why_not else ""
    return row((f"  {fit(choice.name, name)}  ", role), (detail, "off" if choice.why_not else "dim"))


class Picker(ModalScreen[str | None]):
    """Asks for one of the choices; returns its key, or None when it was left."""

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "close", priority=True),
        Binding("up", "move(-1)", "up", priority=True),
        Binding("down", "move(1)", "down", priority=True),
        Binding("pageup", "move(-10)", "ten up", priority=True),
        Binding("pagedown", "move(10)", "ten down", priority=True),
    ]

    def __init__(self, title: str, choices: Iterable[Choice] = ()) -> None:
        super().__init__()
        self.heading = title
        self.all = tuple(choices)

    def compose(self) -> ComposeResult:
        """Return the filter and the list."""
        with Vertical(id="picker") as box:
            box.border_title = plain(self.heading)
            yield Input(placeholder="type to filter", compact=True)
            yield ChoiceList()

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one(ChoiceList).fill(self.all)
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        """Show what fits."""
        self.filter()

    def filter(self) -> None:
        """Show the choices that have every word of the filter."""
        words = self.query_one(Input).value.lower().split()
        self.query_one(ChoiceList).fill(choice for choice in self.all if choice.fits(words))

    def on_input_submitted(self) -> None:
        """Choose the marked one."""
        chosen = self.query_one(ChoiceList).chosen
        if chosen is not None and not chosen.why_not:
            self.choose(chosen)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        if isinstance(event.widget, ChoiceList) and event.widget.line_clicked(event.y):
            self.on_input_submitted()

    def choose(self, choice: Choice) -> None:
        """Take a choice."""
        self.dismiss(choice.key)

    def action_move(self, by: int) -> None:
        """Mark another choice."""
        self.query_one(ChoiceList).move(by)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
