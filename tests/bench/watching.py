"""Measure what watching a training in PyTorch costs: `python -m tests.bench.watching [--context N]`.

A GPT of 4 layers of 128 with batches of 8, one thread: a step of its own loop and a watched one in turns, medians of CPU time;
then a snapshot of it (the second of the process, for the first one imports `torch.export`), and opening that.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import torch
from torch.nn.functional import cross_entropy

import gradlab
from tests.importers.ladder.sequence import GPT

ROUNDS, WARM = 60, 6
VOCABULARY, BATCH = 65, 8


def loss_fn(model: Any, x: Any, y: Any) -> Any:
    """Return the mean loss of all tokens."""
    return cross_entropy(model(x).flatten(0, 1), y.flatten())


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def report(context: int) -> None:
    """Print what a step costs, and what a snapshot does."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = GPT(True, VOCABULARY, 128, 4, context)
    optimizer = torch.optim.AdamW(model.parameters())
    x, y = (torch.randint(0, VOCABULARY, (BATCH, context)) for _ in range(2))

    def step() -> None:
        optimizer.zero_grad()
        loss_fn(model, x, y).backward()
        optimizer.step()

    with tempfile.TemporaryDirectory() as place, gradlab.watch(model, loss_fn, optimizer, folder=place) as w:
        times = [(seconds(step), seconds(lambda: w.step(x, y))) for _ in range(WARM + ROUNDS)][WARM:]
        plain, watched = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"a step of {context} tokens: {plain * 1e3:.1f} ms, watched {watched * 1e3:.1f} ms: {watched / plain - 1:+.1%}")
        files = [Path(place) / f"{number}.zip" for number in range(2)]
        spent = [seconds(partial(gradlab.snapshot, path, model, loss_fn, (x, y), optimizer=optimizer)) for path in files]
        print(f"a snapshot: {spent[1]:.2f} s, the first one {spent[0]:.2f} s; {files[1].stat().st_size / 2**20:.1f} MiB")
        opened = f"import time; import gradlab; gradlab.load({str(files[1])!r}); print(time.process_time())"
        times_of_opening = [
            float(subprocess.run([sys.executable, "-c", opened], capture_output=True, text=True, check=True).stdout)
            for _ in range(5)
        ]
        print(f"opened in {statistics.median(times_of_opening):.2f} s of CPU time, Python and NumPy included")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--context", type=int, default=64)
    report(parser.parse_args().context)
