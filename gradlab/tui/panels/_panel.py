"""What a panel is: rows made from a moment, a request for what it needs, and a text that says how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, ClassVar

from textual import events
from textual.message import Message

from gradlab.draw.ink import Row, row
from gradlab.draw.rule import Named, TitleRule
from gradlab.tui.arrangement.fitting import LEAST
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.keys import Keys, bindings_of, bound_in, sign
from gradlab.tui.moment import Moment, Request, internal
from gradlab.tui.widgets.rows import RowsView
from gradlab.tui.widgets.ruled import Ruled


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One kind of panel.

    order: its place among the panels.   title: a word or two.   reading: how to read it, shown by `?`.   make: gives the panel.
    letter: chooses it from the list of the panels.   facets: ways to look at it; `]` goes to the next one.
    digit: its key, given to the first ten.
    """

    name: str
    order: int
    title: str
    reading: str
    make: Callable[[], PanelWidget]
    letter: str = ""
    facets: tuple[str, ...] = ()
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

    shown_as: its kind, with its key.   keys: which a person changed.   facet: the number of the way in which it is looked at.
    others: keys, titles and names of the panels that are out of sight, where its rule has them.
    least: columns and rows with which it says something.
    """

    shown_as: PanelKind | None = None
    keys = Keys()
    facet = 0
    others: Sequence[Named] = ()
    least: ClassVar[tuple[int, int]] = LEAST

    def __init_subclass__(cls, **options: Any) -> None:
        cls.BINDINGS = list(bindings_of(cls))
        super().__init_subclass__(**options)

    def key(self, action: str) -> str:
        """Return the key of an action of this panel, or of a command, as it is shown; "" where there is none."""
        for bound in bound_in(type(self)):
            if bound.name == action:
                return sign(self.keys.of(self.scope, bound)[0])
        return self.keys.command(BY_NAME[action]).shown

    @property
    def scope(self) -> str:
        """The name of its kind, by which a person changes its keys; "" for a panel that stands nowhere."""
        return self.shown_as.name if self.shown_as else ""

    # ---- the rule --------------------------------------------------------------------------------------------------

    def rule(self) -> tuple[str, str]:
        """Return what the panel shows, which stands behind its title, and what there is to say on the right."""
        return self.facet_name, ""

    def title_rule(self) -> TitleRule:
        """Return what stands in the rule."""
        kind, (subtitle, right) = self.shown_as, self.rule()
        if kind is None:
            return TitleRule(("", "", ""))
        more = self.scroll_offset.y > 0, self.scroll_offset.y + self.content_size.height < self.virtual_size.height
        facets = kind.facets if len(kind.facets) > 1 else ()
        return TitleRule(
            (kind.key, kind.title, kind.name), subtitle, right, facets, self.facet, self.others, keys=self.has_keys, more=more
        )

    # ---- ways to look at it ----------------------------------------------------------------------------------------

    @property
    def facets(self) -> tuple[str, ...]:
        """The ways to look at it."""
        return self.shown_as.facets if self.shown_as else ()

    @property
    def facet_name(self) -> str:
        """The way in which it is looked at; "" where there is only one."""
        return self.facets[self.facet] if self.facets else ""

    def next_facet(self, by: int = 1) -> None:
        """Go to the next way to look at it; behind the last comes the first."""
        if self.facets:
            self.look_at((self.facet + by) % len(self.facets))

    def previous_facet(self) -> None:
        """Go to the way before."""
        self.next_facet(-1)

    def look_at(self, facet: int) -> None:
        """Go to a way to look at it."""
        self.facet = facet
        self.facet_changed()
        self.redraw_rule()
        self.post_message(self.Wants())

    def facet_changed(self) -> None:
        """Draw what is seen in another way."""

    def has_content(self, moment: Moment) -> bool:
        """Return whether there is something to show; the layout closes the slots of panels that have nothing."""
        return True

    class Wants(Message):
        """The panel would like another picture: it was scrolled, or shows something else."""

    class Goes(Message):
        """A person looks at another node or another element."""

        def __init__(self, focus: int, element: int = 0) -> None:
            self.focus = focus
            self.element = element
            super().__init__()

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
        """Draw what is seen in another way."""
        self.redraw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say in the rule what is above and below."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw_rule()

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
