"""What is called again with the same parameters: their names and keys, what each call has of its own, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.graph.graph import Graph
from gradlab.graph.tape import Tape
from gradlab.session import Lab
from tests.scenario.reading import complaint, messages, traced

CRITIC = """
x, y = randn(4, 3), randn(4, 3)
def critic(x):
    h = tanh(dense(x, 5))
    W = param(shape=(5, 1), init=he)
    return h @ W + noise(shape=())
"""
BY_HAND = """
x, y = randn(4, 3), randn(4, 3)
V, b = param(shape=(3, 5)), param(shape=5, init=zeros)
W = param(shape=(5, 1), init=he)
def critic(x):
    h = tanh(affine(x, V, b))
    return h @ W + noise(shape=())
"""
LOSS = "loss = mean(yes) - mean(no)\nminimize(loss, adam(0.1))\n"


def graph_of(text: str) -> Graph:
    """Return the graph of a model."""
    return traced(text).graph


def test_parameters_are_made_once_and_keyed_by_the_name_of_what_is_shared() -> None:
    graph = graph_of(CRITIC + "judge = shared(critic)\nyes, no = judge(x), judge(y)\n" + LOSS)
    assert [(node.name, node.key, node.layer) for node in graph.params] == [
        ("judge.dense.W", "judge.dense.0.W", "judge"),
        ("judge.b", "judge.dense.0.b", "judge"),
        ("judge.W", "judge.W.0", "judge"),
    ]


def test_every_call_is_a_layer_with_nodes_and_noise_of_its_own() -> None:
    graph = graph_of(CRITIC + "judge = shared(critic)\nyes, no = judge(x), judge(y)\n")
    assert graph.layers == ["judge", "judge.0", "judge.1"]
    assert [node.name for node in graph.nodes if node.layer == "judge.1"] == [
        "judge.1._affine.0", "judge.1.h", "judge.1._matmul.0", "judge.1._noise.0", "no",
    ]  # fmt: skip
    assert [node.key for node in graph.nodes if node.op.role == "noise"][2:] == ["judge.0._noise.0", "judge.1._noise.0"]


def test_the_parameters_of_a_call_are_those_that_are_shared_by_all_names() -> None:
    graph = graph_of(CRITIC + "judge = shared(critic)\nyes, no = judge(x), judge(y)\n")
    reached = [graph.nodes[graph.aliases[name]].name for name in ("judge.0.W", "judge.1.W", "judge.h.W", "judge.1.x")]
    assert reached == ["judge.W", "judge.W", "judge.dense.W", "y"]


def test_a_graph_of_shared_calls_is_that_of_weights_written_by_hand() -> None:
    shared = graph_of(CRITIC + "judge = shared(critic)\nyes, no = judge(x), judge(y)\n" + LOSS)
    by_hand = graph_of(BY_HAND + "yes, no = critic(x), critic(y)\n" + LOSS)
    assert sorted(node.op.name for node in shared.nodes) == sorted(node.op.name for node in by_hand.nodes)
    tapes = [Tape(graph, "float64") for graph in (shared, by_hand)]
    assert tapes[0].size == tapes[1].size
    lengths = [len(tape.backward_order(graph.objectives[0].root)) for tape, graph in zip(tapes, (shared, by_hand), strict=True)]
    assert lengths[0] == lengths[1]


def test_gradients_of_both_calls_add() -> None:
    lab = gradlab.build("x, y = randn(4, 3), randn(4, 3)\nf = shared(dense, units=2)\ns = sum(f(x) ** 2) + sum(f(y) ** 3)")
    lab.do("forward")
    lab.do("backward s")
    x, y, w, b = (lab.value(name) for name in ("x", "y", "f.W", "f.b"))
    assert np.allclose(lab.grad("f.W"), x.T @ (2 * (x @ w + b)) + y.T @ (3 * (y @ w + b) ** 2), rtol=1e-12)
    assert all(verdict.verdict == "ok" for verdict in lab.check())


def test_a_layer_of_the_library_keeps_what_its_first_call_was_given() -> None:
    graph = graph_of("x = randn(4, 3)\nf = shared(dense)\na = f(x, 3, init=he)\nb = f(tanh(a))\nc = f(b, bias=True)")
    assert [(node.name, node.shape) for node in graph.params] == [("f.W", (3, 3)), ("f.b", (3,))]
    assert [node.layer for node in graph.nodes if node.op.name == "affine"] == ["f.0", "f.1", "f.2"]


def test_recurrent_layers_and_functions_within_functions_are_shared_as_a_whole() -> None:
    text = """
    x, y = randn(3, 2, 4), randn(5, 2, 4)
    def inner(x):
        return dense(x, 2)
    def read(x):
        with layer("cell"):
            hs, h = rnn(x, 3)
        for k in range(2):
            h = h + inner(h) @ param(shape=(2, 3))
        return h
    reader = shared(read)
    a, b = reader(x), reader(y)
    """
    graph = graph_of(text)
    assert [node.name for node in graph.params] == [
        "reader.cell.W", "reader.cell.b", "reader.inner.0.W", "reader.inner.0.b", "reader._param.0",
        "reader.inner.1.W", "reader.inner.1.b", "reader._param.1",
    ]  # fmt: skip
    assert graph.find("reader.1.cell.t4.h") is not None
    assert graph.find("reader.0.cell.t4.h") is None


def test_something_shared_within_something_shared_has_its_own_name_in_it() -> None:
    text = (
        CRITIC
        + "def pair(x):\n    once = shared(critic)\n    return once(x) + once(2 * x)\nf = shared(pair)\na, b = f(x), f(y)"
    )
    graph = graph_of(text)
    assert [node.name for node in graph.params] == ["f.once.dense.W", "f.once.b", "f.once.W"]
    assert {node.layer for node in graph.nodes if node.op.name == "tanh"} == {"f.0", "f.1"}
    assert graph.find("f.1.once.1.h") is not None


def test_a_list_of_what_is_shared_is_numbered() -> None:
    text = "x = randn(2, 3)\nfs = [shared(dense, units=3) for k in range(3)]\nfor f in fs:\n    x = f(tanh(f(x)))\n"
    graph = graph_of(text)
    assert [node.name for node in graph.params if node.name.endswith("W")] == ["fs.0.W", "fs.1.W", "fs.2.W"]
    assert [node.key for node in graph.params if node.name.endswith("W")] == [
        "fs.dense.0.W", "fs.1.dense.0.W", "fs.2.dense.0.W",
    ]  # fmt: skip
    assert len({node.key for node in graph.nodes}) == len(graph.nodes)
    assert [node.layer for node in graph.nodes if node.op.name == "affine"] == [
        f"fs.{k}.{n}" for k in range(3) for n in range(2)
    ]


NORMED = """
x, y = randn(8, 3), randn(8, 3)
def body(x):
    return dense(batch_norm(x), 2)
f = shared(body)
a, b = f(x), f(3 + 2 * y)
both = mean(a ** 2) + mean(b ** 2)
only = mean(b)
minimize(both, sgd(0.0))
minimize(only, sgd(0.0))
"""


def moved(lab: Lab, start: float, *values: np.ndarray) -> np.ndarray:
    """Return a statistic of rate 0.1 that follows some values, one after the other."""
    found = np.full(values[0].shape, start)
    for value in values:
        found = found + 0.1 * (value - found)
    return found


def test_a_running_statistic_follows_every_call_that_a_loss_depends_on() -> None:
    lab = gradlab.build(NORMED)
    assert [node.name for node in lab.graph.nodes if node.op.role == "buffer"] == ["f.running_mean", "f.running_var"]
    lab.do("forward")
    means = [lab.value(f"f.{k}.mean") for k in range(2)]
    variances = [lab.value(f"f.{k}.var") * 8 / 7 for k in range(2)]
    lab.do("train 1")
    np.testing.assert_allclose(lab.value("f.running_mean"), moved(lab, 0.0, *means), rtol=1e-12)
    np.testing.assert_allclose(lab.value("f.running_var"), moved(lab, 1.0, *variances), rtol=1e-12)
    before = lab.value("f.running_mean")
    lab.do("forward")
    after = before + 0.1 * (lab.value("f.1.mean") - before)
    lab.do("train 1")
    np.testing.assert_allclose(lab.value("f.running_mean"), after, rtol=1e-12)


def test_in_eval_all_calls_read_the_one_statistic() -> None:
    lab = gradlab.build(NORMED)
    lab.do("train 3")
    lab.do("mode eval")
    lab.do("forward")
    for k in range(2):
        np.testing.assert_array_equal(lab.value(f"f.{k}.used_mean"), lab.value("f.running_mean"))


def test_another_shape_names_both_places() -> None:
    text = "x, y = randn(4, 3), randn(4, 2)\nf = shared(dense, units=5)\na = f(x)\nb = f(y)"
    assert complaint(text) == (
        "error: `f` is shared: `W` of `dense` is of shape (3, 5) since the first call, this one needs (2, 5)\n"
        "  --> <model>:4:5\n"
        "  |\n"
        "4 | b = f(y)\n"
        "  |     ^^^^\n"
        "note: the first call\n"
        "  --> <model>:3:5\n"
        "  |\n"
        "3 | a = f(x)\n"
        "  |     ^^^^"
    )


BRANCH = """
x = randn(4, 3)
def f(x, deep, wide=3):
    if deep > 0:
        x = dense(x, 3)
    V = param(shape=(3, wide))
    if deep > 1:
        x = tanh(x) + param(shape=())
    return x @ V
g = shared(f)
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BRANCH + "a = g(x, 0)\nb = g(x, 1)", "`g` is shared: this call needs `W` where the first one made `V`"),
        (BRANCH + "a = g(x, 1)\nb = g(x, 0)",
         "`g` is shared: this call needs a `param` where the first one made `W` of `dense`"),
        (BRANCH + "a = g(x, 1)\nb = g(x, 2)", "`g` is shared: this call also needs a `param` of shape ()"),
        (BRANCH + "a = g(x, 2)\nb = g(x, 1)", "`g` is shared: this call does without `param(shape=())` of the first one"),
        (BRANCH + "a = g(x, 1)\nb = g(x, 1, wide=4)",
         "`g` is shared: `V` is of shape (3, 3) since the first call, this one needs (3, 4)"),
        ("def f(x):\n    return g(x)\ng = shared(f)\ny = g(input(1.0))", "`g` is shared, and calls itself"),
        ("x = input(1.0)\ng = shared(x)", "`shared` takes a function of this model or a layer of the library, got a node"),
        ("g = shared(tanh)", "`shared` takes a function of this model or a layer of the library, got an op"),
        ("g = shared()", "`shared` takes one function or layer, and arguments for it by name"),
        ("g = shared(dense, 3)", "`shared` takes one function or layer, and arguments for it by name"),
        ("g = shared(dense, unit=3)", "`dense` has no argument `unit`"),
        ("g = shared(dense)\ny = g(randn(2, 3))",
         "`dense` needs `units`; it takes (x, units, init=xavier, bias=True, W=None, b=None)"),
        ("h = dense", "`dense` is a word that is called"),
        ("g = shared(dense, units=2)\ny = g + 1", "`+` does not go with a shared function and a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_said(text: str, message: str) -> None:
    assert messages(text)[:1] == [message]


def test_a_first_call_that_goes_wrong_is_reported_once() -> None:
    text = "x = randn(4, 3)\ndef f(x):\n    return dense(x, 2) + nothing\ng = shared(f)\na = g(x)\nb = g(x)\nc = g(a)"
    assert messages(text) == ["unknown name `nothing`"]


def test_a_first_call_with_wrong_arguments_says_so_and_no_more() -> None:
    text = "x = randn(4, 3)\nf = shared(dense, bias=0.5)\na = f(x, 2)\nb = f(x, 2)"
    assert messages(text) == ["`bias` of `dense` is True, False or an initializer such as `constant(0.1)`, got 0.5"]


GAN = """
u = noise(shape=(32, 1), kind="uniform")
real = where(u > 0.5, 2.0, -2.0) + 0.3 * noise(shape=(32, 1))
with layer("generator"):
    z = noise(shape=(32, 4))
    g = relu(dense(z, 16, init=he))
    fake = dense(g, 1)
def critic(x):
    h = leaky_relu(dense(x, 16, init=he), 0.2)
    return dense(h, 1)
judge = shared(critic)
yes, no = judge(real), judge(fake)
minimize(mean(softplus(-yes)) + mean(softplus(no)), adam(0.002, beta1=0.5), over="judge")
minimize(mean(softplus(-no)), adam(0.002, beta1=0.5), over="generator")
"""


def test_a_discriminator_is_written_with_library_layers() -> None:
    lab = gradlab.build(GAN)
    before = {node.name: lab.value(node.name) for node in lab.graph.params}
    lab.do("train 1")
    changed = {name for name, value in before.items() if not np.array_equal(value, lab.value(name))}
    assert changed == {"judge.h.W", "judge.h.b", "judge.W", "judge.b"}
    assert [row.name for row in lab.stats()][:3] == ["generator", "judge.0", "judge.1"]
    assert lab.stats()[-1].name == "judge"
    lab.do("reinit judge zeros")
    assert not lab.value("judge.h.W").any()


PRETRAINED = """
x = randn(16, 8)
ws = [shared(dense, units=n, init=normal(0.1)) for n in (6, 4)]
code, total = x, 0
for k, w in enumerate(ws):
    with layer(f"pre{k}"):
        new = sigmoid(w(code))
        back = dense(new, code.shape[1])
        total = total + mse(back, code)
    code = stop_gradient(new)
with layer("fine"):
    h = x
    for w in ws:
        h = sigmoid(w(h))
    tuned = mean(dense(h, 1) ** 2)
minimize(total, adam(0.01))
minimize(tuned, adam(0.01))
"""


def test_layers_are_trained_one_by_one_and_then_together() -> None:
    graph = graph_of(PRETRAINED)
    assert [node.name for node in graph.params if node.name.endswith("W")] == ["ws.0.W", "pre0.W", "ws.1.W", "pre1.W", "fine.W"]
    shared = {graph.aliases[name] for name in ("ws.0.W", "ws.1.W")}
    assert all(shared <= set(objective.params) for objective in graph.objectives)
