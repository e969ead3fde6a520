"""Values and gradients compared with those of another program."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._file import FileName, file_name, found_file
from gradlab.lab.arguments import Words
from gradlab.lab.beside.agreeing import agreement
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is claimed. tolerance: of the largest number of each array, or None for that of the dtype."""

    file: FileName
    tolerance: float | None = None


def _claim(words: Words) -> Agreed:
    """Read `FILE [tol T]`."""
    given = list(words)
    if len(given) < 3 or given[-2].text != "tol":
        return Agreed(file_name(words))
    try:
        tolerance = float(given[-1].text)
    except ValueError:
        tolerance = -1.0
    if not (isfinite(tolerance) and tolerance >= 0):
        words.refuse(f"a tolerance is a number from 0, got `{given[-1].text}`")
    return Agreed(file_name(words.within(given[0].source.span(given[0].start, given[-3].stop))), tolerance)


def _agree(lab: Lab, claim: Agreed) -> Outcome:
    """Say to how much the arrays agree, or which is the first that does not."""
    found = agreement(lab, found_file(lab, claim.file), claim.file.text, claim.tolerance)
    within = f" (allowed is {found.allowed:g})" if found.apart else ""
    rows = [Line("fail" if found.apart else "ok", f"{lab.line_of_file}{lab.statement_text}    {found}{within}")]
    return told([*rows, *(Line("info", f"    {one.told()}") for one in found.apart[1:SHOWN])], found=found)


ACTION = Action(
    "agree", "FILE [tol T]",
    "claim that values and gradients are those in an archive (.npz) that another program wrote, by the names `loss` and"
    " `grad(fc.weight)`; an array may be off by T of its largest number, without it by 1e-9 in float64 and 1e-3 in float32",
    _claim, _agree, part="claim",
)  # fmt: skip
