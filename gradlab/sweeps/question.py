"""What is asked of all points of a sweep, and what a point is.

A point is a pure function of the scenario's text, the data that it reads, what is set, the seed, the number of updates, what is
measured, the dtype, the machine and the version of gradlab. Its key is a hash of all of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from math import prod
from pathlib import Path
from typing import Any

from gradlab.errors import GradlabError
from gradlab.op import Array
from gradlab.sweeps.values import Axis

State = tuple[int, Mapping[int, Array]]
"""Where a run can go on: the number of an update, and what the leaves that updates change hold at its beginning."""


@dataclass(frozen=True)
class SweepQuestion:
    """What all points have in common.

    name: of the scenario's file, as a person wrote it.   text: of the file.   folder: where its data lie; "" for none.
    data: a hash of each file that it reads, by the name that it has there.
    measures, claims: expressions, and what is to hold at the end.
    backend, dtype, mode: of all runs, unless what is set says another dtype or mode.   version: of gradlab.
    timeout: seconds that a point may take.   memory: bytes that values and gradients may take.
    ends: of names that are set to numbers, as `Axis.ends` gives them; nothing depends on them but the time that it takes.
    """

    name: str
    text: str
    folder: str
    data: Mapping[str, str]
    measures: tuple[str, ...]
    claims: tuple[str, ...]
    backend: str
    dtype: str
    mode: str
    version: str
    timeout: float
    memory: int
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False)

    @cached_property
    def digest(self) -> str:
        """A hash of all that the numbers of a point depend on, beside the point itself."""
        asked = self.text, sorted(self.data.items()), self.measures, self.claims
        return hashed([*asked, self.backend, self.dtype, self.mode, self.version])

    @property
    def identity(self) -> tuple[str, str, float, int]:
        """What tells it from all others for who runs it: where the data lie, and the bounds of a point, too."""
        return self.digest, self.folder, self.timeout, self.memory

    def limit(self, name: str) -> tuple[str, float]:
        """Return a limit of a point, "timeout" or "memory", with what it is here."""
        return name, {"timeout": self.timeout, "memory": float(self.memory)}[name]

    def allows(self, limit: tuple[str, float]) -> bool:
        """Return whether more is allowed here than a point had that failed by a limit."""
        return self.limit(limit[0])[1] > limit[1]

    def key(self, point: Point) -> str:
        """Return the key of a point."""
        return hashed([self.digest, point.values, point.seed, point.updates])[:16]


@dataclass(frozen=True, slots=True)
class Point:
    """One run. number: its place in the sweep.   values: pairs of a name and what it is set to, as it is written.

    begin: where a run with the same values and seed has come to, if it is to go on from there.   keep: whether where this one
    comes to is wanted, so that another may go on.
    """

    number: int
    values: tuple[tuple[str, str], ...]
    seed: int
    updates: int
    begin: State | None = None
    keep: bool = False

    @property
    def changes(self) -> tuple[str, ...]:
        """What is set, as `--with` takes it."""
        return tuple(f"{name}={value}" for name, value in self.values)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a point. measured: a number for each measure; none where it could not be run.

    failed: why it is no good, or "".   seconds: that it took.   state: where it has come to, if that was wanted.
    limit: what it failed by, "timeout" or "memory", and how much that was; None for any other reason.
    """

    number: int
    updates: int
    measured: tuple[float, ...] = ()
    failed: str = ""
    seconds: float = 0.0
    state: State | None = None
    limit: tuple[str, float] | None = None


@dataclass(frozen=True)
class SweepPlan:
    """The points of a sweep: all that the axes make, or as many as are drawn, each with all seeds.

    drawn: how many are drawn at random; None for a grid.   seed: of the drawing.
    halving: into how many parts the points are divided after each stage, of which the best goes on; None without stages.
    """

    axes: tuple[Axis, ...]
    seeds: tuple[int, ...]
    updates: int
    drawn: int | None = None
    seed: int = 0
    halving: int | None = None

    @property
    def settings(self) -> int:
        """How many different settings there are."""
        return prod(len(axis.values) for axis in self.axes) if self.drawn is None else self.drawn

    @property
    def size(self) -> int:
        """How many points there are: in the first stage, where there are several."""
        return self.settings * len(self.seeds)

    def values(self, setting: int) -> tuple[tuple[str, str], ...]:
        """Return what is set, by the number of the setting. The last axis changes first."""
        if self.drawn is not None:
            return tuple((axis.name, axis.drawn(self.seed, setting)) for axis in self.axes)
        found = []
        for axis in reversed(self.axes):
            setting, place = divmod(setting, len(axis.values))
            found.append((axis.name, axis.values[place]))
        return tuple(reversed(found))

    def point(self, number: int, updates: int | None = None) -> Point:
        """Return a point by its number: all seeds of a setting stand side by side."""
        setting, seed = divmod(number, len(self.seeds))
        return Point(number, self.values(setting), self.seeds[seed], self.updates if updates is None else updates)

    def stages(self) -> Iterator[tuple[int, int]]:
        """Yield how many settings each stage has, and for how many updates they are trained in all."""
        count, updates = self.settings, self.updates
        yield count, updates
        while self.halving is not None and count > 1:
            count, updates = max(1, count // self.halving), updates * self.halving
            yield count, updates

    @property
    def runs(self) -> int:
        """How many results there will be, in all stages."""
        return sum(count for count, _ in self.stages()) * len(self.seeds)

    def record(self) -> dict[str, Any]:
        """Return what it is, as the head of a file says it."""
        return {
            "over": {axis.name: axis.text for axis in self.axes}, "seeds": list(self.seeds), "updates": self.updates,
            "random": self.drawn, "sweep_seed": self.seed, "halving": self.halving,
        }  # fmt: skip


@dataclass(frozen=True)
class AskedSweep:
    """What is asked, of which points. files: the data files by the names that the scenario gives them."""

    question: SweepQuestion
    plan: SweepPlan
    files: Mapping[str, Path] = field(default_factory=dict)


def hashed(parts: Any) -> str:
    """Return a hash of what JSON can say."""
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


class ChangedData(GradlabError):
    """A file that the scenario reads is not the one that the sweep was begun with."""


def hash_of(path: Path) -> str:
    """Return the hash of a file."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
