"""What a workload is: one network with its data, written once in words that every library has.

A file in `workloads` declares numbers and a loss; the loss is a function (m, p, d): `m` has the words of `Words`, `p` the
parameters and `d` the data, by name, as arrays of the library that runs it. Every peer gives each word its own idiom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Arrays = dict[str, Floats]
Handle = Any
"""An array as a library has it: a tensor, a tracer, a node."""
Loss = Callable[["Words", dict[str, Handle], dict[str, Handle]], Handle]
LABELS = "labels"
"""The data of this name are whole class numbers."""


class Words(Protocol):
    """The operations of the workloads. Each is one operation: one value and one gradient to keep."""

    def add(self, x: Handle, y: Handle) -> Handle: ...
    def mul(self, x: Handle, y: Handle) -> Handle: ...
    def complement(self, x: Handle) -> Handle: ...
    def tanh(self, x: Handle) -> Handle: ...
    def sigmoid(self, x: Handle) -> Handle: ...
    def relu(self, x: Handle) -> Handle: ...
    def affine(self, x: Handle, w: Handle, b: Handle) -> Handle: ...
    def concat(self, x: Handle, y: Handle) -> Handle: ...
    def columns(self, x: Handle, start: int, stop: int) -> Handle: ...
    def conv(self, x: Handle, w: Handle, b: Handle, padding: int) -> Handle: ...
    def pool(self, x: Handle) -> Handle: ...
    def flatten(self, x: Handle) -> Handle: ...
    def mse(self, x: Handle, t: Handle) -> Handle: ...
    def cross_entropy(self, x: Handle, labels: Handle) -> Handle: ...


@dataclass(frozen=True)
class Workload:
    """order: its column in the table.   rate: of plain descent.   make(rng): the parameters and the data.

    tiny: small enough for a library where every scalar is an object.
    """

    name: str
    order: int
    about: str
    make: Callable[[np.random.Generator], tuple[Arrays, Arrays]]
    loss: Loss
    rate: float = 0.1
    tiny: bool = False

    def arrays(self) -> tuple[Arrays, Arrays]:
        """Return parameters and data, always the same."""
        params, data = self.make(np.random.default_rng(0))
        return {k: np.asarray(v, float) for k, v in params.items()}, {k: np.asarray(v, float) for k, v in data.items()}


STILL = 1e-9
"""A rate for roots that have no bottom: the numbers stay what they are."""


def layers(rng: np.random.Generator, *widths: int, gain: float = 1.0, prefix: str = "") -> Arrays:
    """Return weights `W0`, `W1` … and biases `b0`, `b1` … of dense layers; the weights have the variance gain / inputs."""
    made: Arrays = {}
    for i, (n, m) in enumerate(pairwise(widths)):
        made[f"{prefix}W{i}"] = rng.standard_normal((n, m)) * np.sqrt(gain / n)
        made[f"{prefix}b{i}"] = rng.standard_normal(m) * 0.1
    return made


def batch(rng: np.random.Generator, samples: int, inputs: int, targets: int) -> Arrays:
    """Return an input `x` and a target `t` between 0.1 and 0.9."""
    return {"x": rng.standard_normal((samples, inputs)), "t": rng.uniform(0.1, 0.9, (samples, targets))}


def dense_stack(*acts: str) -> Loss:
    """Return the squared error of dense layers with these activations."""

    def loss(m: Words, p: dict[str, Handle], d: dict[str, Handle]) -> Handle:
        h = d["x"]
        for i, act in enumerate(acts):
            h = getattr(m, act)(m.affine(h, p[f"W{i}"], p[f"b{i}"]))
        return m.mse(h, d["t"])

    return loss
