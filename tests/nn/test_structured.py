"""Initial values with a structure: orthogonal, sparse, the identity; and those that the data scale."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ArgumentError
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.nn.fitting import Fitted
from gradlab.nn.initializers import INITIALIZERS
from gradlab.op import Array
from gradlab.scenario.language import Model
from gradlab.scenario.overrides import Overrides
from tests.scenario.reading import traced


@pytest.mark.parametrize("shape", [(5, 5), (8, 3), (3, 8), (1, 4)])
def test_orthogonal_rows_or_columns_have_length_gain_and_right_angles(shape: tuple[int, int]) -> None:
    for gain in (1.0, 2.5):
        w = INITIALIZERS["orthogonal"](gain).draw(3, "W", shape)
        small = w @ w.T if shape[0] <= shape[1] else w.T @ w
        np.testing.assert_allclose(small, gain**2 * np.eye(min(shape)), atol=1e-13)


def test_orthogonal_kernels_are_orthogonal_as_rows() -> None:
    w = INITIALIZERS["orthogonal"].draw(0, "W", (4, 3, 3, 3)).reshape(4, 27)
    np.testing.assert_allclose(w @ w.T, np.eye(4), atol=1e-13)


def test_orthogonal_signs_are_those_of_the_normal_numbers() -> None:
    """The first column is the first column drawn, of length 1: the sign is not left to the library."""
    from gradlab.graph.random import Stream

    first = Stream(0, "W").normal((6, 4))[:, 0]
    np.testing.assert_allclose(INITIALIZERS["orthogonal"].draw(0, "W", (6, 4))[:, 0], first / np.linalg.norm(first), rtol=1e-12)
    signs = [np.sign(INITIALIZERS["orthogonal"].draw(seed, "W", (6, 4))[0, 0]) for seed in range(20)]
    assert set(signs) == {-1.0, 1.0}


def test_sparse_gives_each_unit_exactly_k_inputs() -> None:
    sparse = INITIALIZERS["sparse"]
    assert (np.count_nonzero(sparse.draw(0, "W", (100, 30)), axis=0) == 10).all()
    assert (np.count_nonzero(sparse(k=3).draw(1, "W", (100, 30)), axis=0) == 3).all()
    assert (np.count_nonzero(sparse.draw(0, "W", (4, 30)), axis=0) == 4).all()
    assert (np.count_nonzero(sparse(k=5).draw(0, "W", (8, 3, 3, 3)).reshape(8, 27), axis=1) == 5).all()
    assert np.count_nonzero(sparse.draw(0, "W", (100,))) == 10


def test_sparse_units_choose_their_inputs_independently() -> None:
    drawn = INITIALIZERS["sparse"].draw(0, "W", (50, 400)) != 0
    share = drawn.mean(axis=1)
    # Each input is chosen with probability 0.2: five standard deviations of 400 draws are 5·√(0.16/400) = 0.1.
    assert np.abs(share - 0.2).max() < 0.1
    assert len({tuple(np.flatnonzero(column)) for column in drawn.T}) == 400


def test_the_width_of_sparse_numbers_can_be_chosen() -> None:
    drawn = INITIALIZERS["sparse"](10, 2.0).draw(0, "W", (100, 400))
    # Five standard errors of a standard deviation over 4000 numbers are 5 / √8000 = 5.6 %.
    np.testing.assert_allclose(drawn[drawn != 0].std(), 2.0, rtol=0.056)


def test_identity_lets_pass_what_comes() -> None:
    identity = INITIALIZERS["identity"]
    assert identity.draw(0, "W", (3, 3)).tolist() == np.eye(3).tolist()
    assert identity(0.5).draw(0, "W", (2, 3)).tolist() == [[0.5, 0, 0], [0, 0.5, 0]]
    kernels = identity.draw(0, "W", (3, 2, 3, 3))
    assert np.argwhere(kernels).tolist() == [[0, 0, 1, 1], [1, 1, 1, 1]]
    assert identity.draw(0, "W", (3,)).tolist() == [1, 0, 0]


def test_gains_of_the_table_are_those_of_the_units() -> None:
    for kind in ("normal", "uniform"):
        tanh = INITIALIZERS[f"tanh_{kind}"].draw(0, "W", (30, 20))
        assert tanh.tobytes() == INITIALIZERS[f"glorot_{kind}"].draw(0, "W", (30, 20)).tobytes()
        np.testing.assert_allclose(INITIALIZERS[f"logistic_{kind}"].draw(0, "W", (30, 20)), 4 * tanh, rtol=1e-15)
        np.testing.assert_allclose(INITIALIZERS[f"relu_{kind}"].draw(0, "W", (30, 20)), np.sqrt(2) * tanh, rtol=1e-15)
        np.testing.assert_allclose(INITIALIZERS[f"relu_{kind}"](3).draw(0, "W", (30, 20)), 3 * tanh, rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "named", "text"),
    [
        ("sparse", {"k": 0}, "`k` of `sparse` is from 1 to 1,000,000, got 0"),
        ("sparse", {"k": 2.5}, "`k` of `sparse` is a whole number, got 2.5"),
        ("sparse", {"std": -1}, "`std` of `sparse` is at least 0, got -1"),
        ("orthogonal", {"gain": "big"}, '`gain` of `orthogonal` is a number, got "big"'),
        ("relu_normal", {"gain": -1}, "`gain` of `relu_normal` is at least 0, got -1"),
        ("lsuv", {"gain": 1}, "`lsuv` has no argument `gain`; it takes no arguments"),
    ],
)
def test_a_wrong_argument_is_named(name: str, named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        INITIALIZERS[name](**named)
    assert str(caught.value) == text


DEEP = """
x = input(shape=(200, 30))
h = x
for k in range(6):
    with layer(f"t{k}"):
        z = dense(h, 40, init=lsuv)
        h = relu(z)
loss = mean(h)
minimize(loss, sgd(0.1))
"""


def run(model: Model, seed: int) -> dict[str, Array]:
    """Return every value after one forward pass."""
    machine = make_machine(Tape(model.graph, model.dtype))
    machine.load(seed)
    machine.forward(0, len(machine.tape.forward_order))
    return {name: machine.value(i).copy() for name, i in model.graph.aliases.items()}


@pytest.mark.parametrize("seed", [0, 5])
def test_data_scale_every_layer_to_unit_variance(seed: int) -> None:
    x = 7.0 * INITIALIZERS["normal"].draw(9, "data", (200, 30)) + 3.0
    values = run(traced(DEEP, Overrides(data={"x": x})), seed)
    for k in range(6):
        assert abs(float(values[f"t{k}.z"].std()) - 1) < 1e-9


def test_a_scaled_layer_is_orthogonal_up_to_one_factor() -> None:
    x = 7.0 * INITIALIZERS["normal"].draw(9, "data", (200, 30))
    values = run(traced(DEEP, Overrides(data={"x": x})), 0)
    w = values["t0.W"]
    square = w @ w.T
    np.testing.assert_allclose(square, square[0, 0] * np.eye(30), atol=1e-12)
    assert abs(square[0, 0] - 1) > 0.5


def test_scaled_values_are_keyed_by_seed_and_parameter_and_stay_in_every_update() -> None:
    x = INITIALIZERS["normal"].draw(9, "data", (200, 30))
    model = traced(DEEP, Overrides(data={"x": x}))
    feeds = [node.feed for node in model.graph.params if isinstance(node.feed, Fitted)]
    assert len(feeds) == 6
    first = [feed.value(1, 0).tobytes() for feed in feeds]
    assert first == [feed.value(1, 7).tobytes() for feed in feeds]
    for seed in range(10):
        assert (feeds[1].value(seed, 0).tobytes() == first[1]) == (seed == 1)
    assert len(set(first[1:])) == 5
    again = traced(DEEP, Overrides(data={"x": x}))
    assert [p.feed.value(1, 0).tobytes() for p in again.graph.params if isinstance(p.feed, Fitted)] == first


def test_what_never_varies_leaves_the_weights_orthogonal() -> None:
    values = run(traced("x = input(shape=(4, 3))\nz = dense(x, 3, init=lsuv)\nW = param(shape=(2, 2), init=lsuv)"), 0)
    assert np.isfinite(values["z.W"]).all()
    np.testing.assert_allclose(values["z.W"] @ values["z.W"].T, np.eye(3), atol=1e-13)
    np.testing.assert_allclose(values["W"] @ values["W"].T, np.eye(2), atol=1e-13)


def test_the_batch_of_update_0_scales() -> None:
    text = 'x, t = dataset("digits", split="train", batch=50)\nz = dense(x, 20, init=lsuv)\nh = dense(tanh(z), 10, init=lsuv)'
    model = traced(text)
    values = run(model, 3)
    assert abs(float(values["z"].std()) - 1) < 1e-9 and abs(float(values["h"].std()) - 1) < 1e-9
