"""An activation that is written by hand is read as the library's word is: inside of a layer and outside."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.errors import GradlabError
from gradlab.graph.graph import Graph
from gradlab.session import Lab
from gradlab.train.activations import activations
from gradlab.train.layers import layer_parts
from gradlab.train.statistics import LayerStats

HEAD = "x = noise(shape=(40, 6))\n"
INSIDE = HEAD + 'with layer("h"):\n    z = dense(x, 5, init=normal(2.0))\n    h = {form}\nloss = mean(h * h)\n'
LOOSE = (
    HEAD + "W, b = param(shape=(6, 5), init=normal(2.0)), param(shape=5, init=zeros)\nz = x @ W + b\n"
    "h = {form}\nloss = mean(h * h)\n"
)
WORDS = [
    ("maximum(z, 0)", "relu(z)"),
    ("maximum(0, z)", "relu(z)"),
    ("where(z > 0, z, 0)", "relu(z)"),
    ("where(z <= 0, 0, z)", "relu(z)"),
    ("z * (z > 0)", "relu(z)"),
    ("(z + abs(z)) / 2", "relu(z)"),
    ("-minimum(-z, 0)", "relu(z)"),
    ("maximum(z, 0.01 * z)", "leaky_relu(z)"),
    ("where(z > 0, z, 0.01 * z)", "leaky_relu(z)"),
    ("where(z > 0, z, 0.2 * z)", "leaky_relu(z, 0.2)"),
    ("where(z > 0, z, exp(minimum(z, 0)) - 1)", "elu(z)"),
    ("z * sigmoid(z)", "silu(z)"),
    ("z / (1 + exp(-z))", "silu(z)"),
    ("1 / (1 + exp(-z))", "sigmoid(z)"),
    ("(exp(z) - exp(-z)) / (exp(z) + exp(-z))", "tanh(z)"),
    ("2 * sigmoid(2 * z) - 1", "tanh(z)"),
    ("log(1 + exp(z))", "softplus(z)"),
    ("clip(z / 6 + 0.5, 0, 1)", "hard_sigmoid(z)"),
]
places = pytest.mark.parametrize("place", [INSIDE, LOOSE], ids=["inside", "loose"])


def made(place: str, form: str) -> Lab:
    lab = gradlab.build(place.format(form=form))
    lab.do("forward")
    lab.do("backward")
    return lab


def rows(lab: Lab) -> list[tuple[str, str, str]]:
    """Return the rows: name, out, z."""

    def name(index: int | None) -> str:
        return "-" if index is None else lab.graph.nodes[index].name

    return [(part.name, name(part.out), name(part.z)) for part in layer_parts(lab.graph)]


def assert_alike(a: LayerStats, b: LayerStats) -> None:
    assert a.activations is not None and b.activations is not None
    for name, number in a.activations.numbers.items():
        wanted = b.activations.numbers[name]
        assert number == (None if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-12)), name
    one, other = a.activations.histogram, b.activations.histogram
    assert (one.low, one.high) == pytest.approx((other.low, other.high))
    assert a.delta == pytest.approx(b.delta)
    assert a.noise == pytest.approx(b.noise)


@places
@pytest.mark.parametrize(("form", "word"), WORDS, ids=[form for form, _ in WORDS])
def test_what_is_written_by_hand_has_the_row_of_the_word(form: str, word: str, place: str) -> None:
    lab, other = made(place, form), made(place, word)
    assert rows(lab) == rows(other)
    assert_alike(lab.stats()[0], other.stats()[0])
    for way in ("forth", "back"):
        mine, wanted = (getattr(one.stats()[0], way) for one in (lab, other))
        assert mine.factor == pytest.approx(wanted.factor)
        assert wanted.label in (mine.label, "leaky_relu")


@places
def test_a_rectifier_that_is_cut_above_has_dead_units_and_saturated_ones(place: str) -> None:
    lab = made(place, "clip(z, 0, 6)")
    h, row = lab.value("h"), lab.stats()[0].activations
    assert row is not None and rows(lab)[0] == (("h", "h.h", "h.z") if place == INSIDE else ("h", "h", "z"))
    assert row.dead == np.mean((h == 0).all(axis=0)) and row.saturated == np.mean(h == 6) > 0
    assert (row.histogram.low, row.histogram.high) == (0.0, 6.0)


@places
@pytest.mark.parametrize("form", ["clip(z, -1, 1)", "maximum(minimum(z, 1), -1)", "where(z > 1, 1, where(z < -1, -1, z))"])
def test_a_line_that_is_cut_at_both_ends_saturates_there(place: str, form: str) -> None:
    lab = made(place, form)
    h, row = lab.value("h"), lab.stats()[0].activations
    assert row is not None and len(rows(lab)) == 1
    assert row.dead is None and row.saturated == np.mean(np.abs(h) == 1) > 0
    assert (row.histogram.low, row.histogram.high) == (-1.0, 1.0)


@places
@pytest.mark.parametrize("form", ["z * tanh(softplus(z))", "z * tanh(log(1 + exp(z)))"])
def test_mish_is_one_row_and_flat_nowhere(place: str, form: str) -> None:
    lab = made(place, form)
    row = lab.stats()[0]
    assert len(lab.stats()) == 1 and rows(lab)[0][1:] == (("h.h", "h.z") if place == INSIDE else ("h", "z"))
    assert row.activations is not None
    assert (row.activations.dead, row.activations.saturated, row.activations.mean) == (None, None, np.mean(lab.value("h")))


def graph_of(text: str) -> Graph:
    return gradlab.build(HEAD + text).graph


def bends(text: str) -> list[tuple[str, str]]:
    graph = graph_of(text)
    return [(graph.nodes[i].name, bend.word) for i, bend in activations(graph).items()]


@pytest.mark.parametrize(
    "text",
    [
        "h = x * 2 + 1",
        "h = x * x",
        "h = x * (1 - x)",
        "h = abs(x)",
        "h = maximum(x, -x)",
        "h = sqrt(x * x + 1)",
        "h = exp(x)",
        "h = x > 0",
        "h = 1 / (1 + x * x)",
        "h = -x * log(x)",
        "y = noise(shape=(40, 6))\nh = maximum(x, y)",
        "y = noise(shape=(40, 6))\nh = x * (y > 0)",
        "h = x - mean(x)",
        "t = const(shape=(40, 6), fill=1.0)\nh = (x - t) ** 2",
    ],
)
def test_what_is_no_activation_is_not_read_as_one(text: str) -> None:
    assert bends(text) == []


def test_a_gate_is_not_taken_for_an_activation_of_what_it_gates() -> None:
    text = "a, b = dense(x, 6), dense(x, 6)\nh = a * sigmoid(b)\n"
    assert bends(text) == [("_sigmoid.0", "sigmoid")]


def test_the_parts_of_an_activation_that_others_read_too_stay_activations() -> None:
    assert bends("s = sigmoid(x)\nh = x * s\nk = s + 1\n") == [("s", "sigmoid")]


def test_holding_a_probability_away_from_zero_is_no_activation() -> None:
    assert bends("p = clip(sigmoid(x), 1e-7, 1)\nq = maximum(softmax(x), 1e-9)\n") == [
        ("_sigmoid.0", "sigmoid"), ("_softmax.0", "softmax"),
    ]  # fmt: skip


def test_an_array_of_different_constants_is_no_constant() -> None:
    assert bends("h = maximum(x, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0])\n") == [("h", "relu")]
    assert bends("h = maximum(x, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0])\n") == []


def test_every_activation_of_the_library_is_one() -> None:
    assert bends("h = tanh(relu(x))\nk = softmax(h)\nm = maxout(k)\n") == [
        ("_relu.0", "relu"), ("h", "tanh"), ("k", "softmax"), ("m", "maxout"),
    ]  # fmt: skip


def test_strips_count_what_an_activation_by_hand_counts() -> None:
    lab, other = (
        gradlab.build(HEAD + f"z = dense(x, 5, init=normal(2.0))\nh = {form}\nminimize(mean(h * h), sgd(0.01))\n")
        for form in ("where(z > 1, 1, where(z < -1, -1, z))", "clip(z, -1, 1)")
    )
    found = []
    for one in (lab, other):
        one.train(21)
        assert one.run.strips is not None
        found.append(one.run.strips.of("activations")["h"])
    np.testing.assert_array_equal(found[0].saturated, found[1].saturated)
    assert found[0].saturated[0] > 0.3


@places
def test_an_expression_asks_the_activation_for_what_is_dead_and_what_is_flat(place: str) -> None:
    lab = made(place, "minimum(maximum(z, 0), 6)")
    name = "h.h" if place == INSIDE else "h"
    h = lab.value(name)
    for of in {name, "h"}:
        assert lab.do(f"expect saturated({of}) == {float(np.mean(h == 6))}").ok
        assert lab.do(f"expect dead({of}) == {float(np.mean((h == 0).all(axis=0)))}").ok
    with pytest.raises(GradlabError, match="`dead` means nothing of `loss`"):
        lab.do("expect dead(loss) == 0")


def test_a_search_stops_when_units_are_dead() -> None:
    net = HEAD + "h = maximum(dense(x, 4, init=he), 0)\nminimize(mean(h), sgd(2.0))\n"
    lab = gradlab.build(net)
    lab.do("run until dead(h) > 0.9 for 200 updates")
    assert lab.position.update < 200 and lab.do("expect dead(h) > 0.9").ok


def test_an_activation_with_a_slope_that_is_learned_is_no_part_of_another() -> None:
    lab = gradlab.build("x = input([[1.0, -2.0]])\na = param(0.25)\nh = prelu(x * 2, a)\nloss = sum(h ** 2)\n")
    assert [lab.graph.nodes[index].name for index in activations(lab.graph)] == ["h"]


def test_a_constant_is_not_taken_for_the_place_of_a_value() -> None:
    """What is known of `relu(z) * 1` is not said of `h * h`, in whichever order the two are met."""
    model = "z = input([[-1.0, 2.0]]) * param(1.5)\nh = relu(z)\nloss = sum({})\n"
    found = [
        [lab.graph.nodes[index].name for index in activations(lab.graph)]
        for lab in (gradlab.build(model.format(form)) for form in ("h * 1", "h * h", "h * 1", "h * h"))
    ]
    assert found == [["_mul.0"], ["h"]] * 2
