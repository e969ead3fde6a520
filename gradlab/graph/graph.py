"""The graph: nodes in the order in which they were made, which is an order in which they can be run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from gradlab.errors import BoundError, ShapeError
from gradlab.kernels.rows import LOOPS
from gradlab.op import Array, Op, Shape
from gradlab.source import Span

MAX_NODES = 200_000
MAX_RANK = LOOPS
MAX_EMPTY = 1_000_000
"""Elements that an array of none may have beside its axis of size 0: loops run over them, and no memory bounds those."""
_STEP = re.compile(r"(.+?\.t\d+)(?:\.|$)")
NO_ATTRS: Mapping[str, Any] = MappingProxyType({})
"""What all nodes without attributes share: a dict of its own would be 64 bytes a node."""


class Feed(Protocol):
    """Where the value of a leaf comes from.

    varies: whether the value is another one in every update (batches, noise).
    value(seed, update): an array of the leaf's shape, always the same for the same arguments. See `Dealt`, too.
    """

    @property
    def varies(self) -> bool:
        """Whether the value is another one in every update."""
        ...

    def value(self, seed: int, update: int) -> Array:
        """Return the value of the leaf in an update."""
        ...


class Dealt:
    """The mark of a feed that deals out data: its `value` takes the number of a batch where others take that of the update."""

    __slots__ = ()


MOST_LAYERS = 20
"""Layers of an imported model that are shown at first."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A feed that gives one array."""

    array: Array
    varies: bool = False

    def value(self, seed: int, update: int) -> Array:
        """Return the array."""
        return self.array


@dataclass(frozen=True, slots=True)
class Filled:
    """A feed that gives one number in every place; the array is made when it is asked for."""

    shape: Shape
    number: float
    dtype: str
    varies: bool = False

    def value(self, seed: int, update: int) -> Array:
        """Return the array."""
        return np.full(self.shape, self.number, self.dtype)


@dataclass(slots=True, eq=False)
class Node:
    """One operation with one output.

    index: its place in `Graph.nodes`.   name: what a person calls it (`h0.W`, `_mul.1`).
    key: the name that randomness is keyed by, always numbered (`h.0`).   layer: the outermost scope, or "".
    scope: the whole path of scopes that it is shown in (`lstm.t0`), or "".
    phase: "f" for the model, "u" for a node of the update.
    """

    index: int
    name: str
    key: str
    op: Op
    inputs: tuple[int, ...]
    shape: Shape
    attrs: Mapping[str, Any]
    layer: str = ""
    span: Span | None = None
    phase: str = "f"
    feed: Feed | None = None
    scope: str = ""

    def __repr__(self) -> str:
        return f"node {self.name}" if self.name else "a node"

    @property
    def place(self) -> str:
        """The scope that it is shown in, else its layer."""
        return self.scope or self.layer

    @property
    def step(self) -> str:
        """The scope of the time step within a layer that it was made in (`lstm.t0`), or ""."""
        found = _STEP.match(self.scope)
        return found.group(1) if found else ""

    @property
    def size(self) -> int:
        """The number of elements."""
        return prod(self.shape)

    @property
    def is_leaf(self) -> bool:
        """Whether the value comes from outside the graph."""
        return self.op.is_leaf


@dataclass(frozen=True, slots=True)
class Objective:
    """One `minimize`: what is made small, by moving which parameters, with which nodes of the update.

    commits: pairs (next, leaf): at the end of the update phase the value of `next` becomes the value of `leaf`.
    times: how many updates in a row it makes where several take turns.
    optimizers: what the names of the numbers of each optimizer begin with (`adam`; `adam.0`, `sgd`).
    shared: what the names of the numbers that all of them share begin with.
    every: turns from one step of the optimizer to the next.   gathering: what runs in the turns between, if there are any.
    """

    root: int
    params: tuple[int, ...]
    updates: tuple[int, ...]
    commits: tuple[tuple[int, int], ...]
    label: str = ""
    times: int = 1
    optimizers: tuple[str, ...] = ()
    shared: str = ""
    every: int = 1
    gathering: Objective | None = None

    def turn(self, number: int) -> Objective:
        """Return what runs in a turn of this objective, counted from 0: its step, or the gathering of a gradient."""
        return self if self.gathering is None or (number + 1) % self.every == 0 else self.gathering

    def alike(self, number: int) -> int | None:
        """Return how many turns from one on run the same; None where all do."""
        if self.gathering is None:
            return None
        return max(1, self.every - 1 - number % self.every)

    def steps(self, turns: int) -> int:
        """Return how many steps are made in so many turns."""
        return turns // self.every

    @property
    def programs(self) -> tuple[Objective, ...]:
        """All that may run in a turn."""
        return (self,) if self.gathering is None else (self, self.gathering)


@dataclass(slots=True)
class Graph:
    """Nodes, their names, and what is minimized.

    aliases: every name a person may use -> index (`h`, `h.0`, `h0.W`); canonical names included.
    layers: names of all depths, the outermost first, in the order in which they were opened.
    layer_names: every other name of a layer -> the one in `layers`.   levels: for a scope that is in several layers, which
        these are, the outermost first.   depth: how deep the layers are that statistics and `step layer` take, from 1.
    derived: nodes of a backward pass that the model itself writes with `gradient`. They are no part of any layer.
    known: what has been worked out of the nodes, by what it is and how many nodes there were.
    """

    nodes: list[Node] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    layer_names: dict[str, str] = field(default_factory=dict)
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    depth: int = 1
    objectives: list[Objective] = field(default_factory=list)
    derived: set[int] = field(default_factory=set)
    known: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False, compare=False)
    _shapes: dict[Shape, Shape] = field(default_factory=dict, repr=False)

    def add(
        self,
        op: Op,
        inputs: Sequence[Node],
        attrs: Mapping[str, Any] | None = None,
        *,
        name: str,
        key: str = "",
        layer: str = "",
        span: Span | None = None,
        phase: str = "f",
        feed: Feed | None = None,
        shape: Shape | None = None,
    ) -> Node:
        """Append a node: of the form of the op that takes so many inputs. `shape` is for leaves; else the op's rule gives it.

        layer: the outermost one, or the whole path of one of the scopes that there are.

        Raises ShapeError, BoundError.
        """
        op = op.taking(len(inputs)) if op.short else op
        if len(self.nodes) >= MAX_NODES:
            raise BoundError(f"more than {MAX_NODES:,} nodes")
        given = dict(attrs or {})
        levels = self.levels.get(layer, (layer,))
        if shape is None:
            shape = op.shape(tuple(node.shape for node in inputs), given)
        _check(shape)
        node = Node(
            index=len(self.nodes), name=name, key=key or name, op=op, inputs=tuple(n.index for n in inputs),
            shape=self._shapes.setdefault(shape, shape),
            attrs=given or NO_ATTRS, layer=levels[0] if levels else "", span=span, phase=phase, feed=feed,
            scope=layer if layer in self.levels else "",
        )  # fmt: skip
        self.nodes.append(node)
        self.aliases[name] = node.index
        return node

    def find(self, name: str) -> Node | None:
        """Return the node of a name, if there is one."""
        index = self.aliases.get(name)
        return None if index is None else self.nodes[index]

    @property
    def params(self) -> list[Node]:
        """The parameters, in the order in which they were made."""
        return [node for node in self.nodes if node.op.role == "parameter"]

    def level_of(self, layer: str) -> int:
        """Return the depth of a layer, from 1, by any of its names."""
        shown = self.layer_names.get(layer, layer)
        return next((levels.index(shown) + 1 for levels in self.levels.values() if shown in levels), 1)

    def layers_of(self, node: Node) -> tuple[str, ...]:
        """Return the layers that a node is in, the outermost first."""
        return self.levels.get(node.scope) or ((node.layer,) if node.layer else ())

    def layer_at(self, node: Node, depth: int) -> str:
        """Return the layer of a node at a depth from 1, the innermost where there are fewer, or ""."""
        levels = self.layers_of(node)
        return levels[min(depth, len(levels)) - 1] if levels else ""

    def clear_depth(self) -> int:
        """Return the deepest level at which the model has no more than `MOST_LAYERS` layers, above all time steps; else 1."""
        model = [node for node in self.nodes if node.phase == "f"]
        levels = {self.layers_of(node) for node in model}
        above = [sum(not _STEP.match(name) for name in names) for names in levels if any(map(_STEP.match, names))]
        deepest = min(above, default=max(map(len, levels), default=1))
        counts = {depth: len({self.layer_at(node, depth) for node in model}) for depth in range(1, deepest + 1)}
        return max((depth for depth, count in counts.items() if count <= MOST_LAYERS), default=1)

    def default_root(self) -> Node | None:
        """Return the node that `backward` alone starts at: the first objective's, else the last scalar of the model.

        Scalars that `gradient` made do not count.
        """
        if self.objectives:
            return self.nodes[self.objectives[0].root]
        scalars = [n for n in self.nodes if n.phase == "f" and n.shape == () and not n.is_leaf and n.index not in self.derived]
        return scalars[-1] if scalars else None


def _check(shape: Shape) -> None:
    """Refuse a shape that no array of a tape has. Raises ShapeError."""
    if len(shape) > MAX_RANK:
        raise ShapeError(f"a tensor has at most {MAX_RANK} axes, got {shape}")
    if shape and min(shape) < 0:
        raise ShapeError(f"a shape has no negative sizes, got {shape}")
    if 0 in shape and prod(size or 1 for size in shape) > MAX_EMPTY:
        raise ShapeError(f"an array of no elements has axes of at most {MAX_EMPTY:,} together, got {shape}")
