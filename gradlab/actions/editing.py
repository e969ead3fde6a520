"""Changing the run: values, gradients, the seed, the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.axis.journal import Mode, Reseed
from gradlab.axis.refresh import NAMED
from gradlab.lab import editing
from gradlab.lab import reinit as redrawing
from gradlab.lab.action import action
from gradlab.lab.arguments import choice, nothing, number
from gradlab.lab.numbers import shown
from gradlab.lab.telling import tell_position

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@action("set", "NAME[i, j] = EXPR", "write numbers over a value or a gradient", editing.assignment, key="=", moves=True)
def set_numbers(lab: Lab, wanted: editing.Assignment) -> None:
    """Edit, where the cursor stands."""
    assert lab.statement is not None
    editing.apply(lab, wanted, lab.statement.text)
    name = wanted.target.name
    index = lab.known.nodes[name]
    array = lab.run.machine.grad(index) if wanted.target.what == "grad" else lab.run.machine.value(index)
    what = f"grad({name})" if wanted.target.what == "grad" else name
    lab.say("value", f"{lab.position}  {what} is {shown(array)}{_stale(lab)}")


def _stale(lab: Lab) -> str:
    """Say what has become stale."""
    nodes = lab.graph.nodes
    names = [nodes[i].name for i in lab.run.stale.nonzero()[0]]
    names += [f"grad({nodes[i].name})" for i in lab.run.stale_grads.nonzero()[0]]
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"; stale: {', '.join(names[:NAMED])}{more}"


@action(
    "reinit", "NAME SPEC", "draw a parameter anew, or the weights of a layer, or of `all`: `reinit h0.W he`", redrawing.redraw,
    moves=True,
)  # fmt: skip
def reinit(lab: Lab, wanted: redrawing.Redraw) -> None:
    """Draw anew, where the cursor stands."""
    assert lab.statement is not None
    names = redrawing.apply(lab, wanted, lab.statement.text)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    lab.say("value", f"{lab.position}  {wanted.rule} drew {', '.join(names[:NAMED])}{more}{_stale(lab)}")


@action("seed", "N", "draw all random leaves again with another seed", number)
def seed(lab: Lab, value: int) -> None:
    """Change the seed, where the cursor stands."""
    lab.edit(Reseed(lab.position, f"seed {value}", value))
    lab.say("value", f"{lab.position}  seed {value}{_stale(lab)}")


@action("mode", "train|eval", "run as in training, or as when the model is used", choice("train", "eval"), moves=True)
def mode(lab: Lab, value: str) -> None:
    """Change the mode, where the cursor stands."""
    lab.edit(Mode(lab.position, f"mode {value}", value))
    lab.say("value", f"{lab.position}  mode {value}{_stale(lab)}")


@action("undo", "", "take back the last edit", nothing, key="U", moves=True)
def undo(lab: Lab, _: None) -> None:
    """Delete the last deed of the journal."""
    entry = lab.undo()
    lab.say("info", f"took back `{entry.text}` at {entry.position}")
    tell_position(lab)
