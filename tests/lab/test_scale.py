"""Large graphs: what a node costs beside its numbers, and that twice the nodes cost twice the work."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from types import FrameType
from typing import Any

import pytest

import gradlab
from gradlab.session import Lab

CHAIN = """
x, w = input(0.5), param(1.0)
h = x
for i in range({half}):
    h = h * w
    h = tanh(h)
minimize(h * h, sgd(lr=0.1))
"""
LAYERS = """
h, w, b = input(shape=(2, 3)), param(shape=(3, 3), init=he), param(shape=3, init=zeros)
for i in range({half}):
    with layer(f"t{{i}}"):
        h = h @ w + b
minimize(mean(h), sgd(lr=0.1))
"""
models = pytest.mark.parametrize("model", [CHAIN, LAYERS], ids=["chain", "layers"])
backends = pytest.mark.parametrize("backend", ["plain", "jit"])


def whole_update(model: str, half: int, backend: str) -> Lab:
    """Read a model of about 2 · half nodes, run it to the last op before the update, and ask for what a face draws."""
    lab = gradlab.build(model.format(half=half), backend=backend)
    for action in ("step", "forward", "backward", "step", "back"):
        lab.do(action)
    lab.snapshot()
    assert lab.nodes and lab.known
    return lab


@backends
@models
def test_a_node_takes_about_a_kibibyte_beside_its_numbers(model: str, backend: str) -> None:
    whole_update(model, 20, backend)
    gc.collect()
    tracemalloc.start(1)
    before = tracemalloc.get_traced_memory()[0]
    lab = whole_update(model, 2000, backend)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    arenas = lab.run.machine.nbytes + sum(b.numbers.nbytes + b.stale.nbytes for b in lab.walker.checkpoints.bookmarks)
    assert len(lab.graph.nodes) > 4000
    assert (taken - arenas) / len(lab.graph.nodes) <= 1064


@backends
@models
def test_work_grows_with_the_number_of_nodes(model: str, backend: str) -> None:
    """Counted in calls of functions, which unlike seconds are the same every time."""
    whole_update(model, 20, backend)
    few, many = (calls(model, half, backend) / half for half in (1000, 8000))
    assert many <= 1.05 * few


def calls(model: str, half: int, backend: str) -> int:
    """Return how many functions are called for one update."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        whole_update(model, half, backend)
    finally:
        sys.setprofile(None)
    return count
