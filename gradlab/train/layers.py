"""Which nodes a layer is read by: what leaves it, its value before the nonlinearity, its parameters.

Only the graph is looked at, no numbers. At depth 1 the outermost layers are read, each with all that is in it, at depth 2 the
layers in those, and so on; a node that is in no layer so deep belongs to the innermost that it is in. The time steps of a
recurrent layer are rows as well, in front of the layer's, and without parameters: those are the layer's. What stands in no
layer, or beside the layers that are in one, still has rows: one for each nonlinearity, named after its node, with the
parameters behind it, and one for each parameter that is left. A layer in which nothing is computed, such as what several calls
share, has a row of its parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradlab.graph.graph import Graph, Node
from gradlab.op import LINE, Curve
from gradlab.train.activations import Activation, activations


@dataclass(frozen=True, slots=True)
class LayerParts:
    """The nodes of a layer, by index.

    name: the layer's, or the node's that stands for one.
    out: what leaves it.   z: the last weighted or normalised value before the nonlinearity; `out` itself where there is none.
    params: its parameters.   weights: those of them with two axes or more that weigh inputs; all of them if there is none.
    readers: for each of the weights the only op that reads it, or -1.   ops: those that `out` depends on, in order; of what an
        activation is written with only its last.   bends: the activations among them.   curve: what is known of `out`.
    A row of parameters alone has neither out nor z.
    """

    name: str
    out: int | None
    z: int | None
    params: tuple[int, ...]
    weights: tuple[int, ...]
    readers: tuple[int, ...] = ()
    ops: tuple[int, ...] = ()
    bends: tuple[Activation, ...] = ()
    curve: Curve = LINE


def layer_parts(graph: Graph, depth: int = 0) -> tuple[LayerParts, ...]:
    """Return the layers in the order in which their output is computed; parameters alone come last.

    depth: from 1, or 0 for that of the graph.
    """
    depth = depth or graph.depth
    place = (f"layers {depth}", len(graph.nodes))
    if place not in graph.known:
        graph.known[place] = _Reader(graph, depth).read()
    found: tuple[LayerParts, ...] = graph.known[place]
    return found


def layer_part(graph: Graph, name: str) -> LayerParts | None:
    """Return a layer of any depth, with all that is in it, by one of its names; None where nothing is computed in it."""
    depth = graph.level_of(name)
    place = (f"layers {depth} by name", len(graph.nodes))
    if place not in graph.known:
        graph.known[place] = {part.name: part for part in layer_parts(graph, depth)}
    found: LayerParts | None = graph.known[place].get(graph.layer_names.get(name, name))
    return found


def _wanted(graph: Graph) -> set[int]:
    """Return the nodes of gradients that the model writes, as far as something else is made of them."""
    wanted = {s for node in graph.nodes if node.phase == "f" and node.index not in graph.derived for s in node.inputs}
    wanted &= graph.derived
    for index in sorted(graph.derived, reverse=True):
        if index in wanted:
            wanted.update(graph.derived.intersection(graph.nodes[index].inputs))
    return wanted


class _Reader:
    """One reading of a graph."""

    def __init__(self, graph: Graph, depth: int) -> None:
        self.graph = graph
        self.place = [graph.layer_at(n, depth) for n in graph.nodes]
        self.model = [n for n in graph.nodes if n.phase == "f" and n.index not in graph.derived]
        self.readers: list[list[Node]] = [[] for _ in graph.nodes]
        for node in self.model:
            for source in node.inputs:
                self.readers[source].append(node)
        self.derived = {source for index in _wanted(graph) for source in graph.nodes[index].inputs}
        self.bends = activations(graph)
        self.around = self._around()
        self.home = {p.index: self._home(p) for p in graph.params}

    def read(self) -> tuple[LayerParts, ...]:
        rows = self._steps() + self._layers()
        rows += self._loose(exclude={p for row in rows for p in row.params})
        claimed = {p for row in rows for p in row.params}
        left: dict[str, list[int]] = {}
        for param in self.graph.params:
            if param.index not in claimed:
                left.setdefault(self.home[param.index] or param.name, []).append(param.index)
        rest = [self._row(name, None, None, params) for name, params in left.items()]
        return (*sorted(rows, key=lambda row: row.out or 0), *rest)

    def _around(self) -> set[str]:
        """Return "" and the layers whose nonlinearities stand beside layers that are in them."""
        outer = {name for node in self.model for name in self.graph.layers_of(node) if name != self.place[node.index]}
        return {"", *(outer & {self.place[index] for index in self.bends})}

    def _layers(self) -> list[LayerParts]:
        members: dict[str, list[Node]] = {}
        for node in self.model:
            if self.place[node.index] not in self.around and not node.is_leaf:
                members.setdefault(self.place[node.index], []).append(node)
        return [self._layer(name, nodes) for name, nodes in members.items()]

    def _steps(self) -> list[LayerParts]:
        """Return a row for each time step of each layer: the same reading, with steps for layers."""
        whole, self.place = self.place, [n.step for n in self.graph.nodes]
        try:
            return [row for row in self._layers() if row.name not in whole]
        finally:
            self.place = whole

    def _home(self, param: Node) -> str:
        """Return the layer of a parameter: the one it was made in, else the only one that reads it, else none."""
        around = {self.place[node.index] for node in self.readers[param.index]}
        return self.place[param.index] or (around.pop() if len(around) == 1 else "")

    def _layer(self, name: str, nodes: list[Node]) -> LayerParts:
        out = self._leaving(name, nodes)
        return self._row(name, out, self._before(out, name), [p for p, home in self.home.items() if home == name])

    def _leaving(self, name: str, nodes: list[Node]) -> Node:
        """Return the last node that something outside reads, else the last node."""
        read = [n for n in nodes if any(self.place[reader.index] != name for reader in self.readers[n.index])]
        return (read or nodes)[-1]

    def _loose(self, exclude: set[int]) -> list[LayerParts]:
        """Return a row for each nonlinearity that stands in no layer, or beside those in one."""
        rows, taken = [], set(exclude)
        for node in self.model:
            if self.place[node.index] in self.around and node.index in self.bends:
                params = [i for i in self._behind(node) if i not in taken]
                taken.update(params)
                rows.append(self._row(node.name, node, self._before(node, self.place[node.index]), params))
        return rows

    def _behind(self, node: Node) -> list[int]:
        """Return the parameters on the way back from a nonlinearity to the ones before it."""
        found, seen, waiting = [], {node.index}, list(node.inputs)
        while waiting:
            index = waiting.pop()
            behind = self.graph.nodes[index]
            if index in seen or index in self.bends or self.place[index] != self.place[node.index]:
                continue
            seen.add(index)
            waiting += behind.inputs
            if behind.op.role == "parameter":
                found.append(index)
        return sorted(found)

    def _before(self, out: Node, layer: str) -> Node:
        """Return z: the last weighted or normalised value before `out`, else what its last nonlinearity reads, else `out`."""
        inside = self._leading_to(out, layer)
        weighed = [n for n in inside if self._is_weighed(n)]
        if weighed:
            return weighed[-1]
        bent = [self.bends[n.index] for n in inside if n.index in self.bends]
        return self.graph.nodes[bent[-1].reads] if bent else out

    def _leading_to(self, out: Node, layer: str) -> list[Node]:
        """Return the ops of the layer that `out` depends on, in order; beside layers, as far as other nonlinearities."""
        found = {out.index}
        waiting = [out]
        while waiting:
            for index in waiting.pop().inputs:
                node = self.graph.nodes[index]
                stop = layer in self.around and index in self.bends
                if index not in found and self.place[index] == layer and not node.is_leaf and not stop:
                    found.add(index)
                    waiting.append(node)
        return [self.graph.nodes[i] for i in sorted(found)]

    def _is_weighed(self, node: Node) -> bool:
        """Whether a node is weighted or normalised; `x @ W + b` written by hand is, `x + f(x)` is not."""
        if node.op.role in ("weigh", "normalise"):
            return True
        roles = [self.graph.nodes[i].op.role for i in node.inputs]
        return node.op.operator == "+" and "parameter" in roles and "weigh" in roles

    def _row(self, name: str, out: Node | None, z: Node | None, params: Iterable[int]) -> LayerParts:
        listed = tuple(params)
        large = tuple(p for p in listed if len(self.graph.nodes[p].shape) > 1 and not self._only_rescales(p))
        weights = large or listed
        read = [self.readers[p] if p not in self.derived else [] for p in weights]
        readers = tuple(found[0].index if len(found) == 1 else -1 for found in read)
        rest = name, out.index if out else None, z.index if z else None, listed, weights, readers
        return LayerParts(*rest) if out is None else LayerParts(*rest, *self._bent(out), self._curve(out))

    def _bent(self, out: Node) -> tuple[tuple[int, ...], tuple[Activation, ...]]:
        """Return the ops that `out` depends on, without those inside of an activation, and the activations among them."""
        leading = [n.index for n in self._leading_to(out, self.place[out.index])]
        bends = tuple(self.bends[i] for i in leading if i in self.bends)
        inside = {i for bend in bends for i in bend.inside}
        return tuple(i for i in leading if i not in inside), bends

    def _curve(self, out: Node) -> Curve:
        return self.bends[out.index].curve if out.index in self.bends else out.op.curve_of(out.attrs)

    def _only_rescales(self, param: int) -> bool:
        """Whether a parameter is the scale or the shift of a normalisation."""
        return bool(self.readers[param]) and all(reader.op.role == "normalise" for reader in self.readers[param])
