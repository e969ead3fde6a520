"""Masks, rows by number, places, products and norms at zeros, ties, NaN and numbers that are no row, by both machines."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.ops import OPS
from tests.ops.test_conventions import INF, NAN, both_machines, run, same

NO_ROW = pytest.mark.parametrize("wrong", [3.0, -1.0, 1.5, 1e18, -1e300, NAN, INF, -INF])


@both_machines
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("greater", [0, 0, 1, 0]),
        ("less", [1, 0, 0, 0]),
        ("greater_equal", [0, 1, 1, 0]),
        ("less_equal", [1, 1, 0, 0]),
        ("equal", [0, 1, 0, 0]),
        ("not_equal", [1, 0, 1, 1]),
    ],
)
def test_a_mask_of_nan_is_zero_and_a_mask_sends_zeros(backend: str, name: str, wanted: list[float]) -> None:
    z, (dx, dy) = run(backend, name, [1.0, 2.0, 3.0, NAN], 2.0)
    same(z, wanted)
    same(dx, [0, 0, 0, 0])
    same(dy, 0)
    same(run(backend, name, [INF], [INF])[0], [float(name in ("greater_equal", "less_equal", "equal"))])


@both_machines
@NO_ROW
def test_a_number_that_is_no_row_gives_a_row_of_nan_and_reads_nothing_else(backend: str, wrong: float) -> None:
    z, (dx, di) = run(backend, "gather", [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [wrong, 2.0])
    same(z, [[NAN, NAN], [5, 6]])
    same(dx, [[0, 0], [0, 0], [1, 1]])
    same(di, [0, 0])
    same(run(backend, "one_hot", [wrong, 2.0], classes=3)[0], [[NAN] * 3, [0, 0, 1]])


@both_machines
@NO_ROW
def test_a_row_that_cannot_be_put_makes_every_sum_nan_and_gets_nothing_back(backend: str, wrong: float) -> None:
    z, (dx, _) = run(backend, "scatter_add", [[1.0, 2.0], [3.0, 4.0]], [wrong, 1.0], rows=3)
    assert np.isnan(z).all()
    same(dx, [[0, 0], [1, 1]])


@both_machines
def test_an_empty_table_has_no_rows(backend: str) -> None:
    same(run(backend, "gather", np.zeros((0, 2)), [0.0])[0], [[NAN, NAN]])
    same(run(backend, "scatter_add", np.zeros((0, 2)), [], rows=2)[0], [[0, 0], [0, 0]])


@both_machines
def test_rows_that_meet_add_up(backend: str) -> None:
    z, (dx, _) = run(backend, "scatter_add", [1.0, 2.0, 4.0], [1, 1, 0], rows=2)
    same(z, [4, 3])
    same(dx, [1, 1, 1])
    _, (dx, _) = run(backend, "gather", [1.0, 2.0], [1, 1, 1])
    same(dx, [0, 3])


@both_machines
def test_the_first_of_equal_elements_has_the_place_and_nan_wins(backend: str) -> None:
    for name, sign in (("argmax", 1.0), ("argmin", -1.0)):
        rows = sign * np.array([[1.0, 3.0, 3.0], [NAN, 9.0, 1.0], [2.0, NAN, NAN], [-INF, -INF, -INF]])
        z, (dx,) = run(backend, name, rows, axis=1)
        same(z, [1, 0, 1, 0])
        same(dx, np.zeros((4, 3)))
        assert not OPS[name].flows(0)


@both_machines
def test_a_product_with_zeros_still_knows_its_slopes(backend: str) -> None:
    z, (dx,) = run(backend, "prod", [[2.0, 0.0, 3.0], [0.0, 5.0, 0.0], [2.0, 3.0, 4.0]], axis=1)
    same(z, [0, 0, 24])
    same(dx, [[0, 6, 0], [0, 0, 0], [12, 8, 6]])
    same(run(backend, "prod", np.zeros((0, 2)), axis=0)[0], [1, 1])


@both_machines
def test_a_vector_of_length_zero_sends_the_subgradient_zero(backend: str) -> None:
    z, (dx,) = run(backend, "norm", [[0.0, 0.0], [3.0, -4.0]], axis=1)
    same(z, [0, 5])
    same(dx[0], [0, 0])
    np.testing.assert_allclose(dx[1], [0.6, -0.8], rtol=4e-16)
    z, (dx,) = run(backend, "norm", [2.0, 0.0, -3.0], ord=1)
    same(z, 5)
    same(dx, [1, 0, -1])
    same(run(backend, "norm", np.zeros((0, 2)), axis=0)[0], [0, 0])
    assert np.isnan(run(backend, "norm", [NAN, 1.0])[0])


@both_machines
def test_pieces_that_tie_share_and_nan_wins(backend: str) -> None:
    z, (dx,) = run(backend, "maxout", [2.0, 2.0, 1.0, NAN])
    same(z, [2, NAN])
    same(dx, [0.5, 0.5, 0, NAN])


@both_machines
def test_the_corners_of_hard_sigmoid_and_prelu_are_the_stated_ones(backend: str) -> None:
    z, (dx,) = run(backend, "hard_sigmoid", [-3.0, 3.0, 0.0, NAN])
    same(z, [0, 1, 0.5, NAN])
    same(dx, [0, 0, 1 / 6, NAN])
    z, (dx, dy) = run(backend, "prelu", [0.0, -2.0, 3.0], 0.5)
    same(z, [0, -1, 3])
    same(dx, [0.5, 0.5, 1])
    same(dy, -2)


@both_machines
def test_a_running_sum_is_nan_from_the_first_nan_on(backend: str) -> None:
    same(run(backend, "cumsum", [1.0, NAN, 2.0])[0], [1, NAN, NAN])


@both_machines
@pytest.mark.parametrize("name", ["step_straight_through", "sign_straight_through", "guided_relu", "deconv_relu"])
def test_a_surrogate_keeps_nan_in_its_value(backend: str, name: str) -> None:
    same(run(backend, name, [NAN, -1.0])[0], [NAN, -1.0 if name.startswith("sign") else 0.0])


@both_machines
def test_a_border_of_nan_neighbours_takes_nothing(backend: str) -> None:
    z, (dx,) = run(backend, "pad", [NAN, 1.0], widths=1, value=7.0)
    same(z, [7, NAN, 1, 7])
    same(dx, [1, 1])
