"""Removing breakpoints and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.errors import ActionError
from gradlab.lab.arguments import number, optional
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


def _clear(lab: Lab, which: int | None) -> Outcome:
    """Remove breakpoints and watches."""
    there = lab.stops.numbers
    gone = [one for one in there if which in (None, one)]
    if which is not None and not gone:
        listed = ", ".join(map(str, there)) or "none"
        raise ActionError(f"there is no breakpoint and no watch {which}; there are: {listed}")
    lab.stops.remove(gone)
    if not gone:
        return said("info", "there are no breakpoints and no watches")
    return said("info", f"removed {len(gone)}" if which is None else f"removed {which}")


ACTION = Action(
    "clear", "[N]", "remove a breakpoint or a watch by its number, or all of them", optional(number), _clear, moves=True
)
