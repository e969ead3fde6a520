"""Where no gradient comes by, the op that cuts the path is named, wherever it is said."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.ops import OPS
from gradlab.session import build
from tests.lab.models import said

ENCODER = 'with layer("enc"):\n    h = tanh(param([1.0, 2.0, 3.0]))\nw = param(2.0)\n'


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        ("s = stop_gradient(enc.h)\nf = sum(s * w)", "cut by `stop_gradient` in s"),
        ("f = argmax(2 * enc.h) * w", "cut by `argmax` in _argmax.0"),
        ("f = cross_entropy(w * [[1, 2, 3]], argmax(enc.h, keepdims=True))", "cut by `argmax` in _argmax.0"),
        ("f = cross_entropy(w * [1, 2, 3], enc.h)", "cut by `t` of `cross_entropy` in f"),
        ("f = sum(stop_gradient(enc.h)) + argmax(enc.h) + argmin(enc.h) + w",
         "cut by `stop_gradient` in _stop_gradient.0, `argmax` in _argmax.0 and 1 more"),
    ],
)  # fmt: skip
def test_an_op_that_cuts_is_named_by_the_ledger_the_ways_the_remarks_and_the_passes(loss: str, why: str) -> None:
    lab = build(ENCODER + loss.replace("enc.h", "h") + "\n", backend="plain")
    lab.do("forward\nbackward")
    whole = f"no path leads from enc.h to the root, {why}: its gradient is 0"
    assert said(lab, "explain enc.h[0]") == [f"value: ∂f/∂enc.h[0] = +0.000000  ({whole})"]
    assert said(lab, "paths enc.h") == [f"value: ∂f/∂enc.h  ({whole})"]
    (remark,) = said(lab, "expect grad(enc.h) ~= 0")
    assert f"no path leads from `enc.h` to the root, {why}: its gradient is 0" in remark
    with pytest.raises(ActionError, match="the backward pass does not come by") as error:
        lab.do("backward f to enc.h")
    assert f"no path leads from `enc.h` to `f`, {why}: the" in str(error.value)


def test_a_node_that_the_root_is_not_made_from_says_so() -> None:
    lab = build("x = param(2.0)\nf = x * 3\nlate = x * 4\n", backend="plain")
    lab.do("forward\nbackward f")
    why = "no path leads from late to the root, and f is not made from it: its gradient is 0"
    assert said(lab, "explain late") == [f"value: ∂f/∂late = +0.000000  ({why})"]


def test_a_derivative_that_is_0_everywhere_is_named_where_it_cuts_all_paths() -> None:
    lab = build("x = param([1.0, 3.0])\nh = x * 2\nf = sum((h > 2) * 1.0)\n", backend="plain")
    lab.do("forward\nbackward")
    assert lab.explain("x[1]").note == "every path to the root is cut by `greater` in _greater.0"
    other = build("x = param([1.0, 3.0])\nh = x * 2\nf = sum((h > 2) * h)\n", backend="plain")
    other.do("forward\nbackward")
    assert other.explain("x[1]").note == ""


def test_after_an_update_the_root_that_the_gradients_are_of_is_meant() -> None:
    lab = build(
        "x = param(1.0)\ny = param(1.0)\na = (x - 2) ** 2\nb = (stop_gradient(x) - y) ** 2\n"
        'minimize(b, sgd(0.1), over="y")\nminimize(a, sgd(0.1), over="x")\n',
        backend="plain",
    )
    lab.do("train 1")
    assert "cut by `stop_gradient` in _stop_gradient.0" in lab.explain("x").note


FLAT = [
    (name, position)
    for name, op in OPS.items()
    for position in range(len(op.inputs))
    if op.kind == "elementwise" and not op.attrs and op.is_flat(position)
]


@pytest.mark.parametrize(("name", "position"), FLAT)
def test_a_derivative_that_its_page_says_is_0_is_0(name: str, position: int) -> None:
    op = OPS[name]
    numbers = [np.linspace(-2.5, 2.5, 11) + 0.07 * k for k in range(len(op.inputs))]
    assert op.forward is not None and op.backward is not None
    sent = op.backward(np.ones(11), op.forward(*numbers), *numbers)
    assert not np.any(sent[position] if isinstance(sent, tuple) else sent)


def test_no_straight_through_rule_counts_as_flat() -> None:
    assert {"greater", "sign", "stop_gradient"} <= {name for name, _ in FLAT}
    straight = [op for name, op in OPS.items() if name.endswith("straight_through")]
    assert straight and not any(op.is_flat(0) for op in straight)
