"""What a panel is: rows made from a moment, a request for what it needs, and a text that says how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, ClassVar

from textual import events
from textual.geometry import Region
from textual.message import Message

from gradlab.draw.ink import Goal, Row, row
from gradlab.draw.names import NodeNames
from gradlab.draw.rule import Named, TitleRule
from gradlab.tui.arrangement.fitting import LEAST
from gradlab.tui.keys import Keys, bindings_of
from gradlab.tui.moment import Moment, Request, internal
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.ruled import Ruled

WAYS = {"left": (-1, 0), "down": (0, 1), "up": (0, -1), "right": (1, 0)}
"""Columns and rows that a direction leads by."""


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One kind of panel.

    order: its place among the panels.   title: a word or two.   reading: how to read it, shown by `?`.   make: gives the panel.
    letter: chooses it from the list of the panels.   digit: its key, given to the first ten.
    """

    name: str
    order: int
    title: str
    reading: str
    make: Callable[[], PanelWidget]
    letter: str = ""
    digit: str = ""

    @property
    def key(self) -> str:
        """The digit, or else the letter."""
        return self.digit or self.letter

    @property
    def label(self) -> str:
        """The title behind the key."""
        return f"{self.key} {self.title}".strip()


def numbered(kinds: Iterable[PanelKind], refuse: Callable[[PanelKind, str], None]) -> tuple[PanelKind, ...]:
    """Return the panels with digits for the first ten. A letter is that of the first who has it; `refuse` is told of others."""
    found: list[PanelKind] = []
    letters: dict[str, str] = {}
    for kind, digit in zip_longest(kinds, "1234567890", fillvalue=""):
        if not isinstance(kind, PanelKind):
            break
        letter = kind.letter if len(kind.letter) == 1 and kind.letter.isalnum() else ""
        if kind.letter and not letter:
            refuse(kind, f"`{kind.letter}` is no letter for the panel `{kind.name}`")
        elif letter in letters:
            refuse(kind, f"the letter `{letter}` of the panel `{kind.name}` is that of the panel `{letters[letter]}`")
            letter = ""
        letters.update({letter: kind.name} if letter else {})
        found.append(replace(kind, letter=letter, digit=digit))
    return tuple(found)


class PanelWidget(Ruled):
    """What the screen asks of every panel.

    A panel has no keys of its own: what the keys of the screen ask of it are methods that return why nothing could be done, or
    "" where it was.

    shown_as: its kind, with its key.   keys: which a person changed.   facets: the ways to look at it, of which `facet`
    is shown.   subtitle: what stands at the right of its rule.
    others: keys, titles and names of the panels that are out of sight, where its rule has them.
    least: columns and rows with which it says something.   pins: whether it shows what is chosen, and can be kept from that.
    pinned: the node and the element that it stays at, or None.   moment: what it was shown last.
    """

    shown_as: PanelKind | None = None
    keys = Keys()
    facets: ClassVar[tuple[str, ...]] = ()
    facet = 0
    subtitle = ""
    others: Sequence[Named] = ()
    least: ClassVar[tuple[int, int]] = LEAST
    pins: ClassVar[bool] = False
    pinned: tuple[int, int] | None = None
    moment = Moment()

    def __init_subclass__(cls, **options: Any) -> None:
        cls.BINDINGS = list(bindings_of(cls))
        super().__init_subclass__(**options)

    def key(self, command: str) -> str:
        """Return the key of a command as it is shown."""
        return self.keys.sign(command)

    @property
    def scope(self) -> str:
        """The name of its kind, by which a person changes its keys; "" for a panel that stands nowhere."""
        return self.shown_as.name if self.shown_as else ""

    # ---- the rule --------------------------------------------------------------------------------------------------

    def rule(self) -> tuple[str, str]:
        """Return what the panel shows, which stands behind its title, and what there is to say on the right."""
        return self.facet_name, self.subtitle

    def title_rule(self) -> TitleRule:
        """Return what stands in the rule."""
        kind, (subtitle, right) = self.shown_as, self.rule()
        right = f"◆ pinned  {right}".rstrip() if self.pinned is not None else right
        if kind is None:
            return TitleRule(("", "", ""))
        more = self.scroll_offset.y > 0, self.scroll_offset.y + self.content_size.height < self.virtual_size.height
        facets = self.facets if len(self.facets) > 1 else ()
        return TitleRule(
            (kind.key, kind.title, kind.name), subtitle, right, facets, self.facet, self.others, keys=self.has_keys, more=more
        )

    class Wants(Message):
        """The panel would like another picture: it was scrolled, or shows something else."""

    class Keeps(Message):
        """The panel shows its subject otherwise. lines: bring it there, when what was done is opened again."""

        def __init__(self, lines: Sequence[str]) -> None:
            self.lines = tuple(lines)
            super().__init__()

    class Goes(Message):
        """A person looks at another node or another element."""

        def __init__(self, focus: int, element: int = 0) -> None:
            self.focus = focus
            self.element = element
            super().__init__()

    class Follows(Message):
        """A person goes where something in the panel leads."""

        def __init__(self, goal: Goal) -> None:
            self.goal = goal
            super().__init__()

    @property
    def facet_name(self) -> str:
        """The facet that is shown, or ""."""
        return self.facets[self.facet] if self.facets else ""

    def next_facet(self, by: int = 1) -> str:
        """Show the next facet, behind the last one the first; return why there is none, or ""."""
        return self.show_facet(self.facet + by) if len(self.facets) > 1 else "this panel shows one thing"

    def show_facet(self, number: int) -> str:
        """Show a facet by its number; return that it is the one that is shown, or ""."""
        if number % len(self.facets) == self.facet:
            return f"{self.facet_name} is shown"
        self.facet = number % len(self.facets)
        self.facet_changed()
        return ""

    def previous_facet(self) -> str:
        """Show the facet before; return why there is none, or ""."""
        return self.next_facet(-1)

    def facet_changed(self) -> None:
        """Draw another facet, and ask for what it needs."""
        self.post_message(self.Wants())

    def cursor(self, way: str) -> str:
        """Move the cursor "left", "down", "up" or "right"; return why it cannot be, or ""."""
        return "nothing in this panel has a cursor"

    def first(self) -> str:
        """Go to the beginning; return why it cannot be, or ""."""
        return "this is the beginning"

    def last(self) -> str:
        """Go to the end; return why it cannot be, or ""."""
        return "this is the end"

    def enter(self) -> str:
        """Go into what the cursor is on; return why it cannot be, or ""."""
        return "there is nothing to go into here"

    def nearer(self) -> str:
        """Show more of less; return why it cannot be, or ""."""
        return "this panel has no zoom"

    def farther(self) -> str:
        """Show less of more; return why it cannot be, or ""."""
        return "this panel has no zoom"

    def scroll_view(self, way: str) -> str:
        """Move the view, not the cursor; return why it cannot be, or ""."""
        return "all of this panel is in sight"

    def page(self, by: float) -> str:
        """Go some pages on, or back where it is negative; return why it cannot be, or ""."""
        return "all of this panel is in sight"

    def pin(self) -> str:
        """Keep what the panel shows, or let it follow again; return why it cannot be, or ""."""
        if not self.pins:
            return "this panel follows nothing"
        seen = self.moment
        self.pinned = (seen.focus, seen.element) if self.pinned is None and seen.focus >= 0 else None
        self.post_message(self.Wants())
        self.redraw_rule()
        return ""

    def held(self, moment: Moment) -> Moment:
        """Return a moment as a panel that is pinned sees it: what it shows is chosen in it."""
        if self.pinned is None or not 0 <= self.pinned[0] < len(moment.nodes):
            return moment
        return replace(moment, focus=self.pinned[0], element=self.pinned[1])

    def asked(self) -> Request | None:
        """Return what is to be asked of the laboratory: about what is pinned, where something is."""
        request, pinned = self.request(), self.pinned
        if request is None or pinned is None:
            return request
        return lambda lab, look: request(lab, replace(look, focus=pinned[0], element=pinned[1]))

    def close_top(self) -> bool:
        """Close what is laid over the panel; return whether there was something."""
        return False

    def point(self, x: int, y: int) -> Goal | None:
        """Choose what is in a cell of the content, and return where it leads, if it leads anywhere."""
        return None

    def to_stay_clear(self) -> Sequence[Region]:
        """Return the parts of the screen that nothing may cover unasked, those that matter most first."""
        return ()

    def go_back(self) -> bool:
        """Go back to where the panel last went into something; return whether it has."""
        return False

    def has_content(self, moment: Moment) -> bool:
        """Whether there is something to show in a moment; while there is not, a layout may close its place."""
        return True

    def request(self) -> Request | None:
        """Return what is to be asked of the laboratory while the panel is visible. Runs in the app's thread."""
        return None

    def show(self, moment: Moment) -> None:
        """Draw another moment. Every moment comes once, whether the panel is in sight or not."""
        raise NotImplementedError


class Panel(RowsView, PanelWidget):
    """A panel of rows."""

    def __init__(self, kind: str) -> None:
        super().__init__(id=kind, classes="panel")
        self.kind = kind
        self.moment = Moment()
        self._names = NodeNames()

    @property
    def names(self) -> NodeNames:
        """The nodes by their names, as far as the moment has them."""
        if self._names.nodes is not self.moment.nodes:
            self._names = NodeNames(self.moment.nodes)
        return self._names

    def draw(self, width: int) -> Sequence[Row]:
        """Return the rows for `self.moment` at a width."""
        raise NotImplementedError

    def marked_row(self) -> int:
        """Return the number of the row in reverse video, or -1."""
        return -1

    def show(self, moment: Moment) -> None:
        """Draw another moment."""
        self.moment = moment
        self.redraw()

    def redraw(self) -> None:
        """Draw again, for another width or another choice."""
        width = self.scrollable_content_region.width
        if width > 0 and self.display:
            try:
                rows, marked = self.draw(width), self.marked_row()
            except Exception as error:  # noqa: BLE001  this panel says so, the others go on
                rows, marked = [row((internal(error), "warn"))], -1
            self.show_rows(rows, marked)
            self.redraw_rule()

    def facet_changed(self) -> None:
        """Draw another facet from its top, and ask for what it needs."""
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.redraw()
        super().facet_changed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say in the rule what is above and below."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw_rule()

    def cursor(self, way: str) -> str:
        """Scroll by a row or a column: a panel of rows has no cursor unless it says so."""
        return self.scroll_view(way)

    def scroll_view(self, way: str) -> str:
        """Scroll by a row or a column."""
        return self.scroll_some(*WAYS[way])

    def scroll_some(self, across: float, down: float) -> str:
        """Scroll by columns and rows; return that there is no more if there is none."""
        before = self.scroll_offset
        self.scroll_relative(x=across or None, y=down or None, animate=False, force=True, immediate=True)
        return "" if self.scroll_offset != before else "there is no more in this direction"

    def first(self) -> str:
        """Scroll to the top."""
        return self.scroll_some(0, -self.virtual_size.height)

    def last(self) -> str:
        """Scroll to the foot."""
        return self.scroll_some(0, self.virtual_size.height)

    def page(self, by: float) -> str:
        """Scroll by some heights of the panel, one row less, so that something stays in sight."""
        return self.scroll_some(0, int(by * max(1, self.scrollable_content_region.height - 1)))

    def point(self, x: int, y: int) -> Goal | None:
        """Return where a cell of the content leads."""
        return self.goal_at(x, y)

    def picture(self, kind: type[Any]) -> Any:
        """Return the picture that came for this panel if it is of a kind, else None."""
        found = self.moment.pictures.get(self.kind)
        return found if isinstance(found, kind) else None

    def complaint(self) -> list[Row]:
        """Return the rows of what speaks against a picture, if something does."""
        found = self.moment.pictures.get(self.kind)
        return [row((line, "warn")) for line in found.split("\n")] if isinstance(found, str) else []

    def on_show(self) -> None:
        """Draw what came while the panel was out of sight."""
        self.redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size, and ask again: more or fewer numbers fit now."""
        self.redraw()
        self.post_message(self.Wants())
