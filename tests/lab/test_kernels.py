"""The compiled machine under the laboratory: the same walks, and numbers that agree with the plain one."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.session import build
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


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (XOR, "loss < 0.24"),
        (XOR, "rms(update(hidden.W)) < 0.03 and hidden.W > 0"),
        (XOR, "delta(hidden) < 0.01 or norm(grad(output.b)) < 0.001"),
        (BATCHES, "share(h == 0) > 0.5 and x > 1"),
        (TURNS, "p < 1 and q < 3"),
        (TURNS, "update(b)[1] > -0.01"),
    ],
)
def test_searches_with_kernels_stop_where_those_without_do_and_leave_the_bits_of_going_there(model: str, text: str) -> None:
    lab, other = build(model, backend="jit"), plain(model)
    for line in (f"run until {text} for 300 updates", "train 80", f"reverse until {text}"):
        lab.do(line)
        other.do(line)
        assert lab.position == other.position
        straight = build(model, backend="jit")
        straight.do(f"goto {lab.position}")
        assert lab.digest() == straight.digest()
