"""A formula of the update phase on its way to the graph: it is written down first, so that its results can be named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Shape
from gradlab.ops import OPS


class Place(Protocol):
    """Where the nodes of a formula go."""

    graph: Graph
    updates: list[int]

    def number(self, value: float) -> Node:
        """Return the leaf of a number."""
        ...

    def array(self, name: str, array: Array) -> Node:
        """Return a new leaf that holds an array."""
        ...


@dataclass(frozen=True, eq=False)
class Term:
    """A value of the formula: a node that exists, or an op that will be appended. Calculates with `+ - * / ** @`."""

    formula: Formula
    shape: Shape
    node: Node | None = None
    op: str = ""
    inputs: tuple[Term, ...] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def __add__(self, other: Term | float) -> Term:
        return self.formula.call("add", self, other)

    def __radd__(self, other: float) -> Term:
        return self.formula.call("add", other, self)

    def __sub__(self, other: Term | float) -> Term:
        return self.formula.call("sub", self, other)

    def __rsub__(self, other: float) -> Term:
        return self.formula.call("sub", other, self)

    def __mul__(self, other: Term | float) -> Term:
        return self.formula.call("mul", self, other)

    def __rmul__(self, other: float) -> Term:
        return self.formula.call("mul", other, self)

    def __truediv__(self, other: Term | float) -> Term:
        return self.formula.call("div", self, other)

    def __rtruediv__(self, other: float) -> Term:
        return self.formula.call("div", other, self)

    def __pow__(self, other: Term | float) -> Term:
        return self.formula.call("pow", self, other)

    def __matmul__(self, other: Term) -> Term:
        return self.formula.call("matmul", self, other)

    def __neg__(self) -> Term:
        return self.formula.call("neg", self)


@dataclass
class Formula:
    """The `m` of an optimizer on nodes: it writes the ops down in the order in which they are called.

    outputs: results by their ending (`next`, `m.next`); they are named instead of numbered. "" is the scope itself.
    """

    place: Place
    terms: list[Term] = field(default_factory=list)
    outputs: dict[str, Term] = field(default_factory=dict)

    def of(self, node: Node) -> Term:
        """Return a node as a term."""
        return Term(self, node.shape, node)

    def name(self, name: str, value: Term) -> Term:
        """Return the value, which will be called so."""
        self.outputs[name] = value
        return value

    def array(self, name: str, array: Array) -> Term:
        """Return an array that stands in the formula."""
        return self.of(self.place.array(name, array))

    def call(self, op: str, *operands: Any, **attrs: Any) -> Term:
        """Write an op down. operands: terms and numbers; a list of them for an op of any number of inputs."""
        listed = operands[0] if OPS[op].variadic else operands
        inputs = tuple(t if isinstance(t, Term) else self.of(self.place.number(float(t))) for t in listed)
        given = {**OPS[op].attrs, **attrs}
        shape = OPS[op].shape(tuple(t.shape for t in inputs), given)
        term = Term(self, shape, op=op, inputs=inputs, attrs=given)
        self.terms.append(term)
        return term

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op not in OPS:
            raise AttributeError(op)
        return lambda *operands, **attrs: self.call(op, *operands, **attrs)

    def append(self, scope: str, layer: str) -> dict[str, Node]:
        """Append the ops to the graph, under names of the scope; return the nodes of the outputs by their endings."""
        names = {id(term): ending for ending, term in self.outputs.items()}
        nodes: dict[int, Node] = {}
        counts: dict[str, int] = {}
        for term in self.terms:
            ending = names.get(id(term))
            if ending is None:
                ending = f"_{term.op}.{counts.get(term.op, 0)}"
                counts[term.op] = counts.get(term.op, 0) + 1
            inputs = [t.node or nodes[id(t)] for t in term.inputs]
            name = f"{scope}.{ending}" if ending else scope
            node = self.place.graph.add(OPS[term.op], inputs, term.attrs, name=name, phase="u", layer=layer)
            nodes[id(term)] = node
            self.place.updates.append(node.index)
        return {ending: nodes[id(term)] for ending, term in self.outputs.items()}
