"""How an optimizer came to one step: the numbers on the way from the gradient to the next value, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.errors import ActionError
from gradlab.graph.graph import Node
from gradlab.lab.numbers import element_name
from gradlab.op import Array

SHRUNK, DECAYED = "shrunk", "decayed"
"""What the optimizers call a parameter after decoupled decay, and a gradient with the penalty's in it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One number's step in an update.

    before, after: the number.   gradient: of it, as the backward pass left it; NaN where nothing reaches it.
    optimizer: its name; "" of sums and statistics, which none moves.
    terms: pairs (name, number) in the order in which they were computed: m, v, corrected means, direction ….
    settings: numbers that all parameters share (lr, c1, clip.scale).
    rate: step / -gradient, the learning rate that plain descent would have needed.   decay: weight decay's share of the step.
    """

    name: str
    optimizer: str
    before: float
    after: float
    gradient: float
    terms: tuple[tuple[str, float], ...]
    settings: tuple[tuple[str, float], ...]
    rate: float
    decay: float | None

    @property
    def step(self) -> float:
        """What was added."""
        return self.after - self.before


def leaf_of(run: Run, index: int) -> int | None:
    """Return the leaf whose next value a node is, or the leaf itself; None for anything else."""
    if index in run.followers:
        return index
    return next((leaf for leaf, following in run.followers.items() if index in following), None)


def step_of(run: Run, index: int, element: int) -> Step:
    """Return the step of one number of a leaf in the present update, or the last. Raises ActionError before there is one.

    Of a step of the last update, what the present one has computed anew since is left out.
    """
    leaf, following = run.graph.nodes[index], run.graph.nodes[run.followers[index][0]]
    state = run.value_state(following.index)
    for other in run.followers[index][1:]:
        if run.value_state(other) in (State.DONE, State.PAST):
            following, state = run.graph.nodes[other], run.value_state(other)
    if state not in (State.DONE, State.PAST) and run.is_frozen(index):
        raise ActionError(f"`{leaf.name}` is frozen: no update changes it")
    if state not in (State.DONE, State.PAST) and run.at.update:
        _refuse_unmoved(run, leaf)
    if state not in (State.DONE, State.PAST):
        raise ActionError(f"`{following.name}` is {state.name.lower()} at {run.at}: the update has not come to it yet")
    old = run.before if state is State.PAST else {}
    scope = following.name.removesuffix("next")
    behind = _behind(run, following)
    kept = behind if state is State.DONE else _of_last(run, behind)
    terms = tuple(
        (node.name.removeprefix(scope), _number(run, node, element, old))
        for node in kept
        if node.shape == leaf.shape and node.name.startswith(scope) and not node.name.removeprefix(scope).startswith("_")
    )
    before, after = _number(run, leaf, element, old), _number(run, following, element, old)
    gradient = dict(terms).get("grad", nan)
    prefix, settings = _settings(run, following.index, behind, old)
    known = {node.name for node in kept}
    return Step(
        element_name(leaf.name, leaf.shape, element), prefix, before, after, gradient, terms,
        tuple((name, number) for node, name, number in settings if node.name in known),
        (before - after) / gradient if gradient else nan,
        _decay(dict(terms), before, after) if len(kept) == len(behind) else None,
    )  # fmt: skip


def _refuse_unmoved(run: Run, leaf: Node) -> None:
    """Raise ActionError where the present update moves a leaf by no op."""
    update = run.at.update
    if not set(run.followers[leaf.index]) & set(run.timeline.order(update, "u")):
        raise ActionError(f"update {update} does not move `{leaf.name}`")


def _of_last(run: Run, behind: Sequence[Node]) -> list[Node]:
    """Return, of the nodes behind a step of the last update, those whose numbers are still the ones that it was made with."""
    states, hand = run.value_states(), run.plan.by_hand(run.at)
    kept = (State.PAST, State.UNREACHED)
    given = [node.index for node in behind if node.is_leaf and node.op.role != "gradient" and node.index not in hand]
    return [node for node in behind if node.index in given or states[node.index] in kept]


def _number(run: Run, node: Node, element: int, old: Mapping[int, Array]) -> float:
    array = old.get(node.index, run.machine.value(node.index))
    return float(array.reshape(-1)[element])


def _behind(run: Run, following: Node) -> list[Node]:
    """Return the nodes of the update that a next value is computed from, in order."""
    seen, waiting = set[int](), [following.index]
    while waiting:
        for source in run.graph.nodes[waiting.pop()].inputs:
            if source not in seen and run.graph.nodes[source].phase == "u":
                seen.add(source)
                waiting.append(source)
    return [run.graph.nodes[i] for i in sorted(seen)]


def _settings(
    run: Run, following: int, behind: Sequence[Node], old: Mapping[int, Array]
) -> tuple[str, tuple[tuple[Node, str, float], ...]]:
    """Return the optimizer's name, "" where none is in it, and the single numbers that it works with, with their nodes."""
    shared = [node for node in behind if node.shape == () and "._" not in node.name]
    programs = [program for objective in run.graph.objectives for program in objective.programs]
    objective = next(one for one in programs if any(following == commit for commit, _ in one.commits))
    own = [prefix for prefix in objective.optimizers if any(_ending(node.name, (prefix,)) for node in shared)]
    prefix = own[0] if own else ""
    endings = [(node, _ending(node.name, (prefix, objective.shared))) for node in shared]
    plain = [(node, ending) for node, ending in endings if ending]
    return prefix, tuple((node, ending, _number(run, node, 0, old)) for node, ending in plain)


def _ending(name: str, prefixes: Sequence[str]) -> str:
    """Return what stands behind the first of some prefixes that a name begins with; "" behind none, and of plain numbers."""
    ending = next((name.removeprefix(f"{prefix}.") for prefix in prefixes if name.startswith(f"{prefix}.")), "")
    return "" if ending.startswith(("one", "two", "zero")) else ending


def _decay(terms: dict[str, float], before: float, after: float) -> float | None:
    """Return the share of weight decay: in the step itself where it is decoupled, else in the gradient that was used."""
    if SHRUNK in terms and after != before:
        return (terms[SHRUNK] - before) / (after - before)
    if terms.get(DECAYED):
        return (terms[DECAYED] - terms.get("clipped", terms.get("grad", 0.0))) / terms[DECAYED]
    return None
