"""What an update is without some of the leaves that it moves, and which leaves go with a parameter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gradlab.graph.graph import Graph, Objective
from gradlab.ops.index import OP as INDEX
from gradlab.ops.reshape import OP as RESHAPE

NEXT = ".next"


def owned(graph: Graph, objective: Objective, param: int) -> frozenset[int]:
    """Return a parameter and the leaves that follow it alone in an objective: its state and its average.

    They are those whose names go on from the name under which the objective moves the parameter: `W.m` beside `W.next`. What it
    gathers over batches is none of them, so that the mean of a step is always that of all its batches.
    """
    begins = {leaf: graph.nodes[following].name.removesuffix(NEXT) for following, leaf in objective.commits}
    params = {leaf: begin for leaf, begin in begins.items() if leaf in objective.params}
    if param not in params:
        return frozenset((param,))
    found = {param}
    for leaf in begins.keys() - params.keys() - gathered(objective):
        name = graph.nodes[leaf].name
        owners = [one for one, begin in params.items() if name.startswith(f"{begin}.")]
        if max(owners, key=lambda one: len(params[one]), default=None) == param:
            found.add(leaf)
    return frozenset(found)


def gathered(objective: Objective) -> frozenset[int]:
    """Return the leaves that hold sums over the batches of a step."""
    return frozenset(leaf for _, leaf in objective.gathering.commits) if objective.gathering else frozenset()


def without(graph: Graph, objective: Objective, gathers: bool, frozen: Collection[int]) -> Objective:
    """Return what runs in a turn of an objective that does not move some leaves: no commits of theirs, no ops for these alone.

    Where it moves no parameter any more its counters and schedules stay, too: it makes no step. Sums over batches go on.
    gathers: whether it is a turn that gathers a gradient.
    """
    sums = gathered(objective)
    objective = objective.gathering if gathers and objective.gathering else objective
    if not frozen:
        return objective
    params = tuple(index for index in objective.params if index not in frozen)
    commits = tuple((following, leaf) for following, leaf in objective.commits if leaf not in frozen)
    if not params:
        commits = tuple(pair for pair in commits if pair[1] in sums or graph.nodes[pair[1]].op.role == "buffer")
    needed = {following for following, _ in commits}
    for index in reversed(objective.updates):
        if index in needed:
            needed.update(graph.nodes[index].inputs)
    return replace(
        objective,
        params=params,
        updates=tuple(index for index in objective.updates if index in needed),
        commits=commits,
    )


def moved_together(graph: Graph, objective: Objective, param: int) -> tuple[int, ...]:
    """Return the parameters that an objective moves as one vector with this one: it alone, where each is moved by itself."""
    following = {leaf: index for index, leaf in objective.commits}
    vector = _cut_from(graph, following[param])
    if vector is None:
        return (param,)
    return tuple(other for other in objective.params if _cut_from(graph, following[other]) == vector)


def _cut_from(graph: Graph, index: int) -> int | None:
    """Return the node that a next value is a reshaped part of, if it is one."""
    node = graph.nodes[index]
    inner = graph.nodes[node.inputs[0]] if node.op is RESHAPE else None
    return inner.inputs[0] if inner is not None and inner.op is INDEX and inner.phase == "u" else None
