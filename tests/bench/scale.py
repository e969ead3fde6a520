"""What large graphs cost: reading a model, laying it out, a step forth and back, and bytes a node beside its numbers."""

from __future__ import annotations

import gc
import time
import tracemalloc

import gradlab

SIZES = (1_000, 10_000, 100_000)
CHAIN = """
x, w = input(0.5), param(1.0)
h = x
for i in range({half}):
    h = h * w
    h = tanh(h)
minimize(h * h, sgd(lr=0.1))
"""
BARS = "bars: 100,000 nodes in 5 s, 1,024 bytes a node, linear"


def report() -> str:
    """Return a table; CPU seconds."""
    lines = [f"{'nodes':>10}{'build':>10}{'forward':>10}{'backward':>10}{'step':>10}{'back':>10}{'bytes/node':>12}   {BARS}"]
    for size in SIZES:
        times, memory = measure(size)
        lines.append(f"{size:>10,}{''.join(f'{seconds:>8.3f} s' for seconds in times)}{memory:>12.0f}")
    return "\n".join(lines)


def measure(size: int) -> tuple[list[float], float]:
    """Return the seconds of each action on a chain of so many nodes, and the bytes that one node takes."""
    text = CHAIN.format(half=size // 2)
    start = time.process_time()
    lab = gradlab.build(text, backend="jit")
    lab.do("step")
    times = [time.process_time() - start]
    for action in ("forward", "backward", "step", "back"):
        start = time.process_time()
        lab.do(action)
        times.append(time.process_time() - start)
    return times, _bytes_a_node(text)


def _bytes_a_node(text: str) -> float:
    """Return the memory of everything that a laboratory holds after one update's passes, without the arenas, a node."""
    gc.collect()
    tracemalloc.start(1)
    lab = gradlab.build(text, backend="jit")
    for action in ("step", "forward", "backward", "step", "back"):
        lab.do(action)
    lab.snapshot()
    assert lab.nodes and lab.known
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    arenas = lab.run.machine.nbytes + sum(b.numbers.nbytes + b.stale.nbytes for b in lab.walker.checkpoints.bookmarks)
    return (taken - arenas) / len(lab.graph.nodes)
