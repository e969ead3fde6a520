"""Keys that meant something else once: the first press of one says which key it is now."""

from __future__ import annotations

OLD = {
    "k": "checking a gradient is `x` now; `k` is up",
    "b": "the backward pass is `f` now, twice from the start; `b` is a breakpoint",
    "U": "undo is `ctrl+z` now; `U` goes back an update",
    "e": "where a number comes from is `w` now; `e` edits the file",
    "g": "a position is `g` and its first digit now",
    "V": "the panels are `v` and a letter now",
    "o": "what `o` showed is a facet now: `]` and `[`",
    "y": "what `y` showed is a facet now: `]` and `[`; `y` copies",
}
"""By their key, what is to be said. Where a person has given such a key a meaning, nothing is."""
