"""From every position to every other one, forth and back: the bits are those of a run that went straight there."""

from __future__ import annotations

import pytest

from gradlab.axis.digest import digest
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machines import make_machine
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, FORK, NEURON, NORMED, TURNS, XOR, plain

READ_TWICE = """
x = param([1.0, -2.0])
y = x * x
loss = sum(y * x + y)
"""
"""Every gradient comes in parts."""
SLICED = """
x = param([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]])
left, right = x[:, :2], x[:, 1:]
loss = sum(left * right) + sum(tanh(left))
"""
"""Parts of a gradient that lie on one another."""
Seen = tuple[str, tuple[tuple[int, float], ...]]
MODELS = {
    "neuron": (NEURON, 1), "fork": (FORK, 1), "read twice": (READ_TWICE, 1), "sliced": (SLICED, 1), "xor": (XOR, 1),
    "batches": (BATCHES, 2), "turns": (TURNS, 2), "normed": (NORMED.replace("adam(lr=0.05)", "sgd(lr=0.05)"), 1),
}  # fmt: skip
"""Models, and of how many updates the positions are walked to."""
DEEDS = {
    "accumulate": (READ_TWICE, ["backward", "accumulate y with 2"]),
    "another root": (FORK, ["goto 0.f.3", "backward c"]),
    "edits": (SLICED, ["goto 0.f.2", "set left[0, 0] = 4", "goto 0.b.3", "set grad(left)[1, 1] = 3"]),
    "of one objective": (TURNS, ["train 2 of q", "goto 0.f.3", "set a[0] = 3", "train 1 of p"]),
    "frozen": (TURNS, ["goto 0.f.2", "freeze a", "goto 1.b.1", "thaw one", "goto 1.u.1", "freeze b"]),
    "frozen statistics": (NORMED, ["goto 0.b.2", "freeze h", "goto 1.f.4", "thaw h but running"]),
    "gathered in turns": (
        TURNS.replace('over="one")', 'over="one", accumulate=2, times=2)'),
        ["goto 1", "train 1 of q", "goto 2.b.1", "freeze a"],
    ),
    "trained": (TURNS, ["goto 0.f.2", "set a[0] = 3", "goto 0.u.1", "set b = [1, 1]", "goto 1.f.1", "seed 4"]),
}


def positions(lab: Lab, updates: int) -> list[Position]:
    """Return all positions of some updates, and the end of the last."""
    timeline = lab.run.timeline
    found = [Position(u, p, k) for u in range(updates) for p in "fbu" for k in range(timeline.count(u, p) + 1)]
    places = [p for p in found if not (p.phase == "u" and p.op == timeline.count(p.update, "u"))]
    return [*places, Position(updates)] if timeline.trains else places


def straight(lab: Lab, place: Position) -> Seen:
    """Return what is seen of a run that went to a position and nowhere else."""
    run = Run(make_machine(lab.tape, lab.run.machine.backend), lab.journal,
              lab.run.timeline.per_epoch)  # fmt: skip
    return reached(Walker(run), place)


def reached(walker: Walker, place: Position) -> Seen:
    """Go to a position, and return the digest and the losses there."""
    for _ in walker.walk(place):
        pass
    assert walker.run.at == place
    return digest(walker.run), walker.run.history.pairs()


def assert_all_pairs(lab: Lab, updates: int) -> None:
    """Go from each position to each later one and back, and look at each arrival."""
    places = positions(lab, updates)
    seen = [straight(lab, place) for place in places]
    assert len(set(seen)) == len(seen), "a digest tells no position from another"
    for i, early in enumerate(places):
        assert reached(lab.walker, early) == seen[i], f"to {early}"
        for j in range(i + 1, len(places)):
            assert reached(lab.walker, places[j]) == seen[j], f"from {early} to {places[j]}"
            assert reached(lab.walker, early) == seen[i], f"from {places[j]} back to {early}"


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", MODELS)
def test_from_every_position_to_every_other_one_the_bits_are_those_of_a_straight_walk(name: str, backend: str) -> None:
    text, updates = MODELS[name]
    assert_all_pairs(build(text, backend=backend), updates)


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", DEEDS)
def test_so_they_are_where_something_was_edited_on_the_way(name: str, backend: str) -> None:
    text, deeds = DEEDS[name]
    lab = build(text, backend=backend)
    for deed in deeds:
        lab.do(deed)
    assert_all_pairs(lab, 2 if lab.run.timeline.trains else 1)


@pytest.mark.parametrize("name", ["neuron", "fork", "read twice", "sliced"])
def test_so_they_are_when_nothing_else_was_visited(name: str) -> None:
    lab = plain(MODELS[name][0])
    places = positions(lab, 1)
    seen = {place: straight(lab, place) for place in places}
    for start in places:
        for stop in places:
            fresh = plain(MODELS[name][0]).walker
            reached(fresh, start)
            assert reached(fresh, stop) == seen[stop], f"from {start} to {stop}"
