"""What rounding does to numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words, choice
from gradlab.lab.numbers import bare
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.precision import DTYPES, Lost, lost

if TYPE_CHECKING:
    from gradlab.session import Lab


MOST = 12
"""Nodes that have a line of their own."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The dtype that is looked at, and what the loss is multiplied by."""

    dtype: str = DTYPES[0]
    scale: float = 1.0


def _narrowing(words: Words) -> Narrowing:
    """Read `[float32|float16|bfloat16] [scale S]`."""
    head, tail = words.split("scale")
    dtype = choice(*DTYPES)(head) if head.text else DTYPES[0]
    return Narrowing(dtype, 1.0 if tail is None else _scale(tail))


def _scale(words: Words) -> float:
    try:
        found = float(words.text)
    except ValueError:
        found = float("nan")
    if not (isfinite(found) and found > 0):
        words.refuse(f"`{words.text}` is no scale", label="a positive number, such as 1024")
    return found


def _precision(lab: Lab, given: Narrowing) -> Outcome:
    """Say what values, gradients and the update lost in all, and the 12 nodes that lost most."""
    found = lost(lab, given.dtype, given.scale)
    return told((Line("value", text) for text in _lines(found, given)), found=found)


def _lines(found: Sequence[Lost], given: Narrowing) -> Iterator[str]:
    scaled = f", loss scale {bare(given.scale)}" if given.scale != 1.0 else ""
    for what, title in (("value", "values"), ("grad", "gradients"), ("update", "update")):
        part = [one for one in found if one.what == what]
        if part:
            yield f"{title} in {given.dtype}{scaled if what == 'grad' else ''}: {_total(part)}"
    losing = sorted((one for one in found if _gone(one) or one.subnormal), key=_most_first)
    for one in losing[:MOST]:
        yield f"  {_name(one)}  {_counts(one)} of {one.size:,}"
    if len(losing) > MOST:
        yield f"  {len(losing) - MOST:,} more"


def _most_first(one: Lost) -> tuple[float, int, int]:
    """Order by the share of what is gone: a single number, such as Adam's ε, counts as much as a matrix."""
    return -_gone(one) / one.size, -_gone(one), -one.subnormal


def _gone(one: Lost) -> int:
    return one.underflowed + one.overflowed


def _name(one: Lost) -> str:
    return f"grad({one.name})" if one.what == "grad" else one.name


def _total(lost_ones: Sequence[Lost]) -> str:
    """Add up, and say where the largest error is."""
    counts = [sum(getattr(one, field) for one in lost_ones) for field in ("underflowed", "subnormal", "overflowed")]
    size, worst = sum(one.size for one in lost_ones), max(lost_ones, key=lambda one: one.error)
    said = "{:,} underflowed, {:,} subnormal, {:,} overflowed".format(*counts)
    error = f"largest relative error {worst.error:.1e} in {_name(worst)}" if worst.error else "no rounding error"
    return f"{said} of {size:,}; {error}"


def _counts(one: Lost) -> str:
    parts = {"underflowed": one.underflowed, "overflowed": one.overflowed, "subnormal": one.subnormal}
    return ", ".join(f"{count:,} {word}" for word, count in parts.items() if count)


ACTION = Action(
    "precision", "[float32|float16|bfloat16] [scale S]", "what a narrow dtype loses: underflow, overflow, error", _narrowing,
    _precision, stands=True,
)  # fmt: skip
