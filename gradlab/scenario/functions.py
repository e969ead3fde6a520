"""The functions of the expression language: arrays and numbers in, an array or a number out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.manual import usage
from gradlab.train.measures import MEASURES, Measure


@dataclass(frozen=True, slots=True)
class ArrayFunction:
    """A function of expressions. low, high: how many values it takes.   axis: whether it takes `axis=`.

    curved: it takes the name of a layer or a node, and `run` the array and what is known of the op that made it.
    """

    name: str
    run: Callable[..., Any]
    low: int = 1
    high: int = 1
    axis: bool = False
    doc: str = ""
    curved: bool = False

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names and defaults of its arguments."""
        if self.curved:
            return {"name": REQUIRED}
        letters = dict.fromkeys("xt"[: self.low], REQUIRED)
        return {**letters, "axis": None} if self.axis else letters

    @property
    def usage(self) -> str:
        """How it is written: `share(x, axis=None)`."""
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


def _reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*values: Any, axis: Any = None) -> Any:
        if len(values) > 1:
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


OWN: dict[str, ArrayFunction] = {
    f.name: f
    for f in (
        ArrayFunction("var", _nan_of_none(np.var), axis=True, doc="the variance"),
        ArrayFunction("median", _nan_of_none(np.median), axis=True, doc="the median"),
        ArrayFunction("sum", np.sum, axis=True, doc="the sum"),
        ArrayFunction("argmax", np.argmax, axis=True, doc="the index of the largest element"),
        ArrayFunction("argmin", np.argmin, axis=True, doc="the index of the smallest element"),
        ArrayFunction("norm", norm, axis=True, doc="the root of the sum of squares"),
        ArrayFunction("abs", np.abs, doc="without the sign"),
        ArrayFunction("sign", np.sign, doc="-1, 0 or 1"),
        ArrayFunction("exp", np.exp, doc="e to the power x"),
        ArrayFunction("log", np.log, doc="the natural logarithm"),
        ArrayFunction("log10", np.log10, doc="the logarithm to base 10"),
        ArrayFunction("sqrt", np.sqrt, doc="the square root"),
        ArrayFunction("tanh", np.tanh, doc="the hyperbolic tangent"),
        ArrayFunction("sin", np.sin, doc="the sine"),
        ArrayFunction("cos", np.cos, doc="the cosine"),
        ArrayFunction("round", np.round, doc="to whole numbers"),
        ArrayFunction("share", _nan_of_none(share), axis=True, doc="the share that holds"),
        ArrayFunction("count", count, axis=True, doc="how many hold"),
        ArrayFunction("any", np.any, axis=True, doc="whether one holds"),
        ArrayFunction("all", np.all, axis=True, doc="whether all hold"),
        ArrayFunction("isnan", np.isnan, doc="whether it is NaN"),
        ArrayFunction("isfinite", np.isfinite, doc="whether it is neither NaN nor infinite"),
        ArrayFunction("size", np.size, doc="how many elements"),
        ArrayFunction("accuracy", accuracy, 2, 2, doc="the share of samples that are right"),
    )
}


class _Functions(Mapping[str, "ArrayFunction"]):
    """The measures and our own functions, then the measures of other packages, which are looked up only for other names."""

    @cached_property
    def _near(self) -> dict[str, ArrayFunction]:
        return {**{name: _measured(measure) for name, measure in MEASURES.own.items()}, **OWN}

    def __getitem__(self, word: str) -> ArrayFunction:
        return self._near[word] if word in self._near else _measured(MEASURES[word])

    def __iter__(self) -> Iterator[str]:
        yield from self._near
        yield from (name for name in MEASURES.outside if name not in self._near)

    def __len__(self) -> int:
        return sum(1 for _ in self)


FUNCTIONS: Mapping[str, ArrayFunction] = _Functions()
"""The functions of values; those that ask the run are in `queries`."""
