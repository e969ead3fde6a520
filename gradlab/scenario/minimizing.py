"""From the requests of a model to its update phases: which parameters each `minimize` moves, and by which optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gradlab.errors import ArgumentError, BoundError, Problem, ShapeError
from gradlab.graph.cuts import behind
from gradlab.graph.graph import Node
from gradlab.graph.patterns import is_pattern
from gradlab.optim.build import ParamGroup, Recipe, build_groups
from gradlab.optim.running import with_running
from gradlab.scenario.tracing import Assigned, MinimizeRequest, Trace, Wrong, covers
from gradlab.source import Span, did_you_mean

NAMED = 3
"""Parameters that a text lists."""


def minimize(trace: Trace, request: MinimizeRequest) -> None:
    """Append the update phase of a request to the graph; what is wrong with it is reported."""
    graph = trace.graph
    try:
        params = _moved(trace, request)
        groups = _groups(trace, request, params)
        recipe = replace(request.recipe or Recipe(), l2=_penalties(trace, request, params))
        _refuse_ends(trace, request)
    except Wrong as error:
        trace.report(error.problem)
        return
    label = "" if len(trace.requests) == 1 else _label(request)
    count = len(graph.nodes)
    try:
        trace.budget.room(_room(groups, recipe) * trace.itemsize)
        build_groups(graph, label, request.root, groups, recipe)
        moved = with_running(graph, graph.objectives[-1], [one.root.index for one in trace.requests])
        graph.objectives[-1] = replace(moved, times=request.times)
        trace.budget.values(sum(node.size for node in graph.nodes[count:]) * trace.itemsize)
    except (ArgumentError, ShapeError, BoundError) as error:
        trace.report(Problem(str(error), request.span))


def _room(groups: Sequence[ParamGroup], recipe: Recipe) -> int:
    """Return how many numbers are remembered about the parameters."""
    sizes = [sum(node.size for node in group.params) for group in groups]
    remembered = sum(group.optimizer.room(size) for group, size in zip(groups, sizes, strict=True))
    return remembered + sum(sizes) * (recipe.accumulate > 1)


def _label(request: MinimizeRequest) -> str:
    """Return what tells a request from others: what it moves, else what it makes small."""
    return "_".join(name for name, _ in request.over if not is_pattern(name)) or request.root.name


def _moved(trace: Trace, request: MinimizeRequest) -> list[Node]:
    """Return the parameters that `over` and `freeze` leave to a request. Raises Wrong."""
    graph = trace.graph
    for argument, names in (("over", request.over), ("freeze", request.freeze)):
        for name, span in names:
            if not any(covers(graph, name, node) for node in graph.params):
                raise Wrong(_no_parameter(trace, f"`{argument}`: ", name, span))
    params = [node for node in graph.params if _moves(trace, node, request)]
    if graph.params and not params:
        message = f"nothing to minimize `{request.root.name}` over: all parameters are frozen"
        raise Wrong(Problem(message, request.span))
    return params


def _moves(trace: Trace, node: Node, request: MinimizeRequest) -> bool:
    """Return whether `over` and `freeze` leave a parameter to a request."""
    over = not request.over or any(covers(trace.graph, name, node) for name, _ in request.over)
    return over and not any(covers(trace.graph, name, node) for name, _ in request.freeze)


def _groups(trace: Trace, request: MinimizeRequest, params: Sequence[Node]) -> list[ParamGroup]:
    """Return the parameters of each optimizer. Raises Wrong for a parameter without one, and where none moves at all."""
    parted, rest = _parted(trace, request.optimizers, params)
    if rest:
        more = f" and {len(rest) - NAMED} more" if len(rest) > NAMED else ""
        names = ", ".join(f"`{node.name}`" for node in rest[:NAMED])
        message = f"no pattern is for {names}{more}"
        raise Wrong(Problem(message, request.optimizers[-1].span, 'behind the others, `"*": none` lets them stay'))
    groups = [ParamGroup(one.value, those) for one, those in parted if one.value is not None]
    if not groups:
        message = f"nothing to minimize `{request.root.name}` over: no pattern has an optimizer"
        raise Wrong(Problem(message, request.span))
    return groups


def _penalties(trace: Trace, request: MinimizeRequest, params: Sequence[Node]) -> Any:
    """Return the penalty as a recipe takes it: one for all, or pairs; parameters of no pattern have none."""
    if len(request.l2) == 1 and not request.l2[0].pattern:
        return request.l2[0].value
    parted, _ = _parted(trace, request.l2, params)
    return tuple((one.value, those) for one, those in parted if one.value is not None) or None


def _parted(
    trace: Trace, assigned: Sequence[Assigned], params: Sequence[Node]
) -> tuple[list[tuple[Assigned, list[Node]]], list[Node]]:
    """Return the parameters of each pattern, which are those that none before it took, and what is left.

    Raises Wrong where a pattern gets none.
    """
    rest, parted = list(params), []
    for one in assigned:
        mine = [node for node in rest if not one.pattern or covers(trace.graph, one.pattern, node)]
        if not mine and params:
            raise Wrong(_gets_none(trace, one, params))
        rest = [node for node in rest if node not in mine]
        parted.append((one, mine))
    return parted, rest


def _gets_none(trace: Trace, one: Assigned, params: Sequence[Node]) -> Problem:
    """Say why a pattern gets no parameter."""
    if any(covers(trace.graph, one.pattern, node) for node in params):
        message = f"`{one.pattern}` gets no parameter: patterns before it take all that it matches"
        return Problem(message, one.span, "the first pattern that matches counts")
    if any(covers(trace.graph, one.pattern, node) for node in trace.graph.params):
        return Problem(f"`{one.pattern}` gets no parameter: `over` and `freeze` leave none of those that it matches", one.span)
    return _no_parameter(trace, "", one.pattern, one.span)


def _no_parameter(trace: Trace, before: str, name: str, span: Span) -> Problem:
    """Say that no parameter is meant by a name or a pattern, and which there are."""
    names = [node.name for node in trace.graph.params]
    if is_pattern(name):
        there = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        return Problem(f"{before}no parameter matches `{name}`", span, f"there are {there}" if names else "")
    hint = did_you_mean(name, [*trace.graph.layers, *names])
    return Problem(f"{before}no layer or parameter is called `{name}`", span, hint)


def _refuse_ends(trace: Trace, request: MinimizeRequest) -> None:
    """Refuse a step over the end of an epoch of the data that its loss reads. Raises Wrong."""
    many = (request.recipe or Recipe()).accumulate
    most = max(one.times for one in trace.requests)
    read = behind(trace.graph, request.root.index)
    for batch in (batch for node, batch in trace.batches if read[node.index]):
        batches = max(1, batch.updates_per_epoch // most) * request.times
        if batches % many:
            message = f"`accumulate` of `minimize` divides the batches of an epoch: {many} does not divide {batches}"
            fitting = [str(n) for n in range(2, batches + 1) if batches % n == 0]
            label = f"{', '.join(fitting[:6])}{' …' if len(fitting) > 6 else ''} would" if fitting else ""
            raise Wrong(Problem(message, request.accumulate, label))
