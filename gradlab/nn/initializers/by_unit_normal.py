"""Normal numbers by the kind of unit, with variance gain² · 2 / (fan_in + fan_out).

    logistic_normal    Normal numbers for logistic units: the gain is 4
    tanh_normal        Normal numbers for tanh units: the gain is 1
    relu_normal        Normal numbers for ReLU units: the gain is √2

A logistic unit has a quarter of the slope of a tanh unit at
0, a ReLU passes half of the variance; the gain makes up for it.

Arguments:
    gain  number, from 0: what the spread is multiplied by

Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010;
He et al., *Delving deep into rectifiers*, ICCV 2015.

Example:
    W = param(shape=(4, 5), init=logistic_normal)
    V, U = param(shape=(5, 3), init=tanh_normal), param(shape=(5, 3), init=relu_normal(1.0))
"""

from __future__ import annotations

from math import sqrt

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def logistic_normal(stream: Stream, shape: Shape, gain: float = 4.0) -> Array:
    """Return N(0, gain² · 2 / (n_in + n_out))."""
    return gain * sqrt(2.0 / sum(fans(shape))) * stream.normal(shape)


def tanh_normal(stream: Stream, shape: Shape, gain: float = 1.0) -> Array:
    """Return the same with gain 1."""
    return logistic_normal(stream, shape, gain)


def relu_normal(stream: Stream, shape: Shape, gain: float = sqrt(2.0)) -> Array:
    """Return the same with gain √2."""
    return logistic_normal(stream, shape, gain)


def _check(name: str, gain: float) -> None:
    number(name, "gain", gain, low=0.0)


INIT = (initializer(logistic_normal, _check), initializer(tanh_normal, _check), initializer(relu_normal, _check))
