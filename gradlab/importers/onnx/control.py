"""If, Loop and Scan: the branch that is taken, and the turns that are made, written out one after the other.

Which branch and how many turns has to be known before the run; where the data says it, it stays so for all other data.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradlab.importers.onnx._graph import OnnxGraph
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._value import OnnxValue

MOST = 2_000
"""Turns that are written out."""


def _graph(c: NodeCall, name: str) -> OnnxGraph:
    found = c.attr(name)
    if not isinstance(found, OnnxGraph):
        c.refuse(f"it has no graph `{name}`")
    return found


def _if(c: NodeCall) -> Result:
    taken = bool(c.numbers(0).reshape(-1)[0])
    return c.run(_graph(c, "then_branch" if taken else "else_branch"), [])


def _loop(c: NodeCall) -> Result:
    body = _graph(c, "body")
    most = int(c.numbers(0).reshape(-1)[0]) if c.has(0) else MOST + 1
    goes_on = c.value(1) if c.has(1) else c.fixed(np.array(True))
    state = [c.value(i) for i in range(2, len(c.inputs))]
    scans: list[list[OnnxValue]] = []
    for turn in range(most):
        if not bool(c.walk.numbers(goes_on).reshape(-1)[0]):
            break
        if turn >= MOST:
            c.refuse(f"more than {MOST:,} turns")
        goes_on, *rest = c.run(body, [c.fixed(np.array(turn, np.int64)), goes_on, *state])
        state = rest[: len(state)]
        scans.append(rest[len(state) :])
    kept = len(c.node.outputs) - len(state)
    if not scans and kept:
        c.refuse("no turn is made, so that nothing is known of what the turns give")
    return [*state, *(_stacked(c, [turn[k] for turn in scans], 0) for k in range(kept))]


def _scan(c: NodeCall) -> Result:
    body, count = _graph(c, "body"), int(c.attr("num_scan_inputs", 1))
    states = len(c.inputs) - count - (c.opset < 9)
    if count < 1 or states < 0:
        c.refuse(f"{count:,} of its {len(c.inputs)} inputs are scanned")
    if c.opset < 9:
        return _scan_by_batch(c, body, count)
    state = [c.value(i) for i in range(states)]
    axes = [int(a) for a in c.attr("scan_input_axes", [0] * count)]
    back = [bool(d) for d in c.attr("scan_input_directions", [0] * count)]
    given = [c.x(states + k) for k in range(count)]
    axes = [a % x.rank for a, x in zip(axes, given, strict=True)]
    steps = given[0].shape[axes[0]] if given else 0
    if not 1 <= steps <= MOST:
        c.refuse(f"{steps:,} turns, written out are 1 to {MOST:,}")
    scans = []
    for t in range(steps):
        parts = [x[(*(slice(None),) * a, steps - 1 - t if b else t)] for x, a, b in zip(given, axes, back, strict=True)]
        outs = c.run(body, [*state, *(_as_value(c, p, states + k) for k, p in enumerate(parts))])
        state = outs[:states]
        scans.append(outs[states:])
    kept = len(scans[0])
    out_axes = [int(a) for a in c.attr("scan_output_axes", [0] * kept)]
    out_back = [bool(d) for d in c.attr("scan_output_directions", [0] * kept)]
    stacked = []
    for k in range(kept):
        turns = [turn[k] for turn in scans]
        stacked.append(_stacked(c, turns[::-1] if out_back[k] else turns, out_axes[k]))
    return [*state, *stacked]


def _scan_by_batch(c: NodeCall, body: OnnxGraph, count: int) -> Result:
    """Return what the first form of Scan gives, in which every sample of a batch is scanned for itself."""
    states = len(c.inputs) - 1 - count
    given = [c.x(1 + i) for i in range(states + count)]
    samples, steps = given[-1].shape[:2]
    ends: list[list[OnnxStep]] = []
    rows: list[list[OnnxStep]] = []
    for b in range(samples):
        state = [_as_value(c, given[i][b], 1 + i) for i in range(states)]
        scans = []
        for t in range(steps):
            outs = c.run(body, [*state, *(_as_value(c, given[states + k][(b, t)], 1 + states + k) for k in range(count))])
            state = outs[:states]
            scans.append(outs[states:])
        ends.append([c.walk.step_of(v) for v in state])
        rows.append([_stacked(c, [turn[k] for turn in scans], 0) for k in range(len(scans[0]))])
    return [c.m.stack(list(column), axis=0) for column in zip(*(e + r for e, r in zip(ends, rows, strict=True)), strict=True)]


def _as_value(c: NodeCall, step: OnnxStep, i: int) -> OnnxValue:
    return OnnxValue(step.name, c.kind(i), step.shape, step=step, learned=c.value(i).learned)


def _stacked(c: NodeCall, values: Sequence[OnnxValue], axis: int) -> OnnxStep:
    steps = [c.walk.step_of(value) for value in values]
    rank = steps[0].rank + 1
    return c.m.stack(steps, axis=axis % rank)


def _kinds(c: NodeCall) -> tuple[int | str, ...]:
    return ("float32",)


MAPPING = (
    OnnxMapping("If", _if, kind=_kinds),
    OnnxMapping("Loop", _loop, kind=_kinds),
    OnnxMapping("Scan", _scan, kind=_kinds),
)
