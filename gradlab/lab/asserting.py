"""Assertions: an expression beside what it should be, at the present position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import NotReady
from gradlab.lab.numbers import shown
from gradlab.scenario.arithmetic import holds
from gradlab.scenario.assertions import Assertion
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an assertion holds. text: what was got, and what speaks against it."""

    ok: bool
    text: str


def judge(lab: Lab, claim: Assertion) -> Judgement:
    """Judge an assertion. Raises ScenarioError when shapes do not fit, and ActionError when a run it asks for fails."""
    environment = lab.environment()
    try:
        got = claim.left.evaluate(environment)
        if claim.right is None:
            verdict = _condition(lab, claim, got)
        else:
            verdict = _close(lab, claim, got, claim.right.evaluate(environment))
    except NotReady as error:
        return Judgement(False, str(error))
    remarks = "".join(f"  ({remark})" for remark in environment.remarks)
    return Judgement(verdict.ok, verdict.text + remarks)


def _condition(lab: Lab, claim: Assertion, got: Any) -> Judgement:
    if _has_nan(got):
        return Judgement(False, f"it is {shown(np.asarray(got))}")
    if not np.asarray(got).size:
        return Judgement(False, "there is nothing to compare: no element is left")
    return Judgement(holds(got), "" if holds(got) else _sides(lab, claim.left, got))


def _sides(lab: Lab, condition: Expression, got: Any) -> str:
    """Return both sides of a comparison that does not hold."""
    import ast

    tree = condition.tree
    if isinstance(tree, ast.Compare):
        environment = lab.environment()
        sides = [condition.part(side).evaluate(environment) for side in (tree.left, *tree.comparators)]
        return "got " + " and ".join(shown(np.asarray(side)) for side in sides)
    return f"got {shown(np.asarray(got))}"


def _close(lab: Lab, claim: Assertion, got: Any, wanted: Any) -> Judgement:
    got, wanted = np.asarray(got), np.asarray(wanted)
    text = f"got {shown(got)}"
    try:
        np.broadcast_shapes(got.shape, wanted.shape)
    except ValueError:
        return Judgement(False, f"shapes {got.shape} and {wanted.shape} do not fit")
    if not np.broadcast(got, wanted).size:
        return Judgement(False, f"there is nothing to compare: shapes {got.shape} and {wanted.shape}")
    used = claim.within(lab.tape.dtype.name).excess(got, wanted)
    if used <= 1:
        return Judgement(True, text)
    gap, place = _worst(got, wanted)
    return Judgement(False, f"{text}, wanted {shown(wanted)}: off by {gap:.3g}{place}")


def _worst(got: Any, wanted: Any) -> tuple[float, str]:
    with np.errstate(all="ignore"):
        gaps = np.abs(np.asarray(got, np.float64) - np.asarray(wanted, np.float64))
    at = int(np.argmax(np.nan_to_num(gaps, nan=np.inf)))
    index = [int(i) for i in np.unravel_index(at, gaps.shape)] if gaps.shape else []
    return float(gaps.reshape(-1)[at]), f" at {index}" if index else ""


def _has_nan(got: Any) -> bool:
    array = np.asarray(got)
    return array.dtype.kind == "f" and bool(np.isnan(array).any())
