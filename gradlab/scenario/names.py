"""Names of nodes (SEMANTICS §2): which variable held a node first, in which scope, and every other name that reaches it.

Nodes are made without names; all names are given at the end, when it is known what was bound once and what more often.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from gradlab.graph.graph import Graph, Node
from gradlab.scenario.values import Frame

_PREFIXES = 16
"""Ways to write the scopes before a name that are kept."""


@dataclass(eq=False)
class Scope:
    """A stretch of a node's path.

    kind: "root"; "with" (opened by name, any number of times); "call" (of a function: numbered); "target" (a statement that
    calls a library layer outside any scope: numbered as its target is).
    bindings: for each variable, the nodes that were made and bound to it.   last: the node that it was bound to last.
    """

    kind: str = "root"
    label: str = ""
    parent: Scope | None = None
    number: int = 0
    inner: dict[str, Scope] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    bindings: dict[str, list[int]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Node] = field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        """Whether its number belongs to its name."""
        return self.kind in ("call", "target")

    def siblings(self) -> int:
        """Return how many there are of its label beside it, itself counted in."""
        assert self.parent is not None
        if self.kind == "target" and self.label in self.parent.bindings:
            return max(len(self.parent.bindings[self.label]), self.parent.counts[self.label])
        return self.parent.counts.get(self.label, self.number + 1)

    @cached_property
    def key(self) -> str:
        """The path that always has its numbers, with a dot behind."""
        if self.parent is None:
            return ""
        number = f".{self.number}" if self.numbered else ""
        return f"{self.parent.key}{self.label}{number}."

    @cached_property
    def shown(self) -> str:
        """The path with the numbers that are needed, with a dot behind. Final when the whole model is read."""
        if self.parent is None:
            return ""
        number = f".{self.number}" if self.numbered and self.siblings() > 1 else ""
        return f"{self.parent.shown}{self.label}{number}."

    @cached_property
    def path(self) -> str:
        """The same without the dot."""
        return self.shown[:-1]

    @cached_property
    def prefixes(self) -> list[str]:
        """Every valid path, with a dot behind, the one with all numbers first. Final when the whole model is read."""
        if self.parent is None:
            return [""]
        endings = [self.label]
        if self.numbered:
            endings.insert(0, f"{self.label}.{self.number}")
            if self.number < self.siblings() - 1:
                endings.pop()
        return [f"{before}{ending}." for before in self.parent.prefixes for ending in endings][:_PREFIXES]

    def outermost(self) -> Scope | None:
        """Return the scope next to the root that this one is in, or None at the root."""
        scope = self
        while scope.parent is not None and scope.parent.parent is not None:
            scope = scope.parent
        return None if scope.parent is None else scope


@dataclass(frozen=True, slots=True)
class Given:
    """A name that a library layer gave: `W` of the k-th `dense` of a scope."""

    layer: str
    k: int
    name: str


class Names:
    """The scopes of a model while it is read, and what was bound in them."""

    def __init__(self) -> None:
        self.root = Scope()
        self.scope = self.root
        self.scopes = [self.root]
        self.frames: list[tuple[Scope, Frame]] = []
        self.owners: list[Scope] = []
        self.first: dict[int, tuple[Scope, str, int]] = {}
        self.given: dict[int, Given] = {}
        self.layers: dict[int, Scope] = {}

    def made(self, node: Node) -> None:
        """Note that a node was made in the scope that is open."""
        assert node.index == len(self.owners)
        self.owners.append(self.scope)

    def open_with(self, label: str) -> Scope:
        """Return the scope of `with layer(label)`; the same one for the same label."""
        if label not in self.scope.inner:
            self.scope.inner[label] = self._new("with", label, 0)
        return self.scope.inner[label]

    def open_call(self, label: str) -> Scope:
        """Return the scope of a call of a function."""
        return self._new("call", label, self.count(label))

    def open_target(self, target: str, layer: str) -> Scope:
        """Return the scope of a statement that calls a library layer: named after its target, or after the layer.

        Its number is that of the node that the target is about to hold; a target that held something else before, such as a
        list, has a number that no scope has.
        """
        if not target:
            return self._new("target", layer, self.count(layer))
        number = max(len(self.scope.bindings.get(target, ())), self.scope.counts.get(target, 0))
        self.scope.counts[target] = number + 1
        return self._new("target", target, number)

    def open_gradient(self, node: Node) -> Scope:
        """Return the scope for the backward pass of a node: `loss.grad`, outside of all others."""
        held = self.first.get(node.index)
        around, self.scope = self.scope, self.root
        try:
            return self.open_call(f"{held[1]}.grad" if held else "gradient")
        finally:
            self.scope = around

    def path_of(self, node: Node) -> str:
        """Return the name of a node so far, with those of the scopes around it and without numbers; "" where it has none."""
        held, given = self.first.get(node.index), self.given.get(node.index)
        name, scope = (held[1], held[0]) if held else (given.name if given else "", self.owners[node.index])
        labels = []
        while scope.parent is not None:
            labels.append(scope.label)
            scope = scope.parent
        return ".".join([*reversed(labels), name]) if name else ""

    def count(self, label: str) -> int:
        """Return the next number of a label in the scope that is open."""
        number = self.scope.counts.get(label, 0)
        self.scope.counts[label] = number + 1
        return number

    def _new(self, kind: str, label: str, number: int) -> Scope:
        scope = Scope(kind, label, self.scope, number)
        self.scopes.append(scope)
        return scope

    def bind(self, name: str, node: Node, made: bool) -> None:
        """Note that a variable holds a node. made: whether the statement made it, so that this is a binding of its own."""
        self.scope.last[name] = node.index
        if not made or self.first.get(node.index, (None, ""))[:2] == (self.scope, name):
            return
        bindings = self.scope.bindings.setdefault(name, [])
        if node.index not in self.given:
            self.first.setdefault(node.index, (self.scope, name, len(bindings)))
        bindings.append(node.index)

    def describe(self, node: Node) -> str:
        """Return the name of a node so far, or how it is written."""
        if node.index in self.first:
            return f"`{self.first[node.index][1]}`"
        if node.index in self.given:
            return f"`{self.given[node.index].name}` of `{self.given[node.index].layer}`"
        written = node.span.text if node.span is not None else ""
        return f"`{written}`" if written and len(written) <= 40 and "\n" not in written else f"this `{node.op.name}`"

    def finish(self, graph: Graph) -> None:
        """Write the name, key and layer of every node, and the aliases and layers of the graph."""
        unnamed = dict(self._unnamed(graph))
        keys = {self._key(node, unnamed): node.index for node in graph.nodes}
        assert len(keys) == len(graph.nodes), "two nodes have one key"
        graph.aliases = {**keys, **dict(self._variables()), **keys}
        for node in graph.nodes:
            for name in self._other_names(node, unnamed):
                graph.aliases.setdefault(name, node.index)
        written = {name: name for name in graph.aliases}  # equal texts are one object: a name is asked for in three places
        for key, node in zip(keys, graph.nodes, strict=True):
            candidates = (*self._candidates(node, unnamed), key)
            node.key = key
            node.name = written[next((c for c in candidates if graph.aliases.get(c) == node.index), key)]
            scope = self.layers.get(node.index) or self.owners[node.index].outermost()
            node.layer = scope.path if scope is not None else ""
            node.scope = self.owners[node.index].path or node.layer
        used = {node.layer for node in graph.nodes if node.index not in graph.derived}
        opened = (scope.path for scope in self.scopes if scope.parent is self.root)
        layers = [layer for layer in dict.fromkeys(opened) if layer in used]
        graph.layers = [*layers, *dict.fromkeys(node.step for node in graph.nodes if node.step)]

    def _variables(self) -> Iterator[tuple[str, int]]:
        """Return the names that variables give: `h.k`, and `h` for what it held last. Later ones count."""
        for scope in self.scopes:
            prefixes = scope.prefixes
            for prefix in prefixes:
                for name, index in scope.last.items():
                    yield prefix + name, index
                for name, bound in scope.bindings.items():
                    yield from ((f"{prefix}{name}.{k}", index) for k, index in enumerate(bound))
        for scope, frame in self.frames:
            held = [(name, value.index) for name, value in frame.variables.items() if isinstance(value, Node)]
            for prefix in scope.prefixes:
                yield from ((prefix + name, index) for name, index in held)

    def _unnamed(self, graph: Graph) -> Iterator[tuple[int, str]]:
        """Number the nodes that no variable ever held, by op and scope."""
        counts: dict[tuple[Scope, str], int] = {}
        for node in graph.nodes:
            if node.index not in self.first and node.index not in self.given:
                place = (self.owners[node.index], node.op.name)
                counts[place] = counts.get(place, -1) + 1
                yield node.index, f"_{node.op.name}.{counts[place]}"

    def _local(self, node: Node, unnamed: dict[int, str]) -> list[str]:
        """Return the names of a node within its scope, the best first; those of variables apart."""
        if node.index in unnamed:
            return [unnamed[node.index]]
        given = self.given.get(node.index)
        if given is None:
            return []
        short = [f"{given.layer}.{given.name}"] if given.k == 0 else []
        return [given.name, *short, f"{given.layer}.{given.k}.{given.name}"]

    def _other_names(self, node: Node, unnamed: dict[int, str]) -> Iterator[str]:
        local = self._local(node, unnamed)
        if local:
            for prefix in self.owners[node.index].prefixes:
                yield from (prefix + name for name in local)

    def _candidates(self, node: Node, unnamed: dict[int, str]) -> Iterator[str]:
        """Return the names that a node may be shown by, the best first."""
        if node.index in self.first:
            scope, name, k = self.first[node.index]
            if len(scope.bindings[name]) == 1:
                yield scope.shown + name
            yield f"{scope.shown}{name}.{k}"
        for local in self._local(node, unnamed):
            yield self.owners[node.index].shown + local

    def _key(self, node: Node, unnamed: dict[int, str]) -> str:
        """Return the name that always has all its numbers."""
        if node.index in self.first:
            scope, name, k = self.first[node.index]
            return f"{scope.key}{name}.{k}"
        return self.owners[node.index].key + self._local(node, unnamed)[-1]
