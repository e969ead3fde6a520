"""Measure what recording and replaying cost: `python -m tests.bench.recording`.

train, step, back: CPU time of an action with a recorder beside one without, in turns; medians.
replay: a lesson replayed beside the same lesson followed without a recorder.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all, record_to
from gradlab.recording.replay import replay
from gradlab.session import load
from tests.long.shelf import record_lesson

ROUNDS = 9
TRAININGS = {"mlp/digits-mlp": "train 2000", "mlp/xor-trained": "train 10000"}
LESSONS = ("circuits/sigmoid-neuron", "linear/linreg-quiz", "mlp/digits-mlp")


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def actions(name: str, training: str, folder: Path, *, recorded: bool) -> dict[str, float]:
    """Return how long a training, a step and a step back take."""
    lab = load(name, backend="jit")
    lab.do("train 2")
    if recorded:
        record_to(lab, folder / "out.gradlab", force=True)
    taken = {training: seconds(lambda: lab.do(training))}
    for action, times in (("step", 30), ("back", 10)):
        taken[action] = statistics.median(seconds(lambda action=action: lab.do(action)) for _ in range(times))  # type: ignore[misc]
    close_all(lab)
    return taken


def cost(name: str, training: str, folder: Path) -> None:
    """Print what a recorder adds to each action."""
    rounds: dict[bool, list[dict[str, float]]] = {True: [], False: []}
    actions(name, training, folder, recorded=True)
    for number in range(ROUNDS):
        for recorded in (number % 2 == 0, number % 2 == 1):
            rounds[recorded].append(actions(name, training, folder, recorded=recorded))
    for action in rounds[True][0]:
        with_it, without = (statistics.median(one[action] for one in rounds[recorded]) * 1e3 for recorded in (True, False))
        print(f"{name:24} {action:12} {without:8.3f} ms, recorded {with_it:8.3f} ms: {with_it - without:+.3f} ms")


def follow(name: str) -> None:
    """Run the script of a lesson."""
    lab = load(name)
    for _ in lab.script:
        lab.next_line()
        lab.skip_question()


def again(name: str, folder: Path) -> None:
    """Print what replaying a lesson costs beside following it."""
    path = folder / f"{name.rpartition('/')[2]}.gradlab"
    record_lesson(name, path)
    works = {"followed": lambda: follow(name), "replayed": lambda: replay(open_recording(path))}
    taken: dict[str, list[float]] = {word: [] for word in works}
    for number in range(ROUNDS):
        for word in sorted(works, reverse=number % 2 == 1):
            taken[word].append(seconds(works[word]))
    run, replayed = (statistics.median(taken[word]) * 1e3 for word in ("followed", "replayed"))
    print(f"{name:24} {'replay':12} {run:8.1f} ms, replayed {replayed:8.1f} ms: {replayed / run:.2f} of it")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for scenario, line in TRAININGS.items():
            cost(scenario, line, Path(place))
        for lesson in LESSONS:
            again(lesson, Path(place))
