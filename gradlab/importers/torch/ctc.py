"""Connectionist temporal classification: all ways in which a text can be read from a longer row of marks, with blanks between.

The gradient that PyTorch sends to the logarithms x of the probabilities is e ** x - γ, which leads to the same behind a
softmax as the derivative, -γ; the lab sends what PyTorch sends.

Source: Graves, Fernández, Gomez & Schmidhuber, *Connectionist Temporal Classification*, ICML 2006.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping
from gradlab.op import Array

NEVER = -1e30
"""The logarithm of a probability of 0, with which can be computed."""


def _ctc(
    m: Any, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int = 0, zero_infinity: bool = False,
) -> Any:  # fmt: skip
    """Return the loss of each text. log_probs: (T, N, C)."""
    steps, count, classes = m.shape_of(log_probs)
    times, sizes = (_whole(m, one, "how long its texts are") for one in (input_lengths, target_lengths))
    marks = _with_blanks(m.numbers(targets, "which texts it is given").astype(np.int64), sizes, int(blank))
    places = np.arange(steps)[:, None, None] * count * classes + np.arange(count)[:, None] * classes + marks
    flat = m.reshape(m.item(log_probs), (steps * count * classes,))
    said = m.call("gather", flat, _known(places))
    skips = np.full(marks.shape, NEVER)
    skips[:, 2:][(marks[:, 2:] != blank) & (marks[:, 2:] != marks[:, :-2])] = 0.0
    start = np.where(np.arange(marks.shape[1]) < 2, 0.0, NEVER) * np.ones((count, 1))
    start[sizes == 0, 1:] = NEVER
    state = m.call("add", m.index(said, 0), _known(start))
    scope = m.scope
    for t in range(1, steps):
        m.scope = f"{scope}.t{t}" if scope else scope
        state = _step(m, state, m.index(said, t), skips, t < times)
    m.scope = scope
    return _too_long(m, _ended(m, state, sizes, log_probs, times), zero=zero_infinity), None


def _too_long(m: Any, lost: Any, *, zero: bool) -> Any:
    """Return losses, infinite where a text is too long for its row. zero: whether these count as 0, and send nothing."""
    fits = np.isfinite(m.gave())
    if fits.all():
        return lost
    endless = m.call("div", lost, _known(fits), name="text_too_long")
    return m.call("custom", endless, lost) if zero else endless


def _step(m: Any, state: Any, said: Any, skips: Array, lasts: Array) -> Any:
    """Return the logarithms of the probabilities to have come to each mark, after another step."""
    count, size = skips.shape
    beyond = m.leaf_of(_known(np.full((count, 2), NEVER)))
    wide = m.call("concat", beyond, state, axis=1)
    one, two = (m.index(wide, slice(None), slice(k, k + size)) for k in (1, 0))
    ways = m.call("stack", state, one, m.call("add", two, _known(skips)), axis=0)
    moved = m.call("add", m.call("logsumexp", ways, axis=0), said)
    return moved if lasts.all() else m.call("where", _known(lasts[:, None].astype(float)), moved, state)


def _ended(m: Any, state: Any, sizes: Array, log_probs: Any, times: Array) -> Any:
    count, wide = m.shape_of(state)
    ends = np.arange(count)[:, None] * wide + np.stack((2 * sizes, np.maximum(2 * sizes - 1, 0)), 1)
    last = m.call("gather", m.reshape(state, (count * wide,)), _known(ends))
    if not sizes.all():
        last = m.call("add", last, _known(np.stack((0.0 * sizes, np.where(sizes, 0.0, NEVER)), 1)))
    lost = m.call("neg", m.call("logsumexp", last, axis=1))
    runs = (np.arange(m.shape_of(log_probs)[0])[:, None] < times).astype(float)[:, :, None]
    held = m.call("stop_gradient", m.call("exp", log_probs))
    slope = m.call("sum", m.call("mul", m.call("mul", held, log_probs), _known(runs)), axis=(0, 2))
    return m.call("add", lost, m.call("custom", _known(np.zeros(count)), slope))


def _with_blanks(targets: Array, sizes: Array, blank: int) -> Array:
    """Return the marks of each text with blanks around them, filled up with blanks."""
    longest = int(sizes.max(initial=0))
    found = np.full((len(sizes), 2 * longest + 1), blank, np.int64)
    starts = np.cumsum(sizes) - sizes
    for row, (size, start) in enumerate(zip(sizes, starts, strict=True)):
        found[row, 1 : 2 * size : 2] = targets[row, :size] if targets.ndim == 2 else targets[start : start + size]
    return found


def _whole(m: Any, one: Any, what: str) -> Array:
    return np.asarray(one if isinstance(one, list | tuple) else m.numbers(one, what)).astype(np.int64)


def _known(array: Array) -> KnownTensor:
    return KnownTensor(np.asarray(array, np.float64))


MAPPING = Mapping("_ctc_loss", _ctc)
