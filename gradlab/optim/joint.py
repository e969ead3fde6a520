"""Optimizers that see all parameters as one vector: they look at how the gradient changes, and some at the loss.

Every evaluation of such an optimizer is an update of the run: a point that it tries, whose loss and gradient its update phase
then judges. What it knows is state, so that walking back is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Graph, Node
from gradlab.op import Shape
from gradlab.ops import OPS
from gradlab.optim.formula import Formula, NodeTerm
from gradlab.optim.place import UpdatePlace
from gradlab.optim.tunable import Tunable


@dataclass(frozen=True, slots=True, repr=False)
class Joint(Tunable):
    """An optimizer of a vector.

    update(m, x, g, f, state, hyper) gives the next x (n,) and the next state by name; g: its gradient, f: the loss.
    state(n, hyper): the shapes of what it remembers, which begins at zero.   most: the largest n.
    whole: hyperparameters that are whole numbers and shape the state; they are no nodes.
    """

    state: Callable[[int, Mapping[str, Any]], Mapping[str, Shape]]
    most: int
    whole: tuple[str, ...] = ()

    def room(self, size: int) -> int:
        """Return how many numbers it remembers about parameters of so many."""
        return sum(prod(shape) for shape in self.state(min(size, self.most), self.hyper).values())

    def takes_schedule(self, key: str) -> bool:
        """See `Tunable.takes_schedule`."""
        return key not in self.whole

    def _checked(self, key: str, value: Any) -> Any:
        checked = super(Joint, self)._checked(key, value)  # without arguments `super` does not know a class with slots
        if key in self.whole and checked != int(checked):
            raise ArgumentError(f"`{key}` of `{self.name}` is a whole number, got {checked:g}")
        return checked


def append_joint(place: UpdatePlace, params: Sequence[Node], optimizer: Joint) -> None:
    """Append the update of all parameters. Raises ArgumentError when there are too many, or the data change."""
    size = sum(param.size for param in params)
    if size > optimizer.most:
        raise ArgumentError(f"`{optimizer.name}` moves at most {optimizer.most:,} numbers, these parameters have {size:,}")
    _refuse_change(place.graph, place.root, optimizer.name)
    names = {param.index: place.free(param.name, (".grad", ".next")) for param in params}
    nodes = {k: v for k, v in place.hypers(place.prefix, optimizer.hyper).items() if k not in optimizer.whole}
    shapes = optimizer.state(size, optimizer.hyper)
    states = {key: place.leaf(f"{place.prefix}.{key}", 0.0, "state", shape) for key, shape in shapes.items()}
    formula = Formula(place)
    of = formula.of
    hyper = {key: of(node) for key, node in nodes.items()}
    x = formula.name("x", _gathered(formula, params))
    g = formula.name("g", _gathered(formula, [_gradient(place, names[param.index], param) for param in params]))
    following, next_states = optimizer.update(formula, x, g, of(place.loss), {k: of(n) for k, n in states.items()}, hyper)
    formula.outputs.update({f"{key}.next": next_states[key] for key in states})
    formula.outputs["x.next"] = following
    made = formula.append(place.prefix, "")
    place.commits += [(made[f"{key}.next"].index, leaf.index) for key, leaf in states.items()]
    _scatter(place, names, params, made["x.next"])


def _refuse_change(graph: Graph, root: Node, name: str) -> None:
    """Losses of different data cannot be compared."""
    behind = {root.index}
    for node in reversed(graph.nodes[: root.index + 1]):
        if node.index in behind:
            behind.update(node.inputs)
    changing = [graph.nodes[i].name for i in sorted(behind) if _changes(graph.nodes[i])]
    if changing:
        raise ArgumentError(
            f"`{name}` compares one update with the next and takes all data at once,"
            f" but `{changing[0]}` changes from update to update"
        )


def _changes(leaf: Node) -> bool:
    return leaf.op.role == "clock" or (leaf.feed is not None and leaf.feed.varies)


def _gradient(place: UpdatePlace, name: str, param: Node) -> Node:
    attrs = {"of": param.index}
    return place.graph.add(OPS["window"], [], attrs, name=f"{name}.grad", phase="u", shape=param.shape, layer=param.place)


def _gathered(formula: Formula, nodes: Sequence[Node]) -> NodeTerm:
    """Write down one vector of all elements of some nodes."""
    return formula.concat([formula.reshape(formula.of(node), shape=(node.size,)) for node in nodes])  # type: ignore[no-any-return]


def _scatter(place: UpdatePlace, names: Mapping[int, str], params: Sequence[Node], vector: Node) -> None:
    """Append what takes the parameters' next values from the vector."""
    start = 0
    for param in params:
        formula = Formula(place)
        part = formula.index(formula.of(vector), key=(slice(start, start + param.size),))
        formula.outputs["next"] = formula.reshape(part, shape=param.shape)
        made = formula.append(names[param.index], param.place)
        place.commits.append((made["next"].index, param.index))
        start += param.size
