"""The functions of the expression language: arrays and numbers in, an array or a number out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.manual import usage


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions. low, high: how many values it takes.   axis: whether it takes `axis=`."""

    name: str
    run: Callable[..., Any]
    low: int = 1
    high: int = 1
    axis: bool = False
    doc: str = ""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names and defaults of its arguments."""
        letters = dict.fromkeys("xt"[: self.low], REQUIRED)
        return {**letters, "axis": None} if self.axis else letters

    @property
    def usage(self) -> str:
        """How it is written: `share(x, axis=None)`."""
        return usage(self.name, self.parameters) + (f" or {self.name}(x, y, …)" if self.high > self.low else "")


def norm(x: Any, axis: Any = None) -> Any:
    """Return the root of the sum of squares."""
    return np.sqrt(np.sum(np.square(x), axis=axis))


def rms(x: Any, axis: Any = None) -> Any:
    """Return the root of the mean of squares."""
    return np.sqrt(np.mean(np.square(x), axis=axis))


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


FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function("mean", np.mean, axis=True, doc="the mean"),
        Function("std", np.std, axis=True, doc="the standard deviation"),
        Function("var", np.var, axis=True, doc="the variance"),
        Function("median", np.median, axis=True, doc="the median"),
        Function("sum", np.sum, axis=True, doc="the sum"),
        Function("min", _reduction(np.min), 1, 8, axis=True, doc="the smallest element, or the smaller of several values"),
        Function("max", _reduction(np.max), 1, 8, axis=True, doc="the largest element, or the larger of several values"),
        Function("argmax", np.argmax, axis=True, doc="the index of the largest element"),
        Function("argmin", np.argmin, axis=True, doc="the index of the smallest element"),
        Function("norm", norm, axis=True, doc="the root of the sum of squares"),
        Function("rms", rms, axis=True, doc="the root of the mean of squares"),
        Function("abs", np.abs, doc="without the sign"),
        Function("sign", np.sign, doc="-1, 0 or 1"),
        Function("exp", np.exp, doc="e to the power x"),
        Function("log", np.log, doc="the natural logarithm"),
        Function("log10", np.log10, doc="the logarithm to base 10"),
        Function("sqrt", np.sqrt, doc="the square root"),
        Function("tanh", np.tanh, doc="the hyperbolic tangent"),
        Function("sin", np.sin, doc="the sine"),
        Function("cos", np.cos, doc="the cosine"),
        Function("round", np.round, doc="to whole numbers"),
        Function("share", lambda c, axis=None: np.mean(np.asarray(c) != 0, axis=axis), axis=True, doc="the share that holds"),
        Function("count", count, axis=True, doc="how many hold"),
        Function("any", np.any, axis=True, doc="whether one holds"),
        Function("all", np.all, axis=True, doc="whether all hold"),
        Function("isnan", np.isnan, doc="whether it is NaN"),
        Function("isfinite", np.isfinite, doc="whether it is neither NaN nor infinite"),
        Function("size", np.size, doc="how many elements"),
        Function("accuracy", accuracy, 2, 2, doc="the share of samples that are right"),
    )
}
"""The functions of values. `grad`, `delta`, `update`, `out`, `z`, `on` and `seeds` ask the run; see `expressions`."""
