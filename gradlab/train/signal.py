"""What happens to the signal inside a layer: which op shrank or grew it most, forth and back; how noisy its gradient is.

Forth an op's factor is rms(output) / rms(input), back it is rms(gradient of the input) / rms(gradient of the output). An input
is a value that was computed, not a parameter; of several the largest counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Role
from gradlab.train.activations import Activation
from gradlab.train.layers import LayerParts
from gradlab.train.measure import root_mean_square

Read = Callable[[int], Array | None]
SIGNALS: tuple[Role, ...] = ("input", "noise")
"""Leaves that are a signal. Noise is one where nothing else comes in: it may be the data, or the mask of a dropout."""


@dataclass(frozen=True, slots=True)
class SignalChange:
    """What one op did to the signal. node: its index.   label: the weights it reads ("W"), else the op.   factor: out / in."""

    node: int
    label: str
    factor: float


def strongest(graph: Graph, parts: LayerParts, read: Read, *, back: bool) -> SignalChange | None:
    """Return the op of a layer whose factor is furthest from 1, as a ratio; None when nothing is known."""
    found: SignalChange | None = None
    bends = {bend.node: bend for bend in parts.bends}
    for index in parts.ops:
        node, bend = graph.nodes[index], bends.get(index)
        factor = _factor(node, _signals(graph, node, bend), read, back)
        if factor is not None and (found is None or _distance(factor) > _distance(found.factor)):
            found = SignalChange(index, _label(graph, node) if bend is None or bend.own else bend.word, factor)
    return found


def _distance(factor: float) -> float:
    return abs(log(factor)) if factor > 0 and isfinite(factor) else float("inf")


def _factor(node: Node, inputs: Sequence[int], read: Read, back: bool) -> float | None:
    """Return out / in, or None when one of them is not known or is zero."""
    after, before = read(node.index), [read(i) for i in inputs]
    sizes = [root_mean_square(np.asarray(x, np.float64)) for x in before if x is not None and x.size]
    if after is None or not after.size or not sizes:
        return None
    out, largest = root_mean_square(np.asarray(after, np.float64)), max(sizes)
    up, down = (largest, out) if back else (out, largest)
    return up / down if down > 0 and isfinite(up) and isfinite(down) else None


def _signals(graph: Graph, node: Node, bend: Activation | None) -> list[int]:
    """Return the values that an op changes; an activation that is written with several ops bends one."""
    if bend is not None and not bend.own:
        return [bend.reads]
    read = [graph.nodes[i] for k, i in enumerate(node.inputs) if node.op.flows(k)]
    found = [behind for behind in read if not behind.is_leaf or behind.op.role in SIGNALS]
    return [n.index for n in found if n.op.role != "noise"] or [n.index for n in found]


def _label(graph: Graph, node: Node) -> str:
    """Return the last part of the name of the parameter that an op reads first, else the op."""
    read = (graph.nodes[i].name for i in node.inputs if graph.nodes[i].op.role == "parameter")
    return next(read, node.op.name).rpartition(".")[2]


def gradient_noise(graph: Graph, parts: LayerParts, value: Read, grad: Read) -> float | None:
    """Return the noise scale of the gradient G of a layer's weights: tr(Σ) / |G|², Σ the covariance over the samples.

    It is about the batch size below which a larger batch pays. Known for weights that one op multiplies rows by, with a row
    a sample, and for two samples or more; else None. The loss is taken as a mean over the rows.
    Source: McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018.
    """
    spread = size = 0.0
    for index, reader in zip(parts.weights, parts.readers, strict=False):
        found = None if reader < 0 else _moments(graph.nodes[reader], index, value, grad)
        if found is None:
            return None
        spread, size = spread + found[0], size + found[1]
    return spread / size if size > 0 else None


def _moments(reader: Node, index: int, value: Read, grad: Read) -> tuple[float, float] | None:
    """Return tr(Σ) and |G|² of one weight. One sample sends an outer product, whose norm is the product of two norms."""
    if not reader.op.by_rows or reader.inputs[1] != index:
        return None
    x, delta, whole = value(reader.inputs[0]), grad(reader.index), grad(index)
    if x is None or delta is None or whole is None or x.ndim != 2 or delta.ndim != 2 or len(x) < 2:
        return None
    x, delta = np.asarray(x, np.float64), np.asarray(delta, np.float64)
    rows, square = len(x), float(np.sum(np.square(np.asarray(whole, np.float64))))
    each = float(np.sum(np.sum(x * x, axis=1) * np.sum(delta * delta, axis=1)))
    return max(0.0, rows * (rows * each - square) / (rows - 1)), square
