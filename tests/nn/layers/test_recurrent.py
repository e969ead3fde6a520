"""Recurrent layers: unrolled over time, held against PyTorch's, and their weights shared by all steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.session import Lab
from gradlab.train.layers import layer_parts
from tests.nn.built import Floats, drawn, ops, params, passes_check, refusal, run, same

T, B, N, U = 5, 2, 3, 4
X = drawn(T, B, N)
LOSS = "loss = sum(hs * a) + sum(h * b)"
HEAD = f"x = input(shape=({T}, {B}, {N}))\na = input(shape=({T}, {B}, {U}))\nb = input(shape=({B}, {U}))\n"
DATA = {"x": X, "a": drawn(T, B, U, seed=1), "b": drawn(B, U, seed=2)}

RNN = HEAD + f"hs, h = rnn(x, {U})\n{LOSS}"
LSTM = HEAD + f"hs, h, c = lstm(x, {U})\n{LOSS} + sum(c * b)"
GRU = HEAD + f"hs, h = gru(x, {U}, reset_after=True)\n{LOSS}"


def blocks(array: Floats, count: int, order: tuple[int, ...]) -> Floats:
    """Return the parts of the last axis in another order, one behind the other in the first."""
    listed = np.split(array, count, axis=-1)
    return np.concatenate([listed[k].T if array.ndim > 1 else listed[k] for k in order])


def fill(torch: Any, module: Any, **arrays: Floats) -> None:
    """Copy arrays into a module of PyTorch; what is not named is zero."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.from_numpy(arrays[name]) if name in arrays else torch.zeros_like(parameter))


def gates(lab: Lab, count: int, order: tuple[int, ...], path: str = "hs", n: int = N) -> dict[str, Floats]:
    """Return the weights of a layer as PyTorch has them: those for x, those for h, one bias."""
    weights = lab.value(f"{path}.W")
    return {
        "weight_ih_l0": blocks(weights[:n], count, order),
        "weight_hh_l0": blocks(weights[n:], count, order),
        "bias_ih_l0": blocks(lab.value(f"{path}.b"), count, order),
    }


def twin(torch: Any, module: Any, lab: Lab) -> tuple[Any, Any, Any]:
    """Run PyTorch's module on the same numbers, forward and backward. Returns x, all states, and what is left at the end."""
    x = torch.tensor(X, requires_grad=True)
    hs, last = module(x)
    ends = last if isinstance(last, tuple) else (last,)
    loss = (hs * torch.tensor(lab.value("a"))).sum()
    for end in ends:
        loss = loss + (end[-1] * torch.tensor(lab.value("b"))).sum()
    loss.backward()
    same(lab.value("loss"), loss.item())
    return x, hs.detach(), [end[-1].detach() for end in ends]


@pytest.mark.parametrize("act", ["tanh", "relu"])
def test_rnn_is_pytorchs(act: str, torch: Any) -> None:
    lab = run(RNN.replace(f"{U})\n", f"{U}, act={act})\n"), **DATA)
    module = torch.nn.RNN(N, U, nonlinearity=act).double()
    fill(torch, module, **gates(lab, 1, (0,)))
    x, hs, (h,) = twin(torch, module, lab)
    same(lab.value("hs"), hs)
    same(lab.value("h"), h)
    same(lab.grad("x"), x.grad)
    same(lab.grad("hs.W"), np.concatenate([module.weight_ih_l0.grad.T, module.weight_hh_l0.grad.T]))
    same(lab.grad("hs.b"), module.bias_ih_l0.grad)


def test_lstm_is_pytorchs(torch: Any) -> None:
    lab = run(LSTM, **DATA)
    order = (0, 1, 3, 2)
    module = torch.nn.LSTM(N, U).double()
    fill(torch, module, **gates(lab, 4, order))
    x, hs, (h, c) = twin(torch, module, lab)
    same(lab.value("hs"), hs)
    same(lab.value("h"), h)
    same(lab.value("c"), c)
    same(lab.grad("x"), x.grad)
    grads = lab.grad("hs.W")
    same(blocks(grads[:N], 4, order), module.weight_ih_l0.grad)
    same(blocks(grads[N:], 4, order), module.weight_hh_l0.grad)
    same(blocks(lab.grad("hs.b"), 4, order), module.bias_ih_l0.grad)


def test_stacked_lstm_is_pytorchs(torch: Any) -> None:
    text = HEAD + f"hs, hs_end, c_end = lstm(x, {U}, layers=2)\nh = hs_end[1]\n{LOSS} + sum(c_end[1] * b)"
    lab = run(text, **DATA)
    module = torch.nn.LSTM(N, U, num_layers=2).double()
    order = (0, 1, 3, 2)
    upper = {name.replace("l0", "l1"): array for name, array in gates(lab, 4, order, "hs.l1", U).items()}
    fill(torch, module, **gates(lab, 4, order, "hs.l0"), **upper)
    x, hs, (h, _) = twin(torch, module, lab)
    same(lab.value("hs"), hs)
    same(lab.value("hs.l1.t4.h"), h)
    same(lab.grad("x"), x.grad)
    same(blocks(lab.grad("hs.l0.W")[:N], 4, order), module.weight_ih_l0.grad)
    same(blocks(lab.grad("hs.l1.W")[U:], 4, order), module.weight_hh_l1.grad)


def test_gru_with_reset_after_is_pytorchs(torch: Any) -> None:
    lab = run(GRU, **DATA)
    order = (1, 0)
    arrays = gates(lab, 2, order)
    arrays["weight_ih_l0"] = np.concatenate([arrays["weight_ih_l0"], lab.value("hs.W_h").T])
    arrays["weight_hh_l0"] = np.concatenate([arrays["weight_hh_l0"], lab.value("hs.U_h").T])
    arrays["bias_ih_l0"] = np.concatenate([arrays["bias_ih_l0"], lab.value("hs.b_h")])
    module = torch.nn.GRU(N, U).double()
    fill(torch, module, **arrays)
    x, hs, (h,) = twin(torch, module, lab)
    same(lab.value("hs"), hs)
    same(lab.value("h"), h)
    same(lab.grad("x"), x.grad)
    same(blocks(lab.grad("hs.W")[:N], 2, order), module.weight_ih_l0.grad[: 2 * U])
    same(lab.grad("hs.U_h").T, module.weight_hh_l0.grad[2 * U :])
    same(lab.grad("hs.c_h"), module.bias_hh_l0.grad[2 * U :])


def test_gru_is_the_formula_of_its_authors() -> None:
    lab = run(HEAD + f"hs, h = gru(x, {U})\n{LOSS}", **DATA)

    def squashed(z: Floats) -> Floats:
        return 1 / (1 + np.exp(-z))

    h = np.zeros((B, U))
    for x in X:
        z, r = np.split(squashed(np.hstack([x, h]) @ lab.value("hs.W") + lab.value("hs.b")), 2, axis=1)
        candidate = np.tanh(np.hstack([x, r * h]) @ lab.value("hs.W_h") + lab.value("hs.b_h"))
        h = z * h + (1 - z) * candidate
    same(lab.value("h"), h)


@pytest.mark.parametrize("call", ["rnn(x, 3)", "rnn(x, 3, act=sigmoid)", "gru(x, 3)", "gru(x, 3, reset_after=True)"])
@pytest.mark.parametrize("layers", [1, 2])
def test_the_gradients_of_a_recurrent_layer_are_those_that_differences_give(call: str, layers: int) -> None:
    text = f"x = param(shape=(3, 2, 2), init=normal(1))\nhs, h = {call[:-1]}, layers={layers})\nloss = sum(hs * hs)"
    assert passes_check(text)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_gradients_of_an_lstm_are_those_that_differences_give(layers: int) -> None:
    head = "x = param(shape=(3, 2, 2), init=normal(1))\n"
    assert passes_check(head + f"hs, h, c = lstm(x, 3, layers={layers})\nloss = sum(hs * hs)")


BY_HAND = """
x = input(shape=(5, 2, 3))
a = input(shape=(5, 2, 4))
b = input(shape=(2, 4))
W, bias = param(shape=(7, 16), init=ones), param(shape=16, init=zeros)
h, c = const(shape=(2, 4)), const(shape=(2, 4))
for k in range(5):
    with layer(f"t{k}"):
        i, f, o, g = split(concat([x[k], h], axis=1) @ W + bias, 4, axis=1)
        c = sigmoid(f)*c + sigmoid(i)*tanh(g)
        h = sigmoid(o)*tanh(c)
loss = sum(h * b)
"""


def test_an_lstm_is_the_one_written_by_hand_and_has_one_op_less_a_step() -> None:
    layer = gradlab.build(LSTM.replace(LOSS, "loss = sum(h * b)").replace(" + sum(c * b)", ""), data=DATA)
    hand = gradlab.build(BY_HAND, data=DATA)
    by_hand, whole = ([n.op for n in lab.nodes if not n.is_leaf] for lab in (hand, layer))
    assert by_hand.count("matmul") == 5 and len(by_hand) - 5 == len(whole) - len(["stack"])
    for lab, w, b in ((layer, "hs.W", "hs.b"), (hand, "W", "bias")):
        lab.set(w, drawn(7, 16, seed=5))
        lab.set(b, drawn(16, seed=6))
        lab.do("forward")
        lab.do("backward")
    same(layer.value("h"), hand.value("h"))
    same(layer.grad("hs.W"), hand.grad("W"))
    same(layer.grad("hs.b"), hand.grad("bias"))


@pytest.mark.parametrize(
    ("text", "a_step"),
    [("hs, h = rnn(x, 32)", 4), ("hs, h, c = lstm(x, 32)", 16), ("hs, h = gru(x, 32)", 13)],
)
def test_a_time_step_costs_few_ops(text: str, a_step: int) -> None:
    counts = [len(ops(f"x = input(shape=({steps}, 8, 10))\n{text}")) for steps in (1, 25)]
    assert counts == [a_step + 1, 25 * a_step + 1]


def test_an_lstm_has_one_matrix_whatever_the_number_of_steps() -> None:
    for steps in (1, 25):
        assert params(f"x = input(shape=({steps}, 8, 10))\nhs, h, c = lstm(x, 32)") == {"hs.W": (42, 128), "hs.b": (128,)}


def test_stacked_layers_have_weights_of_their_own() -> None:
    assert params("x = input(shape=(3, 8, 10))\nhs, h = gru(x, 6, layers=2)") == {
        "hs.l0.W": (16, 12), "hs.l0.b": (12,), "hs.l0.W_h": (16, 6), "hs.l0.b_h": (6,),
        "hs.l1.W": (12, 12), "hs.l1.b": (12,), "hs.l1.W_h": (12, 6), "hs.l1.b_h": (6,),
    }  # fmt: skip


def test_the_steps_are_scopes_of_the_layer() -> None:
    lab = gradlab.build("x = input(shape=(2, 3))\nhs, h, c = lstm(x, 4)")
    names = [node.name for node in lab.nodes if node.name.startswith("hs.t1.")]
    assert names == [f"hs.t1.{name}" for name in [
        "x", "_concat.0", "_affine.0", "z_i", "z_f", "z_o", "z_g", "i", "f", "o", "g", "kept", "added", "c", "tanh_c", "h",
    ]]  # fmt: skip
    assert {node.layer for node in lab.nodes} == {"", "hs"}
    assert lab.graph.aliases["h"] == lab.graph.aliases["hs.t1.h"]


def test_two_layers_in_one_scope_keep_their_steps_apart() -> None:
    text = 'x = input(shape=(2, 3))\nwith layer("net"):\n    y, h = rnn(x, 4)\n    y, h = rnn(y, 4)'
    assert params(text) == {
        "net.y.0.W": (7, 4), "net.y.0.b": (4,), "net.y.1.W": (8, 4), "net.y.1.b": (4,),
    }  # fmt: skip
    lab = gradlab.build(text)
    assert lab.graph.aliases["net.y.0.t0.h"] != lab.graph.aliases["net.y.1.t0.h"] == lab.graph.aliases["net.t0.rnn.1.h"]
    assert [row.name for row in layer_parts(lab.graph)] == ["net.y.0.t0", "net.y.0.t1", "net.y.1.t0", "net.y.1.t1", "net"]


def test_the_gradient_of_a_shared_weight_is_the_sum_over_the_steps() -> None:
    lab = run(LSTM, **DATA)
    steps = [lab.value(f"hs.t{t}._concat.0").T @ lab.grad(f"hs.t{t}._affine.0") for t in range(T)]
    same(lab.grad("hs.W"), np.sum(steps, axis=0))
    same(lab.grad("hs.b"), sum(lab.grad(f"hs.t{t}._affine.0").sum(axis=0) for t in range(T)))


def test_the_cell_is_a_road_for_the_gradient() -> None:
    lab = run("x = input(shape=(3, 4))\nhs, h, c = lstm(x, 5)\nloss = sum(c)", x=drawn(3, 4))
    ledger = lab.ledger(lab.graph.aliases["hs.t1.c"], 2)
    direct = next(row for row in ledger.rows if row.name == "hs.t2.kept[2]")
    same(direct.local, lab.value("hs.t2.f")[2])


@pytest.mark.parametrize("call", ["rnn(x, 4", "gru(x, 4"])
def test_truncation_stops_the_gradient_every_so_many_steps(call: str) -> None:
    lab = run(f"x = input(shape=(5, 2, 3))\nhs, h = {call}, truncate=2)\nloss = sum(h)", x=X)
    reached = [bool(np.any(lab.grad("x")[t])) for t in range(5)]
    assert reached == [False, False, False, False, True]
    cuts = [node.name for node in lab.nodes if node.op == "stop_gradient"]
    assert cuts == ["hs.t2.h_cut", "hs.t4.h_cut"]


def test_truncation_changes_no_value_and_cuts_the_cell_too() -> None:
    whole, cut = run(LSTM, **DATA), run(LSTM.replace("4)\n", "4, truncate=3)\n"), **DATA)
    same(cut.value("hs"), whole.value("hs"))
    assert [node.name for node in cut.nodes if node.op == "stop_gradient"] == ["hs.t3.h_cut", "hs.t3.c_cut"]
    assert np.abs(cut.grad("hs.W") - whole.grad("hs.W")).max() > 0.01


def test_the_forget_gate_begins_open_unless_it_is_told_otherwise() -> None:
    lab = gradlab.build("x = input(shape=(1, 3))\np, h1, c1 = lstm(x, 2)\nq, h2, c2 = lstm(x, 2, forget=0)")
    assert lab.value("p.b").tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert lab.value("q.b").tolist() == [0] * 8


def test_a_state_goes_from_one_layer_into_the_next() -> None:
    text = "x = input(shape=(5, 2, 3))\nhs, h, c = lstm(x, 4)\ny, h2, c2 = lstm(x, 4, h=h, c=c)\nloss = sum(h2)"
    lab = run(text, x=X)
    inputs = {lab.nodes[i].name for node in lab.nodes if node.name.startswith("y.t0.") for i in node.inputs}
    assert {"hs.t4.h", "hs.t4.c"} <= inputs
    assert np.any(lab.grad("hs.W"))


def test_stacked_states_are_given_as_lists() -> None:
    text = "x = input(shape=(5, 2, 3))\na, h = gru(x, 4, layers=2)\nb, k = gru(x, 4, layers=2, h=h)\nloss = sum(k[0])"
    lab = run(text, x=X)
    inputs = {lab.nodes[i].name for node in lab.nodes if ".t0." in node.name for i in node.inputs}
    assert {"a.l0.t4.h", "a.l1.t4.h"} <= inputs


CELLS = {
    "rnn": "h = rnn_cell(x[t], h, W, b)",
    "lstm": "h, c = lstm_cell(x[t], h, c, W, b)",
    "gru": "h = gru_cell(x[t], h, W, b, V, d)",
}


@pytest.mark.parametrize(("word", "gates_"), [("rnn", 1), ("lstm", 4), ("gru", 2)])
def test_a_cell_with_given_weights_shares_them_over_the_steps(word: str, gates_: int) -> None:
    cells = f"""
x = input(shape=(5, 2, 3))
W, b = param(shape=(7, {4 * gates_}), init=normal(0.5)), param(shape={4 * gates_}, init=normal(0.5))
V, d = param(shape=(7, 4), init=normal(0.5)), param(shape=4, init=normal(0.5))
h, c = const(shape=(2, 4)), const(shape=(2, 4))
for t in range(5):
    with layer(f"t{{t}}"):
        {CELLS[word]}
loss = sum(h * h)
"""
    lab = run(cells, x=X)
    whole = gradlab.build(f"x = input(shape=(5, 2, 3))\nr = {word}(x, 4)\nh = r[1]\nloss = sum(h * h)", data={"x": X})
    named = {"W": "r.W", "b": "r.b"} | ({"V": "r.W_h", "d": "r.b_h"} if word == "gru" else {})
    for mine, its in named.items():
        whole.set(its, lab.value(mine))
    whole.do("forward")
    whole.do("backward")
    same(lab.value("h"), whole.value("h"))
    for mine, its in named.items():
        same(lab.grad(mine), whole.grad(its))


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("h2 = rnn_cell(x, h)", {"h2.W": (7, 4), "h2.b": (4,)}),
        ("h2, c2 = lstm_cell(x, h, h)", {"h2.W": (7, 16), "h2.b": (16,)}),
        ("h2 = gru_cell(x, h)", {"h2.W": (7, 8), "h2.b": (8,), "h2.W_h": (7, 4), "h2.b_h": (4,)}),
    ],
)
def test_a_cell_without_weights_makes_its_own(call: str, made: dict[str, tuple[int, ...]]) -> None:
    assert params(f"x = input(shape=(2, 3))\nh = input(shape=(2, 4))\n{call}") == made


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("a, h = rnn(v, 4)", "`rnn` (node `a`): x is of shape (time, batch, features) or (time, features), got (3,)"),
        ("a, h = gru(empty, 4)", "`gru` (node `a`): at least one time step is needed, got x of shape (0, 2, 3)"),
        ("a, h, c = lstm(x, 0)", "`units` of `lstm` is from 1 to 1,000,000, got 0"),
        ("a, h, c = lstm(x, 4, layers=0)", "`layers` of `lstm` is from 1 to 1,000, got 0"),
        ("a, h, c = lstm(x, 4, truncate=0)", "`truncate` of `lstm` is from 1 to 1,000,000, got 0"),
        ("a, h, c = lstm(x, 4, truncate=-3)", "`truncate` of `lstm` is from 1 to 1,000,000, got -3"),
        ("a, h, c = lstm(x, 4, truncate=2.5)", "`truncate` of `lstm` is a whole number, got 2.5"),
        ("a, h = rnn(x, 4, act=3)", "`act` of `rnn` is an op such as `tanh` or `relu`, got 3"),
        ("a, h = rnn(x, 4, init=1)", "`init` of `rnn` is an initializer such as `he` or `normal(0.01)`, got 1"),
        ("a, h = gru(x, 4, reset_after=2)", "`reset_after` of `gru` is one of True, False, got 2"),
        ("a, h, c = lstm(x, 4, forget='much')", '`forget` of `lstm` is a number, got "much"'),
        ("a, h = rnn(x, 4, h=v)", "`rnn` (node `a`): `h` is the state before the first step, of shape (2, 4), got (3,)"),
        ("a, h = rnn(x, 4, layers=2, h=v)", "`h` of `rnn` with 2 layers is a list of 2 states"),
        ("a = rnn_cell(m, v)", "`rnn_cell` (node `a`): x is (…, features) and the state (…, units), got x (2, 3), h (3,)"),
        ("a, c = lstm_cell(m, m, m, W=m)", "`lstm_cell` takes all its weights or none, `b` is missing"),
        ("a = rnn_cell(m, m, m, v)", "`rnn_cell` (node `a`): `W` is of shape (6, 3) for 3 inputs and 3 units, got (2, 3)"),
    ],
)
def test_what_a_recurrent_layer_cannot_do_is_said(call: str, text: str) -> None:
    head = "x = input(shape=(5, 2, 3))\nempty = input(shape=(0, 2, 3))\nv = input(shape=3)\nm = input(shape=(2, 3))\n"
    assert refusal(head + call) == text


def test_the_time_steps_of_a_layer_have_statistics_of_their_own() -> None:
    lab = run(LSTM, **DATA)
    assert lab.graph.layers == ["hs", *(f"hs.t{t}" for t in range(T))]
    rows = {row.name: row for row in layer_parts(lab.graph)}
    assert list(rows) == [*(f"hs.t{t}" for t in range(T)), "hs"]
    named = {name: [lab.nodes[i].name for i in (row.out, row.z) if i is not None] for name, row in rows.items()}
    assert named["hs.t2"] == ["hs.t2.h", "hs.t2._affine.0"] and named["hs"] == ["hs", "hs.t4._affine.0"]
    assert [bool(row.params) for row in rows.values()] == [False] * T + [True]
    assert lab.do("expect delta(hs.t2) ~= rms(grad(hs.t2._affine.0)) tol 1e-12").ok


def test_the_steps_of_stacked_layers_and_of_scopes_by_hand_are_time_steps_too() -> None:
    stacked = gradlab.build("x = input(shape=(2, 1, 3))\nhs, h = rnn(x, 4, layers=2)")
    assert stacked.graph.layers == ["hs", "hs.l0", "hs.l1", "hs.l0.t0", "hs.l1.t0", "hs.l0.t1", "hs.l1.t1"]
    text = 'x = input(1.0)\nwith layer("net"):\n    for k in range(2):\n        with layer(f"t{k}"):\n            x = tanh(x)'
    assert gradlab.build(text).graph.layers == ["net", "net.t0", "net.t1"]
    assert gradlab.build('x = input(1.0)\nwith layer("t0"):\n    h = tanh(x)').graph.layers == ["t0"]
