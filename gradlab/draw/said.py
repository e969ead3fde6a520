"""What the laboratory said, as rows: the kind of a line gives it its colour and the word before it."""

from __future__ import annotations

from gradlab.draw.ink import Row, row
from gradlab.lab.outcome import Line

ROLES = {
    "ok": "good",
    "fail": "bad",
    "error": "bad",
    "warning": "warn",
    "finding": "warn",
    "say": "title",
    "quiz": "key",
    "right": "good",
    "wrong": "bad",
    "skip": "dim",
    "value": "value",
    "stop": "warn",
    "watch": "value",
    "bet": "title",
    "picture": "",
}
MARKS = {
    "ok": "ok    ",
    "fail": "FAIL  ",
    "error": "error ",
    "warning": "▲     ",
    "finding": "▲     ",
    "quiz": "quiz  ",
    "right": "right ",
    "wrong": "wrong ",
    "skip": "skip  ",
}
GRADES = ("right", "wrong")
"""What is said of an answer."""


def line_row(line: Line) -> Row:
    """Return what was said as a row; the kind stands before it in a word, unless the text already begins with it."""
    mark = MARKS.get(line.kind, "")
    if mark and line.text.lower().startswith(mark.strip().lower()):
        mark = ""
    return row((mark, ROLES.get(line.kind, "dim")), (line.text, ROLES.get(line.kind, "")))
