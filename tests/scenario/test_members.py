"""What a model reads behind a dot: parameters and other nodes of a layer that was made before."""

from __future__ import annotations

import pytest

from tests.scenario.reading import complaint, messages, traced

X = "x = randn(2, 3)\n"


def read_by(text: str) -> list[str]:
    """Return what every `sum` of a model reads, by name."""
    nodes = traced(X + text).graph.nodes
    return [nodes[node.inputs[0]].name for node in nodes if node.op.name == "sum"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("h = tanh(dense(x, 4))\ns = sum(h.W) + sum(h.b)", ["h.W", "h.b"]),
        ("h = tanh(dense(x, 4))\ns = sum(h.W.T ** 2) + h.W.shape[1]", ["_pow.0"]),
        ("y = dense(tanh(dense(x, 16)), 10)\ns = sum(y.W)", ["y.W"]),
        ("a, b = dense(x, 4), dense(x, 5)\ns = sum(b.W) + sum(a.W)", ["b.W", "a.W"]),
        ("for k in range(2):\n    x = dense(x, 3)\n    s = sum(x.W)", ["x.1.W", "x.2.W"]),
        ("s, h, c = lstm(randn(2, 2, 3), 3)\nt = sum(s.W)", ["s.W"]),
        ("hs, h = rnn(randn(2, 2, 3), 4, layers=2)\ns = sum(hs.l1.W)", ["hs.l1.W"]),
        ("n = batch_norm(x)\ns = sum(n.running_mean) + sum(n.mean)", ["n.running_mean", "n.mean"]),
        ("with layer('net'):\n    h = dense(x, 4)\n    y = dense(h, 2)\n    r = sum(h.W)\ns = sum(y.b)",
         ["net.h.W", "net.y.b"]),
        ("with layer('net'):\n    h = dense(x, 4)\n    y = dense(h, 2)\ns = sum(net.h.W) + sum(net.y) + sum(net.W)",
         ["net.h.W", "net.y", "net.h.W"]),
        ("with layer('net'):\n    h = dense(x, 4)\ns = sum(net.W) + sum(net.h.W) + sum(h.W)", ["net.W"] * 3),
        ("f = shared(dense, units=3)\ny = f(f(x))\ns = sum(f.W)", ["f.W"]),
        (("def g(x):\n    h = dense(x, 3)\n    s = sum(h.W)\n    return h\n"
         "f = shared(g)\ny = f(f(x))\ns = sum(f.h.W) + sum(f.b)"),
         ["f.W", "f.W", "f.W", "f.b"]),
        ("def g(x):\n    V = param(shape=(3, 3))\n    return x @ V\nf = shared(g)\ny = f(f(x))\ns = sum(f.V)", ["f.V"]),
    ],
)  # fmt: skip
def test_a_dot_reads_what_a_layer_made(text: str, wanted: list[str]) -> None:
    assert read_by(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = dense(x, 4)\ns = sum(a.V)", "`a` has no `V`"),
        ("a = dense(x, 4)\na = tanh(a)\ns = sum(a.W)", "`.W` is not part of the model language"),
        ("a = dense(x, 4)\nb = a\ns = sum(b.W)", "`.W` is not part of the model language"),
        ("a, h = rnn(randn(2, 2, 3), 4, layers=2)\ns = sum(a.l2.W)", "there is no `l2` in `a.l2.W`"),
        ("s = sum(a.W)", "unknown name `a`"),
        ("s = x.numpy()", "`.numpy` is not part of the model language"),
        ("s = x.numpy().item", "`.item` is not part of the model language"),
        ("n = 3\ns = n.W", "`.W` is not part of the model language"),
        ("x.W = 3", "only names can be assigned to"),
    ],
)
def test_what_a_dot_does_not_read_is_said(text: str, message: str) -> None:
    assert messages(X + text)[:1] == [message]


def test_the_error_lists_what_there_is() -> None:
    assert complaint(X + "a = dense(x, 4)\ns = sum(a.V)").splitlines()[-1] == "  |         ^^^ it has `W`, `b`"


@pytest.mark.parametrize("name", ["to", "of", "by", "at"])
@pytest.mark.parametrize(
    "text", ["{} = 3", "def {}(x):\n    return x", "def f({}):\n    return 1", "for {} in [1]:\n    x = x"]
)
def test_words_between_the_arguments_of_actions_are_no_names(text: str, name: str) -> None:
    assert messages(X + text.format(name))[:1] == [f"`{name}` is a word of the lab language"]


@pytest.mark.parametrize("name", ["to", "else", "in", "a.T", "a.shape.b", "lambda"])
def test_a_layer_is_not_called_like_something_else_in_an_expression(name: str) -> None:
    assert messages(f'{X}with layer("{name}"):\n    y = tanh(x)') == [f"`{name}` cannot be the name of a layer"]


@pytest.mark.parametrize("name", ["", "3x3", "a..b", ".a", "a.", "a b", "a-b"])
def test_the_parts_of_the_name_of_a_layer_are_letters_and_digits(name: str) -> None:
    assert messages(f'{X}with layer("{name}"):\n    y = tanh(x)') == [
        "the name of a layer is letters, digits and `_`, with dots between its parts"
    ]
