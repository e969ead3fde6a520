"""Keys that change what is seen and what is chosen, and no number."""

from __future__ import annotations

from gradlab.tui.keymap._command import Command, line

WAYS = {
    "left": ("left,h", "←", "right"),
    "down": ("down,j", "↓", "up"),
    "up": ("up,k", "↑", "down"),
    "right": ("right,l", "→", "left"),
}
"""Of each direction its keys, how it is shown, and the other direction."""
DIGITS = "1234567890"

CURSOR = tuple(
    Command(
        f"cursor-{way}",
        keys,
        shown,
        way,
        f"move the cursor {way}; in the graph along the lines",
        does=f"cursor {way}",
        reverse=f"cursor-{back}",
    )
    for way, (keys, shown, back) in WAYS.items()
)
SCROLLING = tuple(
    Command(
        f"view-{way}",
        f"{capital},shift+{way}",
        capital,
        f"view {way}",
        f"move the view {way}, not the cursor",
        does=f"scroll {way}",
        reverse=f"view-{WAYS[way][2]}",
    )
    for way, capital in (("left", "H"), ("down", "J"), ("up", "K"), ("right", "L"))
)
PANELS = tuple(
    Command(
        f"panel-{digit}",
        digit,
        digit,
        f"panel {digit}",
        f"go to panel {digit}; again: enlarge it; once more: as it was",
        does=f"digit {digit}",
        reverse=f"panel-{digit}",
    )
    for digit in DIGITS
)
SIGHT = (
    Command("look-back", "less_than_sign,alt+left", "<", "looked before", "look where I looked before", reverse="look-on"),
    Command(
        "look-on", "greater_than_sign,alt+right", ">", "looked behind", "look where I looked before `<`", reverse="look-back"
    ),
    *CURSOR,
    *SCROLLING,
    Command("first", "home", "home", "first", "go to the beginning", does="end first", reverse="last"),
    Command("last", "end,G", "end", "last", "go to the end", does="end last", reverse="first"),
    Command("half-down", "ctrl+d", "^d", "half down", "go half a page down", does="page 0.5", reverse="half-up"),
    Command("half-up", "ctrl+u", "^u", "half up", "go half a page up", does="page -0.5", reverse="half-down"),
    Command("page-down", "pagedown", "PgDn", "page down", "go a page down", does="page 1", reverse="page-up"),
    Command("page-up", "pageup", "PgUp", "page up", "go a page up", does="page -1", reverse="page-down"),
    Command(
        "enter",
        "enter",
        "⏎",
        "go into",
        "go into what the cursor is on: unfold, follow, run to here",
        reverse="look-back",
        footer=4,
    ),
    Command("escape", "escape", "esc", "one step out", "close what lies on top, else stop what runs, else undo the enlarging"),
    Command("next-panel", "tab", "tab", "next panel", "go to the next panel", does="panel 1", reverse="previous-panel"),
    Command(
        "previous-panel", "shift+tab", "⇧tab", "panel before", "go to the panel before", does="panel -1", reverse="next-panel"
    ),
    *PANELS,
    Command("nearer", "plus", "+", "nearer", "nearer: zoom of graph and plot, depth of health", reverse="farther"),
    Command("farther", "minus", "-", "farther", "farther", reverse="nearer"),
    Command(
        "facet-next",
        "right_square_bracket,right_parenthesis",
        "]",
        "next facet",
        "show the next facet of the panel",
        does="facet 1",
        reverse="facet-before",
    ),
    Command(
        "facet-before",
        "left_square_bracket,left_parenthesis",
        "[",
        "facet before",
        "show the facet before",
        does="facet -1",
        reverse="facet-next",
    ),
    Command("enlarge", "z", "z", "enlarge", "give the panel the whole area, or take it back", reverse="enlarge"),
    Command("present", "Z", "Z", "present", "show only what an audience needs, or everything again", reverse="present"),
    Command("view", "v", "v", "view", "panels and layouts", does="menu view", footer=3),
    Command("go", "g", "g", "go", "go to a place", does="menu go"),
    Command("find", "slash", "/", "find", "find anything by its name", reverse="look-back", footer=2),
    Command("jump", "full_stop", ".", "jump", "letters on all that can be chosen in sight", reverse="look-back", footer=2),
    Command("command", "colon", ":", "line", "type any action", prompt=line(""), footer=3),
    Command("palette", "ctrl+p,f2", "^p", "palette", "actions, panels, layouts, themes and settings, to choose from"),
    Command(
        "help",
        "question_mark,f1",
        "?",
        "help",
        "how to read this panel, and what is under the cursor; again: all keys",
        footer=1,
    ),
    Command("redraw", "ctrl+l", "^l", "redraw", "draw the whole screen again"),
    Command("quit", "q", "q", "quit", "leave", footer=3),
    Command("quit-now", "Q", "Q", "quit now", "leave, and ask nothing"),
)
