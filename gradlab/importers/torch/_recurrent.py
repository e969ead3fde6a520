"""Recurrent layers, unrolled in time: a scope for each step, and for each layer where there are several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.importers.torch._mapping import Unmapped

CellStep = Callable[..., tuple[Any, ...]]
"""Gives the next states for the weighed input, the states and the weights of what they are weighed by."""


def weighed(m: Any, x: Any, weight: Any, bias: Any) -> Any:
    """Return x weighed, and the bias added where there is one."""
    return m.call("linear", x, weight) if bias is None else m.call("linear", x, weight, bias)


def parts(m: Any, x: Any, count: int) -> list[Any]:
    """Return equal parts of the last axis."""
    n = m.shape_of(x)[-1] // count
    return [m.index(x, slice(None), slice(k * n, (k + 1) * n)) for k in range(count)]


def lstm_step(m: Any, gates: Any, state: tuple[Any, ...], w: Any, b: Any) -> tuple[Any, ...]:
    """Return h and c."""
    h, c = state
    i, f, g, o = parts(m, m.call("add", gates, weighed(m, h, w, b)), 4)
    kept = m.call("mul", m.call("sigmoid", f), c)
    c = m.call("add", kept, m.call("mul", m.call("sigmoid", i), m.call("tanh", g)), name="c")
    return m.call("mul", m.call("sigmoid", o), m.call("tanh", c), name="h"), c


def gru_step(m: Any, gates: Any, state: tuple[Any, ...], w: Any, b: Any) -> tuple[Any, ...]:
    """Return h."""
    (h,) = state
    xr, xz, xn = parts(m, gates, 3)
    hr, hz, hn = parts(m, weighed(m, h, w, b), 3)
    r = m.call("sigmoid", m.call("add", xr, hr))
    z = m.call("sigmoid", m.call("add", xz, hz))
    n = m.call("tanh", m.call("add", xn, m.call("mul", r, hn)))
    return (m.call("add", n, m.call("mul", z, m.call("sub", h, n)), name="h"),)


def plain_step(bend: str) -> CellStep:
    """Return the step of a plain recurrent layer."""

    def step(m: Any, gates: Any, state: tuple[Any, ...], w: Any, b: Any) -> tuple[Any, ...]:
        return (m.call(bend, m.call("add", gates, weighed(m, state[0], w, b)), name="h"),)

    return step


def unrolled(
    m: Any,
    x: Any,
    states: list[Any],
    params: Any,
    step: CellStep,
    *,
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Any, ...]:
    """Return what leaves the last layer, and the last states of all of them. states: (layers, B, H) each."""
    if dropout and train and num_layers > 1:
        raise Unmapped("its dropout between layers draws numbers that cannot be had")
    ways, scope = 2 if bidirectional else 1, m.scope
    each = len(params) // (num_layers * ways)
    if each not in (2, 4):
        raise Unmapped("a projection of its states")
    x = m.transpose(x, [1, 0, 2]) if batch_first else x
    last: list[list[Any]] = [[] for _ in states]
    for layer in range(num_layers):
        given = []
        for way in range(ways):
            k = layer * ways + way
            w_ih, w_hh, b_ih, b_hh = (*params[k * each : k * each + each], None, None)[:4]
            here = f"{scope}.l{layer}" if num_layers > 1 else scope
            here += (".back" if way else ".forth") if ways > 1 else ""
            start = tuple(m.index(one, k) for one in states)
            outputs, end = _one_layer(m, x, start, (w_ih, w_hh, b_ih, b_hh), step, here, bool(way))
            given.append(outputs)
            for kept, state in zip(last, end, strict=True):
                kept.append(state)
        m.scope = scope
        x = given[0] if ways == 1 else m.call("concat", *given, axis=2)
    m.scope = scope
    final = [m.call("stack", *map(m.item, kept), axis=0) for kept in last]
    return (m.transpose(x, [1, 0, 2]) if batch_first else x, *final)


def _one_layer(m: Any, x: Any, state: tuple[Any, ...], weights: Any, step: CellStep, scope: str, back: bool) -> tuple[Any, Any]:
    """Return the outputs of a layer, (T, B, H), and its last states."""
    w_ih, w_hh, b_ih, b_hh = weights
    m.scope = scope
    gates = weighed(m, x, w_ih, b_ih)
    times = range(m.shape_of(x)[0])
    outputs = []
    for t in reversed(times) if back else times:
        m.scope = f"{scope}.t{t}"
        state = step(m, m.index(gates, t), state, w_hh, b_hh)
        outputs.append(state[0])
    m.scope = scope
    return m.call("stack", *(outputs[::-1] if back else outputs), axis=0), state
