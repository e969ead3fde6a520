"""Scopes of names: the stretches that the path of a node is made of, and how each of them is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from gradlab.graph.graph import Node

_PREFIXES = 16
"""Ways to write the scopes before a name that are kept."""

Kind = Literal["root", "with", "call", "target", "shared", "turn"]


@dataclass(eq=False, slots=True, repr=False)
class LibraryCall:
    """One call of a library layer. start, stop: where it stands.

    learns: whether it made parameters of its own.   within: the call among whose arguments it stands, if there is one.
    """

    word: str
    start: int
    stop: int
    learns: bool = False
    within: LibraryCall | None = None

    @property
    def depth(self) -> int:
        """In how many other calls it stands."""
        return 0 if self.within is None else 1 + self.within.depth

    def holds(self, other: LibraryCall) -> bool:
        """Return whether another call stands among the arguments of this one."""
        return self.start <= other.start and other.stop <= self.stop and (self.start, self.stop) != (other.start, other.stop)


@dataclass(eq=False)
class Scope:
    """A stretch of a node's path.

    kind: "root"; "with" (opened by name, any number of times); "call" (of a function: numbered); "target" (a statement that
    calls a library layer: numbered as its target is); "shared" (what calls use together); "turn" (one of those calls).
    bindings: for each variable, the nodes that were made and bound to it.   last: the node that it was bound to last.
    calls: of library layers, by the statements that stand in it directly.   twins: what stands for a scope within a turn.
    """

    kind: Kind = "root"
    label: str = ""
    parent: Scope | None = None
    number: int = 0
    inner: dict[str, Scope] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    bindings: dict[str, list[int]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Node] = field(default_factory=dict)
    calls: list[LibraryCall] = field(default_factory=list)
    twins: dict[tuple[Kind, str, int], Scope] = field(default_factory=dict)

    def siblings(self) -> int:
        """Return how many there are of its label beside it, itself counted in."""
        assert self.parent is not None
        count = self.parent.counts.get(self.label, self.number + 1)
        if self.kind in ("target", "shared") and self.label in self.parent.bindings:
            return max(len(self.parent.bindings[self.label]), count)
        return count

    def calls_one_layer(self) -> bool:
        """Return whether one layer of the library has been called in it so far, or one that learns."""
        return len(self.calls) == 1 or sum(call.learns for call in self.calls) == 1

    @cached_property
    def has_one_layer(self) -> bool:
        """The same. Final when the whole model is read."""
        return self.calls_one_layer()

    def labels(self) -> list[str]:
        """Return the labels of the path so far, without numbers and without what would be silent now."""
        if self.parent is None:
            return []
        alone = self.kind == "target" and self.parent.parent is not None and self.parent.calls_one_layer()
        return [*self.parent.labels(), *([] if alone or self.kind == "turn" else [self.label])]

    @property
    def silent(self) -> bool:
        """Whether it is left out of its path, as the target of the only layer of a scope is."""
        return (
            self.kind == "target" and self.parent is not None and self.parent.parent is not None and self.parent.has_one_layer
        )

    @cached_property
    def key(self) -> str:
        """The path that always has its numbers, with a dot behind."""
        if self.parent is None:
            return ""
        if self.kind == "turn":
            return f"{self.parent.key}{self.number}."
        always = self.kind in ("call", "target") or (self.kind == "shared" and self.number)
        return f"{self.parent.key}{self.label}{f'.{self.number}' if always else ''}."

    @cached_property
    def shown(self) -> str:
        """The path with the numbers that are needed, with a dot behind. Final when the whole model is read."""
        if self.parent is None:
            return ""
        if self.kind == "turn":
            return f"{self.parent.shown}{self.number}."
        if self.silent:
            return self.parent.shown
        needed = self.kind != "with" and self.siblings() > 1
        return f"{self.parent.shown}{self.label}{f'.{self.number}' if needed else ''}."

    @cached_property
    def path(self) -> str:
        """The same without the dot."""
        return self.shown[:-1]

    @cached_property
    def prefixes(self) -> list[str]:
        """Every valid path, with a dot behind, the one with all numbers first. Final when the whole model is read."""
        if self.parent is None:
            return [""]
        return [f"{before}{ending}" for before in self.parent.prefixes for ending in self._endings()][:_PREFIXES]

    def _endings(self) -> list[str]:
        if self.kind == "with":
            return [f"{self.label}."]
        siblings = self.siblings()
        if self.kind == "shared":  # `judge.0` is its first call, unless there are several of its name
            return [f"{self.label}.{self.number}." if siblings > 1 else f"{self.label}."]
        last = self.number >= siblings - 1
        if self.kind == "turn":
            return [f"{self.number}.", *([""] if last else [])]
        return [f"{self.label}.{self.number}.", *([f"{self.label}."] if last else [])]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The layers that it is in, the outermost first, itself the last. What calls share is no layer around them."""
        if self.parent is None:
            return ()
        around = self.parent.parent if self.kind == "turn" else self.parent
        assert around is not None
        return around.levels if self.silent else (*around.levels, self.path)

    def twin(self, of: Scope) -> Scope:
        """Return the scope here that stands for one elsewhere: what it is and counts is the same, its nodes are others."""
        place = (of.kind, of.label, of.number)
        if place not in self.twins:
            self.twins[place] = Scope(of.kind, of.label, self, of.number, counts=of.counts, calls=of.calls)
        return self.twins[place]

    def lasting(self) -> Scope:
        """Return where parameters of this scope belong: the calls of what is shared are left out of the path."""
        if self.parent is None:
            return self
        around = self.parent.lasting()
        if self.kind == "turn":
            return around
        return self if around is self.parent else around.twin(self)
