"""The menus of `v` and `g`: keys that count behind another key. The panels stand in the menu of `v` by their letters."""

from __future__ import annotations

from gradlab.tui.keymap._command import Command, line
from gradlab.tui.keymap._lines import goto_line, no_mark, no_node
from gradlab.tui.keymap._sight import DIGITS, WAYS

LAYOUTS = {"T": "teach", "D": "debug", "R": "train", "P": "play", "C": "compare"}

VIEW = (
    *(
        Command(
            f"layout-{name}",
            key,
            key,
            name,
            f"arrange the panels to {name}",
            does=f"layout {name}",
            reverse="layout-reset",
            menu="view",
        )
        for key, name in LAYOUTS.items()
    ),
    Command(
        "layout-reset", "0", "0", "as it was", "arrange the panels as they were at first", does="reset_layout", menu="view"
    ),
    Command(
        "split-right",
        "vertical_line",
        "|",
        "split right",
        "put the next panel to the right of this one",
        reverse="hide",
        menu="view",
    ),
    Command("split-below", "minus", "-", "split below", "put the next panel below this one", reverse="hide", menu="view"),
    Command("hide", "x", "x", "hide", "hide this panel", reverse="layout-reset", menu="view"),
    Command("even", "equals_sign", "=", "even", "give all panels the same room", reverse="layout-reset", menu="view"),
    Command("keep-layout", "s", "s", "keep as …", "keep this layout by a name", prompt=line("layout keep "), menu="view"),
    Command("theme", "k", "k", "theme", "choose the colours", menu="view"),
    *(
        Command(
            f"seam-{way}",
            way,
            shown,
            f"seam {way}",
            f"move the seam {way}; goes on until another key",
            does=f"seam {way}",
            reverse=f"seam-{back}",
            menu="view",
        )
        for way, (_, shown, back) in WAYS.items()
    ),
)
GO = (
    Command("go-top", "g", "g", "top", "go to the beginning of the panel", does="end first", reverse="look-back", menu="go"),
    Command(
        "go-definition",
        "d",
        "d",
        "its line",
        "go to its line in the model",
        does="go_definition",
        reverse="look-back",
        menu="go",
        why_not=no_node,
    ),
    Command(
        "go-inputs",
        "i",
        "i",
        "inputs",
        "choose one of its inputs",
        does="go_near inputs",
        reverse="look-back",
        menu="go",
        why_not=no_node,
    ),
    Command(
        "go-readers",
        "r",
        "r",
        "readers",
        "choose one of its readers",
        does="go_near readers",
        reverse="look-back",
        menu="go",
        why_not=no_node,
    ),
    Command("go-marks", "m", "m", "marks", "choose a mark", does="go_marks", reverse="look-back", menu="go", why_not=no_mark),
    Command("go-nodes", "n", "n", "nodes", "choose a node from the list", does="go_nodes", reverse="look-back", menu="go"),
    *(
        Command(
            f"goto-{digit}",
            digit,
            digit,
            f"goto {digit}…",
            f"type a position that begins with {digit}",
            prompt=goto_line(digit),
            menu="go",
        )
        for digit in DIGITS
    ),
)
PLAY = (
    Command(
        "play-on", "pagedown", "PgDn", "a stop on", "go to the next stop, and stand there", reverse="play-back", where="play"
    ),
    Command(
        "play-back", "pageup", "PgUp", "a stop back", "go to the stop before, and stand there", reverse="play-on", where="play"
    ),
)
ASKED = tuple(
    Command(
        f"option-{digit}", digit, digit, f"answer {digit}", f"begin the answer with {digit}; enter gives it",
        does=f"option {digit}", where="asked",
    )
    for digit in DIGITS
    if digit != "0"
)  # fmt: skip
PRESENT = (
    Command("present-on", "pagedown", "PgDn", "on", "go to the next stop", reverse="present-back", where="present"),
    Command("present-back", "pageup", "PgUp", "back", "go back to the stop before", reverse="present-on", where="present"),
    Command("present-nothing", "f5,full_stop", "f5", "nothing", "the other keys of a clicker do nothing", where="present"),
)
