"""The word `gradient`: a backward pass as nodes of the model, which a loss may read."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

import gradlab
from gradlab.scenario.overrides import Overrides
from gradlab.train.layers import layer_parts
from tests.scenario.reading import complaint, messages, name_list, traced

CUBE = """
w = param([1.0, 2.0])
u = param(3.0)
loss = sum(w ** 3) * u
"""
CRITIC = """
def critic(a, W, b, v):
    return leaky_relu(a @ W + b, 0.2) @ v

W = param(init=he, shape=(2, 16))
b = param(init=zeros, shape=16)
v = param(init=he, shape=(16, 1))
real, fake, share = randn(32, 2) + 2, randn(32, 2) * 0.5, rand(32, 1)
mix = share * real + (1 - share) * fake
d_loss = mean(critic(fake, W, b, v)) - mean(critic(real, W, b, v))
penalty = mean((norm(gradient(sum(critic(mix, W, b, v)), mix), axis=1) - 1) ** 2)
minimize(d_loss + 10 * penalty, adam(0.01))
"""


def lab_of(text: str, backend: str = "plain") -> gradlab.Lab:
    return gradlab.build(dedent(text), backend=backend)


def test_the_nodes_are_named_after_the_loss_and_what_it_is_differentiated_by() -> None:
    model = traced("x = input([1.0, 2.0])\nloss = sum(x * x)\nslope = gradient(loss, x)")
    assert name_list(model) == [
        "x", "_mul.0", "loss", "loss.grad._const.0", "loss.grad._expand.0", "loss.grad._mul.0", "loss.grad._mul.1",
        "loss.grad.x",
    ]  # fmt: skip
    assert model.graph.aliases["slope"] == model.graph.aliases["loss.grad.x"]
    assert {node.layer for node in model.graph.nodes[3:]} == {"loss.grad"}


def test_several_of_one_loss_are_numbered() -> None:
    model = traced(CUBE + "a = gradient(loss, w)\nb = gradient(loss, [w, u])")
    assert {"loss.grad.0.w", "loss.grad.1.w", "loss.grad.1.u"} <= set(name_list(model))


def test_a_loss_without_a_name_gives_the_word_for_one() -> None:
    model = traced("with layer('one'):\n    w = param([1.0, 2.0])\nmean(gradient(sum(exp(w)), w))")
    assert "gradient.one.w" in name_list(model)


def test_weights_of_layers_keep_the_name_of_the_layer() -> None:
    text = "x = input(shape=(4, 3))\nh = dense(x, 2)\ny = dense(tanh(h), 1)\nloss = mean(y ** 2)\n"
    assert "loss.grad.h" in name_list(traced(text + "gradient(loss, h)"))
    inside = "def net(a):\n    W = param(init=he, shape=(3, 2))\n    return sum(gradient(sum(tanh(a @ W)), W) ** 2)\n"
    assert "gradient.net.W" in name_list(traced(inside + "x = input(shape=(4, 3))\nloss = net(x)"))


def test_it_moves_no_key_that_random_numbers_depend_on() -> None:
    text = "x = randn(4, 3)\nh = dense(x, 2)\nloss = mean(tanh(h) ** 2)\n{}y = loss + dropout(mean(h), 0.5)\nminimize(y, sgd)"
    without, beside = traced(text.format("")), traced(text.format("slope = gradient(loss, [h, x])\n"))
    keys = {node.key: (node.op.name, node.name) for node in beside.graph.nodes if node.index not in beside.graph.derived}
    assert keys == {node.key: (node.op.name, node.name) for node in without.graph.nodes}


@pytest.mark.parametrize("bent", ["relu(z)", "z * (z > 0)", "where(z > 0, z, 0.1 * z)", "exp(z) / (1 + exp(z))"])
def test_layers_are_read_as_if_it_were_not_there(bent: str) -> None:
    text = (
        f"x = randn(4, 3)\nwith layer('one'):\n    z = dense(x, 2)\n    h = {bent}\nout = dense(h, 1)\nloss = mean(out ** 2)\n"
    )
    without, beside = traced(text).graph, traced(text + "slope = gradient(loss, [h, x])").graph
    assert [part.name for part in layer_parts(beside)] == [part.name for part in layer_parts(without)]
    assert layer_parts(beside) == layer_parts(without)
    assert beside.layers == without.layers


def test_backward_alone_still_begins_at_the_loss() -> None:
    graph = traced(CUBE + "slope = gradient(loss, u)").graph
    root = graph.default_root()
    assert root is not None and root.name == "loss"


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_its_numbers_are_those_of_a_backward_pass(mode: str) -> None:
    text = """
        x = randn(6, 3)
        h = tanh(dense(x, 4))
        n = batch_norm(h)
        out = dense(dropout(n, 0.3), 2)
        loss = cross_entropy(out, [0, 1, 1, 0, 1, 0])
        slopes = gradient(loss, [x, h, n, out])
    """
    lab = lab_of(text)
    lab.do(f"mode {mode}")
    lab.do("forward")
    lab.do("backward loss")
    for name in ("x", "h", "n", "out"):
        wanted = lab.grad(name)
        np.testing.assert_allclose(lab.value(f"loss.grad.{name}"), wanted, rtol=1e-12, atol=1e-14)


def test_only_what_reads_it_so_far_counts() -> None:
    lab = lab_of("w = param(2.0)\nloss = w * w\nslope = gradient(loss, w)\nloss = loss + 5 * w\nlater = gradient(loss, w)")
    lab.do("forward")
    assert [float(lab.value(name)) for name in ("slope", "later")] == [4.0, 9.0]


def test_where_no_number_comes_through_it_is_zero() -> None:
    lab = lab_of("w = param([1.0, -2.0])\nloss = sum(sign(w))\nslope = gradient(loss, w)")
    lab.do("forward")
    assert lab.value("slope").tolist() == [0.0, 0.0]


def test_by_the_loss_itself_it_is_one() -> None:
    lab = lab_of("w = param([1.0, -2.0])\nloss = sum(w)\nslope = gradient(loss, loss)")
    lab.do("forward")
    assert lab.value("slope") == 1.0


def test_a_product_with_the_hessian_is_the_difference_of_gradients() -> None:
    text = """
        w = param([0.3, -0.7, 1.1])
        v = input([1.0, 2.0, -1.0])
        loss = sum(exp(w) * roll) + sum(tanh(w * w)) * logsumexp(w)
        slope = gradient(loss, w)
        product = gradient(sum(slope * v), w)
    """.replace("roll", "flip(w)")
    lab = lab_of(text)
    lab.do("forward")
    product = lab.value("product").copy()
    ends = []
    for sign in (1, -1):
        moved = [a + sign * 1e-5 * b for a, b in zip([0.3, -0.7, 1.1], [1.0, 2.0, -1.0], strict=True)]
        other = lab_of(text.replace("[0.3, -0.7, 1.1]", str(moved)))
        other.do("forward")
        ends.append(other.value("slope").copy())
    np.testing.assert_allclose(product, (ends[0] - ends[1]) / 2e-5, rtol=1e-7, atol=1e-8)


def test_a_penalty_on_the_slope_of_a_critic_trains_on_both_machines() -> None:
    ends = []
    for backend in ("plain", "jit"):
        lab = lab_of(CRITIC, backend)
        lab.do("forward")
        before = float(lab.value("penalty"))
        lab.do("train 60 updates")
        lab.do("forward")
        ends.append(float(lab.value("penalty")))
        assert ends[-1] < 0.5 * before
    assert ends[1] == pytest.approx(ends[0], rel=1e-9)


def test_second_derivatives_pass_the_check() -> None:
    lab = lab_of(CRITIC)
    for line in ("forward", "backward"):
        lab.do(line)
    outcome = lab.do("check")
    assert outcome.ok, outcome


def test_a_thousand_ops_are_no_recursion() -> None:
    text = "w = param([0.5, 0.25])\nh = w\nfor k in range(1000):\n    h = tanh(h + w)\nloss = sum(h)\nslope = gradient(loss, w)"
    lab = lab_of(text)
    lab.do("forward")
    lab.do("backward loss")
    np.testing.assert_allclose(lab.value("slope"), lab.grad("w"), rtol=1e-12)


def test_its_memory_is_counted_before_it_is_taken() -> None:
    text = "x = input(shape=(1000, 1000))\nloss = sum(exp(sin(x)))\n{}"
    assert messages(text.format("")) == []
    memory = 8 * 1000 * 1000 * 8
    traced(text.format(""), Overrides(memory=memory))
    said = complaint(text.format("slope = gradient(loss, x)"), overrides=Overrides(memory=memory))
    assert said.startswith("error: values and gradients need at least 61 MiB, allowed are 61 MiB")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gradient(3, w)", "`gradient` takes the node of a single number, got a number"),
        ("gradient(w, w)", "`gradient`: the derivative is that of a single number, got shape (2,): take its `sum` or `mean`"),
        ("gradient(loss, 3)", "`gradient` is taken by a node or a list of nodes, got a number"),
        ("gradient(loss, [w, 'u'])", "`gradient` is taken by a node or a list of nodes, got a string"),
        ("gradient(loss, [])", "`gradient` is taken by at least one node, got an empty list"),
        ("c = const([1.0, 2.0])\ngradient(sum(w * c), c)", "`c` is a constant: `gradient` is taken by what can change"),
        ("q = param(1.0)\ngradient(loss, q)", "nothing flows from `loss` back to `q`, which it is not made from"),
        (
            "gradient(sum(stop_gradient(w)), w)",
            "nothing flows from `sum(stop_gradient(w))` back to `w`: the way is cut by `stop_gradient`",
        ),
        ("gradient(loss)", "`gradient` needs `x`; it takes (loss, x)"),
    ],
)
def test_what_cannot_be_differentiated_is_said(text: str, message: str) -> None:
    assert messages(CUBE + text) == [message]


def test_an_op_without_a_gradient_in_ops_is_named_with_its_place() -> None:
    assert complaint("x = input(shape=(1, 4, 4, 4))\nbig = max_pool3d(x, 2)\nslope = gradient(sum(big), x)") == (
        "error: no gradient can be built through `max_pool3d`: its backward pass is not written in ops\n"
        "  --> <model>:3:9\n"
        "  |\n"
        "3 | slope = gradient(sum(big), x)\n"
        "  |         ^^^^^^^^^^^^^^^^^^^^^\n"
        "note: `big` is made here\n"
        "  --> <model>:2:7\n"
        "  |\n"
        "2 | big = max_pool3d(x, 2)\n"
        "  |       ^^^^^^^^^^^^^^^^"
    )


def test_only_the_way_to_what_is_asked_for_has_to_be_written_in_ops() -> None:
    text = "x, y = input(shape=(1, 4, 4, 4)), param(1.0)\nloss = sum(max_pool3d(x, 2)) * y\nslope = gradient(loss, y)"
    assert messages(text) == []


def test_it_adds_no_warning() -> None:
    text = "x = randn(4, 3)\nloss = cross_entropy(dense(x, 1), [0, 0, 0, 0])\n"
    without, beside = traced(text), traced(text + "slope = gradient(loss, x)")
    assert len(without.warnings) == 1
    assert [one.message for one in beside.warnings] == [one.message for one in without.warnings]
