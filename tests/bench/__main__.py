"""Compare gradlab with its peers: `python -m tests.bench [WORKLOAD…]`.

Every round runs each library once, in turn; what is printed are medians over the rounds of the time of one update, and the
ratio of a peer's median to ours. Losses of the first updates are compared before anything is timed.
CPU time, one thread, float64.
Peers that are not installed are left out and said so: `pip install torch==2.13.0 jax autograd micrograd`.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before numpy is imported: BLAS reads it once
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import statistics
import sys
import time

from gradlab.registry import collect
from tests.bench.peers import Peer, Runner
from tests.bench.workloads import WORKLOADS, Workload

ROUNDS = 9
PEERS: tuple[Peer, ...] = tuple(sorted(collect("tests.bench.peers", "PEER").values(), key=lambda p: p.order))
OURS = ("gradlab, loop", "gradlab, calls")
SLICE = 0.15
"""Seconds that one library runs in one round, about."""


def main(names: list[str]) -> None:
    """Print one table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'µs per update':22}" + "".join(f"{w.name:>14}" for w in WORKLOADS if not names or w.name in names))
    columns = [measure(w) for w in WORKLOADS if not names or w.name in names]
    for peer in PEERS:
        print(f"{peer.name:22}" + "".join(f"{_text(times.get(peer.name)):>14}" for times in columns))
    print("\nratio to `gradlab, loop` (and to `gradlab, calls`)")
    for peer in PEERS[len(OURS) :]:
        print(f"{peer.name:22}" + "".join(f"{_ratio(times, peer.name):>14}" for times in columns))


def measure(work: Workload) -> dict[str, float]:
    """Give the median microseconds of one update for every library that can do it."""
    runners = {peer.name: runner for peer in PEERS if (runner := _built(peer, work))}
    _same_losses(work, runners)
    counts = {label: _calibrate(runner) for label, runner in runners.items()}
    times: dict[str, list[float]] = {label: [] for label in runners}
    for _ in range(ROUNDS):
        for label, runner in runners.items():
            start = time.process_time()
            runner(counts[label])
            times[label].append((time.process_time() - start) / counts[label] * 1e6)
    return {label: statistics.median(values) for label, values in times.items()}


def _built(peer: Peer, work: Workload) -> Runner | None:
    try:
        return peer.build(work)
    except ImportError as error:
        print(f"left out: {peer.name} ({error})", file=sys.stderr)
        return None


def _same_losses(work: Workload, runners: dict[str, Runner]) -> None:
    """All libraries compute the same thing, or the comparison is worth nothing."""
    losses = {label: runner(3) for label, runner in runners.items()}
    first = losses[OURS[0]]
    for label, loss in losses.items():
        assert abs(loss - first) <= 1e-9 * max(1.0, abs(first)), f"{work.name}: {label} has loss {loss}, gradlab {first}"


def _calibrate(runner: Runner) -> int:
    """Give how many updates take about a slice; the scan compiles for that number here."""
    count = 1
    while True:
        runner(count)  # whoever compiles for this number does it now
        start = time.process_time()
        runner(count)
        spent = time.process_time() - start
        if spent > SLICE / 4 or count >= 1 << 22:
            chosen = max(1, int(count * SLICE / max(spent, 1e-6)))
            runner(chosen)
            return chosen
        count *= 8


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"


def _ratio(times: dict[str, float], label: str) -> str:
    if label not in times:
        return "–"
    loop, calls = (times[label] / times[ours] for ours in OURS)
    return f"{_digits(loop)} ({_digits(calls)})"


def _digits(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


if __name__ == "__main__":
    main(sys.argv[1:])
