"""Lines of what is computed outside of all modules, as in a loss function: an export tells only those within a `forward`.

The pass that was recorded has all lines. Calls of the two are matched by their names, in order; what has no match has the line
of all that was recorded there, if that is one line, and else none.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from gradlab.importers.torch._capture import Called, Capture


def take_lines(exported: Capture, recorded: Capture) -> None:
    """Give the calls of an export that stand in no module the lines that they have in the recording."""
    mine, theirs = _outside(exported), _outside(recorded)
    lines = {call.place for call in theirs}
    common = next(iter(lines)) if len(lines) == 1 else None
    for call in mine:
        call.place = common
    matcher = SequenceMatcher(None, [call.name for call in mine], [call.name for call in theirs], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            mine[block.a + offset].place = theirs[block.b + offset].place


def _outside(capture: Capture) -> list[Called]:
    return [call for call in capture.calls if not call.scope]
