"""Random whole numbers and class numbers: keyed as noise is, new in every update."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.graph.random import Integers
from tests.scenario.reading import complaint, ops_of, traced

MODEL = """
x = input([[0.0, 1.0, 2.0]] * 400)
p = softmax(x)
k = sample(p)
n = randint(2, 5, 400)
W = param([1.0, 2.0, 3.0])
loss = mean(gather(W, k))
minimize(loss, sgd(0.1))
"""


def test_whole_numbers_are_alike_probable_between_their_ends() -> None:
    drawn = Integers((30_000,), "n", -2, 3).value(0, 0)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [-2, -1, 0, 1, 2]
    assert np.abs(counts - 6_000).max() < 5 * np.sqrt(30_000 * 0.2 * 0.8)
    assert drawn.tolist() != Integers((30_000,), "n", -2, 3).value(0, 1).tolist()
    assert drawn.tolist() == Integers((30_000,), "n", -2, 3).value(0, 0).tolist()


def test_draws_have_their_probabilities_and_are_new_in_every_update() -> None:
    lab = gradlab.build(MODEL, backend="plain")
    lab.do("forward")
    first, numbers = lab.value("k").copy(), lab.value("n").copy()
    share = np.bincount(first.astype(int), minlength=3) / 400
    wanted = np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum()
    assert np.abs(share - wanted).max() < 5 * np.sqrt(0.25 / 400)
    assert set(np.unique(numbers)) == {2, 3, 4}
    lab.do("train 1 update")
    lab.do("forward")
    assert (lab.value("k") != first).any() and (lab.value("n") != numbers).any()


def test_no_gradient_goes_through_a_draw_and_the_check_is_right() -> None:
    lab = gradlab.build(MODEL, backend="plain")
    lab.do("forward")
    lab.do("backward")
    assert lab.do("check").ok
    counts = np.bincount(lab.value("k").astype(int), minlength=3)
    np.testing.assert_allclose(lab.grad("W"), counts / 400, rtol=1e-12)


def test_a_draw_may_be_given_its_numbers() -> None:
    assert ops_of(traced("k = sample([0.5, 0.5], 0.7)")) == ["const", "const", "sample"]
    assert ops_of(traced("k = sample([0.5, 0.5])")) == ["const", "noise", "sample"]
    assert traced("k = sample(input([[1, 2, 3], [4, 5, 6]]), axis=0)").graph.nodes[-1].shape == (3,)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("randint(3, 3)", "`low` of `randint` is less than `high`, got 3 and 3"),
        ("randint(0.5, 3)", "`low` of `randint` is a whole number, got 0.5"),
        ("randint(0, 10**9)", "`high` of `randint` is from -16777216 to 16,777,216, got 1,000,000,000"),
        ("randint(3)", "`randint` needs `high`; it takes (low, high, shape=())"),
        ("sample(2)", "shape () has no axis -1: allowed are none, it is one number"),
        ("sample([0.5, 0.5], axis=0.5)", "`axis` is a whole number, got 0.5"),
    ],
)
def test_a_wrong_call_is_told_what_is_taken(call: str, text: str) -> None:
    assert text in complaint(f"n = {call}\n")
