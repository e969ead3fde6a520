"""Keys of the browser of scenarios."""

from __future__ import annotations

from functools import partial

from gradlab.tui.keymap._command import Command

_browse = partial(Command, where="browse")
BROWSE = (
    _browse("browse-open", "enter", "⏎", "open", "go on where you were, or open; a folder: open or shut it", does="open on"),
    _browse("browse-start", "o", "o", "from the start", "open from the start", does="open start"),
    _browse("browse-view", "v", "v", "view", "`P` lets it play by itself", does="view"),
    _browse("browse-check", "x", "x", "check", "check it", does="check"),
    _browse("browse-edit", "e", "e", "edit", "edit it, if it is yours", does="edit"),
    _browse("browse-find", "slash", "/", "find", "look for letters of the name, or words of the title", does="find"),
    _browse(
        "browse-courses", "right_square_bracket,right_parenthesis", "]", "courses", "by course, or by folder again",
        does="facet", reverse="browse-folders",
    ),
    _browse(
        "browse-folders", "left_square_bracket,left_parenthesis", "[", "folders", "by folder, or by course again",
        does="facet", reverse="browse-courses",
    ),
    _browse("browse-down", "down,j", "↓", "down", "the next one", does="move 1", reverse="browse-up"),
    _browse("browse-up", "up,k", "↑", "up", "the one before", does="move -1", reverse="browse-down"),
    _browse("browse-page-down", "pagedown", "PgDn", "ten down", "ten on", does="move 10", reverse="browse-page-up"),
    _browse("browse-page-up", "pageup", "PgUp", "ten up", "ten back", does="move -10", reverse="browse-page-down"),
    _browse("browse-last", "end,G", "end", "last", "the last one", does="move 100000", reverse="browse-first"),
    _browse("browse-first", "home", "home", "first", "the first one", does="move -100000", reverse="browse-last"),
    _browse("browse-unfold", "right,l", "→", "open", "open a folder", does="unfold", reverse="browse-fold"),
    _browse("browse-fold", "left,h", "←", "shut", "shut a folder", does="fold", reverse="browse-unfold"),
    _browse(
        "browse-more", "plus", "+", "more", "more of the preview, on a narrow screen", does="caption 1", reverse="browse-less"
    ),
    _browse("browse-less", "minus", "-", "less", "less of the preview", does="caption -1", reverse="browse-more"),
    _browse("browse-help", "question_mark,f1", "?", "help", "how to read this, and all keys", does="help"),
    _browse("browse-quit", "q,Q", "q", "quit", "leave", does="leave"),
)  # fmt: skip
