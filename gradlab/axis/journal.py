"""What a person did that changes the run, each deed at its position, and what of it holds in an update.

An edit carries the numbers that it wrote, not the expression they came from: applying it again writes the same bits.
Within one update a later deed can replace a phase: `backward` begins phase b anew, `rerun` phase f. What was edited in the
phase that is replaced is gone, except edits of leaves, which are made to stay: they move to the beginning of what runs again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gradlab.axis.position import Position
from gradlab.op import Array


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A deed. position: where it takes effect. text: as it was said."""

    position: Position
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Edit(Entry):
    """Numbers written over elements of a value or a gradient. index: a NumPy index. leaf: of a leaf, so that it stays."""

    node: int
    what: str
    index: Any
    array: Array
    leaf: bool


@dataclass(frozen=True, slots=True, eq=False)
class Several(Entry):
    """Numbers written over several leaves at once."""

    parts: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reseed(Entry):
    """Every leaf that is random is drawn again."""

    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Mode(Entry):
    """The model is in mode train or eval."""

    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class Refresh(Entry):
    """What is stale is run again."""


@dataclass(frozen=True, slots=True, eq=False)
class Rerun(Entry):
    """Phase f of the update begins anew. grads: the gradients that leaves had until then, if phase b was done."""

    grads: Mapping[int, Array] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pass(Entry):
    """Phase b of the update begins anew, from another root.

    seed: the gradient of the root, or None for 1.   base: gradients of leaves to start from (`accumulate`), or None.
    """

    root: int
    seed: Array | None = None
    base: Mapping[int, Array] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds in an update: deeds by the position at which they are applied, and the backward pass, if one was asked for."""

    deeds: Mapping[Position, tuple[Entry, ...]] = field(default_factory=dict)
    backward: Pass | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing was done in the update."""
        return not self.deeds and self.backward is None

    def within(self, phase: str) -> bool:
        """Return whether something is applied in a phase."""
        return any(position.phase == phase for position in self.deeds)


NOTHING = Plan()


class Journal:
    """All deeds, in the order in which they were done."""

    def __init__(self, forward_ops: int) -> None:
        self.entries: list[Entry] = []
        self.forward_ops = forward_ops
        self._plans: dict[int, Plan] = {}

    def append(self, entry: Entry) -> None:
        """Add a deed."""
        self.entries.append(entry)
        self._plans.pop(entry.position.update, None)

    def take_back(self) -> Entry:
        """Remove and return the last thing that a person changed, with what was run again in that update on account of it."""
        place = max(i for i, entry in enumerate(self.entries) if not isinstance(entry, Refresh | Rerun))
        entry = self.entries[place]
        update = entry.position.update
        self.entries[place:] = [later for later in self.entries[place:] if later.position.update != update]
        self._plans.pop(update, None)
        return entry

    def updates(self) -> list[int]:
        """Return the updates in which something was done, in order."""
        return sorted({entry.position.update for entry in self.entries})

    def plan(self, update: int) -> Plan:
        """Return what holds in an update."""
        if update not in self._plans:
            mine = [entry for entry in self.entries if entry.position.update == update]
            if not mine:
                return NOTHING
            self._plans[update] = self._fold(update, mine)
        return self._plans[update]

    def before(self, update: int) -> list[Entry]:
        """Return the deeds of earlier updates, in the order in which they are applied."""
        found: list[Entry] = []
        for earlier in self.updates():
            if earlier < update:
                deeds = self.plan(earlier).deeds
                found += [entry for position in sorted(deeds) for entry in deeds[position]]
        return found

    def _fold(self, update: int, entries: list[Entry]) -> Plan:
        held: list[Entry] = []
        backward: Pass | None = None
        for entry in entries:
            if isinstance(entry, Rerun):
                held = _replaced(held, entry.position, Position(update), "fbu")
                backward = None
            elif isinstance(entry, Pass):
                held = _replaced(held, entry.position, Position(update, "f", self.forward_ops), "bu")
                backward = entry
            else:
                held.append(entry)
        deeds: dict[Position, tuple[Entry, ...]] = {}
        for entry in held:
            deeds[entry.position] = (*deeds.get(entry.position, ()), entry)
        return Plan(deeds, backward)


def _replaced(held: list[Entry], made: Position, start: Position, phases: str) -> list[Entry]:
    """Return what stays when phases are begun anew by somebody who stands at `made`.

    Deeds that stay (leaves, seed, mode) move to `start`; those that lay ahead go with the phase that they lay in.
    """
    kept: list[Entry] = []
    for entry in held:
        stays = isinstance(entry, Reseed | Mode | Several) or (isinstance(entry, Edit) and entry.leaf)
        if entry.position.phase not in phases or (entry.position.phase == "f" and not stays):
            kept.append(entry)
        elif stays and entry.position <= made:
            kept.append(replace(entry, position=start))
    return kept
