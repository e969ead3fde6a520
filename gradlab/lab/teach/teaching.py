"""A core that teaches: a lesson that is read page by page and line by line, and questions that hide what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from gradlab.axis.checkpoints import BUDGET
from gradlab.axis.environment import RunEnvironment
from gradlab.errors import ActionError, Problem
from gradlab.lab.arguments import Words
from gradlab.lab.core import Core
from gradlab.lab.hidden import UNSEEN
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.snapshot import NodeInfo
from gradlab.lab.teach import quiz
from gradlab.lab.teach.choosing import Placed
from gradlab.lab.teach.kept import NumbersRead, hidden_constants
from gradlab.lab.teach.lesson import PASSING, WITH_A_PAGE, Lesson, Part, Piece, Place, ReadSoFar, Role, lesson, pieces, stops
from gradlab.lab.teach.question import LessonQuestion, OpenQuestion, Slip
from gradlab.lab.teach.truth import Truth
from gradlab.lab.teach.veil import Veil
from gradlab.lab.views import readable
from gradlab.lab.why.formula import node_infos
from gradlab.lab.why.slopes import Slope, slopes
from gradlab.lab.why.touches import Touches, touches
from gradlab.scenario.expressions import Known
from gradlab.scenario.model import Scenario
from gradlab.scenario.script import Statement
from gradlab.train.statistics import Summary, summarise

T = TypeVar("T")
FIRST: Place = ("page", 0)


class Teaching(Core):
    """A lesson and its questions.

    cursor_line: how many statements of the script have been done.   in_script: whether the one that is being done is of it.
    question: what is asked and not answered yet.   tries: answers that every question takes; None: as many as it says.
    made_of: what each constant of the script was worked out from.
    bets: those that were offered, by their names.   reasons: what a student said to each `why`, by its words.
    here: the stop of the lesson at which the reader is.   flow: what was said to statements of the script, by their numbers.
    turned: how many pages were turned to.   notes_shown: whether the teacher's notes are part of the lesson.
    """

    def __init__(self, scenario: Scenario, backend: str = "auto", budget: int = BUDGET) -> None:
        super().__init__(scenario, backend, budget)
        self.cursor_line = 0
        self.in_script = False
        self.question: OpenQuestion | None = None
        self.tries: int | None = None
        self.made_of: dict[str, tuple[NumbersRead, ...]] = {}
        self.bets: dict[str, Placed] = {}
        self.reasons: dict[str, str] = {}
        self.flow: dict[int, tuple[Line, ...]] = {}
        self.notes_shown = False
        self.turned = 0
        self.here: Place = ("line", -1)

    @cached_property
    def nodes(self) -> tuple[NodeInfo, ...]:
        """What does not change about the nodes, in order of their index."""
        return node_infos(self.graph)

    def model_changed(self, known: Known) -> None:
        """Forget what was worked out of the model before."""
        super().model_changed(known)
        self.__dict__.pop("nodes", None)

    def roles(self) -> Sequence[Role]:
        """Return what each statement of the script is in the lesson."""
        raise NotImplementedError

    def seen_by_student(self) -> RunEnvironment:
        """Return what names mean at this position to whoever answers a question."""
        raise NotImplementedError

    # Questions.

    @property
    def question_text(self) -> str:
        """The open question as it was asked, or ""."""
        return "" if self.question is None else self.question.asked.text

    @property
    def question_card(self) -> tuple[str, ...]:
        """The lines of the open question's card."""
        return () if self.question is None else self.question.asked.card

    @property
    def question_labels(self) -> tuple[str, ...]:
        """What is typed for each of the things to choose from."""
        return () if self.question is None else self.question.asked.labels

    @property
    def question_sign(self) -> str:
        """What stands before the line for the answer."""
        return "" if self.question is None else self.question.asked.sign

    @property
    def question_way_out(self) -> str:
        """What becomes of the open question when somebody gives up."""
        return "" if self.question is None else self.question.asked.way_out

    def ask(self, asked: LessonQuestion, truth: Truth | None = None, slips: Sequence[Slip] = ()) -> None:
        """Open a question. truth: the right answer, where the way to it is known.   slips: wrong answers that are expected."""
        self.question = quiz.opened(self, asked, truth, self.cursor_line - 1 if self.in_script else -1)
        self.question.slips += slips
        self.question.tries = self.tries or self.question.tries

    def truth_of(self, question: OpenQuestion) -> tuple[Truth | None, str]:
        """Return the right answer of a question about numbers; without one, why it cannot be known yet."""
        return quiz.truth_of(self, question)

    def grade(self, answer: Words) -> Outcome:
        """Say what an answer to the open question is worth, and close it when it is right or no try is left.

        Raises ScenarioError for what cannot be an answer, ActionError when no question is open, and HiddenError for an answer
        that reads what is asked for.
        """
        question = self.open_question()
        lines = question.asked.reply(self, question, question.asked.read(answer))
        if not question.tries:
            self.question = None
        self._keep(question, lines)
        return told(lines)

    def reveal(self) -> str:
        """Return the answer to the open question, and close it. Raises ActionError when none is open."""
        question = self.open_question()
        lines = question.asked.solution(self, question)
        self.question = None
        self._keep(question, lines)
        return "\n".join(line.text for line in lines)

    def skip_question(self) -> Outcome:
        """Close the question that is open, if one is, unanswered, so that it hides nothing any more."""
        if self.question is None:
            return Outcome()
        question, self.question = self.question, None
        lines = question.asked.skipped()
        self._keep(question, lines)
        self.touch()
        return told(lines)

    def hides(self, constant: str) -> bool:
        """Return whether a constant may tell what the open question asks for."""
        veil = self._veil()
        return veil is not None and any(hidden_constants(veil, {constant: self.known.constants[constant]}, self.made_of))

    def open_question(self) -> OpenQuestion:
        """Return the open question. Raises ActionError when there is none."""
        if self.question is None:
            raise ActionError("no question is open")
        return self.question

    def _keep(self, question: OpenQuestion, lines: Sequence[Line]) -> None:
        """Keep what was said to an answer beside the question, if that stands in the lesson."""
        if question.number >= 0:
            self.flow[question.number] = (*self.flow.get(question.number, ()), *lines)

    def _veil(self) -> Veil | None:
        return None if self.question is None else quiz.veil_of(self, self.question)

    def _shown(self, thing: T, hide: Callable[[Veil, T], T] = Veil.of) -> T:
        """Return a thing without what the open question asks for. hide: takes that out of things of this kind."""
        veil = self._veil()
        return thing if veil is None else hide(veil, thing)

    def spread(self, index: int, what: str) -> Summary | None:
        """Return the summary of a value ("value") or gradient ("grad") as it is there; None where it is not, or is hidden."""
        found, veil = readable(self.run, index, what), self._veil()
        if found is None or (veil is not None and veil.hides(index, what)):
            return None
        return self._shown(summarise(found if veil is None else found[~veil.mask(index, what, found)]), Veil.layers)

    def slopes(self, index: int, element: int) -> tuple[Slope, ...]:
        """Return the local derivatives of an element of a node; those of a hidden number are hidden: they may hold it."""
        found, veil = slopes(self.run, index, element), self._veil()
        if veil is not None and veil.hides(index, "value", element):
            return tuple(replace(one, local=UNSEEN, sent=None if one.sent is None else UNSEEN) for one in found)
        return self._shown(found)

    def touches(self, op: int, node: int, element: int, seen: Mapping[int, Sequence[int]]) -> Touches:
        """Return which numbers of an op hang together with one of them, see `lab.why.touches`."""
        return self._shown(touches(self.run, op, node, element, seen), Veil.touched)

    # The lesson.

    @cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        return tuple(pieces(self.scenario.document, self.scenario.script))

    @cached_property
    def _stops(self) -> tuple[Place, ...]:
        return stops(self._pieces)

    @property
    def script(self) -> tuple[Statement, ...]:
        """The statements of the scenario's lab fences."""
        return self.scenario.script

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the model may say and hardly means."""
        return self.scenario.warnings

    def lesson(self) -> Lesson:
        """Return the lesson as far as it may be seen, and the stop at which the reader is: the first page to begin with."""
        veil = None if self.question is None else quiz.veil_of(self, self.question, whole=True)
        begun = self.here != ("line", -1) or self._stops[:1] != (FIRST,)
        here, turned = (self.here, self.turned) if begun else (FIRST, 1)
        following = (place for place in self._behind(turned) if not self._passes(place, PASSING))
        reading = ReadSoFar(self.cursor_line, here, next(following, None), self.flow, self.question, self.notes_shown)
        return lesson(self._pieces, self.roles(), reading, self.scenario.script, veil)

    def places(self) -> tuple[Place, ...]:
        """Return the pages and the statements of the lesson in their order."""
        return self._stops

    def reached(self) -> frozenset[Place]:
        """Return those that are behind the reader, the present one included."""
        return frozenset(place for place in self._stops if place[1] < (self.turned if place[0] == "page" else self.cursor_line))

    @property
    def has_lesson(self) -> bool:
        """Whether there is something to read or to run."""
        return bool(self.scenario.script or self.scenario.document.prose.strip())

    def failed_lines(self) -> tuple[int, ...]:
        """Return the numbers of the statements of the script that ran and whose claim did not hold."""
        flow = sorted(self.flow.items())
        return tuple(n for n, lines in flow if n < self.cursor_line and any(line.kind == "fail" for line in lines))

    def page_text(self, number: int) -> str:
        """Return the prose of a page."""
        return "\n".join(piece.text for piece in self._pieces if piece.page == number and piece.kind == "prose")

    def ahead(self) -> Place | None:
        """Return the page or the statement that comes next; None at the end."""
        return next(self._behind(self.turned), None)

    def _behind(self, turned: int) -> Iterator[Place]:
        """Yield the pages, from a number on, and the statements that are left, in their order."""
        done = ("line", self.cursor_line - 1)
        start = self._stops.index(done) + 1 if done in self._stops else 0
        yield from (place for place in self._stops[start:] if place[0] == "line" or place[1] >= turned)

    def _passes(self, place: Place | None, parts: tuple[Part, ...]) -> bool:
        return place is not None and place[0] == "line" and self.roles()[place[1]].part in parts

    def in_passing(self) -> bool:
        """Return whether what comes next is a statement that runs without a stop."""
        return self._passes(self.ahead(), PASSING)

    def with_page(self) -> bool:
        """Return whether what comes next is a statement that runs together with the page before it."""
        return self._passes(self.ahead(), WITH_A_PAGE)

    def begin(self) -> None:
        """Take the first page as read: it has been in sight since the lesson was opened."""
        if self.ahead() == FIRST:
            self.turn()

    def turn(self) -> bool:
        """Turn to the next page, if one comes next; return whether it did."""
        place = self.ahead()
        if place is None or place[0] != "page":
            return False
        self.turned, self.here = place[1] + 1, place
        return True
