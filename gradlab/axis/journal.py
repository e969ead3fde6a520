"""What a person did that changes the run, each deed at its position, and what of it holds in an update.

An edit carries the numbers that it wrote, not the expression they came from: applying it again writes the same bits.
Within one update a later deed can replace a phase: `backward` begins phase b anew, `rerun` phase f. What was edited in the
phase that is replaced is gone, except edits of leaves, which are made to stay: they move to the beginning of what runs again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position
from gradlab.graph.turns import Stretch
from gradlab.op import Array


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """A deed. position: where it takes effect. text: as it was said."""

    position: Position
    text: str

    @property
    def stays(self) -> bool:
        """Whether it still holds when the phase that it was done in begins anew."""
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Edit(Deed):
    """Numbers written over elements of a value or a gradient. index: a NumPy index. leaf: of a leaf, so that it stays."""

    node: int
    what: str
    index: Any
    array: Array
    leaf: bool

    @property
    def stays(self) -> bool:
        """See `Deed`."""
        return self.leaf


@dataclass(frozen=True, slots=True, eq=False)
class Lasting(Deed):
    """A deed that holds on."""

    @property
    def stays(self) -> bool:
        """See `Deed`."""
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Edits(Lasting):
    """Numbers written over several leaves at once."""

    parts: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reseed(Lasting):
    """Every leaf that is random is drawn again."""

    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class SwitchMode(Lasting):
    """The model is in mode train or eval."""

    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class Freeze(Lasting):
    """No update changes some leaves, from the next phase u on."""

    leaves: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Thaw(Lasting):
    """Updates change these leaves again, from the next phase u on."""

    leaves: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Turn(Lasting):
    """A number of updates, from that of its position on, belong to one objective. It stands at the beginning of an update."""

    objective: int
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Refresh(Deed):
    """What is stale is run again."""


@dataclass(frozen=True, slots=True, eq=False)
class ForwardAgain(Deed):
    """Phase f of the update begins anew. grads: the gradients that leaves had until then, if phase b was done."""

    grads: Mapping[int, Array] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BackwardAgain(Deed):
    """Phase b of the update begins anew, from another root.

    seed: the gradient of the root, or None for 1.   base: gradients of leaves to start from (`accumulate`), or None.
    """

    root: int
    seed: Array | None = None
    base: Mapping[int, Array] | None = None


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """What holds in an update: deeds by the position at which they are applied, and the backward pass, if one was asked for."""

    deeds: Mapping[Position, tuple[Deed, ...]] = field(default_factory=dict)
    backward: BackwardAgain | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing was done in the update."""
        return not self.deeds and self.backward is None

    def by_hand(self, at: Position) -> set[int]:
        """Return the nodes whose values were edited in the update, up to a position."""
        deeds = [deed for position, some in self.deeds.items() if position <= at for deed in some]
        parts = [part for deed in deeds for part in (deed.parts if isinstance(deed, Edits) else (deed,))]
        return {part.node for part in parts if isinstance(part, Edit) and part.what == "value"}

    def within(self, phase: str) -> bool:
        """Return whether something is applied in a phase."""
        return any(position.phase == phase for position in self.deeds)


UNTOUCHED = UpdatePlan()


class Journal:
    """All deeds, in the order in which they were done. origin: where the run begins that they were done in."""

    def __init__(self, forward_ops: int, origin: RunOrigin, deeds: Iterable[Deed] = ()) -> None:
        self.origin = origin
        self.deeds: list[Deed] = [*deeds]
        self.forward_ops = forward_ops
        self._plans: dict[int, UpdatePlan] = {}
        self._stretches: tuple[Stretch, ...] | None = None
        self._freezes: list[tuple[int, frozenset[int]]] | None = None

    def append(self, deed: Deed) -> None:
        """Add a deed."""
        self.deeds.append(deed)
        self._changed(deed.position.update)

    def take_back(self) -> Deed:
        """Remove and return the last thing that a person changed, with what was run again in that update on account of it."""
        place = max(i for i, deed in enumerate(self.deeds) if not isinstance(deed, Refresh | ForwardAgain))
        deed = self.deeds[place]
        update = deed.position.update
        self.deeds[place:] = [later for later in self.deeds[place:] if later.position.update != update]
        self._changed(update)
        return deed

    def become(self, deeds: Sequence[Deed]) -> frozenset[int]:
        """Take other deeds instead of all that are there; return the updates in which something is another one then."""
        same = next((n for n, (one, other) in enumerate(zip(self.deeds, deeds, strict=False)) if one is not other), None)
        first = min(len(self.deeds), len(deeds)) if same is None else same
        changed = frozenset(deed.position.update for deed in (*self.deeds[first:], *deeds[first:]))
        self.deeds[:] = deeds
        for update in changed:
            self._changed(update)
        return changed

    def _changed(self, update: int) -> None:
        self._plans.pop(update, None)
        self._stretches = self._freezes = None

    def stretches(self) -> tuple[Stretch, ...]:
        """Return the updates that belong to one objective, in the order in which that was said."""
        if self._stretches is None:
            handed = (deed for deed in self.deeds if isinstance(deed, Turn))
            said = (Stretch(deed.position.update, deed.number, deed.objective) for deed in handed)
            self._stretches = (*self.origin.stretches, *said)
        return self._stretches

    def frozen(self, update: int) -> frozenset[int]:
        """Return the leaves that phase u of an update does not change."""
        if self._freezes is None:
            self._freezes = [*self._frozen()]
        place = bisect_right(self._freezes, update, key=lambda pair: pair[0])
        return self._freezes[place - 1][1] if place else self.origin.frozen

    def _frozen(self) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield what is frozen from an update on, wherever that changes."""
        frozen = self.origin.frozen
        for update in self.updates() if any(isinstance(deed, Freeze | Thaw) for deed in self.deeds) else ():
            deeds = self.plan(update).deeds
            for position in sorted(deeds):
                for deed in deeds[position]:
                    if isinstance(deed, Freeze | Thaw):
                        frozen = frozen | deed.leaves if isinstance(deed, Freeze) else frozen - deed.leaves
                        yield update + (position > Position(update, "u")), frozen

    def updates(self) -> list[int]:
        """Return the updates in which something was done, in order."""
        return sorted({deed.position.update for deed in self.deeds})

    def plan(self, update: int) -> UpdatePlan:
        """Return what holds in an update."""
        if update not in self._plans:
            mine = [deed for deed in self.deeds if deed.position.update == update]
            if not mine:
                return UNTOUCHED
            self._plans[update] = self._fold(update, mine)
        return self._plans[update]

    def before(self, update: int) -> list[Deed]:
        """Return the deeds of earlier updates, in the order in which they are applied."""
        found: list[Deed] = []
        for earlier in self.updates():
            if earlier < update:
                deeds = self.plan(earlier).deeds
                found += [deed for position in sorted(deeds) for deed in deeds[position]]
        return found

    def _fold(self, update: int, done: list[Deed]) -> UpdatePlan:
        held: list[Deed] = []
        backward: BackwardAgain | None = None
        for deed in done:
            if isinstance(deed, ForwardAgain):
                held = _replaced(held, deed.position, Position(update), "fbu")
                backward = None
            elif isinstance(deed, BackwardAgain):
                held = _replaced(held, deed.position, Position(update, "f", self.forward_ops), "bu")
                backward = deed
            else:
                held.append(deed)
        deeds: dict[Position, tuple[Deed, ...]] = {}
        for deed in held:
            deeds[deed.position] = (*deeds.get(deed.position, ()), deed)
        return UpdatePlan(deeds, backward)


def _replaced(held: list[Deed], made: Position, start: Position, phases: str) -> list[Deed]:
    """Return the deeds that stay when phases begin anew because of a deed that is made at the position `made`.

    Deeds that stay (leaves, seed, mode) move to `start`; those that lay ahead go with the phase that they lay in.
    """
    kept: list[Deed] = []
    for deed in held:
        if deed.position.phase not in phases or (deed.position.phase == "f" and not deed.stays):
            kept.append(deed)
        elif deed.stays and deed.position <= made:
            kept.append(replace(deed, position=start))
    return kept
