"""The action lines that keys stand for, and why there is none at a moment."""

from __future__ import annotations

from math import prod

from gradlab.draw.table import element_text
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.keymap._command import Says
from gradlab.tui.moment import Moment


def phase_left(snapshot: Snapshot) -> tuple[int, int]:
    """Return the number of the phase (0 to 2) and how many of its ops are left."""
    at = "fbu".index(snapshot.position.phase)
    return at, snapshot.counts[at] - snapshot.position.op


def finish_line(moment: Moment) -> str:
    """Return the line that runs the phase to its end, or the next phase when this one is at its end."""
    at, left = phase_left(moment.snapshot)
    if left > 0:
        return ("forward", "backward", "update")[at]
    return ("backward", "update", "forward")[at] if moment.snapshot.counts[2] else "backward"


def start_line(moment: Moment) -> str:
    """Return the line that goes to the start of the phase, or of the one before when this one has not begun."""
    position = moment.snapshot.position
    if position.op or position.phase == "f":
        return f"goto {position.update}.{position.phase}.0"
    return f"goto {position.update}.{'f' if position.phase == 'b' else 'b'}.0"


def element_of(moment: Moment) -> str:
    """Return how a person writes the chosen number: `hidden.W[2, 7]`; "" where nothing is chosen."""
    node = moment.node
    if node is None:
        return ""
    return node.name + (f"[{element_text(node.shape, moment.element)}]" if prod(node.shape) > 1 else "")


def quantity_of(moment: Moment) -> str:
    """Return the expression of the chosen number: of its gradient in phase b, else of its value."""
    name = element_of(moment)
    if not name or moment.snapshot.position.phase != "b":
        return name
    node, bracket, rest = name.partition("[")
    return f"grad({node}){bracket}{rest}"


def watch_line(moment: Moment) -> str:
    """Return the line that watches the chosen number, or that ends that."""
    wanted = quantity_of(moment)
    found = next((number for number, text, _ in moment.snapshot.watches if text == wanted), None)
    return f"watch {wanted}" if found is None else f"clear {found}"


def break_line(moment: Moment) -> str:
    """Return the line that sets a breakpoint at the chosen node, or takes it away."""
    name = moment.node.name if moment.node else ""
    place = f"at grad({name})" if moment.snapshot.position.phase == "b" else f"at {name}"
    found = next((number for number, text in moment.snapshot.breakpoints if text == place), None)
    return f"break {place}" if found is None else f"clear {found}"


def mark_line(moment: Moment) -> str:
    """Return the line that gives this position a name, or takes the name away."""
    at = moment.snapshot.position
    found = next((name for name, place in moment.snapshot.marks if place == at), None)
    if found is not None:
        return f"unmark {found}"
    names = dict(moment.snapshot.marks)
    return "mark " + next(name for number in range(1, len(names) + 2) if (name := f"m{number}") not in names)


def check_line(moment: Moment) -> str:
    """Return the line that holds the gradient of the chosen node against differences."""
    return f"check {moment.node.name if moment.node else ''}"


def goto_line(digit: str) -> Says:
    """Return the beginning of a line that goes to an update."""
    return lambda moment: f"goto {digit}"


# ---- why not ---------------------------------------------------------------------------------------------------------


def at_end(moment: Moment) -> str:
    """Say that no op is left, in a model that is never updated."""
    counts, position = moment.snapshot.counts, moment.snapshot.position
    if not any(counts):
        return "the model has no op" if moment.nodes else ""
    over = position.phase == "b" and position.op >= counts[1] and not counts[2]
    return "this is the end: the model has no `minimize`" if over else ""


def at_start(moment: Moment) -> str:
    """Say that there is nothing before."""
    position = moment.snapshot.position
    return "this is the start" if (position.update, position.phase, position.op) == (0, "f", 0) else ""


def no_update(moment: Moment) -> str:
    """Say that nothing is updated."""
    return "" if moment.snapshot.counts[2] else "the model has no `minimize`, so nothing is updated"


def no_update_before(moment: Moment) -> str:
    """Say that there is no update before this one."""
    return no_update(moment) or at_start(moment)


def no_lesson(moment: Moment) -> str:
    """Say that there is nothing to read and nothing to run."""
    return "" if moment.has_lesson or moment.snapshot.question else "this scenario has no lesson: no prose and no script"


def no_node(moment: Moment) -> str:
    """Say that nothing is chosen."""
    return "" if moment.node else "no node is chosen"


def no_breakpoint(moment: Moment) -> str:
    """Say that a run would not stop."""
    return "" if moment.snapshot.breakpoints else "no breakpoint is set: `b` sets one here, `B` one with a condition"


def no_question(moment: Moment) -> str:
    """Say that nothing is asked."""
    return "" if moment.snapshot.question else "no question is open"


def no_undo(moment: Moment) -> str:
    """Say that nothing was edited."""
    return "" if moment.snapshot.can_undo else "nothing was edited"


def no_redo(moment: Moment) -> str:
    """Say that nothing was taken back."""
    return "" if moment.snapshot.can_redo else "nothing was taken back since the last edit"


def no_mark(moment: Moment) -> str:
    """Say that no place has a name."""
    return "" if moment.snapshot.marks else "no mark is set: `m` sets one here"


def not_an_action(word: str, why: str) -> Says:
    """Return what says that a word of the lab language is not there."""
    return lambda moment: "" if word in moment.actions else why
