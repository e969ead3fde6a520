"""Lines of what an export does not know the line of.

That is what stands outside of all modules, as in a loss function, and what stands in modules of PyTorch alone, as in an
`nn.Sequential` that the loss function calls.

The pass that was recorded has all lines. Calls outside of modules are matched by their names, in order; what has no match has
the line of all that was recorded there, if that is one line, and else none. Calls of a module have the line that its calls in
the recording have, or where it was called several times, each its share of them.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from gradlab.importers.program import ProgramLine
from gradlab.importers.torch._capture import Called, Capture


def take_lines(exported: Capture, recorded: Capture, step: ProgramLine | None) -> None:
    """Give the calls of an export the lines that they have in the recording, where it does not know them.

    step: the line of the step, for what is in no line of the recording.
    """
    _take_outside(_of(exported, ""), _of(recorded, ""))
    for scope in dict.fromkeys(call.scope for call in exported.calls if call.scope and call.place is None):
        mine, theirs = [call for call in _of(exported, scope) if call.place is None], _of(recorded, scope)
        share = len(theirs) // len(mine)
        whole = share * len(mine) == len(theirs) or len({call.place for call in theirs}) == 1
        for number, call in enumerate(mine):
            call.place = (theirs[min(number * max(share, 1), len(theirs) - 1)].place if theirs and whole else None) or step


def _take_outside(mine: list[Called], theirs: list[Called]) -> None:
    lines = {call.place for call in theirs}
    common = next(iter(lines)) if len(lines) == 1 else None
    for call in mine:
        call.place = common
    matcher = SequenceMatcher(None, [call.name for call in mine], [call.name for call in theirs], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            mine[block.a + offset].place = theirs[block.b + offset].place


def _of(capture: Capture, scope: str) -> list[Called]:
    return [call for call in capture.calls if call.scope == scope]
