"""What only the compiled machine has: polynomials of its own, loops written as LLVM code, BLAS without a wrapper."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradlab import numeric
from gradlab.graph.graph import Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.machines._rows import broadcast_loops
from gradlab.graph.tape import Tape
from gradlab.op import Array
from tests.graph.networks import apply, leaf


def run(op: str, *arrays: Array) -> Array:
    graph = Graph()
    leaves = [leaf(graph, f"x{i}", a) for i, a in enumerate(arrays)]
    node = apply(graph, op, "z", *leaves)
    machine = make_machine(Tape(graph), "jit")
    machine.load(0)
    machine.forward(0, 1)
    return machine.value(node.index).copy()


def exact(name: str, x: float) -> Fraction:
    """Return the function to far more digits than a float64 has."""
    from mpmath import mp, mpf

    mp.dps = 60
    functions: dict[str, Callable[[mpf], mpf]] = {
        "exp": mp.exp,
        "tanh": mp.tanh,
        "sigmoid": lambda v: 1 / (1 + mp.exp(-v)),
        "log1p": mp.log1p,
    }
    return as_fraction(functions[name](mpf(x)))


def as_fraction(value: Any) -> Fraction:
    from mpmath import mp, mpf

    return Fraction(int(mp.nint(value * mpf(2) ** 1200)), 2**1200)


def test_log1p_is_within_two_units_in_the_last_place() -> None:
    pytest.importorskip("mpmath", reason="needs mpmath for the exact values")
    kernel = pytest.importorskip("gradlab.kernels.jit")

    @kernel.single  # type: ignore[untyped-decorator]
    def log1p(x: float) -> Any:
        return numeric.log1p(x)

    rng = np.random.default_rng(6)
    small = 10 ** rng.uniform(-18, 0, 1000)
    for value in (*small, *-small, *rng.uniform(-1, 3, 1000), *10 ** rng.uniform(0, 300, 500)):
        got = log1p(value)
        assert abs(Fraction(float(got)) - exact("log1p", float(value))) <= 2 * Fraction(float(np.spacing(abs(got)))), value
    special = np.array([0.0, -0.0, np.inf, np.nan, -1.0, -2.0, -np.inf, 5e-324])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal([log1p(v) for v in special], np.log1p(special))
    assert np.signbit(log1p(-0.0))


@pytest.mark.parametrize(("name", "reach"), [("exp", 700.0), ("tanh", 25.0), ("sigmoid", 700.0)])
def test_polynomials_are_within_two_units_in_the_last_place(name: str, reach: float) -> None:
    pytest.importorskip("mpmath", reason="needs mpmath for the exact values")
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.uniform(-reach, reach, 1500), rng.uniform(-1, 1, 1500), 10 ** rng.uniform(-18, 0, 500)])
    got = run(name, x)
    worst = 0.0
    for value, result in zip(x, got, strict=True):
        error = abs(Fraction(float(result)) - exact(name, float(value)))
        worst = max(worst, float(error / Fraction(float(np.spacing(abs(result))))))
    assert worst <= 2.0


def test_polynomials_keep_the_special_values() -> None:
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1000.0, -1000.0, 5e-324])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(run("exp", x), np.exp(x))
        np.testing.assert_array_equal(run("tanh", x), np.tanh(x))
    np.testing.assert_array_equal(run("sigmoid", x), [0.5, 0.5, 1.0, 0.0, np.nan, 1.0, 0.0, 0.5])
    assert np.signbit(run("tanh", x)[1])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 64])
def test_products_on_both_sides_of_the_change_from_loop_to_blas(size: int) -> None:
    rng = np.random.default_rng(size)
    x, y = rng.standard_normal((size, size + 1)), rng.standard_normal((size + 1, 3))
    np.testing.assert_allclose(run("matmul", x, y), x @ y, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("n", "k", "m"), [(1, 9, 13), (1, 64, 130), (11, 70, 1), (9, 1, 17), (33, 20, 19), (40, 64, 130)])
def test_products_of_every_form_are_right_forward_and_backward(n: int, k: int, m: int) -> None:
    rng, graph = np.random.default_rng(n), Graph()
    x, y, upstream = rng.standard_normal((n, k)), rng.standard_normal((k, m)), rng.standard_normal((n, m))
    left, right = leaf(graph, "x", x), leaf(graph, "y", y)
    root = apply(graph, "matmul", "z", left, right)
    machine = make_machine(Tape(graph), "jit")
    machine.load(0)
    machine.forward(0, 1)
    np.testing.assert_allclose(machine.value(root.index), x @ y, rtol=1e-12, atol=1e-13)
    machine.seed(root.index, upstream)
    for times, add in ((1, False), (2, True)):
        machine.backward(root.index, 0, 1, add)
        np.testing.assert_allclose(machine.grad(left.index), times * (upstream @ y.T), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(machine.grad(right.index), times * (x.T @ upstream), rtol=1e-12, atol=1e-13)


def test_numba_still_has_the_private_symbol_that_products_are_made_with() -> None:
    from llvmlite import binding
    from numba import _helperlib
    from numba.core.registry import cpu_target

    assert cpu_target.target_context is not None  # numba tells LLVM of its symbols when it is first asked for a context
    assert "xxgemm" in vars(_helperlib)["c_helpers"]
    assert binding.address_of_symbol("numba_xxgemm")


def test_axes_that_behave_alike_are_one_loop() -> None:
    sizes, strides = broadcast_loops((2, 3, 4), [(2, 3, 4), (4,)])
    assert sizes == [1, 1, 1, 1, 6, 4]
    assert strides == [[0, 0, 0, 0, 4, 1], [0, 0, 0, 0, 0, 1]]
