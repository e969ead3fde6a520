"""What the exporters of arrays share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradlab.axis.position import Position
from gradlab.errors import ActionError, GradlabError
from gradlab.exporters._asked import UPDATES, ended, what_option
from gradlab.lab.saved import Saved
from gradlab.lab.saving import saved
from gradlab.lab.tables import arrays
from gradlab.recording.performance import Performance

KINDS = ("params", "values", "grads")
ARRAY_OPTIONS = (what_option(*KINDS), UPDATES)


@dataclass(frozen=True, slots=True)
class FoundArrays:
    """Arrays by the names of their nodes. state: that of the training, if they are of one."""

    arrays: dict[str, Any]
    state: Saved | None = None


def arrays_of(performance: Performance, what: str, updates: int | None) -> FoundArrays:
    """Return the arrays that are asked for, where a run ends: the state of the training, values or gradients.

    Values and gradients are of the last update that was made, behind its backward pass. Raises GradlabError.
    """
    kind, _, of = what.strip().partition(" ")
    if kind not in KINDS or (of.strip() and kind == "params"):
        more = "values and gradients may be of a pattern, `values h*`"
        raise GradlabError(f"error: `{what}` is none of {', '.join(KINDS)}; {more}")
    lab = ended(performance, updates)
    if kind == "params":
        state = saved(lab)
        return FoundArrays(dict(state.arrays), state)
    try:
        if lab.run.has_past and lab.position == Position(lab.position.update):
            lab.go(lab.run.timeline.end(lab.position.update - 1, "b"))
        return FoundArrays(arrays(lab, kind, of.strip()))
    except ActionError as error:
        raise GradlabError(f"error: {str(error).removeprefix('error: ')}") from None
