"""The backward pass of a scalar as nodes of the graph, which are run, explained and differentiated like all others.

Each op between the scalar and what it is differentiated by sends on what the `gradient` in its file writes down. Only what is
asked for is appended.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from gradlab.errors import BoundError, GradlabError
from gradlab.graph.cuts import behind
from gradlab.graph.formula import NodeTerm, Written
from gradlab.graph.graph import MAX_NODES, Graph, Node
from gradlab.op import Shape


class NoPath(GradlabError):
    """No gradient flows from the scalar to a node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__(f"nothing flows to {node!r}")


class NotWritten(GradlabError):
    """The backward pass of an op on the way is not written in ops."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__(f"`{node.op.name}` of {node!r} has no gradient written in ops")


class Appender(Protocol):
    """What appends the nodes."""

    def number(self, value: float) -> Node:
        """Return the constant of a number."""
        ...

    def add(self, op: str, inputs: Sequence[Node], attrs: Any) -> Node:
        """Append an op."""
        ...


def append_gradient(graph: Graph, root: Node, by: Sequence[Node], to: Appender) -> list[Node]:
    """Append the derivatives of `root`, of one element, by some nodes, through all that reads them so far; return them.

    Those that are 0 whatever the numbers are constants. Raises NoPath, NotWritten, ShapeError, BoundError.
    """
    return _Backward(graph, root, by).appended(to)


class _Backward(Written):
    """One backward pass while it is written down.

    sent: what has been sent to each node, in the order in which a backward pass adds it up.
    """

    def __init__(self, graph: Graph, root: Node, by: Sequence[Node]) -> None:
        super().__init__()
        self.graph, self.root, self.by = graph, root, by
        self.moved = _moved(graph, root, by)
        self.sent: dict[int, NodeTerm] = {root.index: _filled(self, 1.0, root.shape)}
        reached = behind(graph, root.index, flowing=True)
        for node in by:
            if node.index > root.index or not reached[node.index]:
                raise NoPath(node)
        for index in range(root.index, min(node.index for node in by), -1):
            if index in self.sent and index in self.moved:
                self._send(graph.nodes[index], self.sent[index])

    def constant(self, value: float) -> NodeTerm:
        """Return a number, which is a node when it is read."""
        term = NodeTerm(self, (), attrs={"value": value})
        self.terms.append(term)
        return term

    def call(self, op: str, *operands: Any, **attrs: Any) -> NodeTerm:
        """Write an op down. Raises BoundError where they are more than a graph can have."""
        if len(self.terms) >= MAX_NODES:
            raise BoundError(f"more than {MAX_NODES:,} nodes")
        return super().call(op, *operands, **attrs)

    def _send(self, node: Node, g: NodeTerm) -> None:
        """Write down what a node sends to those of its inputs that are moved."""
        moved = [self.graph.nodes[i].size > 0 and i in self.moved for i in node.inputs]
        wanted = [k for k in range(len(moved)) if moved[k] and _flows(node, k)]
        if not wanted:
            return
        for k, part in zip(range(len(node.inputs)), _sends(self, node, g), strict=True):
            if part is not None and k in wanted:
                self._arrive(node.inputs[k], part)

    def _arrive(self, index: int, part: Any) -> None:
        part = summed(self, part, self.graph.nodes[index].shape)
        before = self.sent.get(index)
        self.sent[index] = part if before is None else before + part

    def appended(self, to: Appender) -> list[Node]:
        """Append the terms that are read on the way to a result, in the order in which they were written down."""
        results = [self.sent.get(node.index) or _filled(self, 0.0, node.shape) for node in self.by]
        wanted = {id(term) for term in results}
        for term in reversed(self.terms):
            if id(term) in wanted:
                wanted.update(id(source) for source in term.inputs)
        nodes: dict[int, Node] = {}
        for term in self.terms:
            if id(term) in wanted:
                nodes[id(term)] = _append(term, nodes, to)
        return [term.node or nodes[id(term)] for term in results]


def _append(term: NodeTerm, nodes: dict[int, Node], to: Appender) -> Node:
    if not term.op:
        return to.number(term.attrs["value"])
    return to.add(term.op, [source.node or nodes[id(source)] for source in term.inputs], term.attrs)


def _moved(graph: Graph, root: Node, by: Sequence[Node]) -> set[int]:
    """Return the nodes up to the root that depend on what it is differentiated by, along paths on which gradients flow."""
    found = {node.index for node in by}
    for node in graph.nodes[min(found) : root.index + 1]:
        if any(source in found for source in _flowing(node)):
            found.add(node.index)
    return found


def _flowing(node: Node) -> list[int]:
    return [source for k, source in enumerate(node.inputs) if node.op.flows(k)]


def _flows(node: Node, position: int) -> bool:
    """Return whether anything but 0 is sent to an input."""
    return node.op.flows(position) and not node.op.is_flat(position)


def _sends(formula: _Backward, node: Node, g: NodeTerm) -> Sequence[Any]:
    """Return what the op writes down for each of its inputs. Raises NotWritten."""
    if node.op.gradient is None:
        raise NotWritten(node)
    inputs: list[Any] = [formula.of(formula.graph.nodes[i]) for i in node.inputs]
    given = [inputs] if node.op.variadic else [*inputs, *(None for _ in node.op.absent)]
    return node.op.gradient(formula, g, formula.of(node), *given, **node.attrs)[: len(inputs)]


def summed(m: Written, part: Any, shape: Shape) -> Any:
    """Return a term summed over what broadcasting repeated, so that it has the shape that was repeated."""
    extra = part.rank - len(shape)
    axes = [i for i, n in enumerate(part.shape) if i < extra or (shape[i - extra] == 1 and n != 1)]
    for run in reversed(_runs(axes)):
        part = m.sum(part, axis=run, keepdims=True)
    return part if part.shape == shape else m.reshape(part, shape=shape)


def _runs(axes: list[int]) -> list[tuple[int, ...]]:
    """Return the axes as one tuple; neighbours by themselves where they are too many for one sum."""
    runs: list[tuple[int, ...]] = []
    for axis in axes:
        if runs and runs[-1][-1] == axis - 1:
            runs[-1] = (*runs[-1], axis)
        else:
            runs.append((axis,))
    return runs if len(runs) > 2 else [tuple(axes)] if axes else []


def _filled(m: _Backward, value: float, shape: Shape) -> NodeTerm:
    number = m.constant(value)
    return number if shape == () else m.call("expand", number, shape=shape)


__all__ = ["Appender", "NoPath", "NotWritten", "append_gradient"]
