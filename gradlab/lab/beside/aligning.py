"""Which nodes of two graphs are the same: those of one path, and unnamed ones that do the same with the same inputs."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.graph.graph import Graph, Node
from gradlab.op import Shape


@dataclass(frozen=True, slots=True)
class Parting:
    """A path that leads to different nodes.

    nodes, ops, shapes: of each graph.   origin: whether no other parting leads to it.
    """

    name: str
    nodes: tuple[int, int]
    ops: tuple[str, str]
    shapes: tuple[Shape, Shape]
    origin: bool

    @property
    def text(self) -> str:
        """What it is in each, by its shape, or by its op where that differs."""
        a, b = self.ops if self.ops[0] != self.ops[1] else map(str, self.shapes)
        return f"{self.name} is {a} in A, {b} in B"


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two graphs beside each other.

    pairs: indexes (in the first, in the second) of nodes of one op and one shape.   only_first, only_second: the others' names.
    parted: where a path leads to different nodes, in the order of the first graph.
    """

    pairs: tuple[tuple[int, int], ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    parted: tuple[Parting, ...]

    @property
    def origins(self) -> tuple[Parting, ...]:
        """The partings of the model that no other one leads to; those of the update where there are none."""
        return tuple(one for one in self.parted if one.origin) or self.parted[:1]


def align(first: Graph, second: Graph) -> Alignment:
    """Align two graphs node by node."""
    twins: dict[int, int] = {}
    by_key = {node.key: node for node in second.nodes}
    by_work: dict[tuple[object, ...], list[Node]] = {}
    for node in second.nodes:
        by_work.setdefault(_work(node, node.inputs), []).append(node)
    parted: list[tuple[int, int]] = []
    taken: set[int] = set()
    for node in first.nodes:
        twin = _twin(node, twins, by_key, by_work, taken)
        if twin is None:
            continue
        taken.add(twin.index)
        if (twin.op.name, twin.shape) == (node.op.name, node.shape):
            twins[node.index] = twin.index
        else:
            parted.append((node.index, twin.index))
    apart = {a for a, _ in parted}
    met = set(twins) | apart
    return Alignment(
        tuple(twins.items()),
        tuple(node.name for node in first.nodes if node.index not in met),
        tuple(node.name for node in second.nodes if node.index not in taken),
        tuple(_parting(first.nodes[a], second.nodes[b], apart) for a, b in parted),
    )


def _parting(a: Node, b: Node, apart: set[int]) -> Parting:
    origin = a.phase == "f" and apart.isdisjoint(a.inputs)
    return Parting(a.name, (a.index, b.index), (a.op.name, b.op.name), (a.shape, b.shape), origin)


def _twin(
    node: Node, twins: dict[int, int], by_key: dict[str, Node], by_work: dict[tuple[object, ...], list[Node]], taken: set[int]
) -> Node | None:
    """Return the other graph's node. The number of an unnamed one says little: an op before it shifts all that follow."""
    same_path = by_key.get(node.key)
    if _is_unnamed(node) and all(i in twins for i in node.inputs):
        same_work = by_work.get(_work(node, tuple(twins[i] for i in node.inputs)), [])
        found = next((other for other in same_work if other.index not in taken), None)
        if found is not None:
            return found
    return None if same_path is None or same_path.index in taken else same_path


def _is_unnamed(node: Node) -> bool:
    return node.key.rsplit(".", 2)[-2].startswith("_") if "." in node.key else False


def _work(node: Node, inputs: tuple[int, ...]) -> tuple[object, ...]:
    """Return what a node does, where it stands: its op, its inputs and its attributes; of a constant its numbers."""
    held = node.feed.value(0, 0).tobytes() if node.op.role == "constant" and node.feed is not None else b""
    return node.op.name, node.scope, inputs, node.shape, repr(sorted(node.attrs.items())), held
