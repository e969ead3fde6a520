"""Words for what is known before the run: ranges, lists, lengths and whole numbers. They mean what they mean in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.scenario.bounds import check_int, check_length, check_string
from gradlab.scenario.calls import Call
from gradlab.scenario.static import sequence_of, text_of
from gradlab.scenario.values import Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word


def _items(call: Call, value: Value) -> list[Value]:
    """Give a sequence as a list, within the bounds."""
    sequence = sequence_of(value)
    call.trace.budget.step(check_length(len(sequence)))
    return list(sequence)


def _count(call: Call, low: int, high: int) -> list[Value]:
    values = call.values()
    if not low <= len(values) <= high:
        raise ArgumentError(f"`{call.word}` takes {low if low == high else f'{low} to {high}'} values, got {len(values)}")
    return values


def _range(call: Call) -> Value:
    values = _count(call, 1, 3)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ArgumentError(f"`range` takes whole numbers, got {kind_of(value)}")
    if len(values) == 3 and values[2] == 0:
        raise ArgumentError("the step of a `range` is not 0")
    return range(*values)


def _len(call: Call) -> Value:
    (value,) = _count(call, 1, 1)
    if isinstance(value, Node):
        if not value.shape:
            raise ArgumentError("a single number has no length")
        return value.shape[0]
    return len(sequence_of(value))


def _enumerate(call: Call) -> Value:
    values = _count(call, 1, 2)
    start = values[1] if len(values) == 2 else 0
    if not isinstance(start, int):
        raise ArgumentError(f"`enumerate` counts from a whole number, got {kind_of(start)}")
    return list(enumerate(_items(call, values[0]), start))


def _zip(call: Call) -> Value:
    return list(zip(*(_items(call, value) for value in call.values()), strict=False))


def _reversed(call: Call) -> Value:
    return _items(call, _count(call, 1, 1)[0])[::-1]


def _number(kind: Callable[[Any], Any]) -> Callable[[Call], Value]:
    def run(call: Call) -> Value:
        (value,) = _count(call, 1, 1)
        if not isinstance(value, int | float | str) or (isinstance(value, str) and len(value) > 40):
            raise ArgumentError(f"`{call.word}` takes a number, got {kind_of(value)}")
        try:
            result = kind(value)
        except (ValueError, OverflowError):
            raise ArgumentError(f"`{call.word}` takes a number, got {value!r}") from None
        return check_int(result) if isinstance(result, int) else result

    return run


def _str(call: Call) -> Value:
    text = text_of(_count(call, 1, 1)[0])
    check_string(len(text))
    return text


def _round(call: Call) -> Value:
    values = _count(call, 1, 2)
    if not all(is_number(value) for value in values) or not isinstance(values[-1] if len(values) == 2 else 0, int):
        raise ArgumentError("`round` takes a number that is known before the run, and how many digits")
    try:
        return round(*values)
    except (ValueError, OverflowError):
        raise ArgumentError(f"`round` takes a finite number, got {values[0]}") from None


WORD = (
    Word("range", "range(stop) or range(start, stop, step)", _range),
    Word("len", "len(list) or len(node)", _len),
    Word("enumerate", "enumerate(list, start)", _enumerate),
    Word("zip", "zip(list, list, …)", _zip),
    Word("reversed", "reversed(list)", _reversed),
    Word("list", "list(range)", lambda call: _items(call, _count(call, 1, 1)[0])),
    Word("tuple", "tuple(list)", lambda call: tuple(_items(call, _count(call, 1, 1)[0]))),
    Word("int", "int(number)", _number(int)),
    Word("float", "float(number)", _number(float)),
    Word("str", "str(number)", _str),
    Word("round", "round(number, digits)", _round),
)
