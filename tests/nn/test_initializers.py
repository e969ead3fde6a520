"""Every initializer: its variance, its bits, its arguments.

A sample variance of n independent numbers has the relative standard error √((kurtosis - 1) / n): √(2/n) for normal numbers,
√(0.8/n) for uniform ones. Five of them are allowed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradlab.arguments import parameters_of
from gradlab.errors import ArgumentError
from gradlab.nn.initializer import fans
from gradlab.nn.initializers import INITIALIZERS, Drawn, Initializer

SHAPE = (300, 200)
VARIANCE = {
    "zeros": 0.0,
    "ones": 0.0,
    "constant": 0.0,
    "normal": 1.0,
    "truncated_normal": 0.7737413,
    "uniform": 1 / 3,
    "xavier": 1 / 300,
    "he": 2 / 300,
    "he_uniform": 2 / 300,
    "glorot_normal": 2 / 500,
    "glorot_uniform": 2 / 500,
    "lecun_uniform": 1 / 300,
    "orthogonal": 1 / 300,
    "sparse": 1 / 300,
    "identity": 0.0,
    "lsuv": 1 / 300,
    "logistic_normal": 16 * 2 / 500,
    "logistic_uniform": 16 * 2 / 500,
    "tanh_normal": 2 / 500,
    "tanh_uniform": 2 / 500,
    "relu_normal": 2 * 2 / 500,
    "relu_uniform": 2 * 2 / 500,
}
each = pytest.mark.parametrize("init", INITIALIZERS.values(), ids=str)


@each
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_variance_is_that_of_the_formula(init: Initializer, seed: int) -> None:
    if init.name == "identity":
        pytest.skip("nothing is drawn")
    drawn = init.draw(seed, "h.W", SHAPE)
    variance, error = VARIANCE[init.name], 5 * math.sqrt(2 / drawn.size)
    assert abs(float(drawn.var()) - variance) <= error * variance
    if variance:
        assert abs(float(drawn.mean())) < 5 * math.sqrt(variance / drawn.size)


@each
def test_a_draw_is_a_function_of_seed_and_key(init: Initializer) -> None:
    first = init.draw(1, "W", (4, 3))
    assert first.dtype == np.float64
    assert first.tobytes() == init.draw(1, "W", (4, 3)).tobytes()
    if VARIANCE[init.name]:
        assert first.tobytes() != init.draw(2, "W", (4, 3)).tobytes()
        assert first.tobytes() != init.draw(1, "V", (4, 3)).tobytes()


@each
@pytest.mark.parametrize("shape", [(), (5,), (0,), (0, 3), (3, 0), (8, 3, 3, 3)], ids=str)
def test_every_shape_can_be_drawn(init: Initializer, shape: tuple[int, ...]) -> None:
    drawn = init.draw(0, "W", shape)
    assert drawn.shape == shape and np.isfinite(drawn).all()


@each
def test_an_initializer_has_a_text_and_finite_defaults(init: Initializer) -> None:
    assert init.doc
    assert list(dict(init.arguments)) == list(parameters_of(init.rule, skip=2))


@pytest.mark.parametrize("bound", [0.1, 1.0, 2.0, 9.0])
def test_no_truncated_number_is_beyond_its_bound_and_many_are_near(bound: float) -> None:
    drawn = INITIALIZERS["truncated_normal"](0.5, 3.0, bound).draw(0, "W", (20_000,))
    far = np.abs(drawn - 3.0) / 0.5
    assert far.max() <= min(bound, 5.0) + 1e-12 and far.max() > 0.99 * min(bound, 3.5)
    untouched = INITIALIZERS["normal"](0.5, 3.0).draw(0, "W", (20_000,))
    inside = np.abs(untouched - 3.0) / 0.5 <= bound
    assert drawn[inside].tolist() == untouched[inside].tolist()


def test_fans_of_a_vector_a_matrix_and_kernels() -> None:
    assert fans(()) == (1, 1)
    assert fans((7,)) == (7, 1)
    assert fans((7, 4)) == (7, 4)
    assert fans((16, 3, 5, 5)) == (75, 400)
    assert fans((0, 4)) == (1, 4)


def test_arguments_are_given_by_place_and_by_name() -> None:
    normal, uniform, constant = INITIALIZERS["normal"], INITIALIZERS["uniform"], INITIALIZERS["constant"]
    unit = normal.draw(0, "W", (50,))
    assert normal(0.01).draw(0, "W", (50,)).tolist() == (0.01 * unit).tolist()
    assert normal(std=2.0, mean=1.0).draw(0, "W", (50,)).tolist() == (1 + 2 * unit).tolist()
    assert str(normal(0.01)) == "normal(std=0.01, mean=0.0)"
    assert constant(0.1).draw(0, "b", (2,)).tolist() == [0.1, 0.1]
    low, high = uniform(3, 5).draw(0, "W", (1000,)), uniform(0.1).draw(0, "W", (1000,))
    assert low.min() >= 3 and low.max() <= 5 and low.std() > 0.5
    assert high.min() < -0.09 and high.max() > 0.09 and np.abs(high).max() <= 0.1


@pytest.mark.parametrize(
    ("name", "args", "named", "text"),
    [
        ("normal", (), {"sdt": 1}, "`normal` has no argument `sdt`; it takes (std=1.0, mean=0.0): did you mean `std`?"),
        ("normal", (-1,), {}, "`std` of `normal` is at least 0, got -1"),
        ("normal", ("big",), {}, '`std` of `normal` is a number, got "big"'),
        ("normal", (math.inf,), {}, "`std` of `normal` is a number, got inf"),
        ("normal", (True,), {}, "`std` of `normal` is a number, got True"),
        ("normal", (1, 2, 3), {}, "`normal` takes (std=1.0, mean=0.0), got 3 values"),
        ("normal", (1,), {"std": 1}, "`normal` was given `std` twice"),
        ("he", (2,), {}, "`he` takes no arguments, got 1 values"),
        ("uniform", (5, 3), {}, "`uniform(a, b)` wants a ≤ b, got 5 and 3"),
        ("uniform", (-1,), {}, "`a` of `uniform` is at least 0, got -1"),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[object, ...], named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        INITIALIZERS[name](*args, **named)
    assert str(caught.value) == text


def test_a_drawn_parameter_does_not_change_with_the_update() -> None:
    feed = Drawn(INITIALIZERS["he"], (3, 2), "h.W")
    assert not feed.varies
    assert feed.value(0, 0).tolist() == feed.value(0, 9).tolist()
    assert feed.value(0, 0).tolist() != feed.value(1, 0).tolist()


def ladder(init: Initializer, seed: int, bend: str) -> list[float]:
    """The standard deviation of each of 10 layers of 500 units over 1000 samples of N(0, 1)."""
    x = INITIALIZERS["normal"].draw(seed, "x", (1000, 500))
    stds = []
    for i in range(10):
        z = x @ init.draw(seed, f"h{i}.W", (500, 500))
        x = np.tanh(z) if bend == "tanh" else np.maximum(z, 0)
        stds.append(float(x.std()))
    return stds


def test_the_ladder_of_tanh_layers_is_that_of_the_lectures() -> None:
    small = ladder(INITIALIZERS["normal"](0.01), 0, "tanh")
    xavier = ladder(INITIALIZERS["xavier"], 0, "tanh")
    np.testing.assert_allclose(small[:6], [0.2131, 0.0476, 0.0106, 0.0024, 5.3e-4, 1.2e-4], rtol=0.05)
    np.testing.assert_allclose(xavier, [0.628, 0.486, 0.408, 0.357, 0.321, 0.292, 0.273, 0.255, 0.239, 0.228], rtol=0.04)


def test_he_keeps_the_ladder_of_relu_layers_flat() -> None:
    stds = np.array(ladder(INITIALIZERS["he"], 0, "relu"))
    assert np.all(np.abs(stds / 0.83 - 1) < 0.12)
