"""A list over the foot that is narrowed as one types: the finds of `/`, the palette, a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gradlab.draw.ink import Row, clip, fit, row
from gradlab.tui.entry import TypedText
from gradlab.tui.fuzzy import SCORED, Haystack
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.overlays.menu import heading

ROWS = 8
"""Rows of the list, where the screen is high enough."""
GROUP = 9
MOVES = {"up": -1, "down": 1, "ctrl+p": -1, "ctrl+n": 1, "pageup": -ROWS, "pagedown": ROWS, "tab": 1, "shift+tab": -1}


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class ListedThing:
    """One thing to choose. group: what it is.   take: does it.   preview: shows it while its row is marked.

    why_not: why it cannot be chosen now, or "".
    """

    group: str
    name: str
    detail: str = ""
    take: Callable[[], None] = field(default=_nothing, compare=False)
    preview: Callable[[], None] = field(default=_nothing, compare=False)
    why_not: str = ""


class Offered:
    """Things to choose from. titles: the group and the name of each; make: gives one when it is first shown or taken."""

    def __init__(self, titles: Sequence[tuple[str, str]], make: Callable[[int], ListedThing]) -> None:
        self.titles, self._make = titles, make
        self._made: dict[int, ListedThing] = {}

    def __len__(self) -> int:
        return len(self.titles)

    def __getitem__(self, place: int) -> ListedThing:
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    @cached_property
    def names(self) -> Haystack:
        """The names, found by their letters or by those of their groups."""
        return Haystack([name for _, name in self.titles], [f"{name} {group}" for group, name in self.titles])

    @cached_property
    def details(self) -> Haystack:
        """The same, found by the letters of their details, too."""
        words = [f"{name} {group} {self[place].detail}" for place, (group, name) in enumerate(self.titles)]
        return Haystack([name for _, name in self.titles], words)


class ListOverlay(Overlay):
    """A list with a line for a filter. restore: brings back what was there before anything was shown.   leave: closes it.

    sign: what stands before the line.   hint: what the keys do.   told: says why a thing cannot be chosen.
    again: what enter does before anything is typed or marked, or None.   by_detail: whether details are searched, too.
    """

    def __init__(
        self, title: str, sign: str, hint: str, *, leave: Callable[[], None], restore: Callable[[], None] = _nothing,
        told: Callable[[str], None] = lambda text: None,
    ) -> None:  # fmt: skip
        self.title, self.sign, self.hint = title, sign, hint
        self._leave, self.restore, self._told = leave, restore, told
        self.again: Callable[[], None] | None = None
        self.by_detail = False
        self.entry = TypedText()
        self.all = Offered((), _none)
        self._places: list[int] = []
        self.at = self._start = self._most = 0

    def fill(self, things: Offered | Sequence[ListedThing]) -> None:
        """Offer these things; the marked one stays marked if it is among them."""
        marked = self.all.titles[self._places[self.at]] if self._places else None
        self.all = things if isinstance(things, Offered) else offered(things)
        self._narrow()
        titles = [self.all.titles[place] for place in self._places]
        self.at = titles.index(marked) if marked in titles else 0

    @property
    def marked(self) -> ListedThing | None:
        """The marked thing."""
        return self.all[self._places[self.at]] if self._places else None

    def _narrow(self) -> None:
        if not self.entry.text.strip():
            self._places = list(range(min(SCORED, len(self.all))))
        else:
            self._places = (self.all.details if self.by_detail else self.all.names).fitting(self.entry.text)
        self.at = 0

    def takes(self, key: str, character: str | None) -> None:
        """Mark another row, choose, leave, or narrow the list."""
        if key in MOVES:
            self._mark(self.at + MOVES[key])
        elif key in ("enter", "ctrl+j"):
            self._choose()
        elif key == "escape":
            self.close()
        else:
            before = self.entry.text
            if self.entry.takes(key, character) and self.entry.text != before:
                self._typed()

    def paste(self, text: str) -> None:
        """Narrow the list by a text that was pasted."""
        self.entry.insert(text)
        self._typed()

    def _typed(self) -> None:
        self._narrow()
        self._show_marked()

    def _mark(self, at: int) -> None:
        if count := len(self._places):
            self.at = at % count if abs(at - self.at) == 1 else max(0, min(at, count - 1))
            self._show_marked()

    def _show_marked(self) -> None:
        self.restore() if self.marked is None else self.marked.preview()

    def _choose(self) -> None:
        marked = self.marked
        if self.again is not None and not self.entry.text and not self.at:
            self._leave()
            self.again()
        elif marked is None:
            self.close()
        elif marked.why_not:
            self._told(marked.why_not)
        else:
            self._leave()
            marked.take()

    def close(self) -> None:
        """Leave, with everything as it was."""
        self._leave()
        self.restore()

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the rule, the things around the marked one, and the line."""
        most = self._most = max(1, min(ROWS, height - 4))
        start = self._start = max(0, min(self.at - most // 2, len(self._places) - most))
        seen = [self.all[place] for place in self._places[start : start + most]]
        names = min(max((len(thing.name) for thing in seen), default=0), max(10, width // 2 - GROUP))
        count, total = len(self._places), len(self.all)
        rows = [heading(self.title, width, f"{'first ' if count == SCORED < total else ''}{count:,} of {total:,}")]
        group = ""
        for number, thing in enumerate(seen, start):
            rows.append(clip(_listed_row(thing, "" if thing.group == group else thing.group, number == self.at, names), width))
            group = thing.group
        if not seen:
            rows.append(row((f" nothing fits `{self.entry.text}`", "dim")))
        line = self.entry.drawn(self.sign, width)
        gap = width - sum(len(text) for text, _ in line) - len(self.hint) - 1
        return [*rows, (*line, (" " * gap, ""), (self.hint, "dim")) if gap > 0 else line]

    def cursor(self, width: int) -> int:
        """Return the column of the cursor in the last row."""
        return self.entry.column(self.sign, width)

    def scroll(self, by: int) -> None:
        """Mark another row."""
        self._mark(self.at + (1 if by > 0 else -1))

    def pressed(self, x: int, y: int) -> None:
        """Choose the thing in a row that was clicked."""
        number = self._start + y - 1
        if 0 < y <= self._most and number < len(self._places):
            self.at = number
            self._choose()


def offered(things: Sequence[ListedThing]) -> Offered:
    """Return things that are there already as what a list offers."""
    return Offered([(thing.group, thing.name) for thing in things], things.__getitem__)


def _none(place: int) -> ListedThing:
    raise IndexError(place)


def _listed_row(thing: ListedThing, group: str, marked: bool, names: int) -> Row:
    """Return the row of one thing."""
    off = "off" if thing.why_not else ""
    mark = ("▸ ", "here") if marked else ("  ", "")
    detail = f"{thing.detail} ({thing.why_not})" if thing.why_not else thing.detail
    name = (fit(thing.name, names), off or ("strong" if marked else ""))
    return row((f" {fit(group, GROUP - 2)} ", "dim"), mark, name, ("  ", ""), (detail, off or "dim"))
