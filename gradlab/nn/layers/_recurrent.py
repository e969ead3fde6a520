"""What recurrent layers share: weights that are made once, and a cell that is repeated for every time step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from gradlab.arguments import whole
from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.layer import Make, fitting, node_of
from gradlab.op import Shape

State = tuple[Node, ...]
Weights = tuple[Node, ...]
Step = Callable[[Node, State, Weights], State]

MAX_LAYERS = 1_000


@dataclass(frozen=True, slots=True)
class Weight:
    """A parameter of a cell: its name, its shape for `n` inputs and `units`, and how it begins."""

    name: str
    shape: Callable[[int, int], Shape]
    init: Initializer


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A recurrent layer that is being built.

    x: the sequence, time first.   features: of x at a step; units: of the state.   state: the shape of a state.
    layers: how many stand on one another.   truncate: steps that a gradient goes back, None for all.
    """

    make: Make
    word: str
    x: Node
    features: int
    units: int
    state: Shape
    layers: int
    truncate: int | None

    def scope(self, k: int) -> AbstractContextManager[object]:
        """Open the scope of a stacked layer: `l0`, `l1` …, or none where there is only one."""
        return self.make.scope(f"l{k}") if self.layers > 1 else nullcontext()

    def weights(self, wanted: Sequence[Weight]) -> Iterator[Weights]:
        """Make the parameters of every stacked layer."""
        for k in range(self.layers):
            with self.scope(k):
                yield make_weights(self.make, wanted, self.features if k == 0 else self.units, self.units)

    def states(self, given: dict[str, Any]) -> Iterator[State]:
        """Return the states before the first step: what was given, else zeros. Raises ArgumentError, ShapeError."""
        listed = {name: self._listed(name, value) for name, value in given.items()}
        for k in range(self.layers):
            with self.scope(k):
                yield tuple(self._start(name, values[k]) for name, values in listed.items())

    def _listed(self, name: str, value: Any) -> list[Any]:
        if value is None or self.layers == 1:
            return [value] * self.layers
        if not isinstance(value, list | tuple) or len(value) != self.layers:
            raise ArgumentError(f"`{name}` of `{self.word}` with {self.layers} layers is a list of {self.layers} states")
        return list(value)

    def _start(self, name: str, value: Any) -> Node:
        if value is None:
            return self.make.named(f"{name}_start", self.make.constant(0.0, self.state))
        node = node_of(self.word, name, value)
        if node.shape != self.state:
            raise ShapeError(f"`{name}` is the state before the first step, of shape {self.state}, got {node.shape}")
        return node

    def unroll(self, names: Sequence[str], states: list[State], weights: list[Weights], step: Step) -> list[Node]:
        """Repeat the cell for every time step; `states` becomes what is left at the end. Returns what leaves the top."""
        outputs = []
        for t in range(self.x.shape[0]):
            for k in range(self.layers):
                with self.scope(k), self.make.scope(f"t{t}"):
                    inputs = states[k - 1][0] if k else self.make.named("x", self.make.op("index", [self.x], key=t))
                    before = self._before(t, names, states[k])
                    after = step(inputs, before, weights[k])
                    states[k] = tuple(self.make.named(n, node) for n, node in zip(names, after, strict=True))
            outputs.append(states[-1][0])
        return outputs

    def _before(self, t: int, names: Sequence[str], state: State) -> State:
        """Return the state that a step begins with; every `truncate` steps no gradient passes it."""
        if not self.truncate or t == 0 or t % self.truncate:
            return state
        cut = (self.make.op("stop_gradient", [node]) for node in state)
        return tuple(self.make.named(f"{name}_cut", node) for name, node in zip(names, cut, strict=True))

    def results(self, outputs: list[Node], states: list[State]) -> tuple[Node | list[Node], ...]:
        """Return all outputs as one node, then each part of the last state: a list where there are several layers."""
        ends = zip(*states, strict=True)
        return self.make.op("stack", outputs), *(list(end) if self.layers > 1 else end[0] for end in ends)


def sequence(make: Make, word: str, x: Node, units: int, layers: int, truncate: int | None) -> Unrolled:
    """Check the arguments that all recurrent layers have. Raises ArgumentError, ShapeError."""
    shape = node_of(word, "x", x).shape
    units, layers = whole(word, "units", units), whole(word, "layers", layers, high=MAX_LAYERS)
    if len(shape) < 2:
        raise ShapeError(f"x is of shape (time, batch, features) or (time, features), got {shape}")
    state = (*shape[1:-1], units)
    return Unrolled(make, word, x, shape[-1], units, state, layers, steps_of(word, shape, truncate))


def steps_of(word: str, shape: Shape, truncate: int | None) -> int | None:
    """Return how many steps a gradient goes back, None for all. Raises ArgumentError, ShapeError for no step at all."""
    if not shape[0]:
        raise ShapeError(f"at least one time step is needed, got x of shape {shape}")
    return None if truncate is None else whole(word, "truncate", truncate)


def make_weights(make: Make, wanted: Sequence[Weight], n: int, units: int) -> Weights:
    """Make the parameters of a cell in the open scope."""
    return tuple(make.param(weight.name, weight.shape(n, units), weight.init) for weight in wanted)


def cell_weights(
    make: Make, word: str, x: Node, states: dict[str, Any], wanted: Sequence[Weight], given: Sequence[Any]
) -> Weights:
    """Return the weights of a cell that is called once: those given, or new ones. Raises ArgumentError, ShapeError."""
    first = node_of(word, "x", x).shape
    shapes = {name: node_of(word, name, value).shape for name, value in states.items()}
    state = next(iter(shapes.values()))
    if not first or any(shape[:-1] != first[:-1] or not shape or shape != state for shape in shapes.values()):
        listed = ", ".join(f"{name} {shape}" for name, shape in {"x": first, **shapes}.items())
        raise ShapeError(f"x is (…, features) and the state (…, units), got {listed}")
    n, units = first[-1], state[-1]
    if all(value is None for value in given):
        return make_weights(make, wanted, n, units)
    missing = [weight.name for weight, value in zip(wanted, given, strict=True) if value is None]
    if missing:
        raise ArgumentError(f"`{word}` takes all its weights or none, `{missing[0]}` is missing")
    return tuple(_weight(word, weight, value, n, units) for weight, value in zip(wanted, given, strict=True))


def _weight(word: str, weight: Weight, value: Any, n: int, units: int) -> Node:
    return fitting(word, weight.name, value, weight.shape(n, units), f"for {n} inputs and {units} units")


def parts(make: Make, z: Node, names: Sequence[str], axis: int = -1) -> list[Node]:
    """Cut an axis, counted from the last, into equal parts, and give each its name."""
    size = z.shape[axis] // len(names)
    behind = (slice(None),) * (-1 - axis)
    keys = [(Ellipsis, slice(i * size, (i + 1) * size), *behind) for i in range(len(names))]
    return [make.named(name, make.op("index", [z], key=key)) for name, key in zip(names, keys, strict=True)]


def joined(make: Make, x: Node, h: Node, axis: int = -1) -> Node:
    """Return [x, h], one behind the other."""
    return make.op("concat", [x, h], axis=axis)


def mixed(make: Make, z: Node, h: Node, candidate: Node) -> Node:
    """Return z · h + (1 - z) · candidate, in three ops."""
    return make.op("add", [candidate, make.op("mul", [z, make.op("sub", [h, candidate])])])
