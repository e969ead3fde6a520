"""Nodes as statements of Python."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from gradlab.exporters._torch.expressions import is_number, literal, number, parsed, text_of, written
from gradlab.exporters._torch.layers import LAYERS, Submodule, TorchPlace
from gradlab.exporters._torch.model import PythonNames, TorchModel
from gradlab.graph.graph import Graph, Node

INLINE, SHORT = 8, 24
"""Numbers of a constant that stand in an expression, and in the text at all; others lie beside the program."""
WIDE = 88
"""Characters of an expression that is not made part of another one."""


class Statements:
    """Nodes as statements. leaf: gives the expression of a leaf.   uses: how often each node is read.

    texts: the statements.   helpers: texts of functions.   lacking: nodes without a form.
    beginning: of names, which is left out.
    """

    def __init__(self, graph: Graph, names: PythonNames, leaf: Callable[[Node], ast.expr], uses: Mapping[int, int]) -> None:
        self.graph, self.names, self.leaf, self.uses = graph, names, leaf, uses
        self.texts: list[str] = []
        self.helpers: dict[str, None] = {}
        self.lacking: list[Node] = []
        self.trees: dict[int, ast.expr] = {}
        self.shorts: Mapping[str, int] = {}
        self.beginning = ""

    def run(self, wanted: Iterable[int]) -> None:
        """Append statements for all that some nodes need and that has none yet."""
        needed, waiting = set[int](), list(wanted)
        while waiting:
            index = waiting.pop()
            if index not in needed and index not in self.trees:
                needed.add(index)
                waiting += self.read(index)
        for index in sorted(needed, key=self.turn):
            self.trees[index] = self._of(self.graph.nodes[index])

    def turn(self, index: int) -> tuple[int, int]:
        """Return when the statement of a node comes."""
        return index, 0

    def read(self, index: int) -> Sequence[int]:
        """Return what is read to make a node."""
        return self.graph.nodes[index].inputs

    def made(self, node: Node) -> ast.expr | None:
        """Return the expression of a node; None where there is no form."""
        shapes = tuple(self.graph.nodes[i].shape for i in node.inputs)
        tree, helper = written(node, [self.trees[i] for i in node.inputs], shapes)
        if helper:
            self.helpers.setdefault(helper)
        return tree

    def _of(self, node: Node) -> ast.expr:
        tree = self.leaf(node) if node.is_leaf else self.made(node)
        if tree is None:
            self.lacking.append(node)
            return literal(0)
        return tree if node.is_leaf else self._bound(node, tree)

    def _bound(self, node: Node, tree: ast.expr) -> ast.expr:
        """Return the tree, or the variable that it is given to."""
        unnamed = short_of(node).startswith("_")
        if isinstance(tree, ast.Name) or (unnamed and is_number(tree)):
            return tree
        if unnamed and self.uses.get(node.index, 0) < 2 and len(text_of(tree)) < WIDE:
            return tree
        name = self.variable(node)
        self.texts.append(f"{name} = {text_of(tree)}")
        return ast.Name(name, ast.Load())

    def variable(self, node: Node) -> str:
        """Return the variable of a node."""
        if self.beginning and node.name.startswith(self.beginning):
            ending = node.name.removeprefix(self.beginning)
            return self.names.of(node.name, "w_next" if ending == "next" else ending)
        short = short_of(node)
        if short == "next":
            short = "_".join(node.name.split(".")[-2:])
        return self.names.of(node.name, short if self.shorts.get(short, 1) == 1 and not short.startswith("_") else "")


class Body(Statements):
    """The forward pass as statements, and what they need.

    modules: layers, by the names of their attributes.   params, buffers, constants: of the model itself, by their names.
    places: where each parameter of the laboratory is.   arguments: leaves that come from outside.
    kept: nodes whose values the step reads.
    """

    def __init__(self, model: TorchModel, *, alone: bool, parts: bool = True) -> None:
        super().__init__(model.graph, PythonNames(), self._leaf, model.uses)
        self.model, self.attributes = model, PythonNames(("forward", "training", "load", "seen"))
        self.modules: dict[str, Submodule] = {}
        self.params: dict[str, Node] = {}
        self.buffers: dict[str, Node] = {}
        self.constants: dict[str, Node] = {}
        self.places: dict[int, tuple[TorchPlace, ...]] = {}
        self.arguments: dict[str, Node] = {}
        self.whole = _common(self.graph.nodes[i].name for i in model.nodes if model.is_parameter(self.graph.nodes[i]))
        self.shorts = Counter(short_of(self.graph.nodes[i]) for i in model.nodes if not model.is_parameter(self.graph.nodes[i]))
        self._ends: dict[int, tuple[str, Submodule]] = {}
        self._derived: dict[int, tuple[int, str]] = {}
        self._covered: set[int] = set()
        self._find_layers(alone=alone, parts=parts)
        self._hold_the_rest()
        held = {index for layer in self.modules.values() for index in layer.buffers}
        self.kept = {*model.kept, *(i for leaf, read in model.follows.items() if leaf not in held for i in read)}
        self.uses = self._uses()

    def turn(self, index: int) -> tuple[int, int]:
        """Return when the statement of a node comes: behind the layer that it is derived from."""
        return (self._derived[index][0], 1) if index in self._derived else (index, 0)

    def read(self, index: int) -> Sequence[int]:
        """Return what is read to make a node: of a layer what it is called with."""
        if index in self._derived:
            return (self._derived[index][0],)
        return self._ends[index][1].inputs if index in self._ends else super().read(index)

    def made(self, node: Node) -> ast.expr | None:
        """Return the expression of a node; the last of a layer calls it."""
        if node.index in self._derived:
            end, text = self._derived[node.index]
            return parsed(text.format(text_of(self.trees[end])))
        if node.index not in self._ends:
            return super().made(node)
        name, layer = self._ends[node.index]
        inputs = (text_of(self.trees[i]) for i in layer.inputs)
        return parsed(layer.gives.format(f"self.{name}({', '.join(layer.call.format(one) for one in inputs)})"))

    def _find_layers(self, *, alone: bool, parts: bool) -> None:
        """Find the layers; those with running statistics only where each update runs the whole model.

        parts: whether a layer may hold a parameter in several parts, which only PyTorch's own optimizers can move.
        """
        ends: dict[int, Submodule] = {}
        for index in reversed(self.model.nodes):
            node = self.graph.nodes[index]
            kind = LAYERS.own.get(node.op.name)
            found = kind.find(node, self.model) if kind is not None and index not in self._covered else None
            parted = found is not None and any(len(places) > 1 for places in found.places.values())
            runs = found is None or (alone and not self.model.begin.frozen & set(found.buffers)) or not found.buffers
            if found is not None and runs and (parts or not parted):
                ends[index] = found
                self._covered |= found.covers
        for index, found in reversed(ends.items()):
            called = found.name.removeprefix(self.whole)
            name = self.attributes.of(f"{found.name} {sorted(found.places)}", called, f"{called}_{found.kind}")
            first = self.modules.setdefault(name, found)
            if first.make != found.make or any(self.places.get(p, at) != at for p, at in self._at(name, found).items()):
                self._covered -= found.covers  # its weights are in another layer already
                continue
            self.places.update(self._at(name, found))
            self._ends[index] = name, found
            self._derived.update({i: (index, text) for i, text in found.derived.items()})

    def _uses(self) -> Counter[int]:
        """Return how often each node is read: by layers once, whatever they do inside."""
        left = (i for i in self.model.nodes if i in self._ends or i in self._derived or i not in self._covered)
        return Counter(k for i in left for k in self.read(i)) + Counter(dict.fromkeys(self.kept, 2))

    def _at(self, name: str, found: Submodule) -> dict[int, tuple[TorchPlace, ...]]:
        return {
            param: tuple(TorchPlace(f"{name}.{one.name}", one.view, one.take) for one in places)
            for param, places in found.places.items()
        }

    def _hold_the_rest(self) -> None:
        for index in self.model.nodes:
            node = self.graph.nodes[index]
            if self.model.is_parameter(node) and index not in self.places:
                short = short_of(node) if self._shorts_of_params(node) == 1 else node.name.removeprefix(self.whole)
                name = self.attributes.of(node.name, short)
                self.params[name], self.places[index] = node, (TorchPlace(name),)

    def _shorts_of_params(self, node: Node) -> int:
        return sum(short_of(one) == short_of(node) for one in self.graph.params)

    def _leaf(self, node: Node) -> ast.expr:
        role = node.op.role
        if role == "parameter":
            place = self.places[node.index][0]
            return parsed(f"self.{place.name}{place.view}")
        if role == "mode":
            return parsed("self.training")
        if role == "buffer":
            return parsed(f"self.{self.buffer(node)}")
        if role == "constant":
            return self._constant(node)
        name = self.variable(node)
        self.arguments[name] = node
        return ast.Name(name, ast.Load())

    def buffer(self, node: Node) -> str:
        """Return the name of a running statistic."""
        name = self.attributes.of(node.name, node.name.removeprefix(self.whole))
        self.buffers[name] = node
        return name

    def _constant(self, node: Node) -> ast.expr:
        value = self.model.value(node)
        if node.shape == ():
            return number(float(value))
        if value.size and (value == value.flat[0]).all():
            return parsed(filled(node.shape, float(value.flat[0])))
        if value.size <= INLINE and self.uses[node.index] == 1:
            return parsed(f"torch.tensor({value.tolist()})")
        name = self.attributes.of(node.name, node.name.removeprefix(self.whole))
        self.constants[name] = node
        return parsed(f"self.{name}")


def _common(names: Iterable[str]) -> str:
    """Return the scope that all parameters are in, that of the model: `gpt.` of `gpt.pos` and `gpt.ln.weight`; "" for none."""
    parts = [name.split(".") for name in names]
    firsts = {one[0] for one in parts if len(one) > 1}
    deep = len(firsts) == 1 and len(parts) > 1 and min(map(len, parts)) > 1 and max(map(len, parts)) > 2
    return f"{firsts.pop()}." if deep else ""


def filled(shape: tuple[int, ...], value: float) -> str:
    """Return the text of an array of one number."""
    known = {0.0: "zeros", 1.0: "ones"}
    return f"torch.{known[value]}({shape})" if value in known else f"torch.full({shape}, {value!r})"


def short_of(node: Node) -> str:
    """Return the last part of a name that is no number."""
    parts = node.name.split(".")
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    return parts[-1]
