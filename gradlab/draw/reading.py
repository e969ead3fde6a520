"""The help of a panel, and error texts, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradlab.draw.ink import Row, clip, row, width_of, wrap


def paragraphs(text: str) -> list[Row]:
    """Return a text as one row a paragraph, an empty row between them."""
    rows: list[Row] = []
    for paragraph in text.split("\n\n"):
        rows += [row(" ".join(paragraph.split())), row("")]
    return rows[:-1]


def keys(pairs: Iterable[tuple[str, str]]) -> list[Row]:
    """Return one row for each key, with what it does."""
    return [row((f"{key:>10}  ", "key"), (text, "")) for key, text in pairs]


def key_rows(pairs: Iterable[tuple[str, str]], width: int) -> list[Row]:
    """Return keys with what they do, one behind the other, in as many rows as they need; a key stays with its words."""
    rows: list[Row] = []
    for key, words in pairs:
        part = row((key, "key"), (f": {words}", "dim"))
        if rows and width_of(rows[-1]) + 3 + width_of(part) <= width:
            rows[-1] = (*rows[-1], ("   ", ""), *part)
        else:
            rows.append(clip(part, width))
    return rows


def error_rows(text: str) -> list[Row]:
    """Return an error's text line by line, as it is: the caret must stay under what it points at."""
    return [
        row((line, "bad" if line.startswith("error") else "strong" if line.lstrip(" |").startswith("^") else ""))
        for line in text.split("\n")
    ]


def page_rows(lines: Iterable[str]) -> list[Row]:
    """Return the page of a word line by line, as it is; the first line of a page is how the word is written."""
    rows: list[Row] = []
    for line in lines:
        starts = not rows or [part for above in rows[-2:] for part, _ in above] == ["", ""]
        rows.append(row((line, "strong" if starts and line else "")))
    return rows


def laid_out(rows: Sequence[Row], width: int) -> list[Row]:
    """Return rows wrapped at a width, but for those of an error's excerpt, which keep their places."""
    done: list[Row] = []
    for line in rows:
        kept = len(line) == 1 and any(mark in line[0][0][:8] for mark in (" | ", "--> ", " |"))
        done += [line] if kept or not line else wrap(line, width, 12 if line[0][1] == "key" else 0)
    return done
