"""Compare gradlab with its peers: `python -m tests.bench [--dtype float32] [WORKLOAD | PART]…`.

`python -m tests.bench updates` compares whole updates of the networks that are not tiny with PyTorch and with the machine;
`python -m tests.bench models [NAME…]` compares whole networks that people bring, in float32: see `tests.bench.models`;
`python -m tests.bench kernels [--all] [OP…]` compares single ops, in both dtypes: see `tests.bench.kernels`.

Every round runs each library once, in turn; what is printed are medians over the rounds of the time of one update, and the
ratio of a peer's median to ours. Losses of the first updates are compared before anything is timed.
CPU time, one thread, float64. Peers that are not installed are left out and said so: they are in the extra `bench`.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before numpy is imported: BLAS reads it once
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import sys
from collections.abc import Sequence

from gradlab.registry import collect
from tests.bench import bounds, drawn, kernels, keys, large, models, opening, plots, scale, start, statistics, sweep, waiting
from tests.bench.peers import Peer, Runner
from tests.bench.timing import medians
from tests.bench.workload import Workload

PEERS: tuple[Peer, ...] = tuple(sorted(collect("tests.bench.peers", "PEER").values(), key=lambda p: p.order))
WORKLOADS: tuple[Workload, ...] = tuple(sorted(collect("tests.bench.workloads", "WORKLOAD").values(), key=lambda w: w.order))
NAMES = tuple(peer.name for peer in PEERS)
OURS = ("gradlab, loop", "gradlab, calls")
PARTS = {
    "start": start.report, "waiting": waiting.report, "opening": opening.report, "keys": keys.report, "large": large.report,
    "drawn": drawn.report, "plots": plots.report, "statistics": statistics.report, "scale": scale.report,
}  # fmt: skip
TOLERANCE = {"float64": 1e-9, "float32": 1e-4}
Times = dict[str, float]


def main(arguments: Sequence[str]) -> None:
    """Print the tables that were asked for; without names all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "names",
        nargs="*",
        help=f"{', '.join(w.name for w in WORKLOADS)}; bounds, {', '.join(PARTS)}; updates; models; kernels; sweep",
    )
    parser.add_argument("--dtype", choices=tuple(TOLERANCE), default="float64")
    parser.add_argument("--all", action="store_true", help="of `kernels` all lines, not only the worst")
    given = parser.parse_args(arguments)
    if "sweep" in given.names:
        print(sweep.report())
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if "kernels" in given.names:
        print(kernels.report([name for name in given.names if name != "kernels"], everything=given.all))
        return
    if "models" in given.names:
        print(models.report([name for name in given.names if name != "models"]))
        return
    if "updates" in given.names:
        print(updates(given.dtype))
        return
    chosen = [w for w in WORKLOADS if w.name in given.names] or ([] if given.names else list(WORKLOADS))
    times = {work: measure(work, given.dtype) for work in chosen}
    if times:
        print(table(times))
    if not given.names or "bounds" in given.names:
        shares = {w: t[OURS[0]] for w, t in times.items()}
        print("\n" + bounds.report(shares or {w: measure(w, given.dtype, OURS[:1])[OURS[0]] for w in WORKLOADS}, given.dtype))
    for name, report in PARTS.items():
        if not given.names or name in given.names:
            print("\n" + report())


def measure(work: Workload, dtype: str, only: Sequence[str] = ()) -> Times:
    """Return the median microseconds of one update for every library that can do it."""
    peers = [peer for peer in PEERS if not only or peer.name in only]
    runners = {peer.name: runner for peer in peers if (runner := _built(peer, work, dtype))}
    _same_losses(work, runners, TOLERANCE[dtype])
    times = {label: seconds * 1e6 for label, seconds in medians(runners).items()}
    print(f"{work.name}: {', '.join(f'{label} {_text(value)}' for label, value in times.items())}", file=sys.stderr)
    return times


def updates(dtype: str) -> str:
    """Return the tables of the larger networks: against PyTorch, and the share of what the machine can do."""
    only = (*OURS, *(peer.name for peer in PEERS if peer.name.startswith("PyTorch")))
    times = {work: measure(work, dtype, only) for work in WORKLOADS if not work.tiny}
    return table(times, only) + "\n\n" + bounds.report({work: each[OURS[0]] for work, each in times.items()}, dtype)


def _built(peer: Peer, work: Workload, dtype: str) -> Runner | None:
    try:
        return peer.build(work, dtype)
    except ImportError as error:
        print(f"left out: {peer.name} ({error})", file=sys.stderr)
        return None


def _same_losses(work: Workload, runners: dict[str, Runner], tolerance: float) -> None:
    """All libraries compute the same thing, or the comparison is worth nothing."""
    losses = {label: runner(3) for label, runner in runners.items()}
    first = losses[OURS[0]]
    for label, loss in losses.items():
        assert abs(loss - first) <= tolerance * max(1.0, abs(first)), f"{work.name}: {label} has loss {loss}, gradlab {first}"


def table(times: dict[Workload, Times], names: Sequence[str] = NAMES) -> str:
    """Return the times and the ratios, a line a workload."""
    lines = ["microseconds of one update", _line("", names)]
    lines += [_line(w.name, [_text(t.get(name)) for name in names]) for w, t in times.items()]
    lines += ["", "ratio to `gradlab, loop` (and to `gradlab, calls`)", _line("", names[len(OURS) :])]
    lines += [_line(w.name, [_ratio(t, name) for name in names[len(OURS) :]]) for w, t in times.items()]
    return "\n".join(lines)


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:12}" + "".join(f"{cell:>20}" for cell in cells)


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}" if value < 10 else f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def _ratio(times: Times, label: str) -> str:
    if label not in times:
        return "–"
    loop, calls = (times[label] / times[ours] for ours in OURS)
    return f"{_digits(loop)} ({_digits(calls)})"


def _digits(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


if __name__ == "__main__":
    main(sys.argv[1:])
