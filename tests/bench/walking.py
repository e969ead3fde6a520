"""Measure the time axis: `python -m tests.bench.walking [NAME…]`.

walk: 1,000 random moves over a run of 200 updates, and how many digests differ from those of a run from the beginning.
back: the time of one `back`, at update 1,000.   reverse: `reverse until` over 10,000 updates of XOR.
Seconds are CPU time of this process, in which nothing but gradlab runs; `wall` is the clock on the wall.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import gradlab
from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.digest import digest
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machines import make_machine
from gradlab.session import Lab
from tests.lab.models import XOR

DIGITS = """
x, t = dataset("digits", split="train", batch=32)
h1 = relu(dense(x, 64))
h2 = relu(dense(h1, 32))
loss = cross_entropy(dense(h2, 10), t)
minimize(loss, sgd(lr=0.1))
"""
MIXED = """
x, t = dataset("digits", split="train", batch=32)
h1 = dropout(relu(batch_norm(dense(x, 32))), 0.3)
h2 = relu(batch_norm(dense(h1, 16)))
loss = cross_entropy(dense(h2, 10), t)
minimize(loss, adam(lr=0.01))
"""
MODELS = {"xor": XOR, "digits": DIGITS, "mixed": MIXED}
CONDITIONS = ("loss > 0.28", "norm(grad(hidden.W)) > 5", "rms(update(hidden.W)) / rms(hidden.W) > 1", "nan")
UPDATES, MOVES, BACKS = 200, 1000, 300


def main(names: list[str]) -> None:
    """Print what was asked for, else everything."""
    for name, text in MODELS.items():
        if not names or name in names:
            walk(name, text)
            back(name, text)
    if not names or "reverse" in names:
        reverse()


def walk(name: str, text: str) -> None:
    """Walk at random, and compare the digest of every place with that of one pass from the beginning to the end."""
    lab, dice = gradlab.build(text, backend="jit"), random.Random(0)
    seen: dict[Position, set[str]] = {}
    began = time.process_time()
    for _ in range(MOVES):
        move(lab, dice)
        seen.setdefault(lab.position, set()).add(lab.digest())
    spent = time.process_time() - began
    wrong = sum(found != {wanted} for found, wanted in zip(*along(lab, seen), strict=True))
    kept = lab.walker.checkpoints
    size = sum(b.numbers.nbytes for b in kept.bookmarks) + sum(a.nbytes for v in kept.kept.values() for a in v.values())
    where = f"{len(seen):,} places, {wrong} of them differ"
    print(f"{name:8} walk     {MOVES:,} moves, {where}; {spent:.1f} s, {size / 2**20:.1f} of {lab.budget / 2**20:.0f} MiB kept")


def move(lab: Lab, dice: random.Random) -> None:
    """Go somewhere else in the run."""
    unit, number = dice.choice(["op", "layer", "phase", "update"]), dice.randint(1, 20)
    far = f"goto {dice.randrange(UPDATES)}.{dice.choice('fbu')}.{dice.choice(['0', '1', '2', 'end'])}"
    line = dice.choice([f"step {number} {unit}", f"back {number} {unit}", far, "train 7", "forward", "backward"])
    if lab.position == Position() and line.startswith("back "):
        line = "step"
    lab.do(line if lab.position.update < UPDATES else f"goto {dice.randrange(UPDATES)}")


def along(lab: Lab, seen: dict[Position, set[str]]) -> tuple[list[set[str]], list[str]]:
    """Return what was seen, and the digests of a run that walks through all places in their order and never back."""
    run = Run(make_machine(lab.tape, "jit"), lab.journal, lab.run.timeline.per_epoch)
    walker = Walker(run, Checkpoints(0))
    digests = []
    for place in sorted(seen):
        for _ in walker.walk(place):
            pass
        digests.append(digest(run))
    return [seen[place] for place in sorted(seen)], digests


def back(name: str, text: str) -> None:
    """Step back op by op from update 1,000."""
    lab = gradlab.build(text, backend="jit")
    lab.do("train 1000")
    lab.do("step 2 phases")
    times = [timed(lambda: lab.do("back")) for _ in range(BACKS)]
    for what, column in zip(("", " wall"), zip(*times, strict=True), strict=True):
        listed = sorted(column)
        half, most = listed[BACKS // 2] * 1e3, listed[BACKS * 95 // 100] * 1e3
        print(f"{name:8} back     p50 {half:.2f} ms, p95 {most:.2f} ms{what}, to {lab.position}")


def reverse() -> None:
    """Search back through 10,000 updates."""
    lab = gradlab.build(XOR, backend="jit")
    lab.do("train 10000")
    for text in CONDITIONS:
        lab.do("goto 10000")
        spent, wall = timed(lambda text=text: lab.do(f"reverse until {text}"))  # type: ignore[misc]
        print(f"xor      reverse  {spent:.2f} s ({wall:.2f} s wall) from 10000.f.0 to {lab.position}: {text}")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return CPU time and wall time."""
    spent, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - spent, time.perf_counter() - wall


if __name__ == "__main__":
    main(sys.argv[1:])
