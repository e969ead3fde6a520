"""What a person sees of a training is the same whether or not updates in between spare gradients that nobody looks at."""

from __future__ import annotations

import pytest

from gradlab.graph.graph import Feed
from gradlab.graph.machine import Machine
from gradlab.graph.machines import compiled
from gradlab.op import Array
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, NORMED, TURNS, XOR, folded_anew

NEVER = 1 << 62
DEEP = """
x, t = dataset("moons", n=12)
a = tanh(dense(x, 4))
b = a + relu(dense(a, 4))
c = b + relu(dense(b, 4))
loss = bce(dense(c, 1), reshape(t, (12, 1)))
"""
MODELS = {
    "xor": XOR,
    "batches": BATCHES,
    "turns": TURNS.replace("p = sum", "loss = sum(a * b)\np = sum"),
    "normed": NORMED,
    "deep": DEEP + "minimize(loss, adam(lr=0.05))",
    "accumulated": DEEP.replace("n=12", "n=36, batch=12")
    + "minimize(loss, momentum(0.1), clip=1.0, l2=0.01, average=0.9, accumulate=3)",
}
LINES = {
    "training": ("train 1", "train 7", "backward", "train 40", "back", "goto 20.b.3", "train 30"),
    "curves": ("curve norm(grad({0})) every 3", "curve loss", "train 25", "show grad({0})", "goto 10", "train 10"),
    "conditions": (
        "run until norm(grad({0})) < 0.01 for 12 updates else stop",
        "train 3",
        "run until loss < 0.01 for 9 updates else stop",
    ),
    "breakpoints": ("break when norm(grad({0})) < 0.1", "continue", "train 5", "train 5"),
    "freezing": ("train 3", "freeze {0}", "train 9", "backward", "thaw {0}", "train 5"),
    "other numbers": ("train 9", "backward", "stats", "reinit {0} normal(0.1)", "train 9", "reverse until loss > 0"),
}


def followed(model: str, lines: tuple[str, ...], often: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], Lab]:
    """Return what was said after each line, with the digest of all numbers that can be seen."""
    monkeypatch.setattr(compiled, "OFTEN", often)
    lab = build(model, backend="jit")
    param = lab.graph.params[0].name
    found: list[object] = []
    for line in lines:
        outcome = lab.do(line.format(param))
        found += [[f"{one.kind}: {one.text}" for one in outcome.lines], lab.digest()]
    return found, lab


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_all_that_is_said_and_seen_is_the_same(model: str, lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    sparing, lab = followed(model, lines, 1, monkeypatch)
    assert sparing == followed(model, lines, NEVER, monkeypatch)[0]
    assert lab.digest() == folded_anew(lab)


@pytest.mark.parametrize("model", ["batches", "normed"])
def test_interrupted_between_two_updates_the_numbers_are_those_of_a_position(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "OFTEN", 1)
    lab = build(MODELS[model], backend="jit")
    lab.do("train 6")
    feed, count = Machine.fed, 0

    def interrupted(machine: Machine, given: Feed, seed: int, update: int) -> Array:
        nonlocal count
        count += 1
        if count == 60:
            raise KeyboardInterrupt
        return feed(machine, given, seed, update)

    monkeypatch.setattr(Machine, "fed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.do("train 500")
    assert 6 <= lab.position.update < 506
    assert lab.digest() == folded_anew(lab)
    lab.do("backward")
    assert lab.digest() == folded_anew(lab)
