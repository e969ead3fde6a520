"""Random operands for every op.

An op with operands of its own kind has a file `cases/<op>.py` with a constant `CASES`. An elementwise op that is defined and
smooth around zero needs none: it gets shapes that broadcast, and PyTorch's function of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np

from gradlab.op import Array, Op, Shape
from gradlab.ops import OPS
from gradlab.registry import Registry, collect

Rng = np.random.Generator
Operands = tuple[tuple[Shape, ...], dict[str, Any]]
"""The shapes of the operands of one call, and its attributes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Shapes and attributes that an op refuses, and the whole text of the error."""

    shapes: tuple[Shape, ...]
    attrs: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One call of an op."""

    inputs: tuple[Array, ...]
    attrs: dict[str, Any]


def uniform(rng: Rng, shape: Shape) -> Array:
    """Return numbers from 0.5 to 1.5."""
    return np.asarray(rng.uniform(0.5, 1.5, shape))


def all_different(rng: Rng, shape: Shape) -> Array:
    """Return such numbers, no two of which are near: where two elements change places, what they are sent jumps."""
    size = int(np.prod(shape))
    return 0.5 + (rng.permutation(size) / max(1, size)).reshape(shape)


@dataclass(frozen=True, slots=True)
class Cases:
    """What the tests call an op with.

    operands(rng): shapes and attributes of some calls.   low, high: where the numbers lie.
    fill(rng, shapes, low, high): the operands, no two elements nearer than the kinks need.
    torch(torch, *tensors, **attrs): the same in PyTorch; None where it has no such function.
    rule(g, *inputs): what a surrogate is to send to its input, instead of its derivative.
    jump: by how much its gradient changes at least at a kink, for an upstream of 0.5 and more.
    upstream(rng, shape): that upstream.
    large(elements): calls of about so many elements, where longer axes of the operands are none (`tests.ops.enlarged`).
    """

    name: str
    operands: Callable[[Rng], Iterator[Operands]]
    low: float = -2.0
    high: float = 2.0
    fill: Callable[[Rng, tuple[Shape, ...], float, float], tuple[Array, ...]] | None = None
    torch: Callable[..., Any] | None = None
    refuses: tuple[Refusal, ...] = ()
    rule: Callable[..., Array] | None = None
    jump: float = 0.1
    upstream: Callable[[Rng, Shape], Array] = uniform
    large: Callable[[int], Iterator[Operands]] | None = None

    def draw(self) -> list[Case]:
        """Return the calls, always the same ones."""
        rng = np.random.default_rng(crc32(self.name.encode()))
        return [self.filled(rng, shapes, attrs) for shapes, attrs in self.operands(rng)]

    def filled(self, rng: Rng, shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Case:
        """Return a call with numbers for operands of these shapes."""
        return Case((self.fill or spaced)(rng, shapes, self.low, self.high), attrs)

    def of_form(self, op: Op) -> Cases:
        """Return those with as many operands as a form of the op takes."""

        def operands(rng: Rng) -> Iterator[Operands]:
            return ((shapes, attrs) for shapes, attrs in self.operands(rng) if len(shapes) == len(op.inputs))

        return replace(self, operands=operands)


def spaced(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Return arrays of distinct numbers that keep a distance from one another and from the middle of the range."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    places = sum(sizes) + sum(sizes) % 2
    numbers = low + (high - low) * (rng.permutation(places) + rng.uniform(0.25, 0.75, places)) / max(places, 1)
    parts = np.split(numbers[: sum(sizes)], np.cumsum(sizes)[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def broadcasting(count: int) -> Callable[[Rng], Iterator[Operands]]:
    """Make shapes for an elementwise op: equal ones, ones that broadcast, single elements, empty axes."""

    def operands(rng: Rng) -> Iterator[Operands]:
        yield ((),) * count, {}
        yield ((3, 4),) * count, {}
        yield ((0, 3),) + ((3,),) * (count - 1), {}
        yield ((2, 1),) + ((0,),) * (count - 1), {}
        for _ in range(5):
            full = tuple(int(n) for n in rng.integers(1, 4, int(rng.integers(1, 5))))
            yield tuple(_thinned(rng, full) for _ in range(count)), {}

    return operands


def _thinned(rng: Rng, full: Shape) -> Shape:
    """Return a shape that broadcasts to the full one: leading axes are missing, others have size 1."""
    kept = full[int(rng.integers(0, len(full) + 1)) :] if rng.random() < 0.5 else full
    return tuple(1 if rng.random() < 0.3 else n for n in kept)


def _torch_of(name: str) -> Callable[..., Any]:
    def call(torch: Any, *tensors: Any, **attrs: Any) -> Any:
        return (getattr(torch, name, None) or getattr(torch.nn.functional, name))(*tensors, **attrs)

    return call


def elementwise_cases(name: str, **given: Any) -> Cases:
    """Return the cases of an elementwise op, by default numbers from -2 to 2 and PyTorch's function of the same name."""
    return Cases(name, **{"operands": broadcasting(len(OPS[name].inputs)), "torch": _torch_of(name), **given})


_OWN: Registry[Cases] = collect("tests.ops.cases", "CASES")


def cases_of(op: Op) -> Cases:
    """Return the cases of an op. Raises KeyError for an array op without a file of its own."""
    if op.name not in _OWN and op.kind == "elementwise":
        return elementwise_cases(op.name)
    cases = _OWN[op.name]
    return cases.of_form(op) if op.short or op.absent else cases
