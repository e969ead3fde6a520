"""Questions: the right answer, whether what was given is right, and which mistake leads to it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import RunEnvironment
from gradlab.axis.position import State
from gradlab.errors import GradlabError
from gradlab.lab.hidden import HiddenError
from gradlab.lab.numbers import flat_index, shown
from gradlab.lab.snapshot import Hidden
from gradlab.lab.teach.mistakes import Asked, recognise
from gradlab.lab.teach.truth import FirstTruth, Truth, by_default, run_of
from gradlab.lab.teach.veil import Veil
from gradlab.op import Array
from gradlab.scenario.arithmetic import key_of
from gradlab.scenario.assertions import Tolerance
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression
from gradlab.scenario.queries import find_query
from gradlab.train.measure import root_mean_square

if TYPE_CHECKING:
    from gradlab.lab.core import Core

CLOSE = Tolerance(0.01, relative=True)
"""How close an answer has to be, when it is given with few digits."""
EXACT = Tolerance(1e-9)
MOST_SECRETS = 64
"""Numbers of a hidden tensor that are looked for in a text."""


TRIES = 2
"""Answers that a question takes; behind the last one the right one is shown."""


@dataclass(slots=True)
class OpenQuestion:
    """An open question.

    reach: looks on the way that is taken for the right answer.   truth: the right answer of a question of a script, which
    knows the way from the beginning.   guess: the answer if the run goes on as it is.   tries: answers that may still be given.
    """

    asked: Expression
    reach: FirstTruth
    truth: Truth | None = field(default=None, repr=False)
    guess: Truth | None = field(default=None, repr=False)
    tries: int = TRIES

    @property
    def known(self) -> Truth | None:
        """The right answer, once it is certain."""
        return self.truth or self.reach.truth

    def answer(self, core: Core) -> tuple[Truth | None, str]:
        """Return the right answer; without one, why it cannot be known yet."""
        self.reach.look()
        return (self.known, "") if self.known is not None else by_default(core, self.asked)


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of an answer. right: None when it cannot be graded yet; then the text says why."""

    right: bool | None
    text: str


def opened(core: Core, asked: Expression, truth: Truth | None = None, tries: int = TRIES) -> OpenQuestion:
    """Return a question that is asked where a core stands. truth: the right answer, if the way to it is known."""
    question = OpenQuestion(asked, FirstTruth(core, asked), truth, None, tries)
    question.reach.look()
    question.guess = None if question.known is not None else by_default(core, asked)[0]
    return question


def refuse_asked(question: OpenQuestion, answer: Expression) -> None:
    """Raise HiddenError for an answer that says again what is asked."""
    asked = ast.dump(question.asked.tree)
    if question.asked.names() and any(ast.dump(part) == asked for part in ast.walk(answer.tree)):
        raise HiddenError(f"the open question asks for {question.asked.text}: answer it, or `reveal`")


def grade(core: Core, question: OpenQuestion, given: Array) -> Grade:
    """Grade an answer: a wrong one is told which mistake leads to it and, when no try is left, the right one. Moves nothing."""
    truth, why = question.answer(core)
    if truth is None:
        return Grade(None, f"this cannot be graded yet: {why}")
    answer = f"{question.asked.text} = {shown(truth.value)}"
    if is_close(given, truth.value):
        question.tries = 0
        return Grade(True, f"right: {answer}")
    question.tries -= 1
    mistake = _mistake(core, question.asked, truth, given)
    if question.tries:
        return Grade(False, f"not {shown(given)}{f': {mistake}' if mistake else ''}; try again")
    return Grade(False, f"not {shown(given)}: {answer}{f'; {mistake}' if mistake else ''}")


def answer_of(core: Core, question: OpenQuestion) -> str:
    """Return the answer to a question as a text; where it cannot be known yet, why."""
    truth, why = question.answer(core)
    return f"this cannot be graded yet: {why}" if truth is None else f"{question.asked.text} = {shown(truth.value)}"


def veil_of(core: Core, question: OpenQuestion, *, whole: bool = False) -> Veil:
    """Return what a question hides: the number where it stands, and wherever it comes up.

    Before it stands anywhere, a whole number is taken for another one (an input, say) unless `whole` says not to.
    """
    place = hidden(core, question.asked)
    present = _evaluated(core, question.asked) if place is None else _present(core, place)
    truth = question.known or question.guess
    coming = () if truth is None else _numbers(truth.value, rms=place is not None and place.element is None)
    if not whole and not present:
        coming = tuple(number for number in coming if not number.is_integer())
    return Veil(place, tuple(dict.fromkeys((*present, *coming))))


def hidden(core: Core, asked: Expression) -> Hidden | None:
    """Return the number that a question asks for, if it is one of a node."""
    environment = core.twins.environment(core.run)
    read = _subject(asked, environment)
    if read is None or read[1] not in core.known.nodes:
        return None
    node = core.graph.nodes[core.known.nodes[read[1]]]
    whole = all(isinstance(place, int) for place in read[2])
    return Hidden(node.index, read[0], flat_index(node.shape, read[2]) if whole and node.shape else None)


def _present(core: Core, place: Hidden) -> tuple[float, ...]:
    """Return the hidden numbers of a node, as far as they are there."""
    run = core.run
    state = run.value_state(place.node) if place.what == "value" else run.grad_state(place.node)
    if state is State.PENDING or (place.what == "grad" and core.graph.nodes[place.node].phase == "u"):
        return ()
    array = run.machine.value(place.node) if place.what == "value" else run.machine.grad(place.node)
    numbers = np.asarray(array, np.float64).reshape(-1)
    return _numbers(numbers, rms=True) if place.element is None else (float(numbers[place.element]),)


def _evaluated(core: Core, asked: Expression) -> tuple[float, ...]:
    """Return the numbers of an expression where the run stands."""
    try:
        return _numbers(np.asarray(asked.evaluate(core.twins.environment(core.run)), np.float64), rms=False)
    except GradlabError:
        return ()


def _numbers(array: Array, *, rms: bool) -> tuple[float, ...]:
    """Return the first numbers of an array, and its size."""
    flat = np.asarray(array, np.float64).reshape(-1)
    return (*map(float, flat[:MOST_SECRETS]), *([root_mean_square(flat)] if rms and flat.size else []))


def is_close(given: Array, wanted: Array) -> bool:
    """Whether an answer is as near to the right one as it has to be."""
    if given.shape != wanted.shape and given.size != 1:
        return False
    return CLOSE.excess(given, wanted) <= 1 or EXACT.excess(given, wanted) <= 1


def _mistake(core: Core, asked: Expression, truth: Truth, given: Array) -> str:
    """Return what is said about a wrong answer, if the question is about one node and the mistake is known."""
    read = _subject(asked, core.twins.environment(core.run))
    if read is None or read[1] not in core.known.nodes:
        return ""
    what, name, key = read
    index, run = core.known.nodes[name], run_of(core, truth)
    if what == "grad" and run.at.phase == "f" and run.at.update:
        run = core.twins.at(run.timeline.end(run.at.update - 1, "b"), truth.deeds)
    if what == "grad" and run.grad_state(index) is State.UNREACHED:
        return ""
    return recognise(Asked(core, run, what, core.graph.nodes[index], key, truth.value), given, CLOSE)


def _subject(asked: Expression, environment: RunEnvironment) -> tuple[Any, str, Any] | None:
    """Read `NODE`, `NODE[i, j]`, `grad(NODE)`, `grad(NODE[i, j])` or `grad(NODE)[i, j]`; None for anything else.

    A part of a layer, `z(LAYER)`, is the node that it stands for.
    """
    tree: ast.expr = asked.tree
    key: Any = ()
    what = "value"
    for _ in range(3):
        if isinstance(tree, ast.Subscript):
            try:
                key = key_of(asked, tree.slice, environment)
            except GradlabError:  # it depends on numbers that are not there, or are none yet
                return None
            tree = tree.value
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "grad" and what == "value":
            tree, what = tree.args[0], "grad"
    part = find_query(name_of(tree.func)) if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else None
    if part is not None and part.part and isinstance(tree, ast.Call) and isinstance(tree.args[0], ast.Name):
        index, _ = environment.place(name_of(tree.args[0]), part.part)
        tree = ast.Name(environment.run.graph.nodes[index].name)
    key = key if isinstance(key, tuple) else (key,)
    listed = any(isinstance(part, np.ndarray) for part in key)
    return (what, name_of(tree), key) if isinstance(tree, ast.Name) and not listed else None
