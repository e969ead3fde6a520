"""How the loss bends around the parameters: products with the Hessian by differences of gradients, its ends by Lanczos.

H v ≈ (g(θ + r v) - g(θ - r v)) / 2r. Source: Pearlmutter, *Fast exact multiplication by the Hessian*, Neural Computation 6,
1994, sec. 2; Golub & Van Loan, *Matrix Computations*, 4th ed., 2013, ch. 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.bench import DataBench
from gradlab.graph.random import Stream
from gradlab.op import Array

Floats = npt.NDArray[np.float64]
STEPS, BATCHES = 24, 16
"""Products that are made, and batches that the gradient is of, at most."""
SOLVED = 1e-6
"""Of the squared gradient: what may be left of it."""
REACH = 1e-4
"""How far the parameters are moved, beside their own size."""


@dataclass(frozen=True, slots=True)
class Curvature:
    """The Hessian of the loss over the training data, by the parameters that are moved.

    largest, least: its largest and its smallest eigenvalue, as far as Lanczos has come.   gradient: the norm of the gradient.
    along: the bend along the gradient, gᵀHg / ‖g‖².   products: how many were made.
    """

    largest: float
    least: float
    gradient: float
    along: float
    products: int


class Hessian:
    """Products with the Hessian at one time. leaves: what parameters and statistics hold.   params: those that are moved."""

    def __init__(self, bench: DataBench, leaves: Mapping[int, Array], params: tuple[int, ...]) -> None:
        self.bench, self.leaves, self.params = bench, dict(leaves), params
        self.at: Floats = np.concatenate([np.asarray(self.leaves[p], np.float64).reshape(-1) for p in params])
        self.batches = min(BATCHES, bench.batches)

    def gradient(self, at: Floats) -> Floats:
        """Return the gradient where the parameters are these numbers, one behind the other."""
        start, leaves = 0, dict(self.leaves)
        for p in self.params:
            shape = self.leaves[p].shape
            size = int(np.prod(shape))
            leaves[p] = at[start : start + size].reshape(shape)
            start += size
        return np.asarray(self.bench.gradient(leaves, self.params, self.batches), np.float64)

    def times(self, v: Floats) -> Floats:
        """Return H v."""
        length = float(np.linalg.norm(v))
        if length == 0:
            return np.zeros_like(v)
        r = REACH * max(float(np.sqrt(np.mean(self.at**2))), 0.1) * np.sqrt(self.at.size) / length
        return np.asarray((self.gradient(self.at + r * v) - self.gradient(self.at - r * v)) / (2 * r))


def curvature(hessian: Hessian, steps: int = STEPS) -> Curvature | None:
    """Return the ends of the spectrum; None where numbers are not finite. Raises Stopped."""
    gradient = hessian.gradient(hessian.at)
    norm = float(np.linalg.norm(gradient))
    if not np.isfinite(norm):
        return None
    start = gradient / norm if norm > 1e-12 else Stream(0, "curvature", 0).normal((hessian.at.size,))
    start = start + 0.1 * Stream(0, "curvature", 0).normal((hessian.at.size,)) / np.sqrt(hessian.at.size)
    values, count = _lanczos(hessian, start, min(steps, hessian.at.size))
    if values is None:
        return None
    along = float(gradient @ hessian.times(gradient)) / max(norm * norm, 1e-300)
    return Curvature(float(values.max()), float(values.min()), norm, along, count)


def attainable(hessian: Hessian, steps: int = STEPS) -> float:
    """Return how far the loss falls down to the lowest point of the bowl that it is like here, ½ gᵀH⁻¹g, at least.

    By conjugate gradients, as far as these come; infinite where they find no bottom. Raises Stopped.
    """
    residual = -hessian.gradient(hessian.at)
    way, fall, left = residual, 0.0, float(residual @ residual)
    begun = left
    for _ in range(min(steps, hessian.at.size)):
        if left <= SOLVED * begun or not np.isfinite(left):
            break
        bent = hessian.times(way)
        along = float(way @ bent)
        if along <= 0:
            return float("inf") if fall == 0 else fall
        step = left / along
        fall += 0.5 * step * left
        residual = residual - step * bent
        before, left = left, float(residual @ residual)
        way = residual + left / before * way
    return fall


def _lanczos(hessian: Hessian, start: Floats, steps: int) -> tuple[Floats | None, int]:
    """Return the Ritz values of some steps, with each direction kept square to all before; None where they are not finite."""
    basis = [start / np.linalg.norm(start)]
    alphas: list[float] = []
    betas: list[float] = []
    for _ in range(steps):
        w = hessian.times(basis[-1])
        if not np.isfinite(w).all():
            return None, len(alphas)
        alphas.append(float(w @ basis[-1]))
        for _ in range(2):
            for q in basis:
                w = w - (w @ q) * q
        beta = float(np.linalg.norm(w))
        if beta <= 1e-8 * max(map(abs, alphas)) or len(alphas) == steps:
            break
        betas.append(beta)
        basis.append(w / beta)
    matrix = np.diag(alphas) + np.diag(betas, 1) + np.diag(betas, -1)
    return np.linalg.eigvalsh(matrix), len(alphas)
