"""Long walks through runs with batches, dropout, batch normalisation and optimizers with state: every place keeps its bits."""

from __future__ import annotations

import random

import pytest

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.digest import digest
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machines import make_machine
from gradlab.session import Lab
from tests.lab.models import BATCHES, TURNS, XOR, plain

MIXED = """
x, t = dataset("moons", n=60, batch=8)
h = dropout(relu(batch_norm(dense(x, 4))), 0.3)
loss = bce(dense(h, 1), reshape(t, (8, 1)))
minimize(loss, adam(lr=0.05))
"""
SEARCHES = ["run until {0} < 0.65 for 9 updates", "reverse until {0} > 0.6", "continue for 5 updates", "reverse", "train 7"]
UPDATES = 30


@pytest.mark.parametrize("budget", [256 << 20, 20_000], ids=["roomy", "narrow"])
@pytest.mark.parametrize(("model", "loss"), [(XOR, "loss"), (BATCHES, "loss"), (TURNS, "p"), (MIXED, "loss")],
                         ids=["xor", "batches", "turns", "mixed"])  # fmt: skip
def test_wherever_a_walk_comes_by_again_the_bits_are_those_of_a_walk_straight_on(model: str, loss: str, budget: int) -> None:
    lab, dice = Lab(plain(model).scenario, "plain", budget=budget), random.Random(1)
    lab.do(f"break when norm(grad({loss})) > 0 and {loss} < 0.7")
    seen: dict[Position, set[str]] = {}
    for _ in range(100):
        if lab.position == Position() or lab.position.update >= UPDATES:
            lab.do(f"goto {dice.randrange(1, UPDATES)}")
        number, unit = dice.randint(1, 9), dice.choice(["op", "layer", "phase", "update"])
        far = f"goto {dice.randrange(UPDATES)}.{dice.choice('fbu')}.{dice.choice(['0', '1', 'end'])}"
        lab.do(dice.choice([f"step {number} {unit}", f"back {number} {unit}", far, *SEARCHES]).format(loss))
        seen.setdefault(lab.position, set()).add(lab.digest())
    kept = sum(array.nbytes for values in lab.walker.checkpoints.kept.values() for array in values.values())
    assert kept <= budget // 2
    run = Run(make_machine(lab.tape), lab.journal, lab.run.timeline.per_epoch)
    walker = Walker(run, Checkpoints(0))
    for place in sorted(seen):
        for _ in walker.walk(place):
            pass
        assert seen[place] == {digest(run)}, place
