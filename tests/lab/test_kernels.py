"""The compiled machine under the laboratory: the same walks, and numbers that agree with the plain one."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.lab import build
from tests.lab.models import BATCHES, TURNS, XOR, plain

WALK = ["train 40", "goto 12.b.2", "step 9", "set grad(loss) = 2", "goto 30.u.1", "back 3 update", "step phase", "backward"]


@pytest.mark.parametrize("model", [XOR, BATCHES], ids=["xor", "batches"])
def test_a_walk_with_kernels_ends_in_the_bits_of_going_there_at_once(model: str) -> None:
    lab, straight = build(model, backend="jit"), build(model, backend="jit")
    for line in WALK[:3]:
        lab.do(line)
        straight.do(line)
    for line in ("train 30", "goto 3.f.1", "train 60", "goto 20.b.1"):
        lab.do(line)
    straight.do("goto 20.b.1")
    assert lab.digest() == straight.digest()


@pytest.mark.parametrize("model", [XOR, BATCHES, TURNS], ids=["xor", "batches", "turns"])
def test_stepping_with_kernels_gives_the_bits_of_training_with_kernels(model: str) -> None:
    trained, stepped = build(model, backend="jit"), build(model, backend="jit")
    trained.do("train 25")
    for _ in range(25):
        stepped.do("forward")
        stepped.do("update")
    assert trained.digest() == stepped.digest()


def test_both_machines_agree() -> None:
    compiled, other = build(XOR, backend="jit"), plain(XOR)
    for line in WALK:
        compiled.do(line)
        other.do(line)
        assert compiled.position == other.position
    np.testing.assert_allclose(compiled.grad("hidden.W"), other.grad("hidden.W"), rtol=1e-9)
    assert compiled.snapshot().grad_states == other.snapshot().grad_states
