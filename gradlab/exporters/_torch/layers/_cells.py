"""Steps of recurrent cells, as the laboratory's layers and the importers of PyTorch write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradlab.exporters._torch.layers._layer import TorchPlace
from gradlab.exporters._torch.layers._steps import CellForm, FoundStep, OtherwiseError, StepNodes
from gradlab.graph.graph import Node

GATES = "[[0, 1, 3, 2]]"
"""PyTorch's order of the parts of W and b: where i, f, g and o stand in the laboratory's i, f, o, g."""


def _state_of(walk: StepNodes, h: int) -> tuple[int, tuple[int, int, int, int], int]:
    """Return the cell behind a step of an LSTM, the parts that its gates i, f, g, o are made of, and the cell before."""
    o, bent = walk.inputs(h, "mul")
    (c,) = walk.inputs(bent, "tanh")
    kept, added = walk.inputs(c, "add")
    (f, before), (i, g) = walk.inputs(kept, "mul"), walk.inputs(added, "mul")
    i, f, o = (walk.inputs(gate, "sigmoid")[0] for gate in (i, f, o))
    return c, (i, f, walk.inputs(g, "tanh")[0], o), before


def own_lstm(walk: StepNodes, t: int, h: int) -> FoundStep:
    """Return a step of `lstm`: [x, h] @ W + b, cut into i, f, o and g."""
    c, (i, f, g, o), before = _state_of(walk, h)
    sums = walk.same([walk.cut(part, k, 4) for k, part in enumerate((i, f, o, g))])
    joined, *weights = walk.inputs(sums, "affine")
    x, state = walk.inputs(joined, "concat")
    return FoundStep(x, (state, before), (h, c), tuple(weights))


def _own_places(weights: Sequence[Node], k: int) -> Mapping[int, tuple[TorchPlace, ...]]:
    w, b = weights
    units = b.size // 4
    n = w.shape[0] - units
    turned = f".T.reshape(4, {units}, -1){GATES}.reshape({4 * units}, -1)"
    return {
        w.index: (TorchPlace(f"weight_ih_l{k}", "", f"a[:{n}]{turned}"), TorchPlace(f"weight_hh_l{k}", "", f"a[{n}:]{turned}")),
        b.index: (TorchPlace(f"bias_ih_l{k}", "", f"a.reshape(4, {units}){GATES}.reshape(-1)"),),
    }


def _weighed(walk: StepNodes, t: int, xs: int, hs: int) -> tuple[int, int, tuple[int, ...]]:
    """Return the sequence and the state that were weighed, and the weights, for what came of them in a step."""
    x, *first = walk.inputs(walk.at_time(xs, t), "linear")
    h, *second = walk.inputs(hs, "linear")
    if len(first) != len(second):
        raise OtherwiseError
    return x, h, tuple(one for pair in zip(first, second, strict=True) for one in pair)


def lstm(walk: StepNodes, t: int, h: int) -> FoundStep:
    """Return a step of an LSTM of PyTorch."""
    c, gates, before = _state_of(walk, h)
    sums = walk.same([walk.cut(part, k, 4) for k, part in enumerate(gates)])
    x, state, weights = _weighed(walk, t, *walk.inputs(sums, "add"))
    return FoundStep(x, (state, before), (h, c), weights)


def gru(walk: StepNodes, t: int, h: int) -> FoundStep:
    """Return a step of a GRU of PyTorch: n + z · (h - n)."""
    n, moved = walk.inputs(h, "add")
    z, apart = walk.inputs(moved, "mul")
    state, again = walk.inputs(apart, "sub")
    xn, reset = walk.inputs(walk.inputs(n, "tanh")[0], "add")
    r, hn = walk.inputs(reset, "mul")
    (xr, hr), (xz, hz) = (walk.inputs(walk.inputs(gate, "sigmoid")[0], "add") for gate in (r, z))
    xs = walk.same([walk.cut(part, k, 3) for k, part in enumerate((xr, xz, xn))])
    hs = walk.same([walk.cut(part, k, 3) for k, part in enumerate((hr, hz, hn))])
    x, before, weights = _weighed(walk, t, xs, hs)
    if again != n or before != state:
        raise OtherwiseError
    return FoundStep(x, (state,), (h,), weights)


def _plain(bend: str, walk: StepNodes, t: int, h: int) -> FoundStep:
    x, state, weights = _weighed(walk, t, *walk.inputs(walk.inputs(h, bend)[0], "add"))
    return FoundStep(x, (state,), (h,), weights)


def tanh(walk: StepNodes, t: int, h: int) -> FoundStep:
    """Return a step of a plain layer of PyTorch."""
    return _plain("tanh", walk, t, h)


def relu(walk: StepNodes, t: int, h: int) -> FoundStep:
    """Return a step of a plain layer of PyTorch with `nonlinearity="relu"`."""
    return _plain("relu", walk, t, h)


def _places(weights: Sequence[Node], k: int) -> Mapping[int, tuple[TorchPlace, ...]]:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return {node.index: (TorchPlace(f"{name}_l{k}"),) for name, node in zip(names, weights, strict=False)}


CELLS = (
    CellForm("LSTM", own_lstm, _own_places, whole=False,
         setup=("nn.init.zeros_({{}}.bias_hh_l{k}).requires_grad_(False)  # one bias is enough",)),
    CellForm("LSTM", lstm, _places, whole=True),
    CellForm("GRU", gru, _places, whole=True),
    CellForm("RNN", tanh, _places, whole=True),
    CellForm("RNN", relu, _places, whole=True, options=", nonlinearity='relu'"),
)  # fmt: skip
