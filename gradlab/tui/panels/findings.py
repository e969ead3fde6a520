"""Panel 7: what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.draw.diagnosis import diagnosis_rows, summed
from gradlab.draw.findings import counted, finding_rows
from gradlab.draw.ink import Row, row
from gradlab.graph.origin import Origin
from gradlab.tui.moment import Look, Moment, Request
from gradlab.tui.panels._choosing import ChoosingPanel
from gradlab.tui.panels._panel import PanelKind

if TYPE_CHECKING:
    from gradlab.diagnose.diagnosis import Diagnosis
    from gradlab.session import Lab

READING = """\
What was found, the headline first: the op that made the first NaN or infinity, with the numbers that it made it from. What
only follows from it is not told again; what was found besides stands below.

`d` diagnoses the network: it runs a twin from the beginning, asks every rule about it, and tries the fixes that may help. Then
this panel shows the cause with its evidence, the fix that was tried and what came of it, the size of the gradient at each layer
in the first update without it and with it, and what only follows from the cause. `D` runs the fix beside this run, `:fix` makes
it. A diagnosis is gone with the next change of the model, and there again behind its `undo`.

✗ is an error, ▲ a warning, · a note. Enter shows the evidence: the node is chosen, here and in all other panels, with its
layer in the panel health. The update leads to its beginning. While nothing is found the panel is empty."""


@dataclass(frozen=True, slots=True)
class FindingsPicture:
    """What is wrong. origins: of NaN and infinity, as the run stands.   diagnosis: the last one, with its verdict."""

    origins: tuple[Origin, ...] = ()
    diagnosis: Diagnosis | None = None
    verdict: str = ""


class FindingsPanel(ChoosingPanel):
    """The headline and what else was found."""

    def __init__(self) -> None:
        super().__init__("findings")
        self._noticed = False

    def request(self) -> Request:
        """Ask for what is wrong with the numbers as they are."""
        return ask

    def show(self, moment: Moment) -> None:
        """Draw another moment, and keep in mind whether anything was noticed."""
        self._noticed = self.has_content(moment)
        super().show(moment)

    def has_content(self, moment: Moment) -> bool:
        """Whether something was found: by the picture where there is one, else by what was said since."""
        found = moment.pictures.get("findings")
        if isinstance(found, FindingsPicture):
            return bool(found.origins) or found.diagnosis is not None
        if said := [line for one in moment.said for line in one.lines]:
            return any(line.kind == "finding" for line in said)
        return self._noticed

    def listed(self, width: int) -> Sequence[Row]:
        """Return the findings: of a diagnosis, if one was made, else of the numbers as they are."""
        found: FindingsPicture | None = self.picture(FindingsPicture)
        self.subtitle = ""
        if found is None:
            return self.complaint()
        rows = finding_rows(found.origins, self.names, width)
        if found.diagnosis is None:
            self.subtitle = counted(found.origins)
            return rows or [row(("no op has made a NaN or an infinity", "dim")), row(("d  looks for what is wrong", "dim"))]
        self.subtitle = summed(found.diagnosis)
        told = diagnosis_rows(found.diagnosis, found.verdict, self.names, width)
        return [*rows, row(""), *told] if rows else told


def ask(lab: Lab, look: Look) -> FindingsPicture:
    """Ask where the first NaN or infinity came up, and for the last diagnosis."""
    from gradlab.diagnose.doing import last
    from gradlab.diagnose.told import verdict

    found = last(lab)
    return FindingsPicture(lab.findings(), found, verdict(found) if found is not None else "")


PANEL = PanelKind("findings", 7, "findings", READING, FindingsPanel, letter="f")
