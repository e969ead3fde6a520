"""Lines of what an export does not know the line of.

That is what stands outside of all modules, as in a loss function, what stands in modules of PyTorch alone, as in an
`nn.Sequential` that the loss function calls, and what stands in a region without gradients or with automatic casts, of which it
does not know the modules either.

The pass that was recorded has all lines. Calls outside of modules are matched by their names, in order; between two that match
stands what PyTorch made of one operator: it has the line of all that was recorded there, if that is one line. Calls of a module
have the line that its calls in the recording have, or where it was called several times, each its share of them; where that
does not come out even, the line of what matches in the whole pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from gradlab.importers.program import ProgramLine
from gradlab.importers.torch._capture import Called, Capture


def take_lines(exported: Capture, recorded: Capture, step: ProgramLine | None) -> None:
    """Give the calls of an export the lines that they have in the recording, where it does not know them.

    Those in the forward of an `autograd.Function` of the person's own are known by name and line, too.

    step: the line of the step, for what is in no line of the recording.
    """
    lost = {call.scope for call in recorded.calls} - {call.scope for call in exported.calls}
    waiting = [call for call in exported.calls if call.scope and call.place is None]
    known = dict(_matching(exported.calls, recorded.calls)) if waiting or lost else {}
    _take_outside(_of(exported, ""), _of(recorded, ""), known if lost else {})
    for scope in dict.fromkeys(call.scope for call in waiting):
        mine, theirs = [call for call in waiting if call.scope == scope], _of(recorded, scope)
        share = len(theirs) // len(mine)
        whole = share * len(mine) == len(theirs) or len({call.place for call in theirs}) == 1
        for number, call in enumerate(mine):
            even = theirs[min(number * max(share, 1), len(theirs) - 1)].place if theirs and whole else None
            call.place = (known.get(call) if lost else None) or even or known.get(call) or step
    custom = {(call.name.strip("_"), call.place) for call in recorded.calls if call.custom}
    functions: dict[tuple[str, ProgramLine | None], set[str]] = {}
    for call in recorded.calls:
        for name in (call.name.strip("_"), ""):
            functions.setdefault((name, call.place), set()).add(call.function)
    for call in exported.calls:
        name = call.name.strip("_")
        call.custom = (name, call.place) in custom
        found = functions.get((name, call.place)) or functions.get(("", call.place)) or set()
        call.function = next(iter(found)) if len(found) == 1 else ""


def _take_outside(mine: list[Called], theirs: list[Called], whole: dict[Called, ProgramLine]) -> None:
    """Give calls outside of modules their lines. whole: of the whole pass, where modules are lost: some of these are theirs."""
    lines = {call.place for call in theirs}
    common = next(iter(lines)) if len(lines) == 1 else None
    known = dict(_matching(mine, theirs))
    for call in mine:
        call.place = whole.get(call) or known.get(call) or call.place or common


def _matching(mine: list[Called], theirs: list[Called]) -> Iterator[tuple[Called, ProgramLine]]:
    """Yield calls with the line of those that match them by their names, in order, or stand between the same two."""
    ours, others = ([call.name.strip("_") for call in calls] for calls in (mine, theirs))
    first = second = 0
    for block in SequenceMatcher(None, ours, others, autojunk=False).get_matching_blocks():
        between = {call.place for call in theirs[second : block.b]}
        line = next(iter(between)) if len(between) == 1 else None
        pairs = zip(mine[block.a : block.a + block.size], theirs[block.b : block.b + block.size], strict=True)
        found = [*((call, line) for call in mine[first : block.a]), *((call, other.place) for call, other in pairs)]
        yield from ((call, place) for call, place in found if place is not None)
        first, second = block.a + block.size, block.b + block.size


def _of(capture: Capture, scope: str) -> list[Called]:
    return [call for call in capture.calls if call.scope == scope]
