"""A lesson played to its end: what can be seen at each moment, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradlab.axis.position import Position, State
from gradlab.draw.canvas_box import Reading, amount_row
from gradlab.draw.health import health_rows
from gradlab.draw.ink import Row, row
from gradlab.draw.ledger import ledger_rows
from gradlab.draw.scene import Scene
from gradlab.draw.why import GradientView, WhyPicture, parts_of
from gradlab.errors import GradlabError
from gradlab.lab.outcome import Line
from gradlab.lab.teach.lesson import Piece
from gradlab.recording.form import DEEDS
from gradlab.recording.performance import Performance

if TYPE_CHECKING:
    from gradlab.session import Lab

WIDTH = 76
"""Cells of the ledger and of the table of layers."""
MOST_OPS = 64
"""Ops that a line of the script may execute and be shown op by op; of a longer stretch the end is shown."""

MOST_MOMENTS = 4096
"""Moments of a page; behind half of them only the ends of lines are shown."""


@dataclass(frozen=True, slots=True)
class Instant:
    """What can be seen at one moment.

    stop: the page or the statement at which the reader is.   at: the position.   told: what happened there, in a sentence.
    boxes: value and gradient of each box.   here, following: the box of the op that was executed last, and of the one that
    comes next; -1 for none.   why: the formula of that op, and in the backward pass where its gradient comes from.
    health: one row for each layer.
    """

    stop: tuple[str, int]
    at: Position
    told: str
    boxes: tuple[tuple[Row, Row], ...]
    here: int
    following: int
    why: tuple[Row, ...]
    health: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Posed:
    """A question. moment: the place of the moment at which it is asked; behind it the numbers are there.

    card: its words.   hint: of the author, or "".   answer: the solution, in words.   marking: what an answer is graded with;
    empty where nothing is right.   lesson: as far as it may be seen while the question is open.
    """

    moment: int
    number: int
    card: tuple[str, ...]
    hint: str
    answer: str
    marking: dict[str, Any]
    lesson: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reel:
    """All moments of a lesson, its questions, and the lesson with all that was said to its script."""

    moments: tuple[Instant, ...]
    questions: tuple[Posed, ...]
    lesson: tuple[Piece, ...]


class Camera:
    """What takes the moments of a lesson that it plays. scene: which boxes there are."""

    def __init__(self, lab: Lab, scene: Scene) -> None:
        self.lab, self.scene = lab, scene
        self.moments: list[Instant] = []
        self.questions: list[Posed] = []
        self.pictures: dict[int, tuple[Line, ...]] = {}

    def play(self) -> Reel:
        """Play the lesson to its end. Raises ActionError for a line that cannot be done."""
        self.lab.begin()
        self._take()
        while (place := self.lab.ahead()) is not None:
            if place[0] == "page":
                self.lab.turn()
                self._take(place)
            else:
                self._line(place)
        return Reel(tuple(self.moments), tuple(self.questions), tuple(map(self._with_picture, self.lab.lesson().pieces)))

    def _with_picture(self, piece: Piece) -> Piece:
        """Return a piece of the lesson with the plot that its line opened: there is no panel that shows it."""
        return replace(piece, said=self.pictures[piece.number]) if piece.number in self.pictures else piece

    def replay(self, performance: Performance) -> Reel:
        """Do a recording to its end. Raises ActionError for a line that cannot be done."""
        pieces = [Piece("model", performance.lab.scenario.document.model.text, page=0)]
        start = self.lab.position
        self._take()
        for step in performance.steps():
            if step.line.kind not in DEEDS:
                continue
            place = ("line", step.line.number)
            self._stretch(start, place)
            self._take(place)
            start = self.lab.position
            pieces.append(Piece("line", step.line.text, step.line.number, said=step.outcome.lines))
        return Reel(tuple(self.moments), (), tuple(pieces))

    def _line(self, place: tuple[str, int]) -> None:
        """Do one statement of the script, and take every op that it executed."""
        lab, start = self.lab, self.lab.position
        passes = lab.in_passing()
        shown = tuple(line for line in lab.next_line().lines if line.kind == "picture")
        self.pictures.update({place[1]: shown} if shown else {})
        self._stretch(start, place)
        if lab.question is not None or not passes or lab.position != start:
            self._take(place)
        if lab.question is not None:
            self._ask(place)

    def _stretch(self, start: Position, place: tuple[str, int]) -> None:
        """Take the moments behind each op that led from one position to the present one, but for the last."""
        end = self.lab.position
        for at in self._between(start, end):
            self.lab.go(at)
            self._take(place)
        self.lab.go(end)

    def _between(self, start: Position, end: Position) -> list[Position]:
        """Return the positions between two, if they are not many."""
        if start.update != end.update or not start < end:
            return []
        found = [at for at, _ in self.lab.run.timeline.ops_between(start, end)][:-1]
        return found if len(found) < MOST_OPS and len(self.moments) < MOST_MOMENTS // 2 else []

    def _ask(self, place: tuple[str, int]) -> None:
        """Keep the question that was just asked, close it, and take the moment once more, now with its number."""
        question = self.lab.open_question()
        asked, marking = question.asked, question.asked.marking(self.lab, question)
        seen = self.lab.lesson().pieces
        answer = self.lab.reveal()
        card = (asked.title or asked.text,) if "choices" in marking else asked.card
        self.questions.append(Posed(len(self.moments) - 1, place[1], card, asked.hint, answer, marking, seen))
        self._take(place)

    def _take(self, stop: tuple[str, int] = ("page", 0)) -> None:
        if len(self.moments) >= MOST_MOMENTS:
            raise GradlabError(f"error: a page shows at most {MOST_MOMENTS:,} moments, and this run has more")
        lab, scene = self.lab, self.scene
        seen = lab.snapshot()
        briefs = lab.brief(scene.speaker)
        boxes = []
        for box, (node, brief) in enumerate(zip(scene.speaker, briefs, strict=True)):
            reading = Reading(State(seen.value_states[node]), State(seen.grad_states[node]), brief)
            plate = scene.canvas.plates[box]
            room = scene.canvas.region(box)[2] - 3
            boxes.append((
                amount_row("v", reading.value_state, reading, plate, room),
                amount_row("δ", reading.grad_state, reading, plate, room),
            ))  # fmt: skip
        here, following = scene.box_of.get(seen.current, -1), scene.box_of.get(seen.following, -1)
        told, why = self._why(seen.current, seen.position)
        self.moments.append(Instant(stop, seen.position, told, tuple(boxes), here, following, why, self._health(seen.position)))

    def _why(self, node: int, at: Position) -> tuple[str, tuple[Row, ...]]:
        """Return in a sentence what the last op did, and its formula with the ledger of its gradient."""
        if node < 0:
            return f"at {at}", ()
        lab, info = self.lab, self.lab.nodes[node]
        verb = {"f": "was computed", "b": "sent its gradient back", "u": "was updated"}[at.phase]
        lines = [row((line, "" if number else "strong")) for number, line in enumerate(lab.formula(node))]
        if at.phase == "b":
            lines += [row(""), *self._ledger(node)]
        return f"at {at}: {info.name} {verb}", tuple(lines)

    def _ledger(self, node: int) -> list[Row]:
        try:
            found = self.lab.ledger(node)
        except GradlabError as problem:
            return [row((str(problem), "dim"))]
        entries, _, foot = parts_of(WhyPicture(GradientView(), ledger=found))
        notes = [row((line, "dim")) for line in found.note.split("\n") if line]
        return [*notes, *ledger_rows(entries, foot, WIDTH)]

    def _health(self, at: Position) -> tuple[Row, ...]:
        layers = tuple(self.lab.stats())
        return tuple(health_rows(layers, "gradients" if at.phase == "b" else "activations", WIDTH)) if layers else ()
