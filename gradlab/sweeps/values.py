"""What a sweep goes over: a name of the model and its values, `rate=log(1e-4, 1, 9)`.

`[a, b, c]` names the values, whatever the model takes there; `lin(a, b, n)` and `log(a, b, n)` are n numbers from a to b,
evenly spread or by equal factors. Without n they are ranges that a random search draws from. Numbers have twelve digits, so
that they are the same wherever they are worked out.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Any

from gradlab.errors import ArgumentError, Problem, ScenarioError
from gradlab.graph.random import Stream
from gradlab.scenario import static
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.parsing import parse_expression
from gradlab.source import Source, Span, did_you_mean

FORMS = "`[a, b, c]`, `lin(a, b, n)` or `log(a, b, n)`"
MOST_VALUES = 1_000_000
OWN = {"seed": "`--seeds 0..4` goes over seeds", "updates": "`--updates N` says how long every run trains"}
"""Names that mean something else in a sweep, and what to write."""
DIGITS = 12
SPECIAL = (0.0, 0.5, 1.0, 2.0)
"""Sizes of numbers that may mean something of their own in a model."""
NAME = r"[^\W\d]\w*(?:@[\w.:-]+)?|@[\w.:-]+"
"""A name of the model, everywhere or at one place, as a change has it."""
_NAME = re.compile(NAME)
_PLAIN = re.compile(r"[-+]?[\d.]+([eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from low to high, both included. kind: "lin", evenly spread; "log", by equal factors."""

    kind: str
    low: float
    high: float

    def at(self, share: float) -> float:
        """Return the number at a share of the way, 0 to 1, in twelve digits."""
        if share in (0, 1):
            return self.high if share else self.low
        if self.kind == "lin":
            found = self.low + share * (self.high - self.low)
        else:
            found = math.copysign(math.exp(math.log(abs(self.low)) + share * math.log(self.high / self.low)), self.low)
        return float(f"{found:.{DIGITS}g}")


@dataclass(frozen=True, slots=True)
class Axis:
    """A name and what it is set to. values: as they are written into the model; none of a range that is drawn from.

    text: the values as a person wrote them.
    """

    name: str
    text: str
    values: tuple[str, ...] = ()
    range: Range | None = None

    def __str__(self) -> str:
        return f"{self.name}={self.text}"

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers; None where one of them is none."""
        try:
            return tuple(float(value) for value in self.values)
        except ValueError:
            return None

    @property
    def ends(self) -> tuple[str, str] | None:
        """The least and the largest value between which the others are numbers as good as any; None where there are too few."""
        if self.range is not None:
            texts = [repr(self.range.at(share)) for share in (0, 1e-3, 1 - 1e-3, 1)]
        else:
            texts = list(self.values) if self.numbers is not None else []
        plain = [text for text in texts if _PLAIN.fullmatch(text) and abs(float(text)) not in SPECIAL]
        wide = sorted((text for text in plain if (float(text) > 0) == (float(plain[0]) > 0)), key=float)
        kinds = {type(ast.literal_eval(text)) for text in wide}
        return (wide[0], wide[-1]) if len(wide) > 2 and len(kinds) == 1 else None

    def drawn(self, seed: int, number: int) -> str:
        """Return the value that a random search gives its n-th point: a function of these two and of the name."""
        share = float(Stream(seed, f"sweep:{self.name}", number).uniform(())[()])
        if self.range is None:
            return self.values[int(share * len(self.values))]
        return repr(self.range.at(share))


def read_axis(text: str, *, drawn: bool = False) -> Axis:
    """Read `NAME=VALUES`. drawn: whether values are drawn at random, so that a range needs no number. Raises ScenarioError."""
    name, equals, values = (part.strip() for part in text.partition("="))
    source = Source("<over>", text)
    whole = source.span(0, len(text))
    if not equals or not _NAME.fullmatch(name) or not values:
        raise _wrong(f"what a sweep goes over is NAME=VALUES, got `{text}`", whole, f"values are {FORMS}")
    if name in OWN:
        raise _wrong(f"a sweep does not go over `{name}`", whole.part(0, len(name)), OWN[name])
    start = text.index("=") + 1
    return axis_of(name, source.span(start, len(text)), drawn=drawn)


def axis_of(name: str, span: Span, *, drawn: bool = False) -> Axis:
    """Read the values of a name where they stand. Raises ScenarioError."""
    lead = len(span.text) - len(span.text.lstrip())
    span = span.part(lead, lead + len(span.text.strip()))
    fragment = Fragment.of(span)
    tree, problem = parse_expression(fragment)
    if tree is None or problem is not None:
        raise ScenarioError([problem or Problem("these are no values", span, f"values are {FORMS}")])
    if isinstance(tree, ast.List):
        return Axis(name, span.text, _listed(tree, fragment, span))
    word = tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""
    if not isinstance(tree, ast.Call) or word not in ("lin", "log"):
        raise _wrong(f"`{span.text}` is no list of values", span, did_you_mean(word, ("lin", "log")) or f"it takes {FORMS}")
    return _spread(name, word, tree, fragment, span, drawn=drawn)


def _listed(tree: ast.List, fragment: Fragment, span: Span) -> tuple[str, ...]:
    values = tuple(fragment.span(element).text for element in tree.elts)
    if not values:
        raise _wrong("there are no values in the list", span)
    same = [_same(value) for value in values]
    twice = next((k for k, value in enumerate(same) if value in same[:k]), None)
    if twice is not None:
        raise _wrong(f"`{values[twice]}` stands twice in the list", fragment.span(tree.elts[twice]))
    return values


def _same(text: str) -> str:
    """Return a text that is the same for the same number: `0.1`, `0.10`; 1 and 1.0 may mean different things in a model."""
    return repr(ast.literal_eval(text)) if _PLAIN.fullmatch(text) else text


def _spread(name: str, word: str, tree: ast.Call, fragment: Fragment, span: Span, *, drawn: bool) -> Axis:
    """Read `lin(a, b, n)`, `log(a, b, n)`, or without n."""
    if tree.keywords or len(tree.args) not in (2, 3):
        raise _wrong(f"`{word}` takes its ends and how many, got {len(tree.args)} values", span, f"`{word}(a, b, n)`")
    low, high = (_number(part, fragment) for part in tree.args[:2])
    _check_ends(word, (low, high), span)
    between = Range(word, float(low), float(high))
    if len(tree.args) == 2:
        if not drawn:
            raise _wrong(
                "how many values?", span, f"`{word}({low:g}, {high:g}, 5)`; a random search takes ranges without a number"
            )
        return Axis(name, span.text, range=between)
    count = _number(tree.args[2], fragment)
    if not isinstance(count, int) or not 1 <= count <= MOST_VALUES:
        raise _wrong("how many values is a whole number", fragment.span(tree.args[2]), f"allowed are 1 to {MOST_VALUES:,}")
    found = [between.at(k / (count - 1) if count > 1 else 0.0) for k in range(count)]
    whole = isinstance(low, int) and isinstance(high, int) and all(value.is_integer() for value in found)
    values = tuple(repr(int(value)) if whole else repr(value) for value in found)
    if len(set(values)) < count:
        raise _wrong(f"{count:,} values from {low:g} to {high:g} are not all different", span)
    return Axis(name, span.text, values)


def _check_ends(word: str, ends: tuple[float, float], span: Span) -> None:
    low, high = ends
    if not all(map(math.isfinite, ends)):
        raise _wrong("the ends of a range are finite numbers", span)
    if word == "log" and low * high <= 0:
        zero = "touches" if 0 in ends else "crosses"
        raise _wrong(f"a range of `log` {zero} 0: there is no factor from {low:g} to {high:g}", span, "`lin` may do that")
    if low == high:
        raise _wrong(f"both ends of the range are {low:g}", span)


def _number(tree: ast.expr, fragment: Fragment) -> Any:
    """Return what a number, or arithmetic of numbers, comes to. Raises ScenarioError."""
    try:
        return _worked_out(tree)
    except ArgumentError as error:
        raise _wrong(str(error), fragment.span(tree)) from None


def _worked_out(tree: ast.expr) -> Any:
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return tree.value
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
        value = _worked_out(tree.operand)
        return static.negative(value) if isinstance(tree.op, ast.USub) else value
    if isinstance(tree, ast.BinOp) and type(tree.op) in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow):
        return static.binary(type(tree.op), _worked_out(tree.left), _worked_out(tree.right))
    raise ArgumentError("a number is needed here")


def read_seeds(text: str) -> tuple[int, ...]:
    """Read `0..4`, `3`, or `0,2,5`. Raises ArgumentError."""
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = (end.strip() for end in part.partition(".."))
        ends = [first, last] if dots else [first]
        if not all(end.isdecimal() and int(end) < 2**63 for end in ends) or int(ends[0]) > int(ends[-1]):
            raise ArgumentError(f"seeds are `0..4`, `3` or `0,2,5`, got `{text}`")
        if int(ends[-1]) - int(ends[0]) >= MOST_VALUES:
            raise ArgumentError(f"more than {MOST_VALUES:,} seeds")
        found += range(int(ends[0]), int(ends[-1]) + 1)
    if len(set(found)) < len(found):
        raise ArgumentError(f"a seed stands twice in `{text}`")
    return tuple(found)


def _wrong(message: str, span: Span, label: str = "") -> ScenarioError:
    return ScenarioError([Problem(message, span, label)])
