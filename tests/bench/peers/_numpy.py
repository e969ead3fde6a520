"""The words of the workloads where the library speaks NumPy."""

from __future__ import annotations

from typing import Any

from tests.bench.workload import Handle


class NumpyWords:
    """np: the library's own NumPy. What has no name there is written as its documentation does."""

    def __init__(self, np: Any) -> None:
        self.np = np

    def keep(self, x: Handle) -> Handle:
        """Return the value that stands for a result from here on."""
        return x

    def add(self, x: Handle, y: Handle) -> Handle:
        return self.keep(x + y)

    def mul(self, x: Handle, y: Handle) -> Handle:
        return self.keep(x * y)

    def complement(self, x: Handle) -> Handle:
        return self.keep(1 - x)

    def tanh(self, x: Handle) -> Handle:
        return self.keep(self.np.tanh(x))

    def sigmoid(self, x: Handle) -> Handle:
        return self.keep(1 / (1 + self.np.exp(-x)))

    def relu(self, x: Handle) -> Handle:
        return self.keep(self.np.maximum(x, 0))

    def affine(self, x: Handle, w: Handle, b: Handle) -> Handle:
        return self.keep(self.np.dot(x, w) + b)

    def concat(self, x: Handle, y: Handle) -> Handle:
        return self.keep(self.np.concatenate((x, y), 1))

    def columns(self, x: Handle, start: int, stop: int) -> Handle:
        return self.keep(x[:, start:stop])

    def flatten(self, x: Handle) -> Handle:
        return self.keep(self.np.reshape(x, (x.shape[0], -1)))

    def mse(self, x: Handle, t: Handle) -> Handle:
        return self.keep(self.np.mean((x - t) ** 2))
