"""Copies and products find every element, in whatever order the axes lie, and touch nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from gradlab.graph.graph import Graph
from gradlab.graph.tape import Tape
from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.ops._contraction import PACKED, packed_size
from tests.ops.harness import Bench

BACKENDS = ("plain", "jit")
SIZES = {"b": 3, "h": 2, "i": 9, "j": 17, "k": 8, "d": 5}
each_backend = pytest.mark.parametrize("backend", BACKENDS)
each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(17)


def untouched(bench: Bench, upstream: Array) -> Iterator[None]:
    """Check around a backward pass that it changes neither operands nor result nor what comes in."""
    machine, out = bench.machine, bench.out.index
    before = [machine.value(node.index).copy() for node in (*bench.nodes, bench.out)]
    yield
    for node, kept in zip((*bench.nodes, bench.out), before, strict=True):
        np.testing.assert_array_equal(machine.value(node.index), kept)
    np.testing.assert_array_equal(machine.grad(out), upstream)


def moves(rng: np.random.Generator) -> Iterator[tuple[str, tuple[int, ...], dict[str, Any], Any]]:
    """Return an op, the shape of its operand, its attributes, and the same in NumPy."""
    for shape in ((9, 17), (8, 16), (70, 9), (1, 9), (3, 9, 17), (8, 3, 16), (2, 9, 3, 8)):
        for axes in itertools.permutations(range(len(shape))):
            yield "transpose", shape, {"axes": axes}, lambda x, axes=axes: x.transpose(axes)
        for axis in range(len(shape)):
            yield "flip", shape, {"axis": axis}, lambda x, axis=axis: np.flip(x, axis)
    for rows, columns in itertools.product((slice(None), slice(2, 9), slice(9, 1, -3), 4, slice(3, 3)), repeat=2):
        yield "index", (10, 11), {"key": (rows, columns)}, lambda x, key=(rows, columns): x[key]
    for shape in ((9, 1), (1, 11), (1, 1)):
        yield "expand", shape, {"shape": (9, 11)}, lambda x: np.broadcast_to(x, (9, 11))
        yield "tile", shape, {"reps": (2, 3)}, lambda x: np.tile(x, (2, 3))


@each_dtype
@each_backend
def test_what_moves_elements_moves_each_of_them_there_and_back(backend: str, dtype: str, rng: np.random.Generator) -> None:
    for name, shape, attrs, same in moves(rng):
        x = rng.integers(-9, 9, shape).astype(dtype)  # whole numbers: their sums are exact
        bench = Bench(OPS[name], [x], attrs, backend, dtype)
        z = bench.forward()
        np.testing.assert_array_equal(z, same(x), err_msg=f"{name} {shape} {attrs}")
        g = rng.integers(-9, 9, z.shape).astype(dtype)
        wanted = np.zeros(x.size)
        np.add.at(wanted, same(np.arange(x.size).reshape(shape)), g)
        for add in (False, True):
            check = untouched(bench, g)
            bench.machine.seed(bench.out.index, g)
            next(check)
            (sent,) = bench.backward(g, add)
            next(check, None)
            np.testing.assert_array_equal(sent, wanted.reshape(shape) * (1 + add), err_msg=f"{name} {shape} {attrs}")


@each_backend
def test_a_copy_keeps_the_sign_of_zero_and_a_gradient_has_none(backend: str) -> None:
    zeros = np.full((9, 16), -0.0)
    bench = Bench(OPS["transpose"], [zeros], {}, backend)
    assert np.signbit(bench.forward()).all()
    (sent,) = bench.backward(np.full((16, 9), -0.0))
    assert not np.signbit(sent).any()


def products() -> Iterator[str]:
    """Return the products of matrices in a batch, with the letters of each array in every order, and some of two batches."""
    for x, y, z in itertools.product(*(map("".join, itertools.permutations(part)) for part in ("bik", "bkj", "bij"))):
        yield f"{x},{y}->{z}"
    for x, y, z in itertools.product(("bhid", "hbdi", "bihd"), ("bhjd", "bjhd", "djhb"), ("bhij", "hbji", "bihj")):
        yield f"{x},{y}->{z}"
    yield from ("ikd,kdj->ij", "ikd,jdk->ij", "ikd,dk->i", "kd,idk->i", "bi,bij->bj", "ij,ij->i", "bij,bij->b", "ij,kj->kij")


@each_dtype
@each_backend
def test_a_product_is_that_of_numpy_in_every_order_of_letters(backend: str, dtype: str, rng: np.random.Generator) -> None:
    for letters in products():
        parts = letters.partition("->")[0].split(",")
        arrays = [rng.integers(-4, 5, [SIZES[n] for n in part]).astype(dtype) for part in parts]
        bench = Bench(OPS["einsum"], arrays, {"subscripts": letters}, backend, dtype)
        z = bench.forward()
        np.testing.assert_array_equal(z, np.einsum(letters, *arrays), err_msg=letters)
        g = rng.integers(-4, 5, z.shape).astype(dtype)
        wanted = [_sent(letters, g, arrays, k) for k in range(2)]
        for add in (False, True):
            bench.machine.seed(bench.out.index, g)
            check = untouched(bench, g)
            next(check)
            for got, right in zip(bench.backward(g, add), wanted, strict=True):
                np.testing.assert_array_equal(got, right * (1 + add), err_msg=letters)
            next(check, None)


def _sent(letters: str, g: Array, arrays: Sequence[Array], k: int) -> Array:
    inputs, out = letters.split("->")
    mine, other = (inputs.split(",")[i] for i in (k, 1 - k))
    return np.asarray(np.einsum(f"{out},{other}->{mine}", g, arrays[1 - k]))


def test_arrays_that_lie_as_matrices_are_not_copied_and_copies_count_as_memory() -> None:
    assert _plan_of("bhid,bhjd->bhij") == ([0, 1, 0], 0)
    assert _plan_of("bij,bkj->bki") == ([0, 1, 1], 0)
    assert _plan_of("bihd,bjhd->bhij") == ([PACKED, PACKED, 0], 3 * 9 * 2 * 5 + 3 * 17 * 2 * 5)


def _plan_of(letters: str) -> tuple[list[int], int]:
    """Return the forms of x, y and z, and by how many elements the arena is larger than values and gradients."""
    graph = Graph()
    shapes = [tuple(SIZES[n] for n in part) for part in letters.split("->", maxsplit=1)[0].split(",")]
    nodes = [graph.add(OPS["param"], (), name=f"x{i}", shape=shape) for i, shape in enumerate(shapes)]
    graph.add(OPS["einsum"], nodes, {"subscripts": letters}, name="z")
    tape = Tape(graph)
    plan = tape.plans[-1]
    assert plan is not None and plan.scratch == packed_size(plan.ints)
    assert tape.size >= 2 * sum(node.size for node in graph.nodes) + plan.scratch
    return list(plan.ints[4:7]), plan.scratch
