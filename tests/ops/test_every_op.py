"""Every op of the registry: its functions against one another, against numbers, against PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.lab.why.local import local_derivatives
from gradlab.op import Array, Op
from gradlab.ops import OPS, compiled_ops, find_op
from tests.ops.casebook import Case, Cases, cases_of
from tests.ops.harness import Bench, evaluate, numerical, relative_error, worst_error

every_op = pytest.mark.parametrize("op", compiled_ops().values(), ids=compiled_ops().keys())


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@every_op
def test_an_op_has_cases(op: Op) -> None:
    assert cases_of(op).name == op.name
    assert cases_of(op).draw()


@every_op
def test_an_op_explains_itself(op: Op) -> None:
    assert op.formula.startswith("z") or ",  z" in op.formula
    assert len(op.derivatives) >= sum(op.flows(p) for p in range(len(op.inputs)))
    assert op.source.endswith(".")
    assert op.examples
    letters = {name.rstrip("*"): name for name in (*op.inputs, *op.attrs)}
    assert op.symbols.format(**letters)


@every_op
def test_examples_give_what_they_say(op: Op) -> None:
    for example in op.examples:
        assert f"{example.call} = {evaluate(example.call)}" == f"{example.call} = {example.gives}"


@every_op
def test_backward_agrees_with_central_differences(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        assert _error(op, case, rng) <= 1e-7, case


def _error(op: Op, case: Case, rng: np.random.Generator) -> float:
    """Return the error of backward: against central differences, of a surrogate against the rule that it states."""
    rule = cases_of(op).rule
    if not op.surrogate or rule is None:
        return worst_error(op, case.inputs, case.attrs, rng)
    bench = Bench(op, case.inputs, case.attrs)
    g = rng.normal(size=bench.forward().shape)
    return max(relative_error(sent, rule(g, *case.inputs)) for k, sent in enumerate(bench.backward(g)) if op.flows(k))


@every_op
def test_a_surrogate_is_no_derivative_and_says_so(op: Op, rng: np.random.Generator) -> None:
    flows = any(op.flows(p) for p in range(len(op.inputs)))
    assert (cases_of(op).rule is not None) == bool(op.surrogate and flows)
    if cases_of(op).rule is not None:
        draws = cases_of(op).draw()
        sides = [Bench(op, case.inputs, case.attrs) for case in draws]
        apart = [_far_from_slope(bench, rng) for bench in sides if bench.forward().size]
        assert max(apart) > 1e-2


def _far_from_slope(bench: Bench, rng: np.random.Generator) -> float:
    g = rng.normal(size=bench.forward().shape)
    return relative_error(bench.backward(g)[0], numerical(bench, g, 0))


@every_op
def test_a_wrong_backward_is_caught(op: Op, rng: np.random.Generator) -> None:
    if not any(op.flows(p) for p in range(len(op.inputs))):
        pytest.skip("no gradient flows")
    planted = replace(op, backward=_spoiled(op))
    worst = [_error(planted, case, rng) for case in cases_of(op).draw()]
    assert max(worst) > 1e-5


def _spoiled(op: Op) -> Callable[..., Any]:
    """Return the op's backward function with gradients that are off by 0.1 %: all of an elementwise op, else the first."""
    assert op.backward is not None
    right = op.backward

    def elementwise(*arguments: Any) -> Any:
        parts = right(*arguments)
        parts = parts if isinstance(parts, tuple) else (parts,)
        return tuple(1.001 * part + 0.001 for part in parts)

    def array(g: Array, z: Array, *rest: Any) -> None:
        dx = rest[1 if op.variadic else len(op.inputs) + len(op.absent)]
        right(g, z, *rest)
        dx *= 1.001
        dx += 0.001

    return elementwise if op.kind == "elementwise" else array


@every_op
def test_an_accumulated_gradient_is_the_sum(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        bench = Bench(op, case.inputs, case.attrs)
        g = rng.normal(size=bench.forward().shape)
        once = bench.backward(g)
        twice = bench.backward(g, add=True)
        for first, both in zip(once, twice, strict=True):
            np.testing.assert_allclose(both, 2 * first, rtol=1e-13, atol=1e-13)


@every_op
def test_kernels_compute_what_the_plain_functions_do(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        plain, compiled = Bench(op, case.inputs, case.attrs), Bench(op, case.inputs, case.attrs, "jit")
        z, same = plain.forward(), compiled.forward()
        np.testing.assert_allclose(same, z, rtol=1e-13, atol=1e-13)
        g = rng.normal(size=z.shape)
        for add in (False, True):
            for got, wanted in zip(compiled.backward(g, add), plain.backward(g, add), strict=True):
                np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-13)


@every_op
def test_float32_is_as_exact_as_it_can_be(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        inputs = [a.astype(np.float32) for a in case.inputs]
        exact = Bench(op, [a.astype(np.float64) for a in inputs], case.attrs)
        z = exact.forward()
        g = rng.normal(size=z.shape).astype(np.float32)
        sent = exact.backward(g.astype(np.float64))
        for backend in ("plain", "jit"):
            small = Bench(op, inputs, case.attrs, backend, "float32")
            for got, wanted in zip((small.forward(), *small.backward(g)), (z, *sent), strict=True):
                assert got.dtype == np.float32
                scale = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
                np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5 * scale)


@every_op
def test_local_derivatives_are_what_backward_sends(op: Op) -> None:
    """For every input and element: the jacobian of `local` is the one that gradients with a single 1 probe."""
    for case in cases_of(op).draw():
        bench = Bench(op, case.inputs, case.attrs)
        z = bench.forward()
        if z.size * sum(a.size for a in case.inputs) > 2000:
            continue
        probed = _probe(bench, z)
        for k in range(len(case.inputs)):
            if op.flows(k):
                np.testing.assert_allclose(_local_jacobian(bench, k, z), probed[k], rtol=1e-12, atol=1e-13)


def _probe(bench: Bench, z: Array) -> list[Array]:
    """Give, for each input, the matrix (elements of z, elements of the input) of derivatives."""
    rows: list[list[Array]] = [[] for _ in bench.inputs]
    for place in range(z.size):
        one_hot = np.zeros(z.size)
        one_hot[place] = 1.0
        for k, sent in enumerate(bench.backward(one_hot.reshape(z.shape))):
            rows[k].append(sent.reshape(-1).copy())
    return [np.array(row).reshape(z.size, x.size) for row, x in zip(rows, bench.inputs, strict=True)]


def _local_jacobian(bench: Bench, k: int, z: Array) -> Array:
    jacobian = np.zeros((z.size, bench.inputs[k].size))
    for e in range(bench.inputs[k].size):
        places, slopes = local_derivatives(bench.machine, bench.out, k, e)
        assert np.shape(places) == np.shape(slopes)
        np.add.at(jacobian[:, e], places, slopes)
    return jacobian


@every_op
def test_the_branch_changes_exactly_where_value_or_gradient_jumps(op: Op, rng: np.random.Generator) -> None:
    for case in cases_of(op).draw():
        bench = Bench(op, case.inputs, case.attrs)
        g = cases_of(op).upstream(rng, bench.forward().shape)
        ways = [rng.normal(size=x.shape) if op.flows(k) else 0.0 * x for k, x in enumerate(case.inputs)]
        if op.kinked:
            _walk(bench, op, g, ways)
            continue
        assert op.branch is None


def _walk(bench: Bench, op: Op, g: Array, ways: list[Array]) -> None:
    """Move all inputs along a line: where the branch stays the gradient moves by a small step, elsewhere something jumps."""
    before: tuple[Any, ...] = ()
    for t in np.linspace(-1.0, 1.0, 301):
        inputs = [x + t * way for x, way in zip(bench.inputs, ways, strict=True)]
        z = bench.forward(inputs)
        assert op.branch is not None
        now = (z, bench.backward(g), op.branch(tuple(inputs), z, bench.out.attrs))
        if before:
            moved = [*(np.abs(a - b) for a, b in zip(now[1], before[1], strict=True)), np.abs(z - before[0])]
            jumps = any(np.any(m > cases_of(op).jump) for m in moved)
            assert jumps == bool(np.any(now[2] != before[2])), (t, now, before)
        before = now


@pytest.mark.parametrize("op", [op for op in compiled_ops().values() if cases_of(op).torch is not None], ids=lambda op: op.name)
def test_pytorch_agrees(op: Op, rng: np.random.Generator, torch: Any) -> None:
    cases = cases_of(op)
    for case in cases.draw():
        _compare_with_torch(torch, op, cases, case, rng)


def _compare_with_torch(torch: Any, op: Op, cases: Cases, case: Case, rng: np.random.Generator) -> None:
    assert cases.torch is not None
    bench = Bench(op, case.inputs, case.attrs)
    z = bench.forward()
    g = rng.normal(size=z.shape)
    tensors = [torch.tensor(a, requires_grad=op.flows(k)) for k, a in enumerate(case.inputs)]
    theirs = cases.torch(torch, *tensors, **case.attrs)
    np.testing.assert_allclose(z, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)
    if theirs.requires_grad:
        theirs.backward(torch.tensor(g))
    for k, sent in enumerate(bench.backward(g)):
        if op.flows(k):
            wanted = torch.zeros_like(tensors[k]) if tensors[k].grad is None else tensors[k].grad
            np.testing.assert_allclose(sent, wanted.detach().numpy(), rtol=1e-10, atol=1e-12)


@every_op
def test_refusals_say_what_is_allowed(op: Op) -> None:
    for refusal in cases_of(op).refuses:
        attrs = {**{k: v for k, v in op.attrs.items() if v is not REQUIRED}, **refusal.attrs}
        with pytest.raises(ShapeError) as error:
            op.shape(refusal.shapes, attrs)
        assert str(error.value) == refusal.text


def test_an_alias_finds_its_op_and_a_foreign_word_none() -> None:
    assert find_op("power") is OPS["pow"]
    assert find_op("swish") is OPS["silu"]
    assert find_op("mul") is OPS["mul"]
    assert find_op("frobnicate") is None
