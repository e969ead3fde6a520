"""Panel 4: the prose of the scenario page by page with its script, and the line that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, prod
from typing import TYPE_CHECKING, Any

from textual.geometry import Region

from gradlab.draw.card import CardWay, QuestionCard, card_rows, hint_of
from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.lesson import LessonLook, LessonRows, lesson_rows
from gradlab.draw.said import GRADES, line_row
from gradlab.lab.outcome import Line
from gradlab.lab.teach.lesson import Lesson
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import Panel, PanelKind
from gradlab.tui.styles import glyphs_of

if TYPE_CHECKING:
    from gradlab.session import Lab

READING = """\
What the author of the scenario wrote, page by page, with the lines of the script where they stand. The space bar turns to the
next page or runs the next line; of a page that is longer than the panel it first shows the rest. ▸ is the line that comes next,
✓ those that have run, with what they said below them. Page up looks back at the page before, page down goes to the one behind;
the run stays where it is. You may leave the path at any time: the script goes on where it was.

The model stands in one row, `▸ model, 16 lines`, and so do claims of the author, `✓ 4 claims`; enter shows them line by line,
each claim with what it got, and folds them again.

A quiz asks you for a number, which is `?` everywhere until you have answered, or for a choice or an order; what follows in the
lesson comes behind your answer. `a` opens the line for it, `A` shows the answer, after a yes, the space bar, pressed twice,
skips it. An answer is graded and a usual mistake is named; a wrong one may be mended once, then the right one is shown. A bet
is not graded: how it came out is told later. Links are shown with their address and are never opened from here."""


MOST = 3
"""Inputs that a hint names at most."""
ROOMY = 16
"""Rows from which on the card of a question has empty rows around what can be done."""


@dataclass(frozen=True, slots=True)
class LessonPicture:
    """The lesson, and of a node whose value is asked for what its inputs are: pairs of name and number.

    quiz: the number of the open question among those of the script, 0 for none, and how many there are.
    """

    lesson: Lesson
    known: tuple[tuple[str, float], ...] = ()
    quiz: tuple[int, int] = (0, 0)


class LessonPanel(Panel):
    """Prose and script."""

    def __init__(self) -> None:
        super().__init__("lesson")
        self._place = LessonRows()
        self._grade: Line | None = None
        self._unfolded = False
        self._drawn: tuple[Any, Sequence[Row]] = (None, ())
        self._kept: Any = None

    @property
    def lesson(self) -> Lesson | None:
        """The lesson as it was seen last."""
        found = self.picture(LessonPicture)
        return found.lesson if isinstance(found, LessonPicture) else None

    @property
    def hints(self) -> tuple[tuple[str, float], ...]:
        """What the number that is asked for is made of, as far as it is known."""
        found = self.picture(LessonPicture)
        return found.known if isinstance(found, LessonPicture) else ()

    def request(self) -> Request:
        """Ask where the script is."""
        return ask

    def show(self, moment: Moment) -> None:
        """Draw another moment; what became of an answer stays until something else is asked or the script goes on."""
        said = [line for one in moment.said for line in one.lines]
        self._grade = next((line for line in reversed(said) if line.kind in GRADES), None if said else self._grade)
        super().show(moment)

    def marked_row(self) -> int:
        """Return the row of the statement that comes next."""
        return self._place.marked

    def draw(self, width: int) -> Sequence[Row]:
        """Return the lesson, with room behind it so that each page can stand at the top."""
        picture = self.lesson
        if picture is None:
            return self.complaint()
        height = self.scrollable_content_region.height
        key = (picture, width, height, self.moment.snapshot.card, self._grade, self._unfolded)
        if key != self._drawn[0]:
            self._place = lesson_rows(picture, self._look(picture, width))
            room = self._place.page + height - len(self._place.rows)
            self._drawn = (key, [*self._place.rows, *([row("")] * room)])
        place, many = self.picture(LessonPicture).quiz
        quiz = f" · quiz {place} of {many}" if place else ""
        self.subtitle = f"{picture.cursor} / {picture.total}{quiz}" if picture.total else ""
        return self._drawn[1]

    def _look(self, picture: Lesson, width: int) -> LessonLook:
        told = {line for piece in picture.pieces for line in piece.said}
        grade = None if self._grade in told else self._grade
        beside = [] if grade is None else wrap(row(("▌ ", "key"), *line_row(grade)), width, 2)
        card = self._card(picture, width)
        keys = self.key("lesson"), self.key("enter"), self._key_of
        return LessonLook(width, card, beside, self._unfolded, *keys, self.names, glyphs_of(self.app))

    def _key_of(self, name: str) -> str:
        """Return the key of a command that the prose names."""
        return self.keys.command(BY_NAME[name]).shown if name in BY_NAME else ""

    def _card(self, picture: Lesson, width: int) -> list[Row]:
        """Return the open question, what was said to a wrong answer, and what can be done."""
        seen = self.moment.snapshot
        ways = [
            CardWay(self.key("answer"), "answer", "answer"), CardWay(" ".join(2 * self.key("lesson")), "skip"),
            CardWay(self.key("reveal"), seen.way_out),
        ]  # fmt: skip
        graded = [] if self._grade is None else [line_row(self._grade)]
        number = 0 if picture.open is None else picture.open + 1
        roomy = self.scrollable_content_region.height >= ROOMY
        return card_rows(QuestionCard(seen.card, self._hint(), graded, ways, number), width, roomy)

    def _hint(self) -> str:
        """Return what the number that is asked for is made of, where the question says nothing else."""
        seen, nodes = self.moment.snapshot, self.moment.nodes
        known = self.hints
        if len(seen.card) != 1 or not known or not seen.hidden:
            return ""
        node = nodes[seen.hidden[0].node]
        return hint_of(node.name, node.expression, known)

    def enter(self) -> str:
        """Show the claims one by one, or in one row again."""
        before = self.rows
        self._unfolded = not self._unfolded
        self.redraw()
        return "" if self.rows != before else "there are no claims here that are shown in one row"

    def page(self, by: float) -> str:
        """Look at the page before or behind, of those that were turned to; a long one is looked through first."""
        if abs(by) < 1:
            return super().page(by)
        height, now = self.scrollable_content_region.height, self.scroll_offset.y
        if by < 0:
            first = max((top for top in self._place.pages if top < now), default=0)
            self._go(max(first, now - height + 1))
        else:
            following = min((top for top in self._place.pages if top > now), default=self._place.bottom - height + 1)
            self._go(min(max(following, now), now + height - 1))
        return "" if self.scroll_offset.y != now else f"there is no page {'before' if by < 0 else 'behind'} that was read"

    # ---- where the panel stands ------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw again, and go to the present stop if that is another one, or has more to show."""
        super().redraw()
        picture, height = self.lesson, self.scrollable_content_region.height
        if picture is None or height <= 0 or not self.display:
            return
        stop = (picture.here, picture.open, picture.cursor, height, self._place.bottom - self._place.top)
        if stop != self._kept:
            self._kept = stop
            self._go(self._top_for(picture, height))

    def keep_in_sight(self, number: int) -> None:
        """Do nothing: what is kept in sight is the present stop, not the line that comes next."""

    def _top_for(self, picture: Lesson, height: int) -> int:
        """Return the row that stands at the top: the top of a page, as long as the present line fits below it."""
        place, now = self._place, self.scroll_offset.y
        top, bottom = place.top, max(place.bottom, place.marked)
        if bottom < place.page + height or top == place.page:
            return place.page
        if top >= now and bottom < now + height:
            return now
        third = height // 3
        return max(0, min(top, bottom - height + 1 + third) if bottom >= now + height else top - third)

    def read_on(self) -> bool:
        """Show more of a stop that is longer than the panel; return whether there was more."""
        height, now = self.scrollable_content_region.height, self.scroll_offset.y
        top, bottom = self._place.top, self._place.bottom
        if not (top < now + height and now <= bottom and bottom >= now + height):
            return False
        self._go(min(now + height - 1, bottom - height + 1))
        return True

    def to_stay_clear(self) -> Sequence[Region]:
        """Return the present stop, with the card of the open question, then all of the panel."""
        place, inside = self._place, self.content_region
        top, bottom = place.top - self.scroll_offset.y, max(place.bottom, place.marked) + 1 - self.scroll_offset.y
        return Region(inside.x, inside.y + top, inside.width, bottom - top).intersection(inside), inside

    def _go(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True, immediate=True)


def ask(lab: Lab, look: Look) -> LessonPicture:
    """Ask for the lesson, for the place of the script in it, and for what the number that is asked for is made of."""
    hidden = look.snapshot.hidden
    known = _inputs(lab, hidden[0].node) if hidden and hidden[0].what == "value" and hidden[0].element is None else ()
    asked = [number for number, role in enumerate(lab.roles()) if role.part == "question"]
    number = -1 if lab.question is None else lab.question.number
    return LessonPicture(lab.lesson(), known, (asked.index(number) + 1 if number in asked else 0, len(asked)))


def _inputs(lab: Lab, index: int) -> tuple[tuple[str, float], ...]:
    """Return the inputs of a number with what they are; nothing where one is a tensor, or not known yet."""
    inputs = [lab.nodes[i] for i in dict.fromkeys(lab.nodes[index].inputs)]
    if not inputs or len(inputs) > MOST or any(prod(node.shape) != 1 for node in (lab.nodes[index], *inputs)):
        return ()
    found = [(node.name, brief.value) for node, brief in zip(inputs, lab.brief([n.index for n in inputs]), strict=True)]
    return () if any(isnan(value) for _, value in found) else tuple(pair for pair in found if not pair[0].startswith("_"))


PANEL = PanelKind("lesson", 4, "lesson", READING, LessonPanel, letter="l")
