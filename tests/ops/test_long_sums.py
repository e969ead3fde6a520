"""Sums of many float32 numbers are right to a few roundings of log2 n: they are added up in float64."""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.harness import Bench

N = 200_000
EPS = float(np.finfo(np.float32).eps)
both_machines = pytest.mark.parametrize("backend", ["plain", "jit"])
long = pytest.mark.parametrize("numbers", ["equal", "drawn"])


def drawn(numbers: str, shape: tuple[int, ...]) -> Array:
    """Return positive numbers of float32."""
    if numbers == "equal":
        return np.full(shape, 0.1, np.float32)
    return np.random.default_rng(3).uniform(0.5, 1.5, shape).astype(np.float32)


def run(backend: str, name: str, *inputs: Array, **attrs: Any) -> Array:
    """Return the output."""
    return Bench(OPS[name], inputs, attrs, backend, "float32").forward()


def close(got: Array, wanted: Any, n: int = N) -> None:
    """Compare with the sums of float64."""
    assert np.all(np.abs(got - wanted) <= 2 * EPS * log2(n) / 4 * np.abs(wanted)), (got, wanted)


@both_machines
@long
@pytest.mark.parametrize("name", ["sum", "mean", "norm", "mse", "mae", "l1_penalty", "l2_penalty", "vecdot", "sum_squares"])
def test_a_long_list_is_summed_exactly(name: str, numbers: str, backend: str) -> None:
    x = drawn(numbers, (N,))
    wide, zeros = x.astype(np.float64), np.zeros(N, np.float32)
    squares = np.sum(wide**2)
    wanted = {"sum": wide.sum(), "mean": wide.mean(), "norm": np.sqrt(squares), "mse": squares / N, "mae": wide.mean()}
    wanted |= {"l1_penalty": wide.sum(), "l2_penalty": squares, "vecdot": squares, "sum_squares": squares}
    inputs = {"mse": (x, zeros), "mae": (x, zeros), "vecdot": (x, x)}.get(name, (x,))
    close(run(backend, name, *inputs), wanted[name])


@both_machines
@long
@pytest.mark.parametrize("name", ["sum", "mean", "norm", "var", "std", "channel_mean"])
def test_long_columns_are_summed_exactly(name: str, numbers: str, backend: str) -> None:
    x = drawn(numbers, (N // 4, 3))
    x[::2] *= 3
    wide = x.astype(np.float64)
    ways: dict[str, Any] = {"sum": np.sum, "mean": np.mean, "norm": np.linalg.norm, "var": np.var, "std": np.std}
    attrs = {} if name == "channel_mean" else {"axis": 0}
    close(run(backend, name, x, **attrs), ways.get(name, np.mean)(wide, axis=0))


@both_machines
@long
def test_the_variance_of_a_channel_is_exact_over_many_samples(numbers: str, backend: str) -> None:
    x, m = drawn(numbers, (N // 4, 3)), np.full(3, 0.5, np.float32)
    close(run(backend, "channel_var", x, m), np.mean((x - m).astype(np.float64) ** 2, axis=0))


@both_machines
@long
@pytest.mark.parametrize("shapes", [((1, N), (N, 1)), ((N,), (N,)), ((1, N), (N, 70)), ((3, N), (N, 1)), ((3, N), (N,))])
def test_the_products_of_a_long_row_are_summed_exactly(shapes: Any, numbers: str, backend: str) -> None:
    if shapes[1][-1] == 70:
        shapes = ((1, N // 20), (N // 20, 70))
    x, y = (drawn(numbers, shape) for shape in shapes)
    close(run(backend, "matmul", x, y), x.astype(np.float64) @ y.astype(np.float64))


@both_machines
@long
def test_what_is_sent_to_a_number_that_was_repeated_is_summed_exactly(numbers: str, backend: str) -> None:
    x = drawn(numbers, (N,))
    bench = Bench(OPS["mul"], [x, np.array(2.0, np.float32)], {}, backend, "float32")
    bench.forward()
    close(bench.backward(np.ones(N, np.float32))[1], x.astype(np.float64).sum())


@both_machines
@long
@pytest.mark.parametrize("name", ["layer_norm", "rms_norm"])
def test_what_many_rows_send_to_a_scale_is_summed_exactly(name: str, numbers: str, backend: str) -> None:
    x = drawn(numbers, (N // 8, 4)) * np.array([1, 2, 3, 5], np.float32)
    inputs = (x, np.ones(4, np.float32), np.zeros(4, np.float32))[: 3 if name == "layer_norm" else 2]
    g = drawn("drawn", x.shape)
    sent, exact = (
        Bench(OPS[name], [a.astype(dtype) for a in inputs], {}, backend, dtype).gradients(g.astype(dtype))
        for dtype in ("float32", "float64")
    )
    assert all(np.allclose(got, wanted, rtol=1e-6, atol=0) for got, wanted in zip(sent[1:], exact[1:], strict=True))


@both_machines
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 1), (1, 40, 3), (2, 7, 17), (1, 1030, 5), (1, 5, 1030), (3, 1500, 1)])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_lines_beside_one_another_are_those_of_the_last_axis(name: str, shape: tuple[int, ...], backend: str) -> None:
    rng = np.random.default_rng(5)
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    z, (dx,) = (bench := Bench(OPS[name], [x], {"axis": 1}, backend)).forward(), bench.backward(g)
    last = Bench(OPS[name], [np.ascontiguousarray(x.swapaxes(1, 2))], {"axis": -1}, backend)
    np.testing.assert_allclose(z, last.forward().swapaxes(1, 2), rtol=1e-14, atol=1e-14)
    wanted = last.backward(np.ascontiguousarray(g.swapaxes(1, 2)))[0]
    np.testing.assert_allclose(dx, wanted.swapaxes(1, 2), rtol=1e-12, atol=1e-14)


@both_machines
def test_infinity_stays_infinite_in_a_sum_of_several_parts(backend: str) -> None:
    x = np.ones((4, 3, 2), np.float32)
    x[0, 0, 0] = np.inf
    x[:, 2, 1] = 3e38
    assert run(backend, "sum", x, axis=(0, 2)).tolist() == [np.inf, 8.0, np.inf]
    assert run(backend, "sum", x[:, :, 0], axis=0).tolist() == [np.inf, 4.0, 4.0]
    assert run(backend, "norm", x[:, :, 0], axis=0).tolist() == [np.inf, 2.0, 2.0]


@both_machines
@pytest.mark.parametrize("places", [1, 4])
@pytest.mark.parametrize("name", ["layer_norm", "group_norm", "rms_norm"])
def test_what_is_left_of_a_gradient_that_normalising_takes_away_is_exact(name: str, places: int, backend: str) -> None:
    rng = np.random.default_rng(2)
    image = name == "group_norm"
    x = rng.uniform(-2, 2, (9, 4, places) if image else (9, 2)).astype(np.float32)
    gamma = rng.uniform(0.5, 1.5, 4 if image else 2).astype(np.float32)
    inputs = (x, gamma) if name == "rms_norm" else (x, gamma, gamma)
    g = rng.normal(size=x.shape).astype(np.float32)
    dx, wanted = (
        Bench(OPS[name], [a.astype(dtype) for a in inputs], {"groups": 2} if image else {}, backend, dtype).gradients(
            g.astype(dtype)
        )[0]
        for dtype in ("float32", "float64")
    )
    np.testing.assert_allclose(dx, wanted, rtol=1e-6, atol=0)


@both_machines
@long
@pytest.mark.parametrize("shape", [(1,), (3, 1), (2, 2, 1), (9, 1)])
def test_what_is_sent_to_a_number_that_was_repeated_along_a_line_is_summed_exactly(
    shape: tuple[int, ...], numbers: str, backend: str
) -> None:
    x, g = drawn("equal", shape), drawn(numbers, (*shape[:-1], N // 9))
    (dx,) = Bench(OPS["expand"], [x], {"shape": g.shape}, backend, "float32").gradients(g)
    close(dx, g.astype(np.float64).sum(axis=-1, keepdims=True))
