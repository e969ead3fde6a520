"""Uniform numbers by the kind of unit, with variance gain² · 2 / (fan_in + fan_out).

    logistic_uniform    Uniform numbers for logistic units: the gain is 4
    tanh_uniform        Uniform numbers for tanh units: the gain is 1
    relu_uniform        Uniform numbers for ReLU units: the gain is √2

A logistic unit has a quarter of the slope of a tanh unit at
0, a ReLU passes half of the variance; the gain makes up for it.

Arguments:
    gain  number, from 0: what the spread is multiplied by

Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010;
He et al., *Delving deep into rectifiers*, ICCV 2015.

Example:
    W = param(shape=(4, 5), init=logistic_uniform)
    V, U = param(shape=(5, 3), init=tanh_uniform), param(shape=(5, 3), init=relu_uniform(1.0))
"""

from __future__ import annotations

from math import sqrt

from gradlab.arguments import number
from gradlab.graph.random import Stream
from gradlab.nn.initializer import fans, initializer
from gradlab.op import Array, Shape


def logistic_uniform(stream: Stream, shape: Shape, gain: float = 4.0) -> Array:
    """Return U(-a, a), a = gain · √(6 / (n_in + n_out))."""
    return gain * sqrt(6.0 / sum(fans(shape))) * (2.0 * stream.uniform(shape) - 1.0)


def tanh_uniform(stream: Stream, shape: Shape, gain: float = 1.0) -> Array:
    """Return the same with gain 1."""
    return logistic_uniform(stream, shape, gain)


def relu_uniform(stream: Stream, shape: Shape, gain: float = sqrt(2.0)) -> Array:
    """Return the same with gain √2."""
    return logistic_uniform(stream, shape, gain)


def _check(name: str, gain: float) -> None:
    number(name, "gain", gain, low=0.0)


INIT = (initializer(logistic_uniform, _check), initializer(tanh_uniform, _check), initializer(relu_uniform, _check))
