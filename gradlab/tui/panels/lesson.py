"""Panel 4: the prose of the scenario page by page with its script, and the line that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, prod
from typing import TYPE_CHECKING, Any

from textual.geometry import Region
from textual.message import Message

from gradlab.draw.card import CardWay, QuestionCard, card_rows, hint_of
from gradlab.draw.ink import Goal, Row, goals_of, row, wrap
from gradlab.draw.lesson import LessonLook, LessonRows, lesson_rows
from gradlab.draw.said import GRADES, line_row
from gradlab.lab.outcome import Line
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._panel import WAYS, Panel, PanelKind
from gradlab.tui.styles import glyphs_of

if TYPE_CHECKING:
    from gradlab.lab.teach.lesson import Lesson
    from gradlab.session import Lab

READING = """\
What the author of the scenario wrote, page by page, with the lines of the script where they stand. The space bar turns to the
next page or runs the next line; of a page that is longer than the panel it first shows the rest. ▸ is the line that comes next,
✓ those that have run, with what they said below them. Page up looks back at the page before, page down goes to the one behind;
the run stays where it is. You may leave the path at any time: the script goes on where it was.

The arrows choose a line, a name, or what can be done with a question; the rule says what enter does. On a line that is ahead it
runs the lesson up to it and the line itself, as far as no question is open; on one that has run it goes back to where it began.
`]` and `[` look at the next heading and at the one before; the run stays where it is.

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

    class ToLine(Message):
        """A person goes to a line of the script. number: of its statement."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self) -> None:
        super().__init__("lesson")
        self._chosen: LessonChoice | None = None
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
        before, now = self.lesson, moment.pictures.get(self.kind)
        if isinstance(now, LessonPicture) and before is not None and now.lesson.here != before.here:
            self._chosen = None
        super().show(moment)

    def marked_row(self) -> int:
        """Return the row that was chosen while the panel has the keys, else that of the statement that comes next."""
        return self._chosen.row if self._chosen is not None and self.has_focus else self._place.marked

    def on_focus(self) -> None:
        """Show which row is chosen."""
        self.redraw()

    def on_blur(self) -> None:
        """Show no choice any more."""
        self.redraw()

    def draw(self, width: int) -> Sequence[Row]:
        """Return the lesson, with room behind it so that each page can stand at the top."""
        picture = self.lesson
        if picture is None:
            return self.complaint()
        height = self.scrollable_content_region.height
        key = (picture, width, height, self.moment.snapshot.card, self._grade, self._unfolded, self.names.nodes)
        if key != self._drawn[0]:
            before, self._place = self._place, lesson_rows(picture, self._look(picture, width, height))
            self._chosen = same_choice(self._chosen, before, self._place)
            room = self._place.page + height - len(self._place.rows)
            self._drawn = (key, [*self._place.rows, *([row("")] * room)])
        place, many = self.picture(LessonPicture).quiz
        quiz = f" · quiz {place} of {many}" if place else ""
        does = "" if self._chosen is None or not self.has_focus else f"{self.key('enter')} {self._told(self._chosen)}  "
        self.subtitle = does + (f"{picture.cursor} / {picture.total}{quiz}" if picture.total else "")
        return self._drawn[1]

    def _look(self, picture: Lesson, width: int, height: int) -> LessonLook:
        told = {line for piece in picture.pieces for line in piece.said}
        grade = None if self._grade in told else self._grade
        beside = [] if grade is None else wrap(row(("▌ ", "key"), *line_row(grade)), width, 2)
        card = self._card(picture, width)
        keys = self.key("lesson"), self.key("enter"), self._key_of
        return LessonLook(width, card, beside, self._unfolded, *keys, self.names, glyphs_of(self.app), height)

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

    # ---- the cursor ------------------------------------------------------------------------------------------------

    def cursor(self, way: str) -> str:
        """Choose the next row that leads somewhere, or scroll to where it is in sight; to the sides, another name in it."""
        across, down = WAYS[way]
        found, at = choices(self._place), self._chosen
        if across:
            beside = [one for one in found if at is not None and one.row == at.row]
            place = beside.index(at) + across if at in beside else -1
            return self._choose(beside[place]) if 0 <= place < len(beside) else self.scroll_view(way)
        return self._step(down, [one for one in found if one.nth == 0])

    def _step(self, down: int, found: Sequence[LessonChoice]) -> str:
        """Choose the next of some rows if it is in sight, else scroll by a row."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        at = self._place.marked - down if self._chosen is None else self._chosen.row  # what comes next is the first choice
        at = at if top - 1 <= at <= top + height else top - 1 if down > 0 else top + height
        following = next((one for one in found[::down] if (one.row - at) * down > 0), None)
        if following is not None and top <= following.row < top + height:
            return self._choose(following)
        told = self.scroll_some(0, down)
        if following is not None and (told or 0 <= following.row - self.scroll_offset.y < height):
            return self._choose(following)
        return told

    def _choose(self, one: LessonChoice | None) -> str:
        self._chosen = one
        self.redraw()
        if one is not None:
            super().keep_in_sight(one.row)
        return ""

    def point(self, x: int, y: int) -> Goal | None:
        """Choose the line in a cell of the content; return where else the cell leads."""
        row, goal = y + self.scroll_offset.y, super().point(x, y)
        found = next((one for one in choices(self._place) if one.row == row and goal in (one.goal, None)), None)
        if found is not None:
            self._choose(found)
        return goal

    def _told(self, one: LessonChoice) -> str:
        """Return what enter does with what is chosen."""
        if one.line >= 0:
            over = self.lesson is not None and one.line < self.lesson.cursor
            return f"back to line {one.line + 1}" if over else f"runs to line {one.line + 1}"
        if one.goal is None:
            return "folds" if self._unfolded else "unfolds"
        return f"chooses {self.moment.nodes[one.goal.node].name}" if one.goal.node >= 0 else one.goal.command

    def enter(self) -> str:
        """Go to the chosen line, name or way with a question; else show the claims one by one, or in one row again."""
        one = self._chosen
        if one is not None and one.line >= 0:
            self.post_message(self.ToLine(one.line))
            return ""
        if one is not None and one.goal is not None:
            self.post_message(self.Follows(one.goal))
            return ""
        before = self.rows
        self._unfolded = not self._unfolded
        self.redraw()
        return "" if self.rows != before else "choose a line with the arrows: enter runs the lesson to it"

    def next_facet(self, by: int = 1) -> str:
        """Look at the next heading, or at the one before; return that there is none, or ""."""
        now = self.scroll_offset.y
        found = [at for at in self._place.headings if (at - now) * by > 0]
        if not found:
            return f"there is no heading {'behind' if by > 0 else 'before'} this"
        return self.scroll_some(0, (min(found) if by > 0 else max(found)) - now)

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


@dataclass(frozen=True, slots=True)
class LessonChoice:
    """What can be chosen. row: where it stands.   nth: its place in the row.   line: number of a statement, or -1.

    goal: where a name or a key leads; None for a statement, and for what is unfolded.
    """

    row: int
    nth: int = 0
    line: int = -1
    goal: Goal | None = None


def choices(drawn: LessonRows) -> list[LessonChoice]:
    """Return what can be chosen of a lesson: lines, what is folded, names in the prose, and what a question offers."""
    found: list[LessonChoice] = []
    for at, line in enumerate(drawn.rows):
        if at in drawn.lines or at in drawn.folded:
            found.append(LessonChoice(at, line=drawn.lines.get(at, -1)))
        else:
            goals = dict.fromkeys(goal for _, _, goal in goals_of(line))
            found += [LessonChoice(at, nth, goal=goal) for nth, goal in enumerate(goals)]
    return found


def same_choice(one: LessonChoice | None, before: LessonRows, now: LessonRows) -> LessonChoice | None:
    """Return what was chosen where it stands now; None where it is no longer there."""
    if one is None:
        return None
    like = [other for other in choices(now) if (other.line, other.nth, other.goal) == (one.line, one.nth, one.goal)]
    old = [other for other in choices(before) if (other.line, other.nth, other.goal) == (one.line, one.nth, one.goal)]
    place = old.index(one) if one in old else len(like)
    return like[place] if place < len(like) else None


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
