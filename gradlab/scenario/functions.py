"""The functions of the expression language: arrays and numbers in, an array or a number out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.manual import usage
from gradlab.op import Op, Shape
from gradlab.ops import OPS
from gradlab.scenario.bounds import check_elements
from gradlab.scenario.effort import spend
from gradlab.scenario.op_functions import run_op, stands_in_expressions
from gradlab.train.measures import MEASURES, Measure


@dataclass(frozen=True, slots=True)
class ArrayFunction:
    """A function of expressions. low, high: how many values it takes.   axis: whether it takes `axis=`.

    curved: it takes the name of a layer or a node, and `run` the array and what is known of the op that made it.
    op: the operation that it is, where it is one; then it takes what that takes, by place or by name.
    """

    name: str
    run: Callable[..., Any]
    low: int = 1
    high: int = 1
    axis: bool = False
    doc: str = ""
    curved: bool = False
    op: Op | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names and defaults of its arguments."""
        if self.op is not None:
            return self.op.parameters
        if self.curved:
            return {"name": REQUIRED}
        letters = dict.fromkeys("xt"[: self.low], REQUIRED)
        return {**letters, "axis": None} if self.axis else letters

    @property
    def usage(self) -> str:
        """How it is written: `share(x, axis=None)`."""
        if self.op is not None:
            return self.op.usage
        return usage(self.name, self.parameters) + (f" or {self.name}(x, y, …)" if self.high > self.low else "")


def _nan_of_none(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that is NaN where there is nothing to take it of; NumPy warns, and gives NaN as well."""

    def run(x: Any, axis: Any = None) -> Any:
        array = np.asarray(x)
        return function(array, axis=axis) if array.size else np.full(np.shape(np.sum(array, axis=axis)), np.nan)[()]

    return run


_mean = _nan_of_none(np.mean)


def norm(x: Any, axis: Any = None) -> Any:
    """Return the root of the sum of squares."""
    return np.sqrt(np.sum(np.square(x), axis=axis))


def share(condition: Any, axis: Any = None) -> Any:
    """Return the share of elements that are not 0."""
    return _mean(np.asarray(condition) != 0, axis=axis)


def count(condition: Any, axis: Any = None) -> Any:
    """Return how many elements hold."""
    return np.sum(np.asarray(condition) != 0, axis=axis)


def accuracy(x: Any, t: Any) -> float:
    """Return the share of samples that are right.

    x: scores (n, classes), the largest counts, or logits (n,) or (n, 1) of the second of two classes, above 0 counts.
    t: class numbers (n,) or (n, 1), or one-hot rows (n, classes). Raises ArgumentError for other shapes.
    """
    scores, target = np.asarray(x), np.asarray(t)
    if scores.ndim >= 1 and scores.shape[-1] > 1 and (target.shape == scores.shape[:-1] or scores.ndim > 1):
        said = np.argmax(scores, axis=-1)
    else:
        said = (scores > 0).reshape(-1)
    if target.shape == scores.shape and scores.ndim > 1 and scores.shape[-1] > 1:
        target = np.argmax(target, axis=-1)
    if target.size != said.size:
        raise ArgumentError(
            f"`accuracy` takes scores and targets of as many samples, got shapes {scores.shape} and {target.shape}"
        )
    return float(np.mean(said.reshape(-1) == target.reshape(-1))) if said.size else float("nan")


def _quantile(x: Any, q: Any, axis: Any = None) -> Any:
    """Return quantiles, NaN of no elements. Raises ArgumentError for a share that is none."""
    if not np.all((np.asarray(q) >= 0) & (np.asarray(q) <= 1)):
        raise ArgumentError("`quantile` takes a share from 0 to 1")
    if not np.size(x):
        return np.nan
    spend(check_elements(np.size(q) * np.size(np.sum(x, axis=axis))))
    return np.quantile(x, q, axis=axis)


def common_shape(*values: Any) -> Shape:
    """Return the shape that values broadcast to. Raises ArgumentError."""
    shapes = [np.shape(value) for value in values]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ArgumentError(f"shapes {' and '.join(map(str, shapes))} do not fit") from None


def _reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*values: Any, axis: Any = None) -> Any:
        if len(values) > 1:
            spend(check_elements(len(values) * prod(common_shape(*values))))
            return function(np.stack(np.broadcast_arrays(*values)), axis=0)
        return function(np.asarray(values[0]), axis=axis)

    return run


def _measured(measure: Measure) -> ArrayFunction:
    """Return a measure as a function."""
    if measure.asks is not None:
        return ArrayFunction(measure.name, measure.number, doc=measure.doc, curved=True)
    if measure.several:
        return ArrayFunction(measure.name, _reduction(measure.word), 1, 8, axis=True, doc=measure.doc)
    return ArrayFunction(measure.name, _nan_of_none(measure.word), axis=True, doc=measure.doc)


ACCURACY = """the share of samples that are right

x: scores (n, classes), of which the largest counts, or one score a sample, which says 1 above 0 and 0 below, as a logit does;
of probabilities it is `accuracy(p - 0.5, t)`. t: class numbers, or one-hot rows."""

OWN: dict[str, ArrayFunction] = {
    f.name: f
    for f in (
        ArrayFunction("var", _nan_of_none(np.var), axis=True, doc="the variance"),
        ArrayFunction(
            "quantile", _quantile, 2, 2, axis=True, doc="the number below which a share t of all lies, linear between two"
        ),
        ArrayFunction("median", _nan_of_none(np.median), axis=True, doc="the median"),
        ArrayFunction("sum", np.sum, axis=True, doc="the sum"),
        ArrayFunction("argmax", np.argmax, axis=True, doc="the index of the largest element"),
        ArrayFunction("argmin", np.argmin, axis=True, doc="the index of the smallest element"),
        ArrayFunction("norm", norm, axis=True, doc="the root of the sum of squares"),
        ArrayFunction("log10", np.log10, doc="the logarithm to base 10"),
        ArrayFunction("round", np.round, doc="to whole numbers"),
        ArrayFunction("share", _nan_of_none(share), axis=True, doc="the share that holds"),
        ArrayFunction("count", count, axis=True, doc="how many hold"),
        ArrayFunction("any", np.any, axis=True, doc="whether one holds"),
        ArrayFunction("all", np.all, axis=True, doc="whether all hold"),
        ArrayFunction("isnan", np.isnan, doc="whether it is NaN"),
        ArrayFunction("isfinite", np.isfinite, doc="whether it is neither NaN nor infinite"),
        ArrayFunction("size", np.size, doc="how many elements"),
        ArrayFunction("accuracy", accuracy, 2, 2, doc=ACCURACY),
    )
}


def _operation(op: Op) -> ArrayFunction:
    """Return an op as a function."""
    needed = sum(default is REQUIRED for default in op.parameters.values())
    run = partial(_run_op, op)
    return ArrayFunction(op.name, run, needed, len(op.parameters), axis="axis" in op.attrs, doc=op.doc, op=op)


def _run_op(op: Op, *args: Any, **named: Any) -> Any:
    return run_op(op, args, named)


class _Functions(Mapping[str, "ArrayFunction"]):
    """The measures and our own functions, then measures of other packages and ops, which are looked up only for other names."""

    @cached_property
    def _near(self) -> dict[str, ArrayFunction]:
        return {**{name: _measured(measure) for name, measure in MEASURES.own.items()}, **OWN}

    @property
    def listed(self) -> Mapping[str, ArrayFunction]:
        """Those that are no ops."""
        return {**self._near, **{name: _measured(MEASURES[name]) for name in MEASURES.outside if name not in self._near}}

    def __getitem__(self, word: str) -> ArrayFunction:
        if word in self._near:
            return self._near[word]
        op = OPS.find(word)
        return _operation(op) if op is not None and stands_in_expressions(op) else _measured(MEASURES[word])

    def __iter__(self) -> Iterator[str]:
        yield from self.listed
        yield from (name for name, op in OPS.items() if stands_in_expressions(op) and name not in self.listed)

    def __len__(self) -> int:
        return sum(1 for _ in self)


FUNCTIONS = _Functions()
"""The functions of values; those that ask the run are in `queries`."""
