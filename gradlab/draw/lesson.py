"""A lesson as rows: its prose, the lines of its script with what was said to them, and the card of an open question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, groupby
from typing import TYPE_CHECKING

from gradlab.draw.glyphs import GlyphSet, spelled_out
from gradlab.draw.highlight import highlighted
from gradlab.draw.ink import Goal, Row, link, row, spread, width_of, wrap
from gradlab.draw.names import NodeNames
from gradlab.draw.prose import INSET, code, prose, with_keys
from gradlab.draw.said import line_row

if TYPE_CHECKING:
    from gradlab.lab.teach.lesson import Lesson, Piece

INDENT = 2
AHEAD = "▸ "
"""What stands before the line that comes next."""
SHORT, BELOW = 10, 6
"""Lines of a model that is not folded, and rows that have to be left for a question below it."""


@dataclass(frozen=True, slots=True)
class LessonLook:
    """How a lesson is looked at. card: of the open question, with what can be done.   beside: what stands before the next line.

    unfolded: whether a long model and claims are shown line by line.   turn, unfold: keys that turn a page, and that unfold.
    key_of: gives the key of a command that the prose names, or "" where there is no such command.   names: the nodes, to which
    their names lead.   glyphs: of its texts.   height: rows that are in sight.
    """

    width: int
    card: Sequence[Row] = ()
    beside: Sequence[Row] = ()
    unfolded: bool = False
    turn: str = ""
    unfold: str = ""
    key_of: Callable[[str], str] = lambda name: ""
    names: NodeNames = field(default_factory=NodeNames)
    glyphs: GlyphSet = "all"
    height: int = 24


@dataclass(slots=True)
class LessonRows:
    """The rows. marked: the row of the line that comes next, or -1.   top, bottom: first and last row of the present stop.

    page: the first row of the page that was turned to last.   pages: the first rows of the pages up to it, in their order.
    lines: rows in which a statement of the script stands, with its number; of claims, the last of them.
    folded: rows of a long model and of claims that have run.   headings: rows of headings.
    """

    rows: list[Row] = field(default_factory=list)
    marked: int = -1
    page: int = 0
    pages: list[int] = field(default_factory=list)
    top: int = 0
    bottom: int = 0
    lines: dict[int, int] = field(default_factory=dict)
    folded: set[int] = field(default_factory=set)
    headings: list[int] = field(default_factory=list)


def lesson_rows(lesson: Lesson, look: LessonLook) -> LessonRows:
    """Return a lesson as rows."""
    drawn = LessonRows()
    if look.glyphs != "all":
        pieces = (replace(piece, text=spelled_out(piece.text, look.glyphs)) for piece in lesson.pieces)
        lesson = replace(lesson, pieces=tuple(pieces))
    (first, last), page = _stop(lesson), -1
    for place, group in _blocks(lesson):
        fresh = group[0].page >= 0 and group[0].page != page
        page = group[0].page if fresh else page
        _before(drawn, lesson, group[0], look, fresh)
        if place == first:
            drawn.top = len(drawn.rows)
        if fresh and place <= last:
            drawn.page = len(drawn.rows)
            drawn.pages.append(drawn.page)
        _keep_row(drawn, group, lesson, look)
        drawn.rows += _block(group, lesson, look, ahead=place > last)
        if place <= last < place + len(group):
            drawn.bottom = _text_end(drawn.rows)
    if lesson.open == -1 and not any(piece.kind == "rest" for piece in lesson.pieces):
        _put(drawn, look.card)
    elif lesson.open is None and lesson.ahead is None:
        _put(drawn, look.beside)
    if not drawn.rows:
        drawn.rows.append(row(("this scenario has no prose", "dim")))
    drawn.rows = [look.names.linked(line, "code") for line in drawn.rows]
    return drawn


def _keep_row(drawn: LessonRows, group: Sequence[Piece], lesson: Lesson, look: LessonLook) -> None:
    """Keep in mind what stands in the next row, as far as one can go into it."""
    piece, at = group[0], len(drawn.rows)
    ran = piece.kind == "claim" and piece.number < lesson.cursor
    if ran or (piece.kind == "model" and not _is_short(piece, look)):
        drawn.folded.add(at)
    elif piece.number >= 0 and piece.number != lesson.open and not (piece.kind == "claim" and lesson.open is not None):
        drawn.lines[at] = group[-1].number
    elif piece.kind == "prose" and piece.text.lstrip().startswith("#"):
        drawn.headings.append(at)


def _blocks(lesson: Lesson) -> Iterator[tuple[int, list[Piece]]]:
    """Yield the pieces with the place of each, claims in a row together."""
    numbers = count()
    runs = groupby(lesson.pieces, key=lambda piece: -1 if piece.kind == "claim" else next(numbers))
    place = 0
    for _, group in runs:
        pieces = list(group)
        yield place, pieces
        place += len(pieces)


def _stop(lesson: Lesson) -> tuple[int, int]:
    """Return the places of the first and the last piece of the present stop, claims behind it included; -1 for none."""
    (kind, number), pieces = lesson.here, lesson.pieces
    mine = [n for n, one in enumerate(pieces) if number >= 0 and number == (one.page if kind == "page" else one.number)]
    if not mine:
        return -1, -1
    last = mine[-1]
    while last + 1 < len(pieces) and pieces[last + 1].kind == "claim":
        last += 1
    return mine[0], last


def _before(drawn: LessonRows, lesson: Lesson, piece: Piece, look: LessonLook, fresh: bool) -> None:
    """Put what stands before a piece: before the next stop what became of an answer, before the rest a typed question.

    fresh: whether the piece begins a page.
    """
    if lesson.open is None and lesson.ahead == ("line", piece.number):
        _put(drawn, look.beside)
        drawn.marked = len(drawn.rows)
    elif lesson.open is None and fresh and lesson.ahead == ("page", piece.page):
        _put(drawn, look.beside)
        turn = Goal(command="lesson")
        drawn.rows += [row(link(AHEAD, "here", turn), link(look.turn, "key", turn), (" turns the page", "dim")), row("")]
    elif piece.kind == "rest" and lesson.open == -1:
        _put(drawn, look.card)


def _put(drawn: LessonRows, rows: Sequence[Row]) -> None:
    """Put what belongs to no line, a typed question or what became of an answer: while it is there it is the present stop."""
    if rows:
        drawn.top = len(drawn.rows)
        drawn.rows += rows
        drawn.bottom = len(drawn.rows) - 1


def _text_end(rows: Sequence[Row]) -> int:
    """Return the last row with text in it."""
    return max((number for number, line in enumerate(rows) if any(text.strip() for text, _ in line)), default=0)


def _block(group: Sequence[Piece], lesson: Lesson, look: LessonLook, ahead: bool) -> list[Row]:
    """Return the rows of claims in a row, or of one piece."""
    piece = group[0]
    if piece.kind == "claim":
        return _claims(group, lesson, look)
    if piece.kind in ("prose", "code"):
        rows = [*prose(with_keys(piece.text, look.key_of), look.width), row("")]
        return [tuple((text, "dim") for text, _ in line) for line in rows] if ahead else rows
    if piece.kind == "model":
        short = _is_short(piece, look)
        lines = code(piece.text, language="model") if short or look.unfolded else ()
        return [*(() if short else [_model_head(piece, look)]), *lines, row("")]
    if piece.kind == "gap":
        return [row("")]
    if piece.kind == "rest":
        text = f"┄ {piece.text} ┄" if len(piece.text) + 4 <= look.width else f"┄ {piece.text}"
        return [row(""), *wrap(row((text, "dim")), look.width, INDENT)]
    if piece.kind == "note":
        return wrap(row(("note  ", "warn"), (piece.text, "")), look.width, INDENT)
    return _line(piece, lesson, look)


def _is_short(piece: Piece, look: LessonLook) -> bool:
    """Whether a model stands as it is written: questions about it are asked with its numbers in sight."""
    lines = piece.text.strip("\n").split("\n")
    wide = max(width_of(row((line, ""))) for line in lines) + INSET
    return len(lines) <= min(SHORT, look.height - BELOW) and wide <= look.width


def _model_head(piece: Piece, look: LessonLook) -> Row:
    """Return the row of a long model: how long it is, and the key that unfolds it."""
    count = piece.text.strip("\n").count("\n") + 1
    mark, does = ("▾ ", "fold") if look.unfolded else ("▸ ", "unfold")
    left = row((mark, "dim"), (f"model, {count} line{'s' * (count != 1)}", "strong"))
    return spread(left, row((look.unfold, "key"), (f" {does}", "dim")) if look.unfold else (), look.width)


def _line(piece: Piece, lesson: Lesson, look: LessonLook) -> list[Row]:
    """Return a line of the script with what was said to it; the card in the place of a question that is open."""
    if piece.number < 0:
        return [row(("  ", ""), (piece.text, "dim"))]
    if piece.number == lesson.open:
        return [row(""), *look.card]
    done = piece.number < lesson.cursor
    failed = done and any(line.kind == "fail" for line in piece.said)
    ahead = (AHEAD, "here") if lesson.ahead == ("line", piece.number) else ("  ", "dim")
    mark, role = ("✗ ", "bad") if failed else _outcome(piece) if done else ahead
    number = row((f"{piece.number + 1}", "dim"))
    sign = link(mark, role, Goal(command="lesson")) if mark == AHEAD else (mark, role)
    text = row(sign, *([(piece.text, "dim")] if done else highlighted(piece.text, "lab")[0]))
    if piece.kind != "question":
        return [spread(text, number, look.width), *_said(piece, look.width)]
    first, *others = wrap(text, look.width - len(number[0][0]) - 1, INDENT)
    return [spread(first, number, look.width), *others, *_said(piece, look.width)]


def _outcome(piece: Piece) -> tuple[str, str]:
    """Return the mark of a line that was run, and its role: a question that was answered wrong or not at all has no tick."""
    last = piece.said[-1].kind if piece.kind == "question" and piece.said else ""
    return {"wrong": ("✗ ", "bad"), "skip": ("– ", "dim"), "value": ("– ", "dim")}.get(last, ("✓ ", "good"))


def _said(piece: Piece, width: int) -> Iterator[Row]:
    for line in piece.said:
        yield from wrap(row((" " * INDENT, ""), *line_row(line)), width, 2 * INDENT)


def _claims(group: Sequence[Piece], lesson: Lesson, look: LessonLook) -> list[Row]:
    """Return claims in one row; below it those that failed, and where they are unfolded all that were judged.

    While a question is open none is shown: it could tell the answer.
    """
    done = [piece for piece in group if piece.number < lesson.cursor]
    failed = [piece for piece in done if any(line.kind == "fail" for line in piece.said)]
    number = f"{len(group)} claim{'s' * (len(group) != 1)}"
    told = f"{len(failed)} of {number} failed" if failed else number
    mark = ("✗ ", "bad") if failed else ("✓ ", "good") if len(done) == len(group) else ("  ", "dim")
    closed = lesson.open is not None or not done
    head = spread(row(mark, (told, "dim")), row(("" if closed else look.unfold, "dim")), look.width)
    shown = [] if closed else done if look.unfolded else failed
    return [head, *(line for piece in shown for line in _claim(piece, piece in failed, look.width))]


def _claim(piece: Piece, failed: bool, width: int) -> Iterator[Row]:
    text = row((" " * INDENT, ""), (piece.text, "code"))
    got = next((line.text.rpartition("    ")[2] for line in piece.said if line.kind == "ok" and "    " in line.text), "")
    gave = row((f"ok, {got}", "good")) if got else ()
    if gave and width_of(text) + width_of(gave) < width:
        yield spread(text, gave, width)
    else:
        yield from wrap(text, width, 2 * INDENT)
    if failed:
        yield from _said(piece, width)
