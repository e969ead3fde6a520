"""What every command writes with: plain text without control characters, and one form of JSON.

The JSON of every command is one document: `gradlab` (the version), `command`, `ok` (the exit code is 0) and `results`, a list
whose entries the help of the command describes. A number that JSON has no word for is one of the strings "nan", "inf", "-inf".
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from gradlab.scenario.characters import REFUSED

if TYPE_CHECKING:
    from gradlab.lab.outcome import Line

VERDICTS = ("ok", "fail", "finding", "quiz", "skip")


def plain(text: str) -> str:
    """Return the text with control, escape and bidi characters spelled out: a file's name may hold what moves the cursor.

    Where ASCII is asked for, other characters are replaced by what is like them.
    """
    if not text.isascii() and os.environ.get("GRADLAB_ASCII"):
        from gradlab.draw.glyphs import spelled_out

        text = spelled_out(text, "ascii")
    return REFUSED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def show(text: str) -> None:
    """Write a line, or several, to stdout."""
    if sys.stdout is not None:
        click.echo(plain(text))


def write_bytes(text: bytes) -> None:
    """Write to stdout as it is: what another program reads."""
    if sys.stdout is not None:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def show_error(text: str) -> None:
    """Write an error, a warning or a note to stderr; it begins with what it is, as in `error: no such file`."""
    if not text.startswith(("error:", "warning:", "note:", "internal error:", "Traceback")):
        text = f"error: {text}"
    if sys.stderr is not None:
        try:
            click.echo(plain(text), err=True)
        except OSError:  # nobody can be told, and the exit code still says that something is wrong
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def tell(text: str) -> None:
    """Write to stderr what is no error."""
    if sys.stderr is not None:
        click.echo(plain(text), err=True)


def show_json(command: str, ok: bool, results: Sequence[Any]) -> None:
    """Write the one JSON document of a command."""
    from gradlab import __version__

    document = {"gradlab": __version__, "command": command, "ok": ok, "results": _speakable(list(results))}
    if sys.stdout is not None:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def _speakable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _speakable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_speakable(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def spoken(line: Line) -> str:
    """Return a line of the laboratory as a line of text: verdicts begin with their word."""
    return f"{line.kind:<6} {line.text}" if line.kind in VERDICTS else line.text


def table(rows: Iterable[Sequence[str]], gap: str = "  ") -> list[str]:
    """Return rows of cells as lines with aligned columns; the last column is as long as it likes."""
    rows = [tuple(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lined = (gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in lined]


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
"""The option that every command which prints results has."""
