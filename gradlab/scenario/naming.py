"""The names of all nodes of a model that was read: which a node is shown by, which others reach it, which keys its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.errors import Note, Problem
from gradlab.graph.graph import Graph, Node
from gradlab.scenario.names import Names
from gradlab.scenario.scopes import Scope
from gradlab.scenario.values import held_nodes

_LISTED = 20_000
"""Names that the lists of a model give, at most."""
Winners = dict[tuple[Scope, str], int]


class Naming:
    """The end of reading: names are worked out and written into the graph.

    within: a layer whose nodes may be called without it, or "".
    """

    def __init__(self, names: Names, graph: Graph, within: str = "") -> None:
        self.names, self.graph, self.within = names, graph, within
        self.unnamed = self._unnamed(names.owners)
        self.unnamed_at_home = self._unnamed(names.homes)
        self.winners = {**self._winners(names.owners), **self._winners(names.homes)}

    def clashes(self) -> Iterator[Problem]:
        """Return the nodes whose names are taken: the name of a layer can look like that of the n-th call of a function."""
        seen: dict[str, Node] = {}
        for node in self.graph.nodes:
            first = seen.setdefault(self._key(node), node)
            if first is not node:
                notes = (Note("the other one", first.span),)
                yield Problem(f"two nodes would be called `{self._key(node)}`", node.span, "give the layer another name", notes)

    def finish(self) -> None:
        """Write the name, key and layers of every node, and the aliases and layers of the graph."""
        names, graph = self.names, self.graph
        keys = {self._key(node): node.index for node in graph.nodes}
        assert len(keys) == len(graph.nodes), "two nodes have one key"
        graph.aliases = {**keys, **dict(self._variables()), **keys}
        for name, index in (*self._others(names.owners), *self._others(names.homes), *self._listed()):
            graph.aliases.setdefault(name, index)
        used: set[str] = set()
        written = {name: name for name in graph.aliases}  # equal texts are one object: a name is asked for in three places
        for key, node in zip(keys, graph.nodes, strict=True):
            node.key = key
            candidates = (*self._candidates(node), key)
            node.name = written[next((c for c in candidates if graph.aliases.get(c) == node.index), key)]
            place = names.places.get(node.index) or names.homes[node.index]
            node.scope = place.path
            node.layer = place.levels[0] if place.levels else ""
            used.update(() if node.index in graph.derived else place.levels)
            if len(place.levels) > 1:
                graph.levels.setdefault(place.path, place.levels)
        graph.layers = self._layers(used)
        for name, layer in self._layer_names():
            if layer in used and name not in used:
                graph.layer_names.setdefault(name, layer)
        if self.within:
            self._shorten(f"{self.within}.")

    def _shorten(self, stem: str) -> None:
        """Let what stands in a layer be called without it, where that name is free."""
        graph = self.graph
        for name, index in [*graph.aliases.items()]:
            if name.startswith(stem):
                graph.aliases.setdefault(name[len(stem) :], index)
        taken = {*graph.layers, *graph.layer_names}
        named = {layer: layer for layer in graph.layers} | graph.layer_names
        for name, layer in named.items():
            if name.startswith(stem) and name[len(stem) :] not in taken:
                graph.layer_names[name[len(stem) :]] = layer

    def _layers(self, used: set[str]) -> list[str]:
        """Return every layer that has nodes: the outermost in the order in which they were opened, then those within them."""
        opened = dict.fromkeys(scope.levels for scope in self.names.scopes if scope.levels)
        outer = dict.fromkeys(levels[0] for levels in opened)
        return [level for level in dict.fromkeys((*outer, *(each for levels in opened for each in levels))) if level in used]

    def _layer_names(self) -> Iterator[tuple[str, str]]:
        """Return every way to write a layer, and how it is shown; a scope that keys nodes is the layer that shows them."""
        for scope in self.names.scopes:
            if scope.levels:
                yield from ((prefix[:-1], scope.levels[-1]) for prefix in scope.prefixes)
        pairs = dict.fromkeys(zip(self.names.owners, self.names.homes, strict=True))
        yield from ((owner.path, home.levels[-1]) for owner, home in pairs if owner is not home and home.levels)

    def _variables(self) -> Iterator[tuple[str, int]]:
        """Return the names that variables give: `h.k`, and `h` for what it held last. Later ones count."""
        for scope in self.names.scopes:
            prefixes = scope.prefixes
            for prefix in prefixes:
                for name, index in scope.last.items():
                    yield prefix + name, index
                for name, bound in scope.bindings.items():
                    yield from ((f"{prefix}{name}.{k}", index) for k, index in enumerate(bound))
        for scope, frame in self.names.frames:
            held = [(name, value.index) for name, value in frame.variables.items() if isinstance(value, Node)]
            for prefix in scope.prefixes:
                yield from ((prefix + name, index) for name, index in held)

    def _listed(self) -> Iterator[tuple[str, int]]:
        """Return the names of the nodes of a list: `y.0`, `y.1`; of lists within it `y.0.1`."""
        room = _LISTED
        for scope, frame in reversed(self.names.frames):
            for name, value in frame.variables.items():
                for ending, node in held_nodes(value, room):
                    room -= 1
                    yield from ((f"{prefix}{name}{ending}", node.index) for prefix in scope.prefixes)

    def _unnamed(self, scopes: list[Scope]) -> dict[int, str]:
        """Number the nodes that no variable ever held, by op and scope."""
        counts: dict[tuple[Scope, str], int] = {}
        found: dict[int, str] = {}
        for node in self.graph.nodes:
            if node.index not in self.names.first and node.index not in self.names.given:
                place = (scopes[node.index], node.op.name)
                counts[place] = counts.get(place, -1) + 1
                found[node.index] = f"_{node.op.name}.{counts[place]}"
        return found

    def _winners(self, scopes: list[Scope]) -> Winners:
        """Return who has a name that several layers of a scope gave: the outermost call, of those side by side the first."""
        found: Winners = {}
        for index, given in sorted(
            self.names.given.items(), key=lambda item: 0 if item[1].call is None else item[1].call.depth
        ):
            for name in (given.name, f"{given.layer}.{given.name}"):
                found.setdefault((scopes[index], name), index)
        return found

    def _given(self, node: Node, scope: Scope) -> Iterator[str]:
        """Return the names of a node within its scope that a library layer gave, the best first."""
        given = self.names.given[node.index]
        is_owner, wins = scope is self.names.owners[node.index], self.winners[scope, given.name] == node.index
        if wins:
            yield given.name
        if wins and not is_owner and scope.kind == "with":
            return  # a time step has so many nodes that each has one new name
        if self.winners[scope, f"{given.layer}.{given.name}"] == node.index:
            yield f"{given.layer}.{given.name}"
        yield given.long(given.k if is_owner else given.n)

    def _local(self, node: Node, scope: Scope) -> Iterator[str]:
        """Return the names of a node within its scope, the best first; those of variables apart."""
        if node.index in self.names.given:
            yield from self._given(node, scope)
        elif node.index in self.unnamed:
            at_home = scope is not self.names.owners[node.index]
            yield (self.unnamed_at_home if at_home else self.unnamed)[node.index]

    def _others(self, scopes: list[Scope]) -> Iterator[tuple[str, int]]:
        """Return the names that no variable gave."""
        for node in self.graph.nodes:
            scope = scopes[node.index]
            if scopes is self.names.homes and scope is self.names.owners[node.index]:
                continue
            for name in self._local(node, scope):
                yield from ((prefix + name, node.index) for prefix in scope.prefixes)

    def _candidates(self, node: Node) -> Iterator[str]:
        """Return the names that a node may be shown by, the best first."""
        if node.index in self.names.first:
            scope, name, k = self.names.first[node.index]
            if len(scope.bindings[name]) == 1:
                yield scope.shown + name
            yield f"{scope.shown}{name}.{k}"
        home, owner = self.names.homes[node.index], self.names.owners[node.index]
        if home is not owner and home.path != owner.path:
            yield from (home.shown + local for local in self._local(node, home))
        yield from (owner.shown + local for local in self._local(node, owner))

    def _key(self, node: Node) -> str:
        """Return the name that always has all its numbers."""
        owner = self.names.owners[node.index]
        if node.index in self.names.first:
            scope, name, k = self.names.first[node.index]
            return f"{scope.key}{name}.{k}"
        given = self.names.given.get(node.index)
        return owner.key + (self.unnamed[node.index] if given is None else given.long(given.k))


def name_followers(graph: Graph, first: int) -> None:
    """Let what an update keeps of a parameter be called by all its names: `net.W.m` beside `net.h.W.m`.

    first: index of the first node of the update.
    """
    called: dict[int, list[str]] = {param.index: [] for param in graph.params}
    for name, index in graph.aliases.items():
        if index in called:
            called[index].append(name)
    names = {param.name: param.index for param in graph.params}
    for node in graph.nodes[first:]:
        stem, _, ending = node.name.rpartition(".")
        while stem and stem not in names:
            stem, _, before = stem.rpartition(".")
            ending = f"{before}.{ending}"
        if stem and not ending.startswith("_"):
            for name in called[names[stem]]:
                graph.aliases.setdefault(f"{name}.{ending}", node.index)
