"""Whether an imported model gives what its framework gives: every array, and the first op where they part."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from gradlab.importers.distance import WITHIN, distance, is_rounding, largest
from gradlab.importers.program import Expected, Item, OpCall, Program
from gradlab.lab.beside.finite import factor
from gradlab.op import Array


@dataclass(slots=True)
class ValueVerdict:
    """How far a laboratory and a framework agree.

    by: the framework.   ops: of the program.   arrays: that were compared.   unknown: that the framework could not compute.
    symmetric: gradients zero by symmetry.   worst: distance of an array that agrees, of its largest number.
    partings: what is said of those that differ.
    ended: the last of them, where the time was over before all were computed.
    kept: what the framework has, by the names in the laboratory.   findings: where NaN or infinity came up.
    """

    by: str
    ops: int = 0
    arrays: int = 0
    unknown: int = 0
    symmetric: int = 0
    worst: float = 0.0
    partings: list[str] = field(default_factory=list)
    kept: dict[str, Array] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    ended: str = ""

    @property
    def ok(self) -> bool:
        """Whether all that was compared agrees."""
        return not self.partings

    def __str__(self) -> str:
        """All that is said, the findings below the verdict."""
        return "\n".join([self._agreement(), *self.findings])

    def _agreement(self) -> str:
        unknown = f"; {self.unknown:,} that it cannot compute were not compared" if self.unknown else ""
        unknown += f"; broken off at {self.ended}, to save time: `gradlab import` compares all" if self.ended else ""
        unknown += f"; {self.symmetric:,} zero by symmetry" if self.symmetric else ""
        head = f"{self.ops:,} op{'s' * (self.ops != 1)}"
        if self.partings:
            first = self.partings[0]
            return f"{head}, {len(self.partings):,} of {self.arrays:,} arrays differ from those of {self.by}: {first}{unknown}"
        if not self.arrays:
            return f"{head}, nothing was compared with {self.by}{unknown}"
        agree = f"{self.arrays:,} arrays agree" if self.arrays != 1 else "1 array agrees"
        return f"{head}, {agree} with {self.by}{f' to {self.worst:.1g}' if self.worst else ', bit for bit'}{unknown}"


def _until(program: Program, verdict: ValueVerdict, seconds: float | None) -> Iterator[Expected]:
    """Yield what is expected until the time is over, and note whether it was."""
    ends = float("inf") if seconds is None else time.monotonic() + seconds
    for one in program.expected() if program.expected is not None else ():
        yield one
        if time.monotonic() > ends:
            verdict.ended = one.told
            return


def compared(
    program: Program, names: dict[Item, str], value: Callable[[str], Array], grad: Callable[[str], Array],
    seconds: float | None = None,
) -> ValueVerdict:  # fmt: skip
    """Return how what a laboratory has computed agrees with what is expected. value, grad: give the numbers of a name.

    seconds: that the framework may take to compute; without it so long as it needs.

    What differs is told in the order in which it is made: the first one is where the two part.
    """
    by = program.by
    verdict = ValueVerdict(by, sum(isinstance(item, OpCall) for item in program.items))
    expected = [*_until(program, verdict, seconds)]
    top = max((largest(one.array) for one in expected if one.gradient and one.array is not None), default=0.0)
    for one in expected:
        if one.array is None or one.array.dtype.kind not in "fiub":
            verdict.unknown += 1
            continue
        verdict.arrays += 1
        name, ours = names[one.item], np.asarray((grad if one.gradient else value)(names[one.item]))
        name = f"grad({name})" if one.gradient else name
        theirs = one.array.astype(np.float64 if one.array.dtype == np.float64 else np.float32)
        verdict.kept[name] = theirs
        if ours.shape != theirs.shape:
            verdict.partings.append(f"`{name}`, {one.told}, has shape {ours.shape}, there {theirs.shape}")
            continue
        if one.gradient and is_rounding(ours, theirs, one.array.dtype.name, top):
            verdict.arrays -= 1
            verdict.symmetric += 1
            continue
        apart = distance(ours, theirs, grad=one.gradient)
        if apart <= WITHIN.get(one.array.dtype.name, WITHIN["float32"]):
            verdict.worst = max(verdict.worst, apart)
            continue
        times = factor(ours, theirs)
        much = f"{by} has {times:.4g} times the lab's" if times is not None else f"off by {apart:.2g} of its largest number"
        verdict.partings.append(f"`{name}`, {one.told}: {much}")
    return verdict
