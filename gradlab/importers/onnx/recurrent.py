"""RNN, GRU and LSTM, unrolled over the steps of the data, with the order of gates that ONNX has.

Each step is a layer of its own, `lstm.t7`.   x: (steps, batch, n), W: (directions, gates · units, n), R: (directions, gates ·
units, units), B: both biases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.op import Array

MOST = 10_000
"""Steps that are unrolled."""
LOST = "weight"
"""What a weight is called of which an exporter has lost the name."""
State = tuple[OnnxStep, ...]


@dataclass(slots=True)
class Cell:
    """One direction of a node. xs: what each step gets of its input, (batch, gates · units), bias of the input included."""

    c: NodeCall
    units: int
    r: OnnxStep
    rb: OnnxStep | None
    peepholes: list[OnnxStep] | None
    acts: Sequence[Callable[[OnnxStep], OnnxStep]]

    def clipped(self, z: OnnxStep) -> OnnxStep:
        """Return what goes into an activation, held between the bounds that the node has."""
        bound = self.c.attr("clip")
        return z if bound is None else self.c.m.clip(z, low=-float(bound), high=float(bound))

    def named(self, name: str, z: OnnxStep) -> OnnxStep:
        """Return a step under the name that the literature has for it."""
        z.name = name
        return z

    def parts(self, z: OnnxStep) -> list[OnnxStep]:
        """Return the gates side by side as one for each."""
        u = self.units
        return [z[(slice(None), slice(u * k, u * (k + 1)))] for k in range(z.shape[1] // u)]

    def recurrent(self, h: OnnxStep, part: slice | None = None) -> OnnxStep:
        """Return what the state before gives, of some gates only."""
        r, b = self.r, self.rb
        if part is not None:
            r, b = r[part], b if b is None else b[part]
        return self.c.m.linear(h, r, b)


def _rnn(cell: Cell, xt: OnnxStep, state: State) -> State:
    return (cell.named("h", cell.acts[0](cell.clipped(xt + cell.recurrent(state[0])))),)


def _gru(cell: Cell, xt: OnnxStep, state: State) -> State:
    (h,), u = state, cell.units
    zr = xt[(slice(None), slice(0, 2 * u))] + cell.recurrent(h, slice(0, 2 * u))
    z, r = (cell.named(name, cell.acts[0](cell.clipped(part))) for name, part in zip("zr", cell.parts(zr), strict=True))
    last = slice(2 * u, 3 * u)
    inside = cell.c.attr("linear_before_reset", 0)
    inner = r * cell.recurrent(h, last) if inside else cell.recurrent(r * h, last)
    n = cell.named("n", cell.acts[1](cell.clipped(xt[(slice(None), last)] + inner)))
    return (cell.named("h", (1.0 - z) * n + z * h),)


def _lstm(cell: Cell, xt: OnnxStep, state: State) -> State:
    h, before = state
    i, o, f, g = cell.parts(xt + cell.recurrent(h))
    p = cell.peepholes
    if p is not None:
        i, f = i + p[0] * before, f + p[2] * before
    i = cell.named("i", cell.acts[0](cell.clipped(i)))
    f = cell.named("f", 1.0 - i if cell.c.attr("input_forget", 0) else cell.acts[0](cell.clipped(f)))
    after = cell.named("c", f * before + i * cell.named("g", cell.acts[1](cell.clipped(g))))
    o = cell.named("o", cell.acts[0](cell.clipped(o if p is None else o + p[1] * after)))
    return cell.named("h", o * cell.acts[2](after)), after


def _activation(c: NodeCall, name: str, alpha: float | None, beta: float | None) -> Callable[[OnnxStep], OnnxStep]:
    """Return an activation by the name that ONNX has for it. Raises Unsupported."""
    m = c.m
    a, b = alpha if alpha is not None else 1.0, beta if beta is not None else 0.5
    known: dict[str, Callable[[OnnxStep], OnnxStep]] = {
        "sigmoid": m.sigmoid, "tanh": m.tanh, "relu": m.relu, "softplus": m.softplus, "softsign": m.softsign,
        "elu": lambda x: m.elu(x, alpha=a),
        "leakyrelu": lambda x: m.leaky_relu(x, slope=alpha if alpha is not None else 0.01),
        "thresholdedrelu": lambda x: m.where(m.greater(x, a), x, 0.0),
        "hardsigmoid": lambda x: m.clip(x * (alpha if alpha is not None else 0.2) + b, low=0.0, high=1.0),
        "affine": lambda x: x * a + (beta or 0.0),
        "scaledtanh": lambda x: m.tanh(x * (beta if beta is not None else 1.0)) * a,
    }  # fmt: skip
    if name.lower() not in known:
        c.refuse(f"the activation {name}")
    return known[name.lower()]


def _activations(c: NodeCall, usual: Sequence[str], directions: int) -> list[list[Callable[[OnnxStep], OnnxStep]]]:
    names = c.attr("activations") or [*usual] * directions
    alphas, betas = list(c.attr("activation_alpha", [])), list(c.attr("activation_beta", []))
    if len(names) != len(usual) * directions:
        c.refuse(f"{len(names)} activations")
    every = []
    for name in names:
        takes = name.lower() in {"elu", "leakyrelu", "thresholdedrelu", "hardsigmoid", "affine", "scaledtanh"}
        two = name.lower() in {"hardsigmoid", "affine", "scaledtanh"}
        every.append(_activation(c, name, alphas.pop(0) if takes and alphas else None, betas.pop(0) if two and betas else None))
    return [every[k * len(usual) : (k + 1) * len(usual)] for k in range(directions)]


def _node(
    step: Callable[[Cell, OnnxStep, State], State], usual: Sequence[str], states: int
) -> Callable[[NodeCall], list[OnnxStep]]:
    """Make the mapping of a recurrent node. usual: its activations.   states: how many arrays a step hands on."""

    def emit(c: NodeCall) -> list[OnnxStep]:
        direction = c.attr("direction", "forward")
        ways = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}.get(direction)
        if ways is None:
            c.refuse(f"the direction {direction}")
        acts = _activations(c, usual, len(ways))
        layer = ".".join(part for part in (c.m.layer, c.node.op.lower() if not c.m.layer else "") if part)
        found = [_direction(c, step, states, k, back, acts[k], layer) for k, back in enumerate(ways)]
        c.m.layer = layer
        by_batch = bool(c.attr("layout", 0))
        ys = [c.m.stack(hs, axis=0) for hs, _ in found]  # (steps, batch, units)
        y = c.m.stack(ys, axis=1)
        y = c.m.transpose(y, (2, 0, 1, 3)) if by_batch else y
        ends = [c.m.stack([last[s] for _, last in found], axis=1 if by_batch else 0) for s in range(states)]
        return [y, *ends]

    return emit


def _direction(
    c: NodeCall, step: Callable[[Cell, OnnxStep, State], State], states: int, k: int, back: bool,
    acts: Sequence[Callable[[OnnxStep], OnnxStep]], layer: str,
) -> tuple[list[OnnxStep], State]:  # fmt: skip
    """Return the state h behind every step of one direction, in the order of the steps, and the last state."""
    m, by_batch = c.m, bool(c.attr("layout", 0))
    x = m.transpose(c.x(0), (1, 0, 2)) if by_batch else c.x(0)
    steps, batch, _ = x.shape
    for i, name in enumerate("WRB", start=1):
        if c.has(i) and c.x(i).name == LOST:
            c.x(i).name = name
    w, r = c.x(1)[k], c.x(2)[k]
    units, wide = r.shape[1], w.shape[0]
    if steps > MOST:
        c.refuse(f"{steps:,} steps, unrolled are up to {MOST:,}")
    b = c.x(3)[k] if c.has(3) else None
    xw = m.linear(x, w, None if b is None else b[slice(0, wide)])
    peep = _peepholes(c, k, units)
    cell = Cell(c, units, r, None if b is None else b[slice(wide, 2 * wide)], peep, acts)
    state = _first(c, k, states, batch, units, by_batch)
    lengths = np.asarray(c.ints(4)) if c.has(4) else None
    hs: list[OnnxStep] = [xw] * steps
    for t in range(steps)[::-1] if back else range(steps):
        m.layer = f"{layer}.{'b' if back else 't'}{t}"
        after = step(cell, xw[t], state)
        mask = None if lengths is None or (lengths > t).all() else (lengths > t).astype(np.float64).reshape(-1, 1)
        if mask is not None:
            after = tuple(m.where(m.const(mask), new, old) for new, old in zip(after, state, strict=True))
        state = after
        hs[t] = state[0] if mask is None else state[0] * m.const(mask)
    m.layer = layer
    return hs, state


def _peepholes(c: NodeCall, k: int, units: int) -> list[OnnxStep] | None:
    if not c.has(7):
        return None
    p = c.x(7)[k]
    return [p[slice(units * i, units * (i + 1))] for i in range(3)]


def _first(c: NodeCall, k: int, states: int, batch: int, units: int, by_batch: bool) -> State:
    zeros: Array = np.broadcast_to(0.0, (batch, units))
    found = []
    for s in range(states):
        given = None if _is_zero(c, 5 + s) else c.maybe(5 + s)
        if given is None:
            found.append(c.m.leaf("const", zeros, "hc"[s] + "0", c.m.layer))
        else:
            found.append(given[(slice(None), k)] if by_batch else given[k])
    return tuple(found)


def _is_zero(c: NodeCall, i: int) -> bool:
    """Return whether a state is zero whatever the data are: then it is where the steps begin, and nothing that is learned."""
    array = c.value(i).array if c.has(i) and c.value(i).fixed else None
    return array is not None and not array.any()


MAPPING = (
    OnnxMapping("RNN", _node(_rnn, ("Tanh",), 1), weights=(1, 2, 3)),
    OnnxMapping("GRU", _node(_gru, ("Sigmoid", "Tanh"), 1), weights=(1, 2, 3)),
    OnnxMapping("LSTM", _node(_lstm, ("Sigmoid", "Tanh", "Tanh"), 2), weights=(1, 2, 3, 7)),
)
