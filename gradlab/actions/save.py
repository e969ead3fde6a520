"""Saving a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._file import FileName, file_name
from gradlab.axis.position import Position
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, said
from gradlab.lab.saving import saved, write

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class SaveTarget:
    """Where a training is saved. over: whether a file that is there is replaced."""

    file: FileName
    over: bool = False


def _target(words: Words) -> SaveTarget:
    """Read `FILE [over]`."""
    given = list(words)
    over = len(given) > 1 and given[-1].text == "over"
    span = given[0].source.span(given[0].start, given[-2].stop) if over else words.span
    return SaveTarget(file_name(words.within(span)), over)


def _save(lab: Lab, target: SaveTarget) -> Outcome:
    """Write what a training needs to go on from here."""
    state, file = saved(lab), target.file
    path = lab.outputs.place(file.text, script=not file.typed, over=target.over)
    size = sum(array.nbytes for array in state.arrays.values())
    lab.outputs.spend(size, script=not file.typed)
    write(state, path, over=target.over)
    again = "" if lab.position == Position(state.update) else f", which begins again at {Position(state.update)}"
    what = f"{len(state.arrays)} array{'s' * (len(state.arrays) != 1)}"
    return said("value", f"{lab.position}  saved `{file.text}`: {what}, update {state.update:,}{again}", found=path)


ACTION = Action(
    "save", "FILE [over]",
    "write to a file (.npz) what the training needs to go on with the same bits: parameters, the optimizer's state, running"
    " statistics, update, seed; `load` goes on from it; a script writes below `--out`, never over a file; `over` replaces one",
    _target, _save, moves=True,
)  # fmt: skip
