"""What an op says of itself is true: its role, the range of its output, where it is flat, where a unit is dead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from math import inf, isfinite
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import gradlab
from gradlab.op import LINE, Array, Attrs, Curve, Op, Role
from gradlab.ops import OPS
from tests.ops.casebook import cases_of
from tests.ops.harness import Bench

GRID = np.unique(np.concatenate([np.linspace(-60, 60, 2401), np.linspace(-8, 8, 3201)])) + 1e-5
"""Not on a kink: what an op sends exactly there is its own choice."""
SETTINGS: dict[str, tuple[Attrs, ...]] = {
    "clip": (
        {"low": 0.0, "high": 6.0}, {"low": -1.0, "high": 1.0}, {"low": -3.0, "high": 0.5}, {"low": 0.0, "high": inf},
        {"low": -inf, "high": 1.0},
    ),
    "elu": ({"alpha": 1.0}, {"alpha": 0.3}, {"alpha": -0.5}),
}  # fmt: skip
LIMIT = 1e-12


def settings(op: Op) -> tuple[Attrs, ...]:
    return SETTINGS.get(op.name, (op.attrs,))


def curves() -> Iterator[tuple[Op, Attrs, Curve]]:
    """Return what is declared of every op that reads one number and has no surrogate."""
    for op in OPS.values():
        if op.kind == "elementwise" and len(op.inputs) == 1:
            yield from ((op, attrs, op.curve_of(attrs)) for attrs in settings(op))


def outputs(op: Op, attrs: Attrs) -> tuple[Array, Array]:
    """Return what an op gives over the grid, and its slope there."""
    bench = Bench(op, [GRID], attrs)
    (slopes,) = bench.gradients(np.ones_like(GRID))
    return bench.forward(), slopes


declared = pytest.mark.parametrize(("op", "attrs", "curve"), [pytest.param(*c, id=f"{c[0]}-{c[1]}") for c in curves()])


def test_every_op_has_a_role_that_there_is() -> None:
    assert {op.name: op.role for op in OPS.values() if op.role not in get_args(Role)} == {}


def test_every_role_is_the_role_of_an_op() -> None:
    assert set(get_args(Role)) == {op.role for op in OPS.values()}


def test_the_roles_of_leaves_are_of_leaves_alone() -> None:
    leaves = {op.role for op in OPS.values() if op.is_leaf}
    assert {op.name for op in OPS.values() if not op.is_leaf and op.role in leaves} == set()
    assert len(leaves) == sum(op.is_leaf for op in OPS.values())


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if not op.is_leaf])
def test_no_number_leaves_the_range_of_its_op(name: str) -> None:
    op = OPS[name]
    for case in cases_of(op).draw():
        attrs = {**op.attrs, **case.attrs}
        low, high = op.curve_of(attrs).range
        z = Bench(op, case.inputs, attrs).forward()
        assert z.size == 0 or low - LIMIT <= z.min() <= z.max() <= high + LIMIT


@declared
def test_the_ends_of_a_range_are_reached_and_never_passed(op: Op, attrs: Attrs, curve: Curve) -> None:
    far = np.concatenate([GRID, [-600.0, -1.0, 1.0, 600.0, np.nan]])
    inputs = far[far >= 0] if op.name in {"sqrt", "log"} else far
    z = Bench(op, [inputs], attrs).forward()
    low, high = curve.range
    finite = z[np.isfinite(z)]
    assert low - LIMIT <= finite.min() <= finite.max() <= high + LIMIT
    assert not isfinite(low) or finite.min() <= low + 5e-3
    assert not isfinite(high) or finite.max() >= high - 5e-3


@declared
def test_in_a_flat_part_the_slope_is_under_its_share_of_the_largest_and_outside_of_it_is_not(
    op: Op, attrs: Attrs, curve: Curve
) -> None:
    if not curve.saturates:
        return
    z, slopes = outputs(op, attrs)
    steep = np.abs(slopes) / np.abs(slopes).max()
    flat = (z < curve.flat[0]) | (z > curve.flat[1])
    assert flat.any() and (~flat).any()
    assert steep[flat].max() <= curve.share
    near = ~flat & ((z < curve.flat[0] + 0.005) | (z > curve.flat[1] - 0.005)) & (z != curve.dead)
    assert not near.any() or steep[near].max() >= curve.share


@declared
def test_a_dead_unit_passes_no_gradient_and_another_does(op: Op, attrs: Attrs, curve: Curve) -> None:
    if curve.dead is None:
        return
    z, slopes = outputs(op, attrs)
    assert (z == curve.dead).any() and not slopes[z == curve.dead].any()
    assert slopes[(z > curve.dead) & (z < curve.range[1])].all()


def test_an_op_that_multiplies_rows_sends_an_outer_product_of_each() -> None:
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    by_rows = [op for op in OPS.values() if op.by_rows]
    assert len(by_rows) == 2
    for op in by_rows:
        g = rng.normal(size=(4, 2))
        sent = Bench(op, [x, w, b][: len(op.inputs)], {}).gradients(g)[1]
        np.testing.assert_allclose(sent, sum(np.outer(x[i], g[i]) for i in range(4)), rtol=1e-12)


def test_what_is_cut_at_zero_is_a_rectifier_and_else_both_ends_are_flat() -> None:
    clip = OPS["clip"]
    six = clip.curve_of({"low": 0.0, "high": 6.0})
    assert (six.dead, six.flat[0]) == (0.0, -inf) and 5.99 < six.flat[1] < 6.0
    both = clip.curve_of({"low": -1.0, "high": 1.0})
    assert both.dead is None and both.flat[0] > -1.0 and both.flat[1] < 1.0
    assert LINE.bounded is False and both.bounded


def listed_in(text: str) -> Iterator[str]:
    """Return the collections of names of ops alone, and what is compared with the name of one. Leaves are roles, too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            names = [part.value for part in parts if isinstance(part, ast.Constant)]
            if len(names) == len(parts) > 1 and all(name in OPS and name not in get_args(Role) for name in names):
                yield ", ".join(map(str, names))
        elif isinstance(node, ast.Compare) and re.search(r"\bop(\.name)?$", ast.unparse(node.left)):
            yield from (str(c.value) for c in node.comparators if isinstance(c, ast.Constant) and c.value in OPS)


def test_a_list_of_ops_is_found() -> None:
    text = (
        'A = frozenset(["tanh", "relu"])\nB = {"tanh": 1, "sigmoid": 2}\nif op != "relu" or node.op.name == "tanh":\n    pass\n'
    )
    assert sorted(listed_in(text)) == ["relu", "tanh", "tanh, relu", "tanh, sigmoid"]


def test_no_other_file_lists_ops_by_name() -> None:
    root = Path(gradlab.__file__).parent
    files = [path for path in root.rglob("*.py") if path.parent.name != "ops"]
    found = {str(path.relative_to(root)): [*listed_in(path.read_text(encoding="utf-8"))] for path in files}
    assert {path: listed for path, listed in found.items() if listed} == {}
