"""Every key of the laboratory that does not depend on the panel, and the action line that it stands for.

These are the keys by default: `gradlab.tui.keys` has those that a person changed.

A command has either a `line` (sent to the laboratory as if it had been typed), a `prompt` (the beginning of a line that a
person finishes) or neither: then the screen does it, and nothing of the laboratory changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from gradlab.draw.table import element_text
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.moment import Moment

Says = Callable[[Moment], str]


def _always(moment: Moment) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """One key.

    line, prompt: give the action line, or the beginning of one, for a moment.   why_not: says why it cannot be done now, or "".
    footer: 1 if the footer always shows it, 2, 3 while there is room, 0 if never.
    """

    name: str
    key: str
    shown: str
    label: str
    help: str
    line: Says | None = None
    prompt: Says | None = None
    why_not: Says = _always
    footer: int = 0


def _phase(snapshot: Snapshot) -> tuple[int, int]:
    """Return the number of the phase (0 to 2) and how many of its ops are left."""
    at = "fbu".index(snapshot.position.phase)
    return at, snapshot.counts[at] - snapshot.position.op


def finish_line(moment: Moment) -> str:
    """Return the line that runs the phase to its end, or the next phase when this one is at its end."""
    at, left = _phase(moment.snapshot)
    if left > 0:
        return ("forward", "backward", "update")[at]
    return ("backward", "update", "forward")[at] if moment.snapshot.counts[2] else "backward"


def start_line(moment: Moment) -> str:
    """Return the line that goes to the start of the phase, or of the one before when this one has not begun."""
    position = moment.snapshot.position
    if position.op or position.phase == "f":
        return f"goto {position.update}.{position.phase}.0"
    return f"goto {position.update}.{'f' if position.phase == 'b' else 'b'}.0"


def _at_start(moment: Moment) -> str:
    position = moment.snapshot.position
    return "this is the start" if (position.update, position.phase, position.op) == (0, "f", 0) else ""


def _no_update(moment: Moment) -> str:
    return "" if moment.snapshot.counts[2] else "the model has no `minimize`, so nothing is updated"


def _no_node(moment: Moment) -> str:
    return "" if moment.node else "no node is chosen"


def _no_breakpoint(moment: Moment) -> str:
    return "" if moment.snapshot.breakpoints else "no breakpoint is set: `:break when COND` sets one"


def _no_question(moment: Moment) -> str:
    return "" if moment.snapshot.question else "no question is open"


def _no_undo(moment: Moment) -> str:
    return "" if moment.snapshot.can_undo else "nothing was edited"


def _name(moment: Moment) -> str:
    return moment.node.name if moment.node else ""


def _explain_line(moment: Moment) -> str:
    """Return the line that explains the chosen element."""
    node = moment.node
    place = f"[{element_text(node.shape, moment.element)}]" if node and prod(node.shape) > 1 else ""
    return f"explain {_name(moment)}{place}"


def _line(text: str) -> Says:
    return lambda moment: text


COMMANDS: tuple[Command, ...] = (
    Command("step", "n", "n", "next", "run the next op", _line("step"), footer=1),
    Command("back", "N", "N", "back", "go back one op", _line("back"), why_not=_at_start, footer=1),
    Command("layer", "s", "s", "layer", "run to the end of the layer", _line("step layer"), footer=1),
    Command("layer-back", "S", "S", "layer back", "go back one layer", _line("back layer"), why_not=_at_start),
    Command("finish", "f", "f", "finish", "finish this phase, or run the next one", finish_line, footer=1),
    Command("start", "F", "F", "start", "go to the start of this phase", start_line, why_not=_at_start),
    Command("backward", "b", "b", "backward", "run the backward pass", _line("backward")),
    Command("update", "u", "u", "update", "go to the end of this update", _line("step update"), why_not=_no_update, footer=3),
    Command("continue", "c", "c", "continue", "run on to a breakpoint", _line("continue"), why_not=_no_breakpoint, footer=3),
    Command("reverse", "C", "C", "reverse", "go back to a breakpoint", _line("reverse continue"), why_not=_no_breakpoint),
    Command("lesson", "space", "␣", "lesson", "run the next line of the lesson", footer=1),
    Command("train", "t", "t", "train", "train for many updates", prompt=_line("train 100"), why_not=_no_update, footer=2),
    Command("explain", "e", "e", "explain", "where the chosen number comes from", _explain_line, why_not=_no_node),
    Command(
        "check", "k", "k", "check", "compare the gradient with differences", lambda m: f"check {_name(m)}", why_not=_no_node
    ),
    Command("goto", "g", "g", "goto", "go to a position, such as 0.b.3", prompt=_line("goto "), footer=3),
    Command("set", "=", "=", "set", "set the chosen node", prompt=lambda m: f"set {_name(m)} = ", why_not=_no_node),
    Command("undo", "U", "U", "undo", "take back the last edit", _line("undo"), why_not=_no_undo),
    Command("answer", "a", "a", "answer", "answer the open question; escape shows the answer", why_not=_no_question),
    Command("command", "colon", ":", "command", "type any action", prompt=_line(""), footer=1),
    Command("zoom", "z", "z", "enlarge", "give the panel the whole area, or take it back", footer=2),
    Command("help", "question_mark", "?", "help", "how to read this panel", footer=1),
    Command("next-panel", "tab", "tab", "next panel", "go to the next panel"),
    Command("previous-panel", "shift+tab", "⇧tab", "panel before", "go to the panel before"),
    Command("panel", "V", "V", "panel", "go to a panel by its letter"),
    Command("palette", "ctrl+p", "^p", "palette", "all of this, to choose from", footer=2),
    Command("redraw", "ctrl+l", "^l", "redraw", "draw the whole screen again"),
    Command("escape", "escape", "esc", "stop, close", "stop what runs, or close what is open"),
    Command("present", "Z", "Z", "present", "show it to a room, in large digits"),
    Command("event", "exclamation_mark", "!", "event", "go to where the last event was"),
    Command("quit", "q", "q", "quit", "leave", footer=1),
    Command("quit-now", "Q", "Q", "quit now", "leave, and ask nothing"),
)
BY_NAME = {command.name: command for command in COMMANDS}
