"""Arguments of the words of a model: bound to their names and checked, with a text that says what is taken."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.source import did_you_mean

Parameters = Mapping[str, Any]
LARGEST = sys.float_info.max


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Any = _Required()
"""Default of an attribute that must be given."""


def parameters_of(function: Callable[..., Any], skip: int = 0) -> dict[str, Any]:
    """Return names and defaults of a function's parameters, without the first `skip`; `REQUIRED` where there is no default."""
    listed = list(inspect.signature(function).parameters.values())[skip:]
    return {p.name: REQUIRED if p.default is inspect.Parameter.empty else p.default for p in listed}


def bind(word: str, parameters: Parameters, args: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter its value: by place, by name, or its default. Raises ArgumentError."""
    if len(args) > len(parameters):
        raise ArgumentError(f"`{word}` takes {_usage(parameters)}, got {len(args)} values")
    bound = dict(zip(parameters, args, strict=False))
    for name, value in named.items():
        if name not in parameters:
            hint = did_you_mean(name, parameters)
            hint = f": {hint}" if hint else ""
            raise ArgumentError(f"`{word}` has no argument `{name}`; it takes {_usage(parameters)}{hint}")
        if name in bound:
            raise ArgumentError(f"`{word}` was given `{name}` twice")
        bound[name] = value
    missing = [name for name, default in parameters.items() if default is REQUIRED and name not in bound]
    if missing:
        raise ArgumentError(f"`{word}` needs `{missing[0]}`; it takes {_usage(parameters)}")
    return {name: bound.get(name, default) for name, default in parameters.items()}


def number(word: str, name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """Return the value as a float. Raises ArgumentError unless it is a finite number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise ArgumentError(f"`{name}` of `{word}` is a number, got {shown(value)}")
    if not low <= value <= high:
        raise ArgumentError(f"`{name}` of `{word}` is {_range(low, high)}, got {value:g}")
    return float(value)


def whole(word: str, name: str, value: Any, low: int = 1, high: int = 1_000_000) -> int:
    """Return the value as an int. Raises ArgumentError unless it is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentError(f"`{name}` of `{word}` is a whole number, got {shown(value)}")
    if not low <= value <= high:
        raise ArgumentError(f"`{name}` of `{word}` is from {low} to {high:,}, got {shown(value)}")
    return value


def choice(word: str, name: str, value: Any, allowed: Sequence[Any]) -> Any:
    """Return the value. Raises ArgumentError unless it is one of those allowed."""
    if not any(value is a or (isinstance(value, str) and value == a) for a in allowed):
        listed = ", ".join(shown(a) for a in allowed)
        raise ArgumentError(f"`{name}` of `{word}` is one of {listed}, got {shown(value)}")
    return value


def _usage(parameters: Parameters) -> str:
    if not parameters:
        return "no arguments"
    listed = [name if default is REQUIRED else f"{name}={shown(default)}" for name, default in parameters.items()]
    return "(" + ", ".join(listed) + ")"


def shown(value: Any) -> str:
    """Return a value as a text shows it: at most 40 characters."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "a huge number"  # Python refuses to write out thousands of digits
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = str(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 40 else text[:39] + "…"


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"from {low:g} to {high:g}"
