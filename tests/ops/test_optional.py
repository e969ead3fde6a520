"""Ops whose last inputs may be left out: one word, one file, and kernels that read only what is there."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.cli import main
from gradlab.errors import ScenarioError
from gradlab.kernels import cache, modules
from gradlab.ops import OPS, compiled_ops
from tests.ops.harness import Bench
from tests.ops.weighted_total import OP, X

HEAD = "x = input([[[[1.0, 2.0], [3.0, 4.0]]]])\nw = param([[[[1.0, 1.0]]]])\nb = param([10.0])\n"
W, S = np.array([3.0, 5.0, 7.0]), np.array(100.0)


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize(
    ("call", "expression", "wanted"),
    [
        ("conv2d(x, w)", "conv2d(x, w)", [3.0, 7.0]),
        ("conv2d(x, w, b)", "conv2d(x, w, b)", [13.0, 17.0]),
        ("conv2d(x, W=w, b=b)", "conv2d(x, w, b)", [13.0, 17.0]),
        ("conv2d(x, w, None, 2)", "conv2d(x, w)", [3.0]),
        ("conv2d(x, w, stride=2, b=b)", "conv2d(x, w, b)", [13.0]),
    ],
)
def test_a_convolution_is_called_with_or_without_bias(backend: str, call: str, expression: str, wanted: list[float]) -> None:
    lab = gradlab.build(f"{HEAD}y = {call}\nloss = sum(y)", backend=backend)
    node = lab.nodes[lab.graph.aliases["y"]]
    assert (node.op, node.expression, node.title) == ("conv2d", expression, "convolution over an image")
    lab.do("forward")
    lab.do("backward")
    assert lab.value("y").reshape(-1).tolist() == wanted
    assert lab.grad("w").reshape(-1).tolist() == ([4.0, 6.0] if len(wanted) == 2 else [1.0, 2.0])
    if "b" in expression:
        assert lab.grad("b").tolist() == [float(len(wanted))]


def test_a_node_without_a_name_is_called_after_the_op() -> None:
    lab = gradlab.build(f"{HEAD}y = relu(conv2d(x, w)) + relu(conv2d(x, w, b))\nloss = sum(y)")
    names = [node.name for node in lab.graph.nodes if node.op.name == "conv2d"]
    assert names == ["_conv2d.0", "_conv2d.1"]


def test_what_is_needed_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"`conv2d` needs `W`; it takes \(x, W, b=None, stride=1, padding=0"):
        gradlab.build(f"{HEAD}y = conv2d(x)")


@pytest.mark.parametrize("name", ["conv1d", "conv2d", "conv_transpose2d"])
def test_a_form_without_the_last_input_says_nothing_of_it(name: str) -> None:
    op = OPS[name]
    assert [form.inputs for form in op.forms] == [("x", "W", "b"), ("x", "W")]
    assert op.formula.endswith(" + b[m]")
    short = op.taking(2)
    assert f"{short.formula} + b[m]" == op.formula
    assert [rule[:2] for rule in op.derivatives] == ["dx", "dW", "db"]
    assert short.derivatives == op.derivatives[:2]
    assert (short.symbols, short.name, short.kernel) == (f"{name}({{x}}, {{W}})", name, f"{name}_without_b")
    assert (len(short.ranks), len(short.differentiable)) == (3, 2)


def test_the_forms_have_kernels_of_their_own_and_the_word_is_listed_once(capsys: pytest.CaptureFixture[str]) -> None:
    forms = OPS["conv2d"].forms
    assert len({cache.module_name(form, "float64") for form in forms}) == 2
    assert ["absent=1" in modules.module_text(form, "float64") for form in forms] == [False, True]
    assert [compiled_ops()[form.kernel] is form for form in forms] == [True, True]
    assert main(["ops", "--json"]) == 0
    listed = [word["name"] for word in json.loads(capsys.readouterr().out)["results"] if word["name"].startswith("conv2d")]
    assert listed == ["conv2d"]


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("inputs", "wanted", "sent"),
    [
        ((X, W, S), 141.0, ([3, 5, 7], [1, 2, 4], 1)),
        ((X, W), 41.0, ([3, 5, 7], [1, 2, 4])),
        ((X,), 7.0, ([1, 1, 1],)),
    ],
)
def test_functions_that_numba_compiles_are_given_none_for_what_is_left_out(
    backend: str, dtype: str, inputs: Any, wanted: float, sent: Any
) -> None:
    bench = Bench(OP, inputs, {}, backend, dtype)
    assert bench.forward() == wanted
    for found, right in zip(bench.backward(np.array(1.0)), sent, strict=True):
        np.testing.assert_array_equal(found, right)
