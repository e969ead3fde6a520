"""What rounding does to numbers, and whether two states have the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.lab.action import action
from gradlab.lab.arguments import Words, choice, nothing
from gradlab.lab.numbers import bare
from gradlab.lab.why.precision import DTYPES, Lost, lost

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab

MOST = 12
"""Nodes that have a line of their own."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The dtype that is looked at, and what the loss is multiplied by."""

    dtype: str = DTYPES[0]
    scale: float = 1.0


def _narrowing(words: Words) -> Narrowing:
    """Read `[float32|float16] [scale S]`."""
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


@action("precision", "[float32|float16] [scale S]", "what a narrow dtype loses: underflow, overflow, error", _narrowing)
def precision(lab: Lab, given: Narrowing) -> None:
    """Say what values and gradients lost in all, and the 12 nodes that lost most."""
    found = lost(lab, given.dtype, given.scale)
    scaled = f", loss scale {bare(given.scale)}" if given.scale != 1.0 else ""
    for what, title in (("value", "values"), ("grad", "gradients")):
        part = [entry for entry in found if entry.what == what]
        if part:
            lab.say("value", f"{title} in {given.dtype}{scaled if what == 'grad' else ''}: {_total(part)}")
    losing = sorted((entry for entry in found if _gone(entry) or entry.subnormal), key=lambda e: (-_gone(e), -e.subnormal))
    for entry in losing[:MOST]:
        lab.say("value", f"  {_name(entry)}  {_counts(entry)} of {entry.size:,}")
    if len(losing) > MOST:
        lab.say("value", f"  {len(losing) - MOST:,} more")


def _gone(entry: Lost) -> int:
    return entry.underflowed + entry.overflowed


def _name(entry: Lost) -> str:
    return entry.name if entry.what == "value" else f"grad({entry.name})"


def _total(entries: Sequence[Lost]) -> str:
    """Add up, and say where the largest error is."""
    counts = [sum(getattr(entry, field) for entry in entries) for field in ("underflowed", "subnormal", "overflowed")]
    size, worst = sum(entry.size for entry in entries), max(entries, key=lambda entry: entry.error)
    said = "{:,} underflowed, {:,} subnormal, {:,} overflowed".format(*counts)
    error = f"largest relative error {worst.error:.1e} in {_name(worst)}" if worst.error else "no rounding error"
    return f"{said} of {size:,}; {error}"


def _counts(entry: Lost) -> str:
    parts = {"underflowed": entry.underflowed, "overflowed": entry.overflowed, "subnormal": entry.subnormal}
    return ", ".join(f"{count:,} {word}" for word, count in parts.items() if count)


@action("digest", "", "a hash of all that can be seen here: equal states have equal ones", nothing)
def digest(lab: Lab, _: None) -> None:
    """Say the hash of the position; of the same seed, dtype and machine it is the same in every process."""
    lab.say("value", f"digest {lab.digest()}")
