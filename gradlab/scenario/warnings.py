"""What a model may say and hardly means. Each is told once a place, when the model is read, and keeps nothing from running."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradlab.errors import Note, Problem
from gradlab.graph.cuts import behind, cut_text
from gradlab.graph.graph import Fixed, Graph, Node
from gradlab.op import Array
from gradlab.scenario.queries import QUERIES
from gradlab.scenario.tracing import MinimizeRequest, Trace, covers

DATA = ("input", "constant")
"""Roles of leaves that hold data."""
ALL = ("reduce", "loss", "penalty")
"""Roles of ops whose one number is made of all that they read."""


def warnings(trace: Trace) -> Iterator[Problem]:
    """Return the warnings of a model without problems, one for each place."""
    told: set[tuple[int, int]] = set()
    for check in _CHECKS:
        for problem in check(trace):
            place = (problem.span.start, problem.span.stop) if problem.span else (-1, len(told))
            if place not in told:
                told.add(place)
                yield problem


def _still(trace: Trace) -> Iterator[Problem]:
    """Find what `minimize` is told to move and what its loss does not reach."""
    for request in trace.requests:
        for name, span in request.over:
            params = [node for node in trace.graph.params if covers(trace.graph, name, node)]
            if why := _unreached(trace.graph, request, params):
                yield Problem(f"no path leads from `{name}` to `{request.root.name}`{why}: its gradient is 0", span)
        frozen = [name for name, _ in request.freeze]
        moved = [node for node in trace.graph.params if not any(covers(trace.graph, name, node) for name in frozen)]
        if not request.over and (why := _unreached(trace.graph, request, moved)):
            only = " from it" if len(trace.requests) > 1 else ""
            message = f"no path leads from a parameter to `{request.root.name}`{why}: nothing is learned{only}"
            yield Problem(message, request.span)


def _unreached(graph: Graph, request: MinimizeRequest, params: list[Node]) -> str:
    """Return why none of some parameters has a gradient of a loss; "" when one has."""
    root = request.root.index
    reached, made = behind(graph, root, flowing=True), behind(graph, root)
    if not params or any(reached[node.index] for node in params):
        return ""
    return cut_text(graph, root, next((node for node in params if made[node.index]), params[0]).index)


def _applied_twice(trace: Trace) -> Iterator[Problem]:
    """Find a softmax or a sigmoid before an op that applies one itself."""
    for node in trace.graph.nodes:
        if not node.op.applies or node.op.name == node.op.applies:
            continue
        source = trace.graph.nodes[node.inputs[0]]
        if source.op.name == node.op.applies:
            message = f"`{node.op.name}` applies `{node.op.applies}` itself, and `{source.name}` is the output of one"
            yield Problem(message, node.span, "give it what goes into that", _made(source))


def _one_unit(trace: Trace) -> Iterator[Problem]:
    """Find a softmax over one unit, which is always 1; over a list that has only one element it may be meant."""
    for node in trace.graph.nodes:
        if node.op.applies != "softmax" or node.index in trace.graph.derived:
            continue
        source = trace.graph.nodes[node.inputs[0]]
        axis = node.attrs.get("axis", -1)
        if not source.shape or source.shape[axis] != 1 or axis % len(source.shape) != len(source.shape) - 1:
            continue
        if len(node.inputs) > 1 or _is_unit(trace.graph, source):
            message = f"`softmax` over one unit is 1 whatever `{source.name}` is: no gradient comes back"
            yield Problem(message, node.span, "two classes are two units, or one with `sigmoid`", _made(source))


def _is_unit(graph: Graph, node: Node) -> bool:
    """Return whether a node is a unit of a layer: what is read is weighed by a parameter of one column, perhaps with a bias."""
    inputs = [graph.nodes[i] for i in node.inputs]
    if any(one.op.role == "parameter" and len(one.shape) == 2 and one.shape[1] == 1 for one in inputs):
        return True
    return node.op.operator == "+" and any(
        one.shape == node.shape and not one.is_leaf and _is_unit(graph, one) for one in inputs
    )


def _crossed(trace: Trace) -> Iterator[Problem]:
    """Find outputs (n, 1) minus targets (n,), or the other way about, which broadcast to (n, n) on their way into a loss.

    Outputs are made from parameters and data, targets from data alone. An axis that was put in says that (n, n) is meant.
    """
    graph = trace.graph
    found = [node for node in graph.nodes if node.op.operator == "-" and _crosses(graph, node)]
    if not found:
        return
    learned, data = _made_from(graph, ("parameter",)), _made_from(graph, DATA)
    for node in found:
        x, y = (graph.nodes[i] for i in node.inputs)
        output, target = (x, y) if learned[x.index] else (y, x)
        if not learned[output.index] or not data[output.index] or learned[target.index] or not data[target.index]:
            continue
        if root := _root_of_all(trace, node):
            message = f"`{x.name}` {x.shape} minus `{y.name}` {y.shape} is {node.shape}: all pairs go into `{root.name}`"
            yield Problem(message, node.span, "where each is to meet its own, give both one shape", (*_made(x), *_made(y)))


def _crosses(graph: Graph, node: Node) -> bool:
    """Return whether (n, 1) and (n,) meet, none of them with an axis that was put in."""
    if len(node.inputs) != 2 or len(node.shape) != 2 or node.shape[0] != node.shape[1] or node.shape[0] < 2:
        return False
    parts = [graph.nodes[i] for i in node.inputs]
    column = next((part for part in parts if part.shape == (node.shape[0], 1)), None)
    if column is None or all(part.shape != node.shape[:1] for part in parts):
        return False
    return all(len(graph.nodes[i].shape) == 2 for i in column.inputs) if len(column.inputs) == 1 else True


def _root_of_all(trace: Trace, node: Node) -> Node | None:
    """Return the loss that an op on all numbers of a node, changed one by one before, leads to.

    What meets other numbers of its shape on the way may be masked by them: then it is not said that all count.
    """
    graph = trace.graph
    roots = [request.root for request in trace.requests] or [root for root in [graph.default_root()] if root is not None]
    changed = {node.index}
    for one in graph.nodes[node.index + 1 :]:
        if changed.isdisjoint(one.inputs):
            continue
        if one.size == 1 and one.op.role in ALL:
            return next((root for root in roots if behind(graph, root.index)[one.index]), None)
        alike = {i for i in one.inputs if graph.nodes[i].shape == node.shape}
        if one.op.kind == "elementwise" and one.shape == node.shape and alike <= changed:
            changed.add(one.index)
    return None


def _made_from(graph: Graph, roles: tuple[str, ...]) -> list[bool]:
    """Return whether each node is made from a leaf of some roles; single numbers do not count as data."""
    found: list[bool] = []
    for node in graph.nodes:
        own = node.op.role in roles and (node.size > 1 or node.op.role == "parameter")
        found.append(own or any(found[i] for i in node.inputs))
    return found


def _overlapping(trace: Trace) -> Iterator[Problem]:
    """Find rows of a split that is held out from no training rows of this model, and that others hold, too.

    A split with training rows of its own, parted as it is, may be one of many: a fold of several, a size of several.
    """
    for place, (table, span) in enumerate(trace.tables):
        if table.split in (None, "train") or any(table.held_out_from(other) for other, _ in trace.tables):
            continue
        for k, (other, before) in enumerate(trace.tables):
            if (other.split == "train" or k < place) and (many := table.shared(other, trace.seed)):
                rows = f"{many:,} row{'s' * (many > 1)}"
                message = f"{rows} of this {table.split} split {'are' if many > 1 else 'is'} in the {other.split} split, too"
                label = "give both the same `test`, `validation`, `folds` and `fold`"
                yield Problem(message, span, label, (Note(f"the {other.split} split", before),))
                break


def _unseen(trace: Trace) -> Iterator[Problem]:
    """Find labels that no training row has, so that nothing is learned of them, where it is training rows that are read."""
    for table, span in trace.tables:
        read = {other.split for other, _ in trace.tables if table.is_of_one(other)}
        if "train" in read and None not in read and (labels := table.unseen(trace.seed)):
            listed = ", ".join(f"`{label}`" for label in labels[:5]) + (" …" if len(labels) > 5 else "")
            yield Problem(f"no training row has the label {listed}: nothing is learned of it", span)


def _hidden_words(trace: Trace) -> Iterator[Problem]:
    """Find nodes with the name of a word that stands in expressions for a number of the run."""
    for name, query in QUERIES.items():
        node = trace.graph.find(name) if query.bare else None
        if node is not None:
            yield Problem(f"`{name}` is a word of expressions, too: in them it means this node now", node.span)


def _remarked(trace: Trace) -> Iterator[Problem]:
    """Find calls on numbers of the model that give a result and mean none."""
    nodes = trace.graph.nodes
    for node in nodes:
        if text := remark_of(node, tuple(_given(nodes[i]) for i in node.inputs)):
            yield Problem(text, node.span)


def remark_of(node: Node, inputs: tuple[Array | None, ...]) -> str:
    """Return what its op says of a node whose inputs are known, or some of them; "" where that is nothing."""
    said = node.op.remark(inputs, node.attrs) if node.op.remark else ""
    return f"`{node.name}`: {said}" if said else ""


def _given(node: Node) -> Array | None:
    return node.feed.array if isinstance(node.feed, Fixed) and node.op.role in DATA else None


def _made(node: Node) -> tuple[Note, ...]:
    return (Note(f"`{node.name}` has shape {node.shape}", node.span),)


_CHECKS: tuple[Callable[[Trace], Iterator[Problem]], ...] = (
    _still, _applied_twice, _one_unit, _crossed, _overlapping, _remarked, _unseen, _hidden_words,
)  # fmt: skip
