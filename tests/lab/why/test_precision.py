"""What a narrow dtype loses, counted on nets where it can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.lab.why.precision import Lost, lost
from gradlab.session import Lab, build
from tests.lab.models import NORMED, XOR, plain, said

CHAIN = """
x = param([1.0, 2.0, 1e30])
a = x * 1e-20
b = a * 1e-20
c = b * 1e-20
y = sum(c)
"""


def by_name(lab: Lab, dtype: str = "float32", scale: float = 1.0) -> dict[str, Lost]:
    """Return what was lost; gradients as `grad(x)`."""
    return {e.name if e.what == "value" else f"grad({e.name})": e for e in lost(lab, dtype, scale)}


def counts(lab: Lab, dtype: str = "float32", scale: float = 1.0) -> dict[str, tuple[int, int, int]]:
    """Return what underflowed, is subnormal and overflowed, where there is any of it."""
    found = {name: (e.underflowed, e.subnormal, e.overflowed) for name, e in by_name(lab, dtype, scale).items()}
    return {name: three for name, three in found.items() if any(three)}


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_what_underflows_in_float32_is_counted_at_its_node_forward_and_backward(backend: str) -> None:
    lab = build(CHAIN, backend=backend)
    assert counts(lab) == {"b": (0, 2, 0), "c": (2, 0, 0), "grad(a)": (0, 3, 0), "grad(x)": (3, 0, 0)}


def test_the_totals_come_first_and_then_the_nodes_that_lost_most() -> None:
    spoken = said(plain(CHAIN), "precision")
    assert spoken[0].startswith("value: values in float32: 2 underflowed, 2 subnormal, 0 overflowed of 14; largest relative")
    assert spoken[1].startswith("value: gradients in float32: 3 underflowed, 3 subnormal, 0 overflowed of 14; largest relative")
    assert spoken[2:] == [
        "value:   grad(x)  3 underflowed of 3", "value:   c  2 underflowed of 3",
        "value:   grad(a)  3 subnormal of 3", "value:   b  2 subnormal of 3",
    ]  # fmt: skip


def test_what_overflows_is_counted_only_where_float64_has_a_number() -> None:
    lab = plain("x = param([1e30, 1.0, 0.0])\ny = square(x)\nz = 1.0 / x\ns = sum(y)")
    found = counts(lab)
    assert found["y"] == (0, 0, 1)
    assert found["s"] == (0, 0, 1)
    assert "z" not in found, "1 / 0 is infinite in every dtype"


def test_without_a_word_it_is_float32_and_no_scale() -> None:
    lab = plain(CHAIN)
    assert lost(lab) == lost(lab, "float32", 1.0) != lost(lab, "float32", 100.0)


def test_only_the_largest_rounding_error_is_told() -> None:
    found = by_name(plain("x = param([1.0, 0.1])\ny = x + 1e7\nz = sum(y - 1e7)"))
    assert found["x"].error == abs(float(np.float32(0.1)) - 0.1), "of the largest number, 1"
    assert found["z"].error == pytest.approx(0.1 / 1.1, rel=1e-6)
    assert found["grad(x)"].error == 0.0


HALF = """
x = param([1.0, -3.0])
h = x * 2.0
y = sum(h) * 1e-4 * 1e-4
"""


def test_gradients_that_underflow_in_float16_are_saved_by_a_scale_of_the_loss_that_is_not_too_large() -> None:
    lab = plain(HALF)
    bare = counts(lab, "float16")
    assert bare["grad(h)"] == (2, 0, 0)
    assert bare["grad(x)"] == (2, 0, 0)
    assert counts(lab, "float16", 1024)["grad(h)"] == (0, 2, 0)
    enough = counts(lab, "float16", 32768)
    assert not {"grad(h)", "grad(x)"} & set(enough)
    assert counts(lab, "float16", 1e5)["grad(y)"] == (0, 0, 1)
    assert counts(lab, "float32").keys().isdisjoint({"grad(h)", "grad(x)"})


def test_float16_rounds_after_every_op() -> None:
    found = by_name(plain("x = param([1.0])\ny = x + 0.0001\nz = y - 1.0"), "float16")
    assert found["y"].error == pytest.approx(0.0001 / 1.0001)
    assert found["z"].underflowed == 1


def test_class_numbers_are_no_numbers_to_round() -> None:
    scores = np.zeros((1, 3000))
    scores[0, 2999] = 2.0
    model = "x, t = input(shape=(1, 3000)), input(shape=(1,))\nloss = cross_entropy(x, t)"
    lab = build(model, data={"x": scores, "t": [2999]}, backend="plain")
    found = by_name(lab, "float16")
    assert found["t"].error == 0.0
    assert found["loss"].error < 1e-3


@pytest.mark.parametrize("model", [XOR, NORMED], ids=["xor", "normed"])
@pytest.mark.parametrize("line", ["precision", "precision float16 scale 8"])
def test_looking_at_precision_moves_nothing(model: str, line: str) -> None:
    lab = plain(model)
    lab.do("train 3\nstep 4")
    before = lab.digest()
    lab.do(line)
    assert lab.digest() == before


def test_a_net_without_a_scalar_has_values_to_compare_and_no_gradients() -> None:
    spoken = said(plain("x = param([1.0, 2.0])\ny = x * 1e-60"), "precision")
    assert len([line for line in spoken if "in float32" in line]) == 1
    assert "value:   y  2 underflowed of 2" in spoken


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("precision float8", "`float8` is not one of float32, float16"),
        ("precision float16 scale none", "`none` is no scale"),
        ("precision scale -1", "`-1` is no scale"),
        ("precision scale inf", "`inf` is no scale"),
    ],
)
def test_a_wrong_dtype_or_scale_is_refused(line: str, text: str) -> None:
    with pytest.raises(ActionError, match=text):
        plain(CHAIN).do(line)


def test_an_element_that_cancellation_left_near_zero_is_no_alarm() -> None:
    found = by_name(plain("x = param([0.1, 0.7])\ny = x * 10 - [0.9999999, 0.0]\nz = sum(y)"))
    assert found["y"].error < 1e-7, "of the largest number of y, 7"


ADAM = "x = const([[1.0, -2.0]])\nW = param([[1.0], [2.0]])\nloss = sum((x @ W) ** 2) * 1e-3\nminimize(loss, adam(0.1))"


def test_the_update_is_looked_at_and_an_epsilon_that_is_0_is_told_first() -> None:
    lab = plain(ADAM)
    lab.do("forward\nbackward")
    found = {e.name: e for e in lost(lab, "float16") if e.what == "update"}
    assert (found["adam.eps"].underflowed, found["adam.eps"].size) == (1, 1)
    assert found["W.direction"].what == "update"
    spoken = said(lab, "precision float16")
    assert spoken[2].startswith("value: update in float16: ")
    assert spoken[3] == "value:   adam.eps  1 underflowed of 1"


def test_in_bfloat16_the_second_beta_of_adam_is_1() -> None:
    lab = plain(ADAM)
    lab.do("forward\nbackward")
    found = {e.name: e for e in lost(lab, "bfloat16") if e.what == "update"}
    assert found["adam.one_minus_beta2"].underflowed == 1
    assert found["adam.eps"].underflowed == 0
    assert found["W.v_hat"].overflowed == 2, "v.next / (1 - 1 ** t) is 0 / 0"


def test_the_update_gets_gradients_without_the_scale_of_the_loss() -> None:
    lab = plain(ADAM.replace("adam(0.1)", "sgd(0.5)"))
    lab.do("forward\nbackward")
    one, many = ({e.name: e for e in lost(lab, "float32", scale) if e.what == "update"} for scale in (1.0, 1024.0))
    assert one == many
    assert one["W.next"].error < 1e-6


def test_the_update_of_another_root_is_none() -> None:
    lab = plain(ADAM)
    lab.do("forward\nbackward _matmul.0 with [[1]]")
    assert {e.what for e in lost(lab, "float16")} == {"value", "grad"}


def test_the_present_position_stays_where_it_was() -> None:
    lab = plain(ADAM)
    lab.do("train 2\nforward\nbackward")
    before = lab.digest()
    lab.do("precision bfloat16")
    assert lab.digest() == before
