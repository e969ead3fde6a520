"""What the laboratory said, as rows: the kind of a line gives it its colour and the word before it."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Row, row, wrap
from gradlab.draw.names import NodeNames
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


def told_rows(lines: Sequence[Line], names: NodeNames, width: int) -> list[Row]:
    """Return what was said to an action, indented; every name of a node and every position in it is a link."""
    rows: list[Row] = []
    lines = [line for line in lines if line.kind != "picture"]  # there is a panel for them
    for number, line in enumerate(lines):
        mark, text = line_row(line)
        if line.kind == "error" and number and lines[number - 1].kind == "error":
            mark = ("", "")  # the lines of one error stand under one another, as they are
        rows += wrap(row(("  ", ""), mark, *names.runs(*text)), width, 2)
    return rows
