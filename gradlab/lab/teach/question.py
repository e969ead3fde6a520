"""What a lesson can ask, whatever its kind: how it reads, which answers it takes, and what is said to one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Line

if TYPE_CHECKING:
    from gradlab.lab.teach.teaching import Teaching
    from gradlab.lab.teach.truth import FirstTruth, Truth
    from gradlab.scenario.expressions import Expression

TRIES = 2
"""Answers that a question takes; behind the last one the right one is shown."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer that the author of a lesson expects, as the question reads answers, and what is said to it."""

    given: Any
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonQuestion:
    """What is asked. title: in words, or "".   hint: said to a wrong answer that may be mended.   tries: answers it takes."""

    title: str = ""
    hint: str = ""
    tries: int = TRIES

    @property
    def text(self) -> str:
        """The question in one line, by which it is known."""
        return self.title

    @property
    def card(self) -> tuple[str, ...]:
        """What stands on the card of the question, line by line."""
        return (self.title,)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is typed for each of the things to choose from."""
        return ()

    @property
    def listed(self) -> str:
        """How it reads in a lesson before it is asked and when it is over."""
        return self.title or self.text

    @property
    def sign(self) -> str:
        """What stands before the line for the answer."""
        return "answer: "

    @property
    def way_out(self) -> str:
        """What becomes of it when somebody gives up."""
        return "go on without"

    @property
    def expression(self) -> Expression | None:
        """What has to be worked out for the answer, which nobody may see before; None where the run has no answer."""
        return None

    @property
    def root(self) -> str:
        """The node that gradients are asked of, or "" for that of the backward pass to come."""
        return ""

    def names(self) -> tuple[str, ...]:
        """Return what a file of answers may call it."""
        return tuple(name for name in (self.title and f'"{self.title}"', self.text) if name)

    def read(self, words: Words) -> Any:
        """Read an answer. Raises ScenarioError for what cannot be one."""
        raise NotImplementedError

    def reply(self, lab: Teaching, question: OpenQuestion, given: Any) -> tuple[Line, ...]:
        """Return what is said to an answer; behind the last one no try is left. Raises ActionError, HiddenError."""
        raise NotImplementedError

    def solution(self, lab: Teaching, question: OpenQuestion) -> tuple[Line, ...]:
        """Return the lines that show the answer; where it cannot be known yet, why; without any, that none was given."""
        return self.skipped()

    def marking(self, lab: Teaching, question: OpenQuestion) -> dict[str, Any]:
        """Return what another program grades an answer with, as JSON has it; nothing where no answer is right or wrong.

        numbers: the right ones.   within: how far an answer may be from each.   choices: the options.   right: the place of the
        right one.   order: what is to be ordered by its numbers.   slips: pairs of a wrong answer and what is said to it.
        """
        return {}

    def skipped(self) -> tuple[Line, ...]:
        """Return what is said when nobody answers."""
        return (Line("skip", f"{self.text} was not answered"),)

    def slip(self, words: Words) -> Any:
        """Read a wrong answer that the author expects. Raises ScenarioError."""
        return self.read(words)


@dataclass(slots=True)
class OpenQuestion:
    """An open question.

    asked: the question.   reach: looks on the way that is taken for the right answer.   truth: the right answer of a question
    of a script, which knows the way from the beginning.   guess: the answer if the run goes on as it is.   tries: answers that
    may still be given.   number: of its statement in the script, -1 for one that was typed.   slips: wrong answers that the
    author expects.
    """

    asked: LessonQuestion
    reach: FirstTruth | None = None
    truth: Truth | None = field(default=None, repr=False)
    guess: Truth | None = field(default=None, repr=False)
    tries: int = TRIES
    number: int = -1
    slips: list[Slip] = field(default_factory=list, repr=False)

    @property
    def known(self) -> Truth | None:
        """The right answer, once it is certain."""
        return self.truth or (None if self.reach is None else self.reach.truth)


@dataclass(frozen=True, slots=True)
class Worth:
    """What an answer is worth. right: None when it cannot be graded yet; then `answer` says why.   given: as it is repeated.

    answer: the right one.   remark: which mistake leads to the wrong one, or "".
    """

    right: bool | None
    given: str
    answer: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedQuestion(LessonQuestion):
    """A question that has a right answer."""

    @property
    def way_out(self) -> str:
        """The answer is shown."""
        return "show the answer"

    def judge(self, lab: Teaching, question: OpenQuestion, given: Any) -> Worth:
        """Return what an answer is worth. Moves nothing. Raises ActionError, HiddenError."""
        raise NotImplementedError

    def reply(self, lab: Teaching, question: OpenQuestion, given: Any) -> tuple[Line, ...]:
        """Return the grade: a wrong answer is told which mistake leads to it and, when no try is left, the right one."""
        found = self.judge(lab, question, given)
        if found.right is None:
            return (Line("info", f"this cannot be graded yet: {found.answer}"),)
        if found.right:
            question.tries = 0
            return (Line("right", f"right: {found.answer}"),)
        question.tries -= 1
        if not question.tries:
            return (Line("wrong", self.last_word(found)),)
        hint = f"; hint: {self.hint}" if self.hint else ""
        return (Line("wrong", f"not {found.given}{f': {found.remark}' if found.remark else ''}; try again{hint}"),)

    def last_word(self, found: Worth) -> str:
        """Return what is said to a wrong answer when no try is left: the right one, then the mistake."""
        return f"not {found.given}: {found.answer}{f'; {found.remark}' if found.remark else ''}"


def question_in(arguments: Any) -> LessonQuestion | None:
    """Return the question that a statement asks, by its arguments."""
    found = getattr(arguments, "question", arguments)
    return found if isinstance(found, LessonQuestion) else None
