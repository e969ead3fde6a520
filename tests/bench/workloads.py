"""The workloads: one network each, described once, built by every library from the same numbers.

A workload is a stack of dense layers with an activation each and a mean squared error; the circuit (x + y)·z is one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RATE = 0.1
SMALL_RATE = 1e-9
"""The circuit has no bottom: with a rate as small as this its numbers stay what they are."""


@dataclass(frozen=True)
class Workload:
    """widths: units of the input and of every layer.   acts: the activation of every layer.   batch: samples."""

    name: str
    widths: tuple[int, ...]
    acts: tuple[str, ...]
    batch: int
    about: str
    values: tuple[float, ...] = ()

    def arrays(self) -> tuple[Floats, Floats, list[tuple[Floats, Floats]]]:
        """Give input, target, and weights with bias of each layer."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.batch, self.widths[0]))
        t = rng.uniform(0.1, 0.9, (self.batch, self.widths[-1]))
        pairs = zip(self.widths, self.widths[1:], strict=False)
        return x, t, [(rng.standard_normal((n, m)) / np.sqrt(n), rng.standard_normal(m) * 0.1) for n, m in pairs]


CIRCUIT = Workload("circuit", (), (), 1, "(x + y)·z, one step of descent", (-2.0, 5.0, -4.0))
WORKLOADS = (
    CIRCUIT,
    Workload("xor", (2, 2, 1), ("tanh", "sigmoid"), 4, "2-2-1, batch 4"),
    Workload("mlp453", (4, 5, 3), ("sigmoid", "sigmoid"), 1, "4-5-3, batch 1"),
    Workload("init", (500,) * 11, ("tanh",) * 10, 1000, "10 layers of 500 tanh, 1000 samples"),
)
