"""Whose turn an update is, as a program says it that has several objectives."""

from __future__ import annotations

from gradlab.exporters._torch.model import TorchModel

TURN_OF = '''
def turn_of(update):
    """Return whose turn an update is, and the number of its batch: in a round all begin with the same."""
{alone}    number, step = divmod({counted}, len(TURNS))
    turn = TURNS[step]
    return turn, number * {most} + step - TURNS.index(turn)
'''
ALONE = """\
    for first, stop, turn, number in ALONE:
        if first <= update < stop:
            return turn, number + update - first
"""


def written_turns(model: TorchModel) -> list[str]:
    """Return the lines that say whose turn an update is."""
    times = [one.times for one in model.graph.objectives]
    turns = [k for k, n in enumerate(times) for _ in range(n)]
    lines = [f"TURNS = {turns}  # whose turn each update of a round is"]
    apart = {update for one in model.begin.stretches for update in range(one.first, one.first + one.number)}
    table = _table(model) if apart else []
    if apart:
        lines.append(f"SKIPPED = {len(apart)}  # updates that are in no round: they were of one objective alone")
    if table:
        lines.append(f"ALONE = {table}  # updates to come, up to the last of them: from, to, whose turn, the first one's batch")
    counted = "update - SKIPPED" if apart else "update"
    text = TURN_OF.format(most=max(times), counted=counted, alone=ALONE if table else "")
    return [*lines, "", *text.splitlines(), "", ""]


def _table(model: TorchModel) -> list[tuple[int, int, int, int]]:
    """Return the updates from the first one of the program to the last that belongs to one objective alone."""
    update, stop = model.begin.update, max(one.first + one.number for one in model.begin.stretches)
    turns, found = model.turns, list[tuple[int, int, int, int]]()
    while update < stop:
        acting = turns.of(update)
        number = min(acting.left, stop - update)
        found.append((update, update + number, acting.objective, acting.batch))
        update += number
    return found
