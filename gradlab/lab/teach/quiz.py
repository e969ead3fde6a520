"""Questions for numbers: the right answer, whether what was given is right, which mistake leads to it, and what is hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import RunEnvironment
from gradlab.axis.position import State
from gradlab.errors import GradlabError, ScenarioError
from gradlab.lab.arguments import Words, expression
from gradlab.lab.hidden import HiddenError
from gradlab.lab.numbers import ALL_DIGITS, flat_index, shown
from gradlab.lab.outcome import Line
from gradlab.lab.snapshot import Hidden
from gradlab.lab.teach.alone import made_of_alone
from gradlab.lab.teach.mistakes import Asked, recognise
from gradlab.lab.teach.question import GradedQuestion, LessonQuestion, OpenQuestion, Worth
from gradlab.lab.teach.truth import FirstTruth, Truth, by_default, run_of
from gradlab.lab.teach.veil import Veil
from gradlab.lab.twins import CoreEnvironment
from gradlab.op import Array
from gradlab.scenario.arithmetic import key_of
from gradlab.scenario.assertions import Assertion, Tolerance, read_assertion
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression
from gradlab.scenario.queries import find_query
from gradlab.scenario.script import Statement
from gradlab.train.measure import root_mean_square

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.lab.teach.teaching import Teaching

CLOSE = Tolerance(0.01, relative=True)
"""How close an answer has to be, when it is given with few digits."""
EXACT = Tolerance(1e-9)
ALL = 1 + 1e-9
"""How much of its tolerance an answer may use, with room for rounding: 2.02 - 2 is a little more than 1 % of 2."""
FEWEST = 6
"""Digits that a right answer is told with, where its question asks for no more."""
MOST_SECRETS = 64
"""Numbers of a hidden tensor that are looked for in a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(GradedQuestion):
    """A number, or a tensor. of: the root of the gradients that it asks for, or "".   within: how near an answer has to be."""

    asked: Expression
    of: str = ""
    within: Tolerance | None = None

    @property
    def text(self) -> str:
        """The expression as it was written; the words of a question whose expression is its answer."""
        return self.title if self.tells else self.asked.text

    @property
    def tells(self) -> bool:
        """Whether the expression says how the number is worked out, so that nobody may see it before."""
        return bool(self.title) and works_out(self.asked)

    def names(self) -> tuple[str, ...]:
        """Return the words of the question, and its expression."""
        return tuple(name for name in (self.title and f'"{self.title}"', self.asked.text) if name)

    @property
    def card(self) -> tuple[str, ...]:
        """The question in words, and the expression."""
        if self.tells:
            return (self.title,)
        return (self.title, self.asked.text) if self.title else (f"what is {self.asked.text}?",)

    @property
    def listed(self) -> str:
        """The question in words, and the expression."""
        return "  ".join(self.card)

    @property
    def sign(self) -> str:
        """What is to be predicted."""
        return "answer: " if self.tells else f"predict {self.asked.text} = "

    @property
    def expression(self) -> Expression:
        """What is asked for."""
        return self.asked

    @property
    def root(self) -> str:
        """The node that gradients are asked of, or ""."""
        return self.of

    def read(self, words: Words) -> Expression:
        """Read a number or a formula. Raises ScenarioError."""
        return expression(words)

    def judge(self, lab: Teaching, question: OpenQuestion, given: Any) -> Worth:
        """Return whether an answer is as near to the right one as it has to be. Raises HiddenError for the question itself."""
        _refuse_asked(self.asked, given)
        number = np.asarray(given.evaluate(lab.seen_by_student()), np.float64)
        truth, why = lab.truth_of(question)
        if truth is None:
            return Worth(None, shown(number), why)
        if truth.value.size and np.isnan(truth.value).all():
            return Worth(None, "", f"`{self.asked.text}` is NaN at {truth.position}, which no answer is")
        answer = self._told(lab, question, truth)
        if is_close(number, truth.value, self.within):
            return Worth(True, shown(number), answer)
        return Worth(False, shown(number), answer, self._remark(lab, question, truth, number))

    def solution(self, lab: Teaching, question: OpenQuestion) -> tuple[Line, ...]:
        """Return the number; where it cannot be known yet, why."""
        truth, why = lab.truth_of(question)
        text = f"this cannot be graded yet: {why}" if truth is None else self._told(lab, question, truth)
        return (Line("value", text),)

    def _told(self, lab: Teaching, question: OpenQuestion, truth: Truth) -> str:
        """Return the right answer behind what is asked, of a tensor with its formula; alone where it is but a number."""
        number = shown(truth.value, digits=self._digits(truth.value))
        plain = isinstance(self.asked.tree, (ast.Constant, ast.UnaryOp, ast.List)) and not self.asked.names()
        behind = lab.script[question.number + 1 :] if question.number >= 0 and truth.value.size > 1 else ()
        return number if plain else " = ".join(filter(None, (self.asked.text, self._formula(behind), number)))

    def _formula(self, behind: Sequence[Statement]) -> str:
        """Return the formula that the lesson claims behind the question, or ""."""
        same = (one.right for one in _claims(behind) if one.right is not None and one.left.text == self.asked.text)
        return next((right.text for right in same if right.names()), "")

    def _digits(self, answer: Array) -> int:
        """Return how many digits of the right answer are told: one more than an answer needs, and not fewer than `FEWEST`."""
        numbers = np.abs(np.asarray(answer, np.float64))
        numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
        finest = float(np.min((self.within or CLOSE).room(numbers) / numbers, initial=1.0))
        return min(ALL_DIGITS, max(FEWEST, 1 + ceil(-log10(finest)))) if finest > 0 else ALL_DIGITS

    def marking(self, lab: Teaching, question: OpenQuestion) -> dict[str, Any]:
        """Return the right numbers, and how far an answer may be from each."""
        truth, _ = lab.truth_of(question)
        if truth is None or not np.isfinite(truth.value).all():
            return {}
        numbers = np.asarray(truth.value, np.float64).reshape(-1)
        allowed = np.maximum((self.within or CLOSE).room(numbers), EXACT.value) * ALL
        seen = CoreEnvironment(lab, run_of(lab, truth))
        wrong = [(_worked_out(slip.given, seen), slip.text) for slip in question.slips]
        slips = [(float(given), text) for given, text in wrong if given is not None and given.size == 1 and np.isfinite(given)]
        return {"numbers": numbers.tolist(), "within": allowed.tolist(), "slips": slips}

    def _remark(self, core: Core, question: OpenQuestion, truth: Truth, given: Array) -> str:
        """Return what is said about a wrong answer: first what the author expects, then what is known of gradients."""
        for slip in question.slips:
            wrong = _worked_out(slip.given, CoreEnvironment(core, run_of(core, truth)))
            if wrong is not None and is_close(given, wrong, self.within):
                return slip.text
        return _mistake(core, self.asked, truth, given)


def _claims(script: Sequence[Statement]) -> Iterator[Assertion]:
    """Yield what a script claims of where it stands, and not of updates to come."""
    for one in script:
        if one.word == "expect":
            with suppress(ScenarioError):
                yield read_assertion(one.rest)


def works_out(asked: Expression) -> bool:
    """Whether an expression is a number that the author worked out: it calculates, or names nothing of the model.

    Indexes and tolerances of functions do not count: `h[-1, 0]`, `rms(W)` and `grad(w)` name a number.
    """
    return not asked.names() or any(isinstance(part, ast.BinOp | ast.BoolOp | ast.Compare) for part in ast.walk(asked.tree))


def _worked_out(wrong: Expression, seen: CoreEnvironment) -> Array | None:
    """Return a number that leads to a mistake; None where what it is made of is not there."""
    try:
        return np.asarray(wrong.evaluate(seen), np.float64)
    except GradlabError:
        return None


def opened(core: Core, asked: LessonQuestion, truth: Truth | None = None, number: int = -1) -> OpenQuestion:
    """Return a question that is asked where a core stands. truth: the right answer, if the way to it is known."""
    if asked.expression is None:
        return OpenQuestion(asked, tries=asked.tries, number=number)
    root = root_index(core, asked)
    reach = FirstTruth(core, asked.expression, root)
    question = OpenQuestion(asked, reach, truth, None, asked.tries, number)
    reach.look()
    question.guess = None if question.known is not None else by_default(core, asked.expression, root)[0]
    return question


def root_index(core: Core, asked: LessonQuestion) -> int | None:
    """Return the node that a question asks gradients of; None where it leaves that to the backward pass."""
    return core.known.nodes[asked.root] if asked.root else None


def truth_of(core: Core, question: OpenQuestion) -> tuple[Truth | None, str]:
    """Return the right answer of a question about numbers; without one, why it cannot be known yet."""
    asked = question.asked.expression
    assert asked is not None and question.reach is not None
    question.reach.look()
    if question.known is not None:
        return question.known, ""
    return by_default(core, asked, root_index(core, question.asked))


def _refuse_asked(asked: Expression, answer: Expression) -> None:
    """Raise HiddenError for an answer that says again what is asked."""
    tree = ast.dump(asked.tree)
    if asked.names() and any(ast.dump(part) == tree for part in ast.walk(answer.tree)):
        raise HiddenError(f"the open question asks for {asked.text}: answer it, or `reveal`")


def veil_of(core: Core, question: OpenQuestion, *, whole: bool = False) -> Veil:
    """Return what a question hides: the number where it stands, and wherever it comes up.

    Before it stands anywhere, a whole number is taken for another one (an input, say) unless `whole` says not to.
    """
    asked = question.asked.expression
    if asked is None:
        return Veil((), ())
    places = hidden(core, asked)
    present = [number for place in places for number in _present(core, place)] if places else _evaluated(core, asked)
    truth = question.known or question.guess
    tensor = any(place.element is None and core.graph.nodes[place.node].size != 1 for place in places)
    coming = () if truth is None else _numbers(truth.value, rms=tensor and len(places) == 1)
    if not whole and not present:
        coming = tuple(number for number in coming if not number.is_integer())
    secrets = tuple(dict.fromkeys((*present, *coming)))
    single = any(core.graph.nodes[place.node].size == 1 for place in places)
    alone = made_of_alone(core.graph, places)
    made = (number for place in alone for number in _present(core, place) if not number.is_integer())
    return Veil((*places, *alone), tuple(dict.fromkeys((*secrets, *made))), tuple(map(abs, secrets)) if single else ())


def hidden(core: Core, asked: Expression) -> tuple[Hidden, ...]:
    """Return the numbers that a question asks for, as far as they are those of nodes."""
    parts = asked.tree.elts if isinstance(asked.tree, ast.Tuple) else [asked.tree]
    found = (_place(core, asked.part(part)) for part in parts)
    return tuple(place for place in found if place is not None)


def _place(core: Core, asked: Expression) -> Hidden | None:
    """Return the number that an expression asks for, if it is one of a node."""
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
    return _numbers(numbers, rms=numbers.size != 1) if place.element is None else (float(numbers[place.element]),)


def _evaluated(core: Core, asked: Expression) -> Sequence[float]:
    """Return the numbers of an expression where the run stands."""
    try:
        return _numbers(np.asarray(asked.evaluate(core.twins.environment(core.run)), np.float64), rms=False)
    except GradlabError:
        return ()


def _numbers(array: Array, *, rms: bool) -> tuple[float, ...]:
    """Return the first numbers of an array, and its size."""
    flat = np.asarray(array, np.float64).reshape(-1)
    return (*map(float, flat[:MOST_SECRETS]), *([root_mean_square(flat)] if rms and flat.size else []))


def is_close(given: Array, wanted: Array, within: Tolerance | None = None) -> bool:
    """Whether an answer is as near to the right one as it has to be. within: as near as the question says."""
    if given.shape != wanted.shape and given.size != 1:
        return False
    return (within or CLOSE).excess(given, wanted) <= ALL or EXACT.excess(given, wanted) <= 1


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
