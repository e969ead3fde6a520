"""Walking over updates that remember more than parameters: clips, schedules, averages, turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.session import Lab, build
from tests.axis.test_walks import MOVES, follow
from tests.lab.models import folded_anew, plain

RECIPE = """
x, t = dataset("moons", n=24, batch=5)
h = relu(dense(x, 3))
loss = bce(dense(h, 1), reshape(t, (5, 1)))
minimize(loss, adam(warmup(plateau(0.1, patience=2, factor=0.5), updates=4)), clip=0.5, l2=1e-3, average=0.9)
"""
TURNS = """
x, t = dataset("moons", n=24, batch=6)
with layer("one"):
    a = param([1.0, -2.0])
with layer("two"):
    b = param([0.5, 3.0])
with layer("still"):
    c = param(0.7)
p = mean((x @ a - c) ** 2)
q = mean((x @ (a + 2 * b) - c) ** 2)
minimize(p, adam(plateau(0.1, patience=0)), over="one", clip=1.0)
minimize(q, adam(cyclical(0.01, 0.1, half=2)), over="two", average=polyak)
"""
SEARCH = """
x, t = dataset("moons", n=24, target="column")
h = tanh(dense(x, 3))
loss = bce(dense(h, 1), t)
minimize(loss, bfgs)
"""
MODELS = pytest.mark.parametrize(
    "text",
    [RECIPE, TURNS, SEARCH, SEARCH.replace("bfgs", "lbfgs(m=3)"), SEARCH.replace("bfgs", "newton(damping=1.0)")],
    ids=["recipe", "turns", "bfgs", "lbfgs", "newton"],
)


def value(lab: Lab, name: str) -> float:
    return float(lab.value(name))


@MODELS
def test_walking_back_over_updates_gives_the_same_bits(text: str) -> None:
    lab = plain(text)
    seen = {}
    for stop in ("4.f.0", "9.b.2", "13.u.5", "20.f.3"):
        lab.do(f"goto {stop}")
        seen[stop] = lab.digest()
    for stop in reversed(seen):
        lab.do(f"goto {stop}")
        assert lab.digest() == seen[stop] == folded_anew(lab)


@MODELS
def test_the_kernels_train_as_the_plain_machine_does(text: str) -> None:
    labs = [plain(text), build(text, backend="jit")]
    for lab in labs:
        lab.do("train 40")
    for node in labs[0].graph.nodes:
        if node.op.name in ("param", "state"):
            np.testing.assert_allclose(labs[1].value(node.name), labs[0].value(node.name), rtol=1e-9, atol=1e-12)


EDITS = {
    RECIPE: ["set adam.lr.rate.waited = 2", "set adam.clip.limit = 0.01", "set h.W.avg = h.W", "set h.W = h.W.avg",
             "set adam.lr = 0.5", "set grad(h) = 0.1", "set adam.clip.scale = 2", "set loss = 3", "accumulate"],
    SEARCH: ["set bfgs.accepted = 0", "set bfgs.tries = 29", "set bfgs.step = 0.01", "set bfgs.H = 0", "set h.W = h.W * 2",
             "set loss = 3", "set grad(h) = 0.1", "set bfgs.x.next = 1", "backward h with 1"],
}  # fmt: skip


@pytest.mark.parametrize("text", EDITS, ids=["recipe", "bfgs"])
def test_every_position_has_the_bits_of_a_run_from_the_beginning(text: str) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.lists(st.one_of(MOVES, st.sampled_from(EDITS[text])), min_size=1, max_size=10))
    def walk(moves: list[str]) -> None:
        lab = plain(text)
        follow(lab, moves)
        assert lab.digest() == folded_anew(lab)

    walk()


def test_objectives_take_turns_and_move_what_is_theirs() -> None:
    lab = plain(TURNS)
    names = ("one.a", "two.b", "still.c")
    before = [lab.value(name) for name in names]
    moved = []
    for update in range(4):
        lab.do(f"goto {update + 1}.f.0")
        after = [lab.value(name) for name in names]
        moved.append([not np.array_equal(x, y) for x, y in zip(before, after, strict=True)])
        before = after
    assert moved == [[True, False, False], [False, True, False]] * 2


def test_both_objectives_of_a_round_see_the_same_batch() -> None:
    lab = plain(TURNS)
    batches = []
    for update in range(4):
        lab.do(f"goto {update}.f.0")
        batches.append(lab.value("x"))
    assert np.array_equal(batches[0], batches[1]) and np.array_equal(batches[2], batches[3])
    assert not np.array_equal(batches[1], batches[2])


def test_counters_and_schedules_count_the_updates_of_their_own_objective() -> None:
    lab = plain(TURNS)
    lab.do("goto 7.f.0")
    assert (value(lab, "adam.t"), value(lab, "adam.q.t" if lab.graph.find("adam.q.t") else "adam.two.t")) == (4.0, 3.0)
    seen = []
    for update in (1, 3, 5, 7):
        lab.do(f"goto {update}.u.0")
        lab.do("step phase")
        seen.append(value(lab, "adam.two.lr"))
    np.testing.assert_allclose(seen, [0.01, 0.055, 0.1, 0.055], rtol=1e-14)


def test_a_plateau_remembers_the_best_loss_of_its_own_objective() -> None:
    lab = plain(TURNS)
    best = np.inf
    for update in range(0, 8, 2):
        lab.do(f"goto {update}.b.0")
        loss = value(lab, "p")
        best = loss if loss < best * (1 - 1e-4) else best
        lab.do(f"goto {update + 1}.f.0")
        assert value(lab, "adam.lr.best") == best


@MODELS
def test_nothing_in_an_update_is_infinite(text: str) -> None:
    lab = plain(text)
    for update in range(1, 12):
        lab.do(f"goto {update}.f.0")
        assert lab.findings() == ()


def test_an_average_can_take_the_place_of_its_parameter() -> None:
    lab = plain(TURNS)
    lab.do("train 20")
    mean = lab.value("two.b.avg")
    assert not np.array_equal(mean, lab.value("two.b"))
    lab.do("set two.b = two.b.avg")
    lab.do("forward")
    assert np.array_equal(lab.value("two.b"), mean)
    lab.do("undo")
    assert not np.array_equal(mean, lab.value("two.b"))


GAN = """
z = noise((16, 2))
x, t = dataset("moons", n=32, batch=16)
with layer("gen"):
    fake = dense(tanh(dense(z, 8)), 2)
with layer("disc"):
    V = param(shape=(2, 8))
    u = param(shape=(8, 1))
    real = tanh(x @ V) @ u
    made = tanh(fake @ V) @ u
seen = mean(softplus(-real)) + mean(softplus(made))
fooled = mean(softplus(-made))
minimize(seen, adam(1e-2), over="disc", clip=1.0)
minimize(fooled, adam(exponential_decay(1e-2, 0.01)), over="gen", average=0.99)
"""


def test_a_generator_learns_through_a_discriminator_that_stands_still_meanwhile() -> None:
    lab = plain(GAN)
    layers = {"disc": ("disc.V", "disc.u"), "gen": ("gen.W", "gen.dense.1.W")}
    for update in range(4):
        before = {name: lab.value(name) for names in layers.values() for name in names}
        lab.do(f"goto {update + 1}.f.0")
        turn = ("disc", "gen")[update % 2]
        for layer, names in layers.items():
            assert all(np.array_equal(before[name], lab.value(name)) == (layer != turn) for name in names)
    lab.do("train 16")
    np.testing.assert_allclose(lab.value("adam.gen.lr"), 1e-2 * np.exp(-0.09), rtol=1e-13)
    assert lab.digest() == folded_anew(lab)
