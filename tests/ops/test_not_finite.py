"""Where a number is infinite or none at all, kernels spread it no further than the plain functions and PyTorch do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS, compiled_ops
from tests.ops.casebook import Case, cases_of
from tests.ops.harness import Bench

CONVOLUTIONS = [name for name in compiled_ops() if name.startswith("conv")]
HOSTILE = (np.nan, np.inf, -np.inf)
OPERANDS = ("x", "W", "upstream")
CLOSE = {"float64": 1e-12, "float32": 1e-4}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CONVOLUTIONS)
@pytest.mark.parametrize("operand", OPERANDS)
def test_a_convolution_in_a_kernel_has_nan_where_the_plain_one_has(name: str, operand: str, dtype: str) -> None:
    rng, close = np.random.default_rng(5), CLOSE[dtype]
    for case in cases_of(compiled_ops()[name]).draw():
        for number in HOSTILE:
            inputs, upstream = spoiled(name, case, operand, number, dtype, rng)
            wanted, found = (everything(name, case, inputs, upstream, machine, dtype) for machine in ("plain", "jit"))
            for one, other in zip(wanted, found, strict=True):
                np.testing.assert_allclose(other, one, rtol=close, atol=close, err_msg=str(case))


def spoiled(name: str, case: Case, operand: str, number: float, dtype: str, rng: np.random.Generator) -> tuple[Any, Array]:
    """Return the operands of a case and an upstream gradient, two elements of one of them replaced."""
    inputs = [array.astype(dtype) for array in case.inputs]
    upstream = rng.normal(size=Bench(compiled_ops()[name], inputs, case.attrs, "plain", dtype).forward().shape).astype(dtype)
    array = upstream if operand == "upstream" else inputs[OPERANDS.index(operand)]
    if array.size:
        array.reshape(-1)[[-1, int(rng.integers(array.size))]] = number
    return inputs, upstream


@np.errstate(invalid="ignore")
def everything(name: str, case: Case, inputs: list[Array], upstream: Array, machine: str, dtype: str) -> list[Array]:
    """Return the value and all gradients, assigned and then added to."""
    bench = Bench(compiled_ops()[name], inputs, case.attrs, machine, dtype)
    return [bench.forward(), *bench.backward(upstream), *bench.backward(upstream, add=True)]


def test_an_element_that_no_weight_meets_does_not_reach_the_weights() -> None:
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 3, 3] = np.inf
    bench = Bench(OPS["conv2d"], [x, np.ones((1, 1, 2, 2))], {"stride": 1}, "jit")
    bench.forward()
    upstream = np.ones((1, 1, 3, 3))
    upstream[0, 0, 2, 2] = 2.0
    np.testing.assert_array_equal(bench.backward(upstream)[1], [[[[10.0, 10.0], [10.0, np.inf]]]])


def test_an_infinite_weight_reaches_only_what_it_reads() -> None:
    kernel = np.array([[[[1.0], [np.inf]]]])
    bench = Bench(OPS["conv2d"], [np.ones((1, 1, 3, 1)), kernel], {}, "jit")
    bench.forward()
    np.testing.assert_array_equal(bench.backward(np.ones((1, 1, 2, 1)))[0], [[[[1.0], [np.inf], [np.inf]]]])


@pytest.mark.parametrize("number", HOSTILE)
def test_pytorch_has_nan_in_the_same_places(number: float, torch: Any) -> None:
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(2, 2, 6, 5)), rng.normal(size=(3, 2, 3, 3))
    x[1, 0, 5, 4] = number
    bench = Bench(OPS["conv2d"], [x, w], {}, "jit")
    z = bench.forward()
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w)]
    theirs = torch.nn.functional.conv2d(*tensors)
    theirs.backward(torch.ones_like(theirs))
    sent = bench.backward(np.ones_like(z))
    for ours, other in zip((z, *sent), (theirs.detach(), *(t.grad for t in tensors)), strict=True):
        np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(other.numpy()))
