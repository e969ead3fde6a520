"""Words for what is known before the run; they mean what they mean in Python.

    range        Whole numbers one after the other: 0, 1, … stop - 1
    len          How many parts a list has, or the size of a node's first axis
    enumerate    The parts of a list, each with its number in front
    zip          The first parts of several lists side by side, then the second ones, up to the end of the shortest
    reversed     A list from its end to its beginning
    list         The parts of a sequence as a list
    tuple        The parts of a sequence as a tuple
    int          A whole number: the fraction is cut off
    float        A number of a text or a whole number
    str          The text of a number
    round        The nearest number of so many digits behind the point, by default a whole one

Example:
    x, h = input(shape=(4, 2, 3)), const(shape=(2, 3))
    for k in range(len(x)):
        with layer("t" + str(k)):
            h = tanh(x[k] + h)

Example:
    sizes = list(range(30, 0, -10))
    h = input(shape=(8, 64))
    for k, (units, share) in enumerate(zip(sizes, (0.1, 0.2, 0.3))):
        with layer(f"h{k}"):
            h = dropout(relu(dense(h, units)), share)

Example:
    x = const(tuple(reversed([1, 2, 3])))
    half = const(int(7 / 2) + float("0.5") + round(2 / 3, 2))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.scenario.bounds import check_int, check_length, check_string
from gradlab.scenario.call import Call
from gradlab.scenario.static import sequence_of, text_of
from gradlab.scenario.values import Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word


def _items(call: Call, value: Value) -> list[Value]:
    """Return a sequence as a list, within the bounds."""
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
    Word("range", "range(stop) or range(start, stop, step)", _range, __doc__),
    Word("len", "len(list) or len(node)", _len, __doc__),
    Word("enumerate", "enumerate(list, start)", _enumerate, __doc__),
    Word("zip", "zip(list, list, …)", _zip, __doc__),
    Word("reversed", "reversed(list)", _reversed, __doc__),
    Word("list", "list(range)", lambda call: _items(call, _count(call, 1, 1)[0]), __doc__),
    Word("tuple", "tuple(list)", lambda call: tuple(_items(call, _count(call, 1, 1)[0])), __doc__),
    Word("int", "int(number)", _number(int), __doc__),
    Word("float", "float(number)", _number(float), __doc__),
    Word("str", "str(number)", _str, __doc__),
    Word("round", "round(number, digits)", _round, __doc__),
)
