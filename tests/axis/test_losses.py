"""Losses, those of each objective, and layers through time belong to where a run stands, not to its way."""

from __future__ import annotations

import pytest

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machines import make_machine
from gradlab.lab.views import through
from gradlab.session import Lab, build
from gradlab.train.strips import strip_kinds
from tests.lab.models import BATCHES, TURNS

FADING = """
x, t = dataset("moons", n=12, batch=3, test=0)
W, b = param(shape=(2, 1), init=normal(0.5)), param([0.1])
k = linear_decay(1.0, 0.1, 3)
h = x @ W + b
p = mean(square(h - reshape(t, (3, 1)))) * k
q = sum(square(gradient(p, W)))
minimize(p, sgd(0.1), times=2)
minimize(q, sgd(0.05))
"""
WAYS = {
    "an update that has become another's": (TURNS, ["train 3", "step 1 phase", "train 1 of p"]),
    "updates that are no more another's": (TURNS, ["train 3", "train 4 of p", "train 2", "undo"]),
    "a search that looks beyond where it stops": (
        TURNS,
        ["expect never updates > 9 for 3 updates", "run until q > 1e9 else stop"],
    ),
    "a stop in the middle": (BATCHES, ["run until h.b[0] != 0 else stop", "train 3", "backward", "reverse until loss > 0"]),
    "a pass that begins again": (TURNS, ["goto 2.b.1", "set a[0] = 3", "forward", "undo"]),
    "a loss that was run again": (FADING, ["goto 1.b.2", "set k = 0.3", "goto 1.f.1", "goto 1.b.4", "goto 1.f.end"]),
    "an edit that is taken back": (BATCHES, ["train 3", "set h.W = 0", "train 40", "undo"]),
}
"""Models, and what is done."""
Shown = tuple[tuple[tuple[int, float], ...], ...]


def shown(run: Run) -> Shown:
    return tuple(history.pairs() for history in (run.history, *run.own))


def straight(lab: Lab) -> Run:
    """Return a run that went to where a laboratory stands, and nowhere else."""
    machine = make_machine(lab.tape, lab.run.machine.backend)
    run = Run(machine, lab.journal, lab.run.timeline.per_epoch)
    run.record()
    for _ in Walker(run, Checkpoints(0)).walk(lab.position):
        pass
    return run


def size_through(run: Run) -> tuple[tuple[int, ...], dict[str, list[float]]]:
    updates, numbers = through(run, strip_kinds()[0])
    return updates, {name: list(found) for name, found in numbers.items()}


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", WAYS)
def test_losses_are_those_of_a_run_that_went_straight_there(name: str, backend: str) -> None:
    model, lines = WAYS[name]
    lab = build(model, backend=backend)
    for line in lines:
        lab.do(line)
        other = straight(lab)
        assert shown(lab.run) == shown(other), f"after {line}, at {lab.position}"
        assert size_through(lab.run) == size_through(other), f"after {line}, at {lab.position}"


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_the_losses_of_objectives_of_which_nothing_moves_are_their_own(backend: str) -> None:
    lab = build(TURNS, backend=backend)
    lab.do("freeze *\ntrain 8")
    p, q = lab.value("p"), lab.value("q")
    assert p != q
    assert [loss for _, loss in lab.run.history.pairs()] == [p, q] * 4
