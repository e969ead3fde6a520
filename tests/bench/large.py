"""What a key costs where the graph has 10,000 nodes: milliseconds to the last byte in a terminal of 200x60, and bytes.

Groups of keys: steps forward and back, other nodes by the arrows, letters of `/`. Each is pressed in the phases f and b.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.key_latency import drain, start
from tests.bench.keys import Program, middle_and_end

SIZE = (200, 60)
LAID_OUT = 8.0
"""Seconds without a byte after which a graph of this size stands there."""
BLOCKS = """\
x = noise(shape=(8, 4))
h = x
for k in range(630):
    with layer(f"block{k}"):
        h = h + dense(tanh(dense(h, 4)), 4, init=normal(0.01))
loss = mean(square(h))
minimize(loss, sgd(lr=0.01))
"""
CHAIN = """\
x, w = input(0.5), param(1.0)
h = x
for i in range(5000):
    h = h * w
    h = tanh(h)
minimize(h * h, sgd(lr=0.1))
"""
KEYS: Mapping[str, tuple[str, ...]] = {
    "n, N": (*"nnnnnnnn", *"NNNNNNNN"),
    "arrows": (*"jjjjjjjj", *"kkkkkkkk"),
    "/ letters": (*"/tanh4", "\x1b"),
}
BARS = (
    "bars: 16 ms at p95; a letter of / 30 ms; bytes at p95 5,000 (n), 4,000 (an arrow, a letter), 12,000 where the view scrolls"
)


def tangle(count: int = 5000, reach: int = 40) -> str:
    """Return a model whose every line reads two of those before it."""
    rng = random.Random(1)
    lines = ["n0 = param([0.5, -0.25])"]
    for index in range(1, count):
        first, second = (index - 1 - rng.randrange(min(index, reach)) for _ in range(2))
        lines.append(f"n{index} = tanh(n{first} * n{second})")
    return "\n".join([*lines, f"loss = sum(n{count - 1})", "minimize(loss, sgd(lr=0.1))", ""])


MODELS: Mapping[str, str] = {"chain": CHAIN, "blocks": BLOCKS, "tangle": tangle()}


def report() -> str:
    """Return a table, a line for each model, phase and group of keys."""
    lines = [f"{'a key among 10,000 nodes':36}{'ms':>8}{'p95':>8}{'CPU ms':>9}{'p95':>8}{'bytes':>9}{'p95':>9}"]
    for name, text in MODELS.items():
        with opened(text) as program:
            for phase in "fb":
                if phase == "b":
                    for key in "ffn":
                        once(program, key)
                for group, keys in KEYS.items():
                    lines.append(f"{name + ', ' + phase + ': ' + group:36}" + pressed(program, keys))
    return "\n".join([*lines, BARS])


@contextmanager
def opened(model: str) -> Iterator[Program]:
    """Give a program in a terminal on a model, settled and with its modules unfolded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.md")
        path.write_text(f"# Large\n\n```python model\n{model}```\n", encoding="utf-8")
        program = Program(*start([sys.executable, "-m", "gradlab", "open", str(path)], *SIZE))
        try:
            program.first = drain(program.terminal, LAID_OUT)[1]
            once(program, "1")
            yield program
        finally:
            os.kill(program.process, signal.SIGKILL)
            os.waitpid(program.process, 0)


def once(program: Program, key: str) -> None:
    """Press a key that is not measured, and wait until it is done."""
    os.write(program.terminal, key.encode())
    drain(program.terminal, LAID_OUT / 4)


def pressed(program: Program, keys: tuple[str, ...]) -> str:
    """Press keys and return what they cost."""
    measured = Program(program.process, program.terminal)
    for key in keys:
        measured.press(key)
    time, work, size = (middle_and_end(values) for values in (measured.times, measured.work, measured.sizes))
    return f"{time[0]:>8.1f}{time[1]:>8.1f}{work[0]:>9.1f}{work[1]:>8.1f}{size[0]:>9,.0f}{size[1]:>9,.0f}"
