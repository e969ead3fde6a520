"""Questions: the right answer, whether what was given is right, and which mistake leads to it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import NotReady, RunEnvironment
from gradlab.axis.position import State
from gradlab.errors import ActionError
from gradlab.lab.numbers import flat_index, shown
from gradlab.lab.snapshot import Hidden
from gradlab.op import Array
from gradlab.scenario.arithmetic import key_of
from gradlab.scenario.assertions import Tolerance
from gradlab.scenario.expressions import Expression, name_of
from gradlab.train.probe import root_mean_square

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab

CLOSE = Tolerance(0.01, relative=True)
"""How close an answer has to be, when it is given with few digits."""
EXACT = Tolerance(1e-9)
MOST_SECRETS = 64
"""Numbers of a hidden tensor that are looked for in a text."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of an answer. right: None when it cannot be graded yet; then the text says why."""

    right: bool | None
    text: str


def grade(lab: Lab, asked: Expression, answer: Expression) -> Grade:
    """Grade an answer against what the engine gives, now or at the end of this update. Moves nothing."""
    environment, wanted, why = _truth(lab, asked)
    if environment is None:
        return Grade(None, why)
    given = np.asarray(answer.evaluate(lab.environment()), np.float64)
    said = f"{asked.text} = {shown(wanted)}"
    if _is_close(given, wanted):
        return Grade(True, f"right: {said}")
    mistake = _mistake(lab, environment, asked, wanted, given)
    return Grade(False, f"not {shown(given)}: {said}{f'; {mistake}' if mistake else ''}")


def open_question(lab: Lab) -> Expression | None:
    """Return what is asked by the question that is open."""
    from gradlab.lab.script import read_statement

    if lab.pending_quiz is None:
        return None
    asked: Expression = read_statement(lab.pending_quiz, lab.known)[1].asked
    return asked


def reveal(lab: Lab) -> str:
    """Return the answer to the open question, and close it. Raises ActionError when none is open."""
    asked = open_question(lab)
    if asked is None:
        raise ActionError("no question is open")
    lab.pending_quiz = None
    environment, wanted, why = _truth(lab, asked)
    return why if environment is None else f"{asked.text} = {shown(wanted)}"


def hidden(lab: Lab) -> Hidden | None:
    """Return the number that the open question asks for, if it is one of a node: it is not to be shown meanwhile."""
    asked = open_question(lab)
    if asked is None:
        return None
    read = _subject(asked, lab.environment())
    if read is None or read[1] not in lab.known.nodes:
        return None
    node = lab.graph.nodes[lab.known.nodes[read[1]]]
    whole = all(isinstance(place, int) for place in read[2])
    return Hidden(node.index, read[0], flat_index(node.shape, read[2]) if whole and node.shape else None)


def secrets(lab: Lab) -> tuple[float, ...]:
    """Return the numbers that no text is to tell while the question is open: the hidden ones, as far as they are there."""
    found = hidden(lab)
    if found is None:
        return ()
    run, pending = lab.run, State.PENDING
    there = (run.value_state if found.what == "value" else run.grad_state)(found.node) is not pending
    if not there:
        return ()
    array = run.machine.value(found.node) if found.what == "value" else run.machine.grad(found.node)
    numbers = np.asarray(array, np.float64).reshape(-1)
    if found.element is not None:
        return (float(numbers[found.element]),)
    return (*map(float, numbers[:MOST_SECRETS]), root_mean_square(numbers))


def _is_close(given: Array, wanted: Array) -> bool:
    if given.shape != wanted.shape and given.size != 1:
        return False
    return CLOSE.excess(given, wanted) <= 1 or EXACT.excess(given, wanted) <= 1


def _truth(lab: Lab, asked: Expression) -> tuple[RunEnvironment | None, Array, str]:
    """Return where the number is known, and the number; before it is there, as a run to the end of this update makes it."""
    from gradlab.lab.elsewhere import ahead

    said = ""
    for phase in ("", "b", "u"):
        environment = ahead(lab, phase) if phase else lab.environment()
        if environment is not None:
            try:
                return environment, np.asarray(asked.evaluate(environment), np.float64), ""
            except NotReady as error:
                said = said or f"this cannot be graded yet: {error}"
    return None, np.zeros(()), said


def _mistake(lab: Lab, environment: RunEnvironment, asked: Expression, wanted: Array, given: Array) -> str:
    """Return what is said about a wrong answer, if the question is about one node and the mistake is known."""
    from gradlab.lab.elsewhere import witness
    from gradlab.lab.teach.mistakes import Asked, recognise

    read = _subject(asked, environment)
    if read is None or read[1] not in environment.known.nodes:
        return ""
    what, name, key = read
    index = environment.known.nodes[name]
    run = environment.run
    if what == "grad" and run is lab.run and run.grad_state(index) is State.PAST:
        run = witness(lab)
    if what == "grad" and run.grad_state(index) is State.UNREACHED:
        return ""
    return recognise(Asked(lab, run, what, lab.graph.nodes[index], key, wanted), given, CLOSE)


def _subject(asked: Expression, environment: RunEnvironment) -> tuple[Any, str, Any] | None:
    """Read `NODE`, `NODE[i, j]`, `grad(NODE)`, `grad(NODE[i, j])` or `grad(NODE)[i, j]`; None for anything else."""
    tree: ast.expr = asked.tree
    key: Any = ()
    what = "value"
    for _ in range(3):
        if isinstance(tree, ast.Subscript):
            key = key_of(asked, tree.slice, environment)
            tree = tree.value
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "grad" and what == "value":
            tree, what = tree.args[0], "grad"
    return (what, name_of(tree), key if isinstance(key, tuple) else (key,)) if isinstance(tree, ast.Name) else None
