"""Claims about numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.actions._action import Action
from gradlab.axis.environment import NotReady
from gradlab.errors import ScenarioError
from gradlab.lab.arguments import Words
from gradlab.lab.numbers import shown
from gradlab.lab.outcome import Outcome, said
from gradlab.lab.search.claims import WORDS, Claim, hold_up, told_against
from gradlab.lab.search.claims import claim as read_claim
from gradlab.scenario.arithmetic import holds
from gradlab.scenario.assertions import Assertion, read_assertion
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.session import Lab


def _claim(words: Words) -> Assertion | Claim:
    first = next(iter(words), None)
    if first is not None and first.text in WORDS and first.text not in (words.known.nodes if words.known else ()):
        return read_claim(words)
    claim = read_assertion(words.span)
    if words.known is not None and (problems := claim.check(words.known)):
        raise ScenarioError(problems)
    return claim


def _expect(lab: Lab, claim: Assertion | Claim) -> Outcome:
    """Judge a claim, and say both numbers."""
    if isinstance(claim, Claim):
        return _hold_up(lab, claim)
    found = judge(lab, claim)
    numbers = f"    {found.text}" if found.text else ""
    return said("ok" if found.ok else "fail", f"{lab.line_of_file}{lab.statement_text}{numbers}", found=found)


def _hold_up(lab: Lab, claim: Claim) -> Outcome:
    """Train as far as a claim holds, and say where it does not."""
    broken = hold_up(lab, claim).found.met
    head, at = f"{lab.line_of_file}{lab.statement_text}", lab.position
    if not broken:
        return said("ok", f"{head}    to {at}")
    return said("fail", f"{head}    at {at}: {told_against(lab, claim)}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an assertion holds. text: what was got, and what speaks against it."""

    ok: bool
    text: str


def judge(core: Core, claim: Assertion) -> Judgement:
    """Judge an assertion. Raises ScenarioError when shapes do not fit, and ActionError when a run it asks for fails."""
    environment = core.environment()
    try:
        got = claim.left.evaluate(environment)
        if claim.right is None:
            verdict = _condition(core, claim, got)
        else:
            verdict = _close(core, claim, got, claim.right.evaluate(environment))
    except NotReady as error:
        return Judgement(False, str(error))
    remarks = "".join(f"  ({remark})" for remark in environment.remarks)
    return Judgement(verdict.ok, verdict.text + remarks)


def _condition(core: Core, claim: Assertion, got: Any) -> Judgement:
    if _has_nan(got):
        return Judgement(False, f"it is {shown(np.asarray(got))}")
    if not np.asarray(got).size:
        return Judgement(False, "there is nothing to compare: no element is left")
    return Judgement(holds(got), "" if holds(got) else _sides(core, claim.left, got))


def _sides(core: Core, condition: Expression, got: Any) -> str:
    """Return both sides of a comparison that does not hold."""
    import ast

    tree = condition.tree
    if isinstance(tree, ast.Compare):
        environment = core.environment()
        sides = [condition.part(side).evaluate(environment) for side in (tree.left, *tree.comparators)]
        return "got " + " and ".join(shown(np.asarray(side)) for side in sides)
    return f"got {shown(np.asarray(got))}"


def _close(core: Core, claim: Assertion, got: Any, wanted: Any) -> Judgement:
    got, wanted = np.asarray(got), np.asarray(wanted)
    text = f"got {shown(got)}"
    try:
        np.broadcast_shapes(got.shape, wanted.shape)
    except ValueError:
        return Judgement(False, f"shapes {got.shape} and {wanted.shape} do not fit")
    if not np.broadcast(got, wanted).size:
        return Judgement(False, f"there is nothing to compare: shapes {got.shape} and {wanted.shape}")
    used = claim.within(core.tape.dtype.name).excess(got, wanted)
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


ACTION = Action(
    "expect", "EXPR [~= EXPR] [tol T] | always COND for N updates | never COND for N updates",
    "claim something about numbers; with `always` and `never` about every update of a training, which is done on the way and"
    " stops where the claim does not hold", _claim, _expect, part="claim", stands=True,
)  # fmt: skip
