"""State is a fold: however a position was reached, its bits are those of a run from the beginning with the same journal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.errors import ActionError
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, FORK, NEURON, NORMED, TURNS, XOR, folded_anew, plain

MOVES = st.one_of(
    st.sampled_from(["forward", "backward", "update", "undo", "step layer", "back layer", "step phase", "back phase"]),
    st.builds("step {}".format, st.integers(1, 30)),
    st.builds("back {}".format, st.integers(1, 30)),
    st.builds("goto {}.{}.{}".format, st.integers(0, 4), st.sampled_from("fbu"), st.integers(0, 9)),
    st.builds("train {}".format, st.integers(1, 6)),
    st.builds("seed {}".format, st.integers(0, 3)),
    st.sampled_from(["mode train", "mode eval"]),
)
EDITS = {
    NEURON: ["set w1 = 5", "set dot = f * 2", "set grad(dot) = 3", "set x0 = dot", "backward dot", "backward _mul.1",
             "set _mul.0 = 1", "accumulate", "accumulate dot"],
    FORK: ["set b = 3", "set d = 7", "set grad(d) = -1", "set grad(b) = 4", "backward c", "accumulate c", "set c = 0"],
    XOR: ["set h[0, 1] = 0.5", "set hidden.W[0] = [1, 2]", "set adam.lr = 0.01", "set grad(h) = 0.1", "backward h with 1",
          "set y = 0.3", "set x[0, 0] = 2", "accumulate h with 2", "reinit all normal(0.3)", "set hidden.W.next = 0"],
    BATCHES: ["set x[0] = 3", "set h[1] = 0", "set momentum.lr = 0.5", "backward h with h", "set grad(h)[0, 0] = 2"],
    TURNS: ["set one.a[0] = 2", "set grad(a) = 1", "reinit a he", "backward q", "backward p", "set b = [1, 1]"],
    NORMED: ["set h.running_mean = 1", "set h.mask[0] = 1", "set h.noise[0, 0] = 0.5", "set h.gamma[1] = 2", "set x[0] = 1",
             "set grad(h.normalized)[0] = 1", "set h.running_var.next = 2", "backward h with h", "accumulate h with 2"],
}  # fmt: skip


def follow(lab: Lab, moves: list[str]) -> None:
    """Do the moves; those that cannot be done there leave everything as it was."""
    for move in moves:
        before = lab.digest(), lab.position
        try:
            lab.do(move)
        except ActionError:
            if not move.startswith(("backward", "accumulate")):
                assert (lab.digest(), lab.position) == before, move


MODELS = {"neuron": NEURON, "fork": FORK, "xor": XOR, "batches": BATCHES, "turns": TURNS, "normed": NORMED}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("backend", "examples"), [("plain", 150), ("jit", 60)])
def test_every_position_has_the_bits_of_a_run_from_the_beginning(name: str, backend: str, examples: int) -> None:
    model = MODELS[name]

    @settings(max_examples=examples, deadline=None, derandomize=True)
    @given(st.lists(st.one_of(MOVES, st.sampled_from(EDITS[model])), min_size=1, max_size=14))
    def walk(moves: list[str]) -> None:
        lab = build(model, backend=backend)
        follow(lab, moves)
        assert lab.digest() == folded_anew(lab)

    walk()


@pytest.mark.parametrize("model", [BATCHES, NORMED], ids=["batches", "normed"])
def test_walking_away_and_back_gives_the_same_bits(model: str) -> None:
    lab = plain(model)
    lab.do("train 30")
    lab.do("step 7")
    seen = lab.digest()
    for move in ("train 12", "goto 3.b.2", "step 40", "back 3 update", "goto 30.f.0", "step 7"):
        lab.do(move)
    assert lab.digest() == seen


def test_another_seed_gives_other_bits() -> None:
    assert plain(XOR, 1).digest() != plain(XOR, 2).digest()
