"""The gradients that another program has of the first update, where the script claims with `agree` that they are those here."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.actions._statement import readings
from gradlab.actions.agree import Agreed
from gradlab.actions.train import Training
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.beside.agreeing import ArrayGap, agreement
from gradlab.lab.core import Core
from gradlab.scenario.reading.place import open_path
from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Parted:
    """The first gradient, in the order of the backward pass, that is another one in the file of another program.

    node: its index.   allowed: gap.
    """

    file: str
    node: int
    gap: ArrayGap
    allowed: float


def parted(lab: Core) -> Parted | None:
    """Return where the gradients part; None where all agree, nothing is claimed, or the values differ already."""
    claim = _claim(lab) if isinstance(lab, Lab) else None
    if claim is None:
        return None
    twin = lab.fresh(lab.run.origin.seed)
    twin.go(twin.run.timeline.end(twin.position.update, "b"))
    name = claim.file.text
    try:
        found = agreement(twin, open_path(lab.scenario.document.folder, name), name, claim.tolerance)
    except (ActionError, ArgumentError):
        return None  # whoever runs the script is told
    first = found.apart[0] if found.apart else None
    if first is None or not first.name.startswith("grad("):
        return None
    return Parted(name, lab.graph.aliases[first.name[5:-1]], first, found.allowed)


def _claim(lab: Lab) -> Agreed | None:
    """Return the claim of a script about its first update."""
    for _, read in readings(lab.script, lab.known):
        if read is not None and isinstance(read[1], Agreed):
            return read[1]
        if read is not None and (isinstance(read[1], Training) or read[0].edits):
            return None
    return None
