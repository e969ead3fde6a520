"""What a person waits for: the start of a process, scenarios that are checked, and `auto` beside kernels from the beginning.

Seconds are CPU time of the process and of what it has started, medians over rounds in which both sides run in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROUNDS = 5
STARTS: Mapping[str, tuple[Sequence[str], float]] = {
    "python -c 'import numpy'": (("-c", "import numpy"), 0.0),
    "gradlab --help": (("-m", "gradlab", "--help"), 0.1),
    "gradlab list": (("-m", "gradlab", "list"), 0.35),
    "run sigmoid-neuron forward": (("-m", "gradlab", "run", "circuits/sigmoid-neuron", "forward"), 0.35),
    "run xor --backend jit": (("-m", "gradlab", "run", "mlp/xor-trained", "forward", "--backend", "jit"), 0.8),
    "run digits-mlp forward": (("-m", "gradlab", "run", "mlp/digits-mlp", "forward"), 1.0),
    "run logistic-regression forward": (("-m", "gradlab", "run", "linear/logistic-regression", "forward"), 1.0),
    "check circuits/sigmoid-neuron": (("-m", "gradlab", "check", "circuits/sigmoid-neuron"), 0.6),
}
"""What is started, and the seconds that it may take."""
ROWS = "x = noise(shape=({rows}, 10))\nw = param(shape=(10, 10))\n"
RNN = """\
x = noise(shape=(40, 8, 4))
h = noise(shape=(8, 16))
U, W = param(shape=(4, 16)), param(shape=(16, 16))
for k in range(40):
    h = tanh(x[k] @ U + h @ W)
loss = mean(h ** 2)
"""
MODELS: Mapping[str, tuple[str, Sequence[str]]] = {
    "cross-entropy, 100,000 rows": (
        ROWS.format(rows=100_000) + "y = argmax(x, axis=1)\nloss = cross_entropy(x @ w, y)\nminimize(loss, sgd(lr=0.1))\n",
        ("forward", "backward", "train 3"),
    ),
    "argmax, 200,000 rows": (ROWS.format(rows=200_000) + "y = argmax(x @ w, axis=1)\n", ("forward",)),
    "softmax, 60,000 rows": (ROWS.format(rows=60_000) + "loss = sum(softmax(x @ w) ** 2)\n", ("forward", "backward loss")),
    "check of an RNN of 40 steps": (
        RNN,
        ("forward", "backward", "check"),
    ),
}
"""Models, and what is done with each."""
LESSONS = ("init/tanh-large", "depth/highway", "recurrent/lstm", "linear/softmax-classifier")


def report() -> str:
    """Return two tables: starts with their bars, and `auto` beside `jit`."""
    with tempfile.TemporaryDirectory() as folder:
        return "\n".join([*_starts(folder), "", *_choices(folder)])


def _starts(cache: str) -> list[str]:
    lines = [f"{'CPU seconds of a process, warm':36}{'median':>8}{'bar':>8}"]
    for name, (command, bar) in STARTS.items():
        seconds(command, cache)
        median = statistics.median(seconds(command, cache) for _ in range(ROUNDS))
        lines.append(f"{name:36}{median:>8.2f}{f'{bar:.2f}' if bar else '':>8}")
    return lines


def _choices(cache: str) -> list[str]:
    lines = [f"{'CPU seconds, warm':36}{'jit':>8}{'auto':>8}{'ratio':>8}"]
    for name, (model, actions) in MODELS.items():
        path = Path(cache, f"{name.replace(' ', '-')}.md")
        path.write_text(f"# {name}\n\n```python model\n{model}```\n", encoding="utf-8")
        lines.append(_line(name, str(path), actions, cache))
    lines += [_line(name, name, ("forward", "backward", "check"), cache) for name in LESSONS]
    return lines


def _line(name: str, file: str, actions: Sequence[str], cache: str) -> str:
    """Return the medians of both backends, which run in turn; the first runs fill the cache."""
    commands = {word: ("-m", "gradlab", "run", file, *actions, "--backend", word) for word in ("jit", "auto")}
    for command in commands.values():
        seconds(command, cache)
    rounds = [[seconds(command, cache) for command in commands.values()] for _ in range(ROUNDS)]
    jit, auto = (statistics.median(column) for column in zip(*rounds, strict=True))
    return f"{name:36}{jit:>8.2f}{auto:>8.2f}{auto / jit:>8.2f}"


def seconds(command: Sequence[str], cache: str) -> float:
    """Return the CPU seconds of a Python process, and of what it waited for."""
    before = os.times()
    environment = os.environ | {"GRADLAB_CACHE": cache, "GRADLAB_STATE_DIR": cache}
    quiet = subprocess.DEVNULL
    subprocess.run([sys.executable, *command], env=environment, check=True, stdin=quiet, stdout=quiet, stderr=quiet)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
