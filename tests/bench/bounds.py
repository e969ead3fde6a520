"""How near an update comes to what this machine can do: products at the peak of BLAS, memory, and calls of kernels.

Each column is the share of the update's time that this part of its work would take at the speed that was measured in the same
run: all products at the rate of one large product; every operand and result of every op once through memory, at the rate of a
sum of three arrays in a block as large as the update's arena (so it is the cache's rate where the arena fits); one call of an
empty kernel an op. `other` is what none of the three explains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.graph.machines.compiled import CompiledMachine
from gradlab.graph.tape import Tape
from tests.bench.peers.ours import graph_of
from tests.bench.timing import medians
from tests.bench.workload import Workload
from tests.graph.networks import apply, leaf

LINKS = 1000
BLOCKS = {"24 KiB": 24 << 10, "512 KiB": 512 << 10, "8 MiB": 8 << 20, "192 MiB": 192 << 20}
"""How much memory three arrays take whose sum is timed: from the first cache to none."""


def report(times: Mapping[Workload, float], dtype: str) -> str:
    """Return a table of the shares, for the microseconds of one update of each workload."""
    peaks = products(dtype)
    best, dispatch = max(peaks.values()), call_seconds(dtype)
    speeds = ", ".join(f"{name} {rate / 1e9:.1f}" for name, rate in peaks.items())
    rates = ", ".join(f"{name} {bandwidth(size // np.dtype(dtype).itemsize, dtype) / 1e9:.1f}" for name, size in BLOCKS.items())
    lines = [f"peaks: z = x + y in 1e9 bytes a second, all three arrays together of {rates}"]
    lines += [f"peaks: products 500 x 500 x 1,000 in 1e9 multiplications a second: {speeds}; a call {dispatch * 1e9:.1f} ns"]
    lines.append(f"{'share of the time':18}{'products':>10}{'memory':>10}{'calls':>10}{'other':>10}{'GB/s':>10}")
    for work, micros in times.items():
        graph = graph_of(work)
        size = Tape(graph, dtype).size
        rate = bandwidth(size, dtype)
        parts = [multiplications(graph) / best, touched(graph) * np.dtype(dtype).itemsize / rate, rows(graph) * dispatch]
        shares = [seconds * 1e6 / micros for seconds in parts]
        cells = [f"{share:.0%}" for share in (*shares, max(0.0, 1 - sum(shares)))]
        lines.append(f"{work.name:18}" + "".join(f"{cell:>10}" for cell in cells) + f"{rate / 1e9:>10.1f}")
    return "\n".join(lines)


def products(dtype: str) -> dict[str, float]:
    """Return the multiplications a second of one large matrix product, of our BLAS and of PyTorch's."""
    x, y = np.ones((1000, 500), dtype), np.ones((500, 500), dtype)
    z = np.empty((1000, 500), dtype)
    runs: dict[str, Callable[[int], object]] = {"OpenBLAS": lambda n: [np.matmul(x, y, out=z) for _ in range(n)]}
    try:
        import torch

        tx, ty, tz = (torch.from_numpy(a) for a in (x, y, z))
        runs["PyTorch"] = lambda n: [torch.mm(tx, ty, out=tz) for _ in range(n)]
    except ImportError:
        pass
    return {name: 1000 * 500 * 500 / seconds for name, seconds in medians(runs, 5).items()}


def bandwidth(elements: int, dtype: str) -> float:
    """Return the bytes a second of z = x + y with three arrays that fill a block of that many elements."""
    x, y, z = (np.ones(max(64, min(elements, 1 << 26) // 3), dtype) for _ in range(3))
    call = medians({"one": _adding(x, y, z), "none": _adding(x[:0], y[:0], z[:0])}, 5)
    return 3 * x.nbytes / max(1e-9, call["one"] - call["none"])


def _adding(x: Any, y: Any, z: Any) -> Callable[[int], object]:
    return lambda n: [np.add(x, y, out=z) for _ in range(n)]


def call_seconds(dtype: str) -> float:
    """Return the time of one forward op on a single number, in a chain of many."""
    graph = Graph()
    x = one = leaf(graph, "one", 1.0)
    for i in range(LINKS):
        x = apply(graph, "add", f"x{i}", x, one)
    machine = CompiledMachine(Tape(graph, dtype))
    machine.load(0)

    def run(n: int) -> None:
        for _ in range(n):
            machine.forward(0, LINKS)

    return medians({"chain": run}, 5)["chain"] / LINKS


def multiplications(graph: Graph) -> float:
    """Return those of all products: one forward, and two of the same size backward."""
    heavy = [n for n in graph.nodes if n.op.work]
    return 3.0 * sum(n.op.work(tuple(graph.nodes[i].shape for i in n.inputs), n.shape, n.attrs) for n in heavy if n.op.work)


def touched(graph: Graph) -> int:
    """Return how many elements one update reads and writes: operands and result, forward; these with gradients, backward."""
    total = 0
    for node in graph.nodes:
        if not node.is_leaf:
            operands = sum(graph.nodes[i].size for i in node.inputs)
            total += operands + node.size if node.phase == "u" else 3 * operands + 2 * node.size
    return total


def rows(graph: Graph) -> int:
    """Return how many kernels one update calls."""
    return sum(2 if node.phase == "f" else 1 for node in graph.nodes if not node.is_leaf)
