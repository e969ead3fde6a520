"""Keys of the screen of a sweep."""

from __future__ import annotations

from functools import partial

from gradlab.tui.keymap._command import Command

_sweep = partial(Command, where="sweep")
SWEEP = (
    _sweep("sweep-open", "enter", "⏎", "open", "open the chosen run in the laboratory; `q` there comes back", does="open"),
    _sweep("sweep-down", "down,j", "↓", "down", "a row down in the picture or the list", does="move 1 0", reverse="sweep-up"),
    _sweep("sweep-up", "up,k", "↑", "up", "a row up", does="move -1 0", reverse="sweep-down"),
    _sweep("sweep-right", "right,l", "→", "right", "a place to the right", does="move 0 1", reverse="sweep-left"),
    _sweep("sweep-left", "left,h", "←", "left", "a place to the left", does="move 0 -1", reverse="sweep-right"),
    _sweep("sweep-page-down", "pagedown,ctrl+d", "PgDn", "ten down", "ten on", does="move 10 0", reverse="sweep-page-up"),
    _sweep("sweep-page-up", "pageup,ctrl+u", "PgUp", "ten up", "ten back", does="move -10 0", reverse="sweep-page-down"),
    _sweep("sweep-last", "end,G", "end", "last", "the last one", does="move 100000000 0", reverse="sweep-first"),
    _sweep("sweep-first", "home", "home", "first", "the first one", does="move -100000000 0", reverse="sweep-last"),
    _sweep("sweep-best", "b", "b", "best", "choose the best, and stay on it while results come", does="best"),
    _sweep("sweep-seed", "s", "s", "seed", "the next seed of the chosen setting", does="seed 1", reverse="sweep-seed-before"),
    _sweep("sweep-seed-before", "S", "S", "seed before", "the seed before", does="seed -1", reverse="sweep-seed"),
    _sweep(
        "sweep-measure", "right_square_bracket,right_parenthesis", "]", "measure", "show the next measure", does="measure 1",
        reverse="sweep-measure-before",
    ),
    _sweep(
        "sweep-measure-before", "left_square_bracket,left_parenthesis", "[", "measure before", "show the measure before",
        does="measure -1", reverse="sweep-measure",
    ),
    _sweep("sweep-axis", "a", "a", "axis", "lay the next axis across", does="axis 1", reverse="sweep-axis-before"),
    _sweep("sweep-axis-before", "A", "A", "axis before", "lay the axis before across", does="axis -1", reverse="sweep-axis"),
    _sweep("sweep-order", "o", "o", "order", "the list: the least first, the largest first, as the sweep goes", does="order"),
    _sweep("sweep-panel", "tab,shift+tab", "tab", "picture, list", "from the picture to the list, and back", does="panel",
        reverse="sweep-panel"),
    _sweep("sweep-enlarge", "z", "z", "enlarge", "give it the whole screen, or take it back", does="enlarge",
        reverse="sweep-enlarge"),
    _sweep("sweep-failed", "f", "f", "why failed", "say why points failed", does="failed"),
    _sweep("sweep-go-on", "c", "c", "go on", "run what is missing", does="go_on"),
    _sweep("sweep-help", "question_mark,f1", "?", "help", "how to read this, and all keys", does="help"),
    _sweep("sweep-quit", "q", "q", "quit", "leave; what is done is kept", does="leave"),
    _sweep("sweep-quit-now", "Q", "Q", "quit now", "leave, and ask nothing", does="leave_now"),
)  # fmt: skip
