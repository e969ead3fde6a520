"""Formulas on nodes: the ops are written down first, and appended to a graph when it is known which of them are wanted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradlab import terms
from gradlab.graph.graph import Node
from gradlab.op import Shape
from gradlab.ops import OPS


@dataclass(frozen=True, eq=False)
class NodeTerm(terms.Term):
    """A value of a formula: a node that exists, or an op that will be appended."""

    maker: Written
    shape: Shape
    node: Node | None = None
    op: str = ""
    inputs: tuple[NodeTerm, ...] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)


class Written(terms.Maker):
    """The `m` of a formula on nodes. It writes the ops down in the order in which they are called."""

    def __init__(self) -> None:
        self.terms: list[NodeTerm] = []

    @abstractmethod
    def constant(self, value: float) -> NodeTerm:
        """Return a number that stands in the formula."""

    def of(self, node: Node) -> NodeTerm:
        """Return a node as a term."""
        return NodeTerm(self, node.shape, node)

    def call(self, op: str, *operands: Any, **attrs: Any) -> NodeTerm:
        """Write an op down. operands: terms and numbers; a list of them for an op of any number of inputs."""
        listed = operands[0] if OPS[op].variadic else operands
        inputs = tuple(t if isinstance(t, NodeTerm) else self.constant(float(t)) for t in listed)
        given = {**OPS[op].attrs, **attrs}
        shape = OPS[op].shape(tuple(t.shape for t in inputs), given)
        term = NodeTerm(self, shape, op=op, inputs=inputs, attrs=given)
        self.terms.append(term)
        return term

    def __getattr__(self, op: str) -> Any:
        if op not in OPS:
            raise AttributeError(op)
        return super().__getattr__(op)
