"""How a call of an op is written in a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isinf, isnan
from typing import Any

import numpy as np

from gradlab.nn.layers import LAYERS
from gradlab.ops import OPS


def number_text(value: float) -> str:
    """Return a number as a model has it."""
    if isinstance(value, bool | np.bool_):
        return str(float(value)).removesuffix(".0")
    number = float(value)
    if isnan(number):
        return "nan"
    if isinf(number):
        return "inf" if number > 0 else "-inf"
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def value_text(value: Any) -> str:
    """Return an argument as a model has it: a number, a text, a list or a tuple of them."""
    if isinstance(value, str):
        return f'"{value}"'
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(value_text, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    return number_text(value)


def call_text(word: str, inputs: Sequence[str], attrs: Mapping[str, Any]) -> str:
    """Return a call of an op with its inputs as they are written: `relu(x)`, `x @ y`, `x[:, 0]`."""
    if word == "index":
        return f"{inputs[0]}[{', '.join(map(_key_text, attrs['key']))}]"
    if word == "einsum":
        return f"einsum({value_text(attrs['subscripts'])}, {', '.join(inputs)})"
    if word == "mode":
        return "mode()"
    op = OPS[word]
    if len(inputs) == 2 and op.operator and not attrs:
        return f"{_atom(inputs[0])} {op.operator} {_atom(inputs[1])}"
    if word == "neg":
        return f"-{_atom(inputs[0])}"
    given = [f"[{', '.join(inputs)}]"] if op.variadic else list(inputs)
    if word in LAYERS:  # the layer of that name takes its arguments in another order
        given = [inputs[0], *(f"{letter}={text}" for letter, text in zip(op.inputs[1:], inputs[1:], strict=False))]
    known = op.attrs
    named = [f"{key}={value_text(value)}" for key, value in attrs.items() if key not in known or known[key] != value]
    return f"{word}({', '.join((*given, *named))})"


def _atom(text: str) -> str:
    """Return an operand that stands beside an operator: a negative number in brackets."""
    return f"({text})" if text.startswith("-") else text


def _key_text(part: Any) -> str:
    if not isinstance(part, slice):
        return str(part) if part is not Ellipsis else "..."
    start, stop, step = ("" if one is None else str(one) for one in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step not in ("", "1") else f"{start}:{stop}"
