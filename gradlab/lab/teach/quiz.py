"""Questions: the right answer, whether what was given is right, and which mistake leads to it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import NotReady, RunEnvironment
from gradlab.axis.position import State
from gradlab.errors import GradlabError
from gradlab.lab.numbers import flat_index, shown
from gradlab.lab.snapshot import Hidden
from gradlab.lab.teach.mistakes import Asked, recognise
from gradlab.lab.teach.veil import Veil
from gradlab.op import Array
from gradlab.scenario.arithmetic import key_of
from gradlab.scenario.assertions import Tolerance
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression
from gradlab.train.measure import root_mean_square

if TYPE_CHECKING:
    from gradlab.lab.core import Core

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


def grade(core: Core, asked: Expression, given: Array) -> Grade:
    """Grade an answer against what the engine gives, now or at the end of this update. Moves nothing."""
    environment, wanted, why = _truth(core, asked)
    if environment is None:
        return Grade(None, why)
    answer = f"{asked.text} = {shown(wanted)}"
    if _is_close(given, wanted):
        return Grade(True, f"right: {answer}")
    mistake = _mistake(core, environment, asked, wanted, given)
    return Grade(False, f"not {shown(given)}: {answer}{f'; {mistake}' if mistake else ''}")


def answer_of(core: Core, asked: Expression) -> str:
    """Return the answer to a question as a text; where it cannot be known yet, why."""
    environment, wanted, why = _truth(core, asked)
    return why if environment is None else f"{asked.text} = {shown(wanted)}"


def veil_of(core: Core, asked: Expression, *, ahead: bool = False) -> Veil:
    """Return what a question hides at the present position; `ahead`: with the number that is not computed yet, if it can be."""
    place = hidden(core, asked)
    secrets = _present(core, place) if place is not None else ()
    if place is None or (ahead and not secrets):
        secrets = _evaluated(core, asked, ahead)
    return Veil(place, secrets)


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
    if state is State.PENDING:
        return ()
    array = run.machine.value(place.node) if place.what == "value" else run.machine.grad(place.node)
    numbers = np.asarray(array, np.float64).reshape(-1)
    if place.element is not None:
        return (float(numbers[place.element]),)
    return (*map(float, numbers[:MOST_SECRETS]), root_mean_square(numbers))


def _evaluated(core: Core, asked: Expression, ahead: bool) -> tuple[float, ...]:
    """Return the numbers of an expression: where the run stands, or also as a run to the end of this update makes them."""
    try:
        if ahead:
            found = _truth(core, asked)
            array = found[1] if found[0] is not None else np.zeros(0)
        else:
            array = np.asarray(asked.evaluate(core.twins.environment(core.run)), np.float64)
    except GradlabError:
        return ()
    return tuple(map(float, array.reshape(-1)[:MOST_SECRETS]))


def _is_close(given: Array, wanted: Array) -> bool:
    if given.shape != wanted.shape and given.size != 1:
        return False
    return CLOSE.excess(given, wanted) <= 1 or EXACT.excess(given, wanted) <= 1


def _truth(core: Core, asked: Expression) -> tuple[RunEnvironment | None, Array, str]:
    """Return where the number is known, and the number; before it is there, as a run to the end of this update makes it."""
    why = ""
    for phase in ("", "b", "u"):
        environment = core.twins.ahead(phase) if phase else core.twins.environment(core.run)
        if environment is not None:
            try:
                return environment, np.asarray(asked.evaluate(environment), np.float64), ""
            except NotReady as error:
                why = why or f"this cannot be graded yet: {error}"
    return None, np.zeros(()), why


def _mistake(core: Core, environment: RunEnvironment, asked: Expression, wanted: Array, given: Array) -> str:
    """Return what is said about a wrong answer, if the question is about one node and the mistake is known."""
    read = _subject(asked, environment)
    if read is None or read[1] not in environment.known.nodes:
        return ""
    what, name, key = read
    index = environment.known.nodes[name]
    run = environment.run
    if what == "grad" and run is core.run and run.grad_state(index) is State.PAST:
        run = core.twins.witness()
    if what == "grad" and run.grad_state(index) is State.UNREACHED:
        return ""
    return recognise(Asked(core, run, what, core.graph.nodes[index], key, wanted), given, CLOSE)


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
    key = key if isinstance(key, tuple) else (key,)
    listed = any(isinstance(part, np.ndarray) for part in key)
    return (what, name_of(tree), key) if isinstance(tree, ast.Name) and not listed else None
