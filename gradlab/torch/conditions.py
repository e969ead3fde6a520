"""When a watched training is kept: `nan`, `spike 10x`, `loss > 5`, `norm > 100`, or a function of what a step has shown."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.source import did_you_mean

LAST, LEAST = 50, 10
"""Steps whose median a spike is measured by, and how many there have to be."""
SPIKE = 10.0
_SPIKE = re.compile(r"spike(?:\s+(?P<times>[\d.]+)\s*x?)?")
_BOUND = re.compile(r"(?P<what>loss|norm)\s*(?P<sign>[<>]=?)\s*(?P<bound>[-+]?[\d.]+(?:e[-+]?\d+)?)")
FORMS = "`nan`, `spike 10x`, `loss > 5`, `norm > 100`"


@dataclass(frozen=True, slots=True)
class StepSeen:
    """What a step has shown. number: of the step, from 0.   loss: its loss.   norm: of all gradients, before they are clipped.

    finite: whether all parameters are finite behind it.   skipped: whether a GradScaler left out the step: gradients that are
    not finite are then what its scale has made of them.   broken: buffers that are not finite since this step.
    """

    number: int
    loss: float
    norm: float
    finite: bool = True
    skipped: bool = False
    broken: tuple[str, ...] = ()


Test = Callable[[StepSeen, "StepsBefore"], str]


@dataclass(slots=True)
class StepsBefore:
    """Losses and norms of the last steps."""

    losses: deque[float] = field(default_factory=lambda: deque(maxlen=LAST))
    norms: deque[float] = field(default_factory=lambda: deque(maxlen=LAST))

    def add(self, step: StepSeen) -> None:
        """Take note of a step. What is not finite is no measure for others."""
        for kept, number in ((self.losses, step.loss), (self.norms, step.norm)):
            if math.isfinite(number):
                kept.append(number)


def nan(step: StepSeen, seen: StepsBefore) -> str:
    """Say what is not finite, or nothing."""
    for what, number in (("the loss", step.loss), ("the norm of the gradients", step.norm)):
        if not math.isfinite(number) and not (step.skipped and number == step.norm):
            return f"{what} is {number}"
    if step.broken:
        return f"the buffer `{step.broken[0]}` is not finite behind this step"
    return "" if step.finite else "a parameter is not finite behind this step"


def spike(times: float) -> Test:
    """Return what says how far loss or norm are above the median of the last steps, if that is more than so many times."""

    def test(step: StepSeen, seen: StepsBefore) -> str:
        for what, number, last in (("loss", step.loss, seen.losses), ("gradient norm", step.norm, seen.norms)):
            if len(last) >= LEAST and number > times * (usual := median(last)) > 0:
                return f"the {what} {number:.4g} is {number / usual:.3g} times the median of the last {len(last)} steps"
        return ""

    return test


def bound(what: str, sign: str, limit: float) -> Test:
    """Return what says that loss or norm lie beyond a limit."""

    def test(step: StepSeen, seen: StepsBefore) -> str:
        number = step.loss if what == "loss" else step.norm
        beyond = {">": number > limit, ">=": number >= limit, "<": number < limit, "<=": number <= limit}[sign]
        return f"the {what} {number:.4g} is {sign} {limit:g}" if beyond else ""

    return test


def asked(function: Callable[[StepSeen], Any]) -> Test:
    """Return what asks a function of the person's, and says that it held."""
    name = getattr(function, "__name__", "a condition")

    def test(step: StepSeen, seen: StepsBefore) -> str:
        found = function(step)
        return (found if isinstance(found, str) else f"`{name}` holds") if found else ""

    return test


def conditions(on: str | Callable[[StepSeen], Any] | Sequence[Any]) -> list[Test]:
    """Return what a person wants to be told of. Raises ArgumentError."""
    if callable(on):
        return [asked(on)]
    parts: Iterable[Any] = on.split(",") if isinstance(on, str) else on
    found = [one for part in parts for one in (conditions(part) if not isinstance(part, str) else [_read(part.strip())])]
    if not found:
        raise ArgumentError(f"`on` says when a snapshot is written: {FORMS}, a function, or several of these")
    return found


def _read(text: str) -> Test:
    if text == "nan":
        return nan
    if match := _SPIKE.fullmatch(text):
        times = _number(match["times"] or str(SPIKE))
        if times > 1:
            return spike(times)
    elif match := _BOUND.fullmatch(text):
        return bound(match["what"], match["sign"], _number(match["bound"]))
    near = did_you_mean(text.partition(" ")[0], ("nan", "spike", "loss", "norm"))
    raise ArgumentError(f"`on`: {text!r} is none of {FORMS}" + (f"; {near}" if near else ""))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(f"`on`: {text!r} is no number") from None
