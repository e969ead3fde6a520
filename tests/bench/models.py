"""Whole networks against PyTorch: float32, forward and backward, one thread, interleaved; PyTorch runs what is exported.

For recurrent networks it runs `nn.LSTM` and `nn.GRU`. The goal is 1.2 times its time for each, and 1.0 for ResNet-18.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.exporters._torch.program import program_of
from gradlab.lab.archive import write_npz
from gradlab.scenario.model import build
from gradlab.scenario.overrides import Overrides
from gradlab.session import Lab
from tests.bench.ladder import LADDER
from tests.bench.timing import medians

GOALS = {"resnet18": 1.0}
GOAL = 1.2
ROUNDS, SLICE = 7, 0.4
Loss = Callable[[], Any]


def report(names: list[str]) -> str:
    """Return a line for each network: milliseconds of both, their ratio, and the BLAS that products are made with."""
    import threadpoolctl
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    lines = [f"{'ms, forward + backward':24}{'gradlab':>10}{'PyTorch':>10}{'ratio':>8}{'goal':>6}"]
    for name in names or list(LADDER):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = _time(name, Path(folder))
        goal = GOALS.get(name, GOAL)
        mark = "" if ours / theirs <= goal else "  over"
        lines.append(f"{name:24}{ours * 1e3:10.2f}{theirs * 1e3:10.2f}{ours / theirs:8.2f}{goal:6.1f}{mark}")
        print(lines[-1], file=sys.stderr)
    blas = {one.get("architecture") for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"}
    return "\n".join([*lines, f"products by OpenBLAS for {', '.join(sorted(filter(None, blas)))}"])


def _time(name: str, folder: Path) -> tuple[float, float]:
    lab = Lab(build(LADDER[name], Overrides(dtype="float32", memory=8 << 30)), "jit")
    graph, machine = lab.run.graph, lab.run.machine
    root, count = graph.objectives[0].root, len(machine.tape.forward_order)
    net, loss = _peer(name, lab, folder)

    def ours(repetitions: int) -> None:
        for _ in range(repetitions):
            machine.forward(0, count)
            machine.seed(root)
            machine.backward(root, 0, count)

    def theirs(repetitions: int) -> None:
        for _ in range(repetitions):
            net.zero_grad()
            loss().backward()

    times = medians({"gradlab": ours, "PyTorch": theirs}, ROUNDS, SLICE)
    return times["gradlab"], times["PyTorch"]


def _peer(name: str, lab: Lab, folder: Path) -> tuple[Any, Loss]:
    """Return PyTorch's network and its loss on the same batch; inputs without numbers get random ones, in both."""
    graph, rng = lab.run.graph, np.random.default_rng(0)
    made = program_of(graph, 0, "float32", title=name, source=name, beside=f"{name}.npz")
    for node in graph.nodes:
        if node.op.role == "input" and node.name in made.arrays and not made.arrays[node.name].any():
            made.arrays[node.name] = rng.standard_normal(node.shape).astype(np.float32)
            lab.run.machine.write(node.index, made.arrays[node.name])
    (folder / f"{name}.py").write_text(made.text, encoding="utf-8")
    write_npz(folder / f"{name}.npz", made.arrays)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = recurrent(*RECURRENT[name]) if name in RECURRENT else module.Net()
    if name in RECURRENT:
        return net, lambda: net(*module.batch(0))
    return net, lambda: module.loss_of(net, 0)


RECURRENT: dict[str, tuple[str, int, int, int, int]] = {
    "lstm": ("LSTM", 28, 128, 10, 0), "gru": ("GRU", 28, 128, 10, 0), "charrnn": ("LSTM", 32, 128, 65, 65),
}  # fmt: skip
"""Kind, features, units, classes, words of an embedding: what is unrolled here, PyTorch has whole."""


def recurrent(kind: str, features: int, units: int, classes: int, words: int) -> Any:
    """Return PyTorch's own recurrent network."""
    import torch

    class Recurrent(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = torch.nn.Embedding(words, features) if words else None
            self.cells = getattr(torch.nn, kind)(features, units)
            self.logits = torch.nn.Linear(units, classes)

        def forward(self, x: Any, t: Any) -> Any:
            hs, _ = self.cells(self.words(x.long()) if self.words is not None else x)
            scores = self.logits(hs) if words else self.logits(hs[-1])
            return torch.nn.functional.cross_entropy(scores.flatten(0, -2), t.long().flatten())

    return Recurrent()
