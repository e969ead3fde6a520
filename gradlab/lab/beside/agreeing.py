"""Values and gradients where the run stands, compared with those that another program has made of the same model.

They come in an archive of NumPy, by name: `loss`, `grad(fc.weight)`. The gap of an array is its largest difference divided by
the largest number that the other program has in it. A gradient so small beside the largest one that only rounding is left, on
both sides, is zero by symmetry (a bias before batch normalisation), and no gap is taken of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gradlab.axis.environment import NotReady
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.beside.finite import comparable, factor
from gradlab.op import Array, Shape
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.arrays import arrays_in, list_npz, shapes_in

if TYPE_CHECKING:
    from gradlab.lab.core import Core

TOLERANCES: Mapping[str, float] = {"float64": 1e-9, "float32": 1e-3}
"""Of the largest number of an array. Where a sum cancels, as in a trained net, float32 keeps only three digits of it."""
PIECE = 1 << 17
"""Numbers that are compared at once: in float64 they take more room than they have."""
NOISE: Mapping[str, float] = {"float64": 1e-12, "float32": 1e-6}
"""Parts of the largest gradient below which a gradient is rounding alone."""


@dataclass(frozen=True, slots=True)
class ArrayGap:
    """How far an array is from the other program's.

    name: as in its file.   gap: of its largest number.   factor: that gives what is there, where it is one number.
    """

    name: str
    gap: float
    factor: float | None = None
    text: str = ""

    def told(self) -> str:
        """Return it as text."""
        if self.text:
            return f"`{self.name}`: {self.text}"
        times = f": there it is {self.factor:.4g} times what it is here" if self.factor is not None else ""
        return f"`{self.name}` is off by {self.gap:.3g} of its largest number{times}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of the comparison. count: arrays.   zero: of these, zero by symmetry.   largest: gap.   allowed: gap.

    apart: those that differ, first values in the order of the forward pass, then gradients in the order of the backward pass.
    """

    count: int
    zero: int
    largest: float
    apart: tuple[ArrayGap, ...]
    allowed: float

    def __str__(self) -> str:
        """What is told of it in a line: how many agree, and of the first that does not how far it is off."""
        return f"{self.counted}; {self.apart[0].told()}" if self.apart else self.counted

    @property
    def counted(self) -> str:
        """How many agree."""
        zero = f", {self.zero} of them zero by symmetry" if self.zero else ""
        if not self.apart:
            many = f"all {self.count:,} arrays agree" if self.count > 1 else "1 array agrees"
            return f"{many}{zero}, {f'to {self.largest:.1e}' if self.largest else 'bit for bit'}"
        return f"{len(self.apart):,} of {self.count:,} arrays do not agree{zero}"


def agreement(core: Core, path: Path, name: str, tolerance: float | None = None) -> Agreement:
    """Return how the run agrees with the arrays in a file. Raises ActionError for a file that does not belong to the model."""
    core.need_run()
    within = TOLERANCES[core.tape.dtype.name] if tolerance is None else tolerance
    try:
        shapes = shapes_in(path, name, list_npz(path, name))
        named = _named(core, name, shapes)
        least = NOISE[core.tape.dtype.name] * _largest(core, named)
        found = [one for key in named for one in _gaps(core, path, name, key, *named[key], least, within)]
    except ArgumentError as error:
        raise ActionError(str(error)) from None
    apart = tuple(one for one in found if not one.gap <= within)
    return Agreement(len(shapes), len(shapes) - len(found), max((one.gap for one in found), default=0.0), apart, within)


def _named(core: Core, name: str, shapes: Mapping[str, Shape]) -> dict[str, tuple[int, bool]]:
    """Return node and whether it is its gradient for each array, in the order in which they are made. Raises ActionError."""
    found: dict[str, tuple[int, bool]] = {}
    for key, shape in shapes.items():
        grad = key.startswith("grad(") and key.endswith(")")
        node = core.graph.aliases.get(key[5:-1] if grad else key)
        if node is None:
            raise ActionError(f"`{name}` has an array `{harmless(key)[:80]}`, and this model has no such node")
        if core.graph.nodes[node].shape != shape:
            here = core.graph.nodes[node].shape
            raise ActionError(f"`{name}`: `{key}` has shape {shape}, here it has {here}")
        found[key] = node, grad
    return dict(sorted(found.items(), key=lambda one: (one[1][1], -one[1][0] if one[1][1] else one[1][0])))


def _largest(core: Core, named: Mapping[str, tuple[int, bool]]) -> float:
    grads = (_here(core, key) for key, (_, grad) in named.items() if grad)
    finite = (float(np.max(np.abs(one[np.isfinite(one)]), initial=0.0)) for one in grads if one is not None)
    return max(finite, default=0.0)


def _here(core: Core, key: str) -> Array | None:
    environment, grad = core.environment(), key.startswith("grad(")
    try:
        return environment.grad(key[5:-1]) if grad else environment.value(key)
    except NotReady:
        return None


def _gaps(
    core: Core, path: Path, name: str, key: str, node: int, grad: bool, least: float, within: float
) -> Iterator[ArrayGap]:
    """Yield the gap of an array; nothing where it is zero by symmetry. within: a gap that is none."""
    here = _here(core, key)
    if here is None:
        yield ArrayGap(key, np.inf, text="it has not been computed yet")
        return
    there = arrays_in(path, name, {key: core.graph.nodes[node].shape})[key]
    if not here.size:
        yield ArrayGap(key, 0.0)
        return
    known = comparable(here, there, grad=grad)
    if known is None:
        yield ArrayGap(key, np.inf, text=_other_kinds(here, there))
        return
    apart, *tops = _largest_of(here, there, known)
    if not grad or max(tops) > least or not max(tops):
        gap = apart / tops[1] if tops[1] else apart
        yield ArrayGap(key, gap, None if gap <= within else factor(here, there))


@np.errstate(all="ignore")
def _largest_of(here: Array, there: Array, known: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the largest difference of two arrays, and the largest number of each, of what is known; a piece at a time."""
    found = np.zeros(3)
    flat = [one.reshape(-1) for one in (here, there, known)]
    for start in range(0, here.size, PIECE):
        a, b, kept = (one[start : start + PIECE] for one in flat)
        given = (np.asarray(a, np.float64) - b, a, b)
        found = np.maximum(found, [np.max(np.abs(one), initial=0.0, where=kept) for one in given])
    return float(found[0]), float(found[1]), float(found[2])


def _other_kinds(here: Array, there: Array) -> str:
    counts = [int((~np.isfinite(one)).sum()) for one in (here, there)]
    elsewhere = ", at other places" if counts[0] == counts[1] else ""
    return f"{counts[0]:,} of its {here.size:,} numbers are NaN or infinite here, {counts[1]:,} are there{elsewhere}"
