"""HIPS autograd on NumPy. Convolution and pooling are written as in the library's own example of a convolutional network."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.peers._numpy import NumpyWords
from tests.bench.workload import Handle, Workload


class _Words(NumpyWords):
    def __init__(self, anp: Any) -> None:
        from autograd.scipy.signal import convolve
        from autograd.scipy.special import logsumexp

        super().__init__(anp)
        self.convolve, self.logsumexp = convolve, logsumexp

    def conv(self, x: Handle, w: Handle, b: Handle, padding: int) -> Handle:
        if padding:
            x = self.np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), "constant")
        turned = w[:, :, ::-1, ::-1]
        return self.convolve(x, turned, axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid") + b[None, :, None, None]

    def pool(self, x: Handle) -> Handle:
        n, c, h, w = x.shape
        return self.np.max(self.np.max(x.reshape((n, c, h // 2, 2, w // 2, 2)), axis=5), axis=3)

    def cross_entropy(self, x: Handle, labels: Handle) -> Handle:
        right = x[np.arange(len(labels)), labels.astype(int)]
        return self.np.mean(self.logsumexp(x, axis=1) - right)


def build(work: Workload, dtype: str) -> Runner:
    import autograd.numpy as anp
    from autograd import value_and_grad

    params, data = (
        {name: array.astype(dtype) if array.ndim else np.dtype(dtype).type(array) for name, array in group.items()}
        for group in work.arrays()
    )
    words = _Words(anp)
    both = value_and_grad(lambda p: work.loss(words, p, data))

    def update() -> float:
        value, slopes = both(params)
        for name, slope in slopes.items():
            params[name] = params[name] - work.rate * slope
        return float(value)

    return repeat(update)


PEER = Peer("HIPS autograd", 7, build)
