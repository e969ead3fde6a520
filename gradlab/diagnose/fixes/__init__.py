"""Remedies, one file each: what may help against what was found, beside the changes that the finding itself names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradlab.diagnose.remedy import Remedy
from gradlab.registry import Registry, collect

if TYPE_CHECKING:
    from gradlab.diagnose.examination import Examination
    from gradlab.diagnose.finding import Finding
    from gradlab.diagnose.fix import Fix

REMEDIES: Registry[Remedy] = collect(__name__, "REMEDY")


def remedies(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield what may help: what the finding names, then what fits its rule, likeliest first; nothing twice."""
    seen = set()
    own = sorted((one for one in REMEDIES.values() if finding.rule in one.helps), key=lambda one: one.helps[finding.rule])
    for fix in (*finding.fixes, *(fix for one in own for fix in one.find(examination, finding))):
        if fix.edits and fix.edits not in seen:
            seen.add(fix.edits)
            yield fix
