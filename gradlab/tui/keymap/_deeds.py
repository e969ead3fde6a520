"""Keys that ask about what is chosen, or change it."""

from __future__ import annotations

from gradlab.tui.keymap._command import Command, line
from gradlab.tui.keymap._lines import (
    break_line,
    check_line,
    mark_line,
    no_node,
    no_question,
    no_redo,
    no_undo,
    not_an_action,
    watch_line,
)

DEEDS = (
    Command("why", "w", "w", "why", "where the chosen number comes from", reverse="look-back", why_not=no_node, footer=1),
    Command(
        "change",
        "equals_sign",
        "=",
        "change",
        "change what is chosen; the line says what enter does",
        reverse="undo",
        why_not=no_node,
    ),
    Command("undo", "ctrl+z", "^z", "undo", "take back the last edit", line("undo"), reverse="redo", why_not=no_undo),
    Command("redo", "ctrl+y", "^y", "redo", "do again what was taken back", line("redo"), reverse="undo", why_not=no_redo),
    Command("plot", "p", "p", "plot", "plot what is chosen", reverse="look-back", why_not=no_node),
    Command("pin", "P", "P", "pin", "keep what this panel shows, or let it follow again", reverse="pin"),
    Command("watch", "i", "i", "watch", "watch the chosen number, or end that", watch_line, reverse="watch", why_not=no_node),
    Command(
        "break", "b", "b", "stop here", "stop at the chosen node, or end that", break_line, reverse="break", why_not=no_node
    ),
    Command("break-when", "B", "B", "stop when", "stop where a condition holds", prompt=line("break when "), reverse="clear"),
    Command("clear", "ctrl+b", "^b", "no stops", "take all breakpoints and watches away", line("clear")),
    Command("mark", "m", "m", "mark", "give this position a name, or take it away", mark_line, reverse="mark"),
    Command("check", "x", "x", "check", "hold the gradient against differences", check_line, why_not=no_node),
    Command("check-all", "X", "X", "check all", "hold all gradients against differences, for a while", line("check for 5 s")),
    Command(
        "diagnose",
        "d",
        "d",
        "diagnose",
        "look for what is wrong with this run",
        line("diagnose"),
        why_not=not_an_action("diagnose", "there is no diagnosis in this version"),
    ),
    Command(
        "fix",
        "D",
        "D",
        "try the fix",
        "run the marked fix beside; in a comparison: take it over",
        reverse="undo",
        why_not=not_an_action("diagnose", "there is no diagnosis in this version"),
    ),
    Command("answer", "a", "a", "answer", "answer the open question", why_not=no_question, footer=9),
    Command(
        "reveal",
        "A",
        "A",
        "show the answer",
        "show the answer to the open question, after a yes",
        why_not=no_question,
        footer=9,
    ),
    Command("copy", "y", "y", "copy", "copy the number or the row under the cursor"),
    Command("copy-line", "Y", "Y", "copy as a line", "copy what is chosen as an action line"),
    Command("edit", "e", "e", "edit", "edit the file at this line, and load it again"),
    Command("reload", "E", "E", "load again", "load the file again, and stand at the same position"),
)
