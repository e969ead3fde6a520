"""What is noted of names while a model is read: the scope of every node, and which variable held it first (SEMANTICS §2).

Nodes are made without names; `gradlab.scenario.naming` gives all names at the end, when it is known what was bound once and
what more often.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gradlab.graph.graph import Node
from gradlab.scenario.scopes import Kind, LibraryCall, Scope
from gradlab.scenario.values import Frame

LASTING = ("parameter", "buffer")
"""Roles of leaves that are made once, however often what they are shared by is called."""


@dataclass(frozen=True, slots=True)
class Given:
    """A name that a library layer gave: `W` of the k-th `dense` of a scope, the n-th of its statement."""

    layer: str
    k: int
    name: str
    n: int = 0
    call: LibraryCall | None = None

    def long(self, k: int) -> str:
        """Return the name with the word and the number of the call."""
        return f"{self.layer}.{k}.{self.name}"


class Names:
    """The scopes of a model while it is read, and what was bound in them.

    scope: the open one; random numbers are keyed by it.   home: the open one that names are shown by; another one where a
    statement in a scope calls a library layer.   places: nodes that belong to the layer of their statement.
    """

    def __init__(self) -> None:
        self.root = Scope()
        self.scope = self.home = self.root
        self.scopes = [self.root]
        self.frames: list[tuple[Scope, Frame]] = []
        self.owners: list[Scope] = []
        self.homes: list[Scope] = []
        self.first: dict[int, tuple[Scope, str, int]] = {}
        self.given: dict[int, Given] = {}
        self.places: dict[int, Scope] = {}
        self._twins: set[Scope] = set()

    def made(self, node: Node) -> None:
        """Note that a node was made in the scope that is open."""
        assert node.index == len(self.owners)
        lasting = node.op.role in LASTING
        self.owners.append(self._lasting(self.scope) if lasting else self.scope)
        self.homes.append(self._lasting(self.home) if lasting else self.home)

    def _lasting(self, scope: Scope) -> Scope:
        found = scope.lasting()
        if found is not scope and found not in self._twins:
            self._twins.add(found)
            self.scopes.append(found)
        return found

    def open_with(self, label: str) -> Scope:
        """Return the scope of `with layer(label)`; the same one for the same label. Dots in it are scopes within scopes."""
        scope = self.scope
        for segment in label.split("."):
            scope = self.within(scope, segment)
        return scope

    def within(self, scope: Scope, label: str) -> Scope:
        """Return the scope of a label within a scope; the same one for the same label."""
        if label not in scope.inner:
            scope.inner[label] = self._new("with", label, 0, scope)
        return scope.inner[label]

    def open_call(self, label: str) -> Scope:
        """Return the scope of a call of a function."""
        return self._new("call", label, self.count(label), self.scope)

    def open_target(self, target: str, layer: str) -> Scope:
        """Return the scope of a statement that calls a library layer: named after its target, or after the layer.

        Its number is that of the node that the target is about to hold; a target that held something else before, such as a
        list, has a number that no scope has. Within a scope a statement without a target has none of its own.
        """
        if target:
            return self._new("target", target, self._number(target), self.scope)
        return self.scope if self.scope is not self.root else self._new("target", layer, self.count(layer), self.root)

    def open_shared(self, target: str) -> Scope:
        """Return the scope of what the calls of a variable use together."""
        return self._new("shared", target, self._number(target), self.scope)

    def open_turn(self, shared: Scope) -> Scope:
        """Return the scope of the next of these calls."""
        number = shared.counts.get("", 0)
        shared.counts[""] = number + 1
        turn = self._new("turn", "", number, shared)
        if number == 0:  # in the first one all parameters are made
            turn.counts, turn.calls = shared.counts, shared.calls
        return turn

    def open_gradient(self, node: Node) -> Scope:
        """Return the scope for the backward pass of a node: `loss.grad`, outside of all others."""
        held = self.first.get(node.index)
        with self.at(self.root):
            return self.open_call(f"{held[1]}.grad" if held else "gradient")

    @contextmanager
    def at(self, scope: Scope, home: Scope | None = None) -> Iterator[Scope]:
        """Make a scope the open one for a while. home: the one that names are shown by, if it is another."""
        around, (self.scope, self.home) = (self.scope, self.home), (scope, home or scope)
        try:
            yield scope
        finally:
            self.scope, self.home = around

    def path_of(self, node: Node) -> str:
        """Return the name of a node so far, with those of the scopes around it and without numbers; "" where it has none."""
        held, given = self.first.get(node.index), self.given.get(node.index)
        name, scope = (held[1], held[0]) if held else (given.name if given else "", self.homes[node.index])
        return ".".join([*scope.labels(), name]) if name else ""

    def _number(self, target: str) -> int:
        number = max(len(self.scope.bindings.get(target, ())), self.scope.counts.get(target, 0))
        self.scope.counts[target] = number + 1
        return number

    def count(self, label: str) -> int:
        """Return the next number of a label in the scope that is open."""
        number = self.scope.counts.get(label, 0)
        self.scope.counts[label] = number + 1
        return number

    def _new(self, kind: Kind, label: str, number: int, parent: Scope) -> Scope:
        scope = Scope(kind, label, parent, number)
        self.scopes.append(scope)
        return scope

    def bind(self, name: str, node: Node, made: bool) -> None:
        """Note that a variable holds a node. made: whether the statement made it, so that this is a binding of its own."""
        self.scope.last[name] = node.index
        if not made:
            return
        scope = self.scope.lasting() if node.op.role in LASTING else self.scope
        if self.first.get(node.index, (None, ""))[:2] == (scope, name):
            return
        scope.last[name] = node.index
        bindings = scope.bindings.setdefault(name, [])
        if node.index not in self.given:
            self.first.setdefault(node.index, (scope, name, len(bindings)))
        bindings.append(node.index)

    def describe(self, node: Node) -> str:
        """Return the name of a node so far, or how it is written."""
        if node.index in self.first:
            return f"`{self.first[node.index][1]}`"
        if node.index in self.given:
            return f"`{self.given[node.index].name}` of `{self.given[node.index].layer}`"
        written = node.span.text if node.span is not None else ""
        return f"`{written}`" if written and len(written) <= 40 and "\n" not in written else f"this `{node.op.name}`"
