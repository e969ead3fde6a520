"""Where a gradient comes from, as a table: upstream × local = part, with the share of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from gradlab.draw.bars import signed_bar
from gradlab.draw.ink import Row, Run, fit, fit_end, row
from gradlab.draw.number import fixed, percent
from gradlab.lab.hidden import HIDDEN, is_unseen

_WORD = re.compile(r"[^._\[\], ]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a ledger: through which number, and upstream × local = part.

    depth: 1 below the sum of its consumer, else 0.
    """

    through: str
    upstream: float
    local: float
    part: float
    share: float
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Subtotal:
    """All that came through one consumer, or through a part of it. terms: through how many of its numbers."""

    through: str
    terms: int
    part: float
    share: float


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the parts. other: the sum of the parts without a row, and how many they are.   total: the sum of all.

    whole: the gradient, where the total is only a part of it.
    """

    total: float
    other: float = 0.0
    more: int = 0
    whole: float = 0.0
    drilled: bool = False


@dataclass(frozen=True, slots=True)
class _Widths:
    name: int
    number: int
    bar: int

    @property
    def lead(self) -> int:
        """The cells before the part."""
        return self.name + 2 * self.number + 7


def ledger_rows(entries: Sequence[Part | Subtotal], foot: Foot, width: int) -> list[Row]:
    """Return the head, a row for each entry, the sum of the parts without a row if there are any, and the sum of all."""
    widths = _widths(entries, width)
    rows = [_head(widths)]
    names = iter(_apart([_text(one) for one in entries if isinstance(one, Part)], widths.name))
    rows += [_part_row(one, next(names), widths) if isinstance(one, Part) else _subtotal_row(one, widths) for one in entries]
    if foot.more or foot.other != 0:
        many = f"other, {foot.more:,} more part{'s' * (foot.more > 1)}" if foot.more else "other"
        rows.append(_sum_row(many, foot.other, widths, "dim"))
    rows.append(row(("─" * min(width, widths.lead + widths.number + 11), "dim")))
    rows.append(_sum_row("of these" if foot.drilled else "sum", foot.total, widths, "delta"))
    if foot.drilled:
        rows.append(_sum_row("of all", foot.whole, widths, "dim"))
    return rows


def _widths(entries: Sequence[Part | Subtotal], width: int) -> _Widths:
    """Return how wide the columns are: names first, bars only where there is room."""
    figures = 9 if width >= 52 else max(6, min(8, (width - 20) // 3))
    rest = width - 3 * figures - 15
    wanted = [_wanted(one, figures) for one in entries]
    name = max(5, min(rest, max(7, *wanted))) if wanted else 7
    return _Widths(name, figures, max(0, min(20, rest - name - 1)))


def _wanted(one: Part | Subtotal, figures: int) -> int:
    """Return how wide the column of names has to be for an entry."""
    if isinstance(one, Part):
        return len(one.through) + 2 * one.depth
    return len(one.through) + len(_many(one)) - 2 * figures - 4


def _many(group: Subtotal) -> str:
    return f"  {group.terms:,} parts" if group.terms > 1 else ""


def _head(widths: _Widths) -> Row:
    n = widths.number
    room = widths.name - max(0, len("upstream") - n)
    through = fit("through" if room >= len("through") else "via", room)
    text = f"{through} {'upstream'.rjust(n)} × {'local'.rjust(n)} = {'part'.rjust(n)}   share"
    return row((text, "dim"))


def _text(part: Part) -> str:
    return "  " * part.depth + part.through


def _part_row(part: Part, name: str, widths: _Widths) -> Row:
    runs: list[Run] = [
        (name, "" if part.depth else "strong"),
        (" ", ""), _number(part.upstream, widths.number),
        (" × ", "dim"), _number(part.local, widths.number),
        (" = ", "dim"), *_result(part.part, part.share, widths),
    ]  # fmt: skip
    return tuple(runs)


def _apart(texts: Sequence[str], width: int) -> list[str]:
    """Return names in `width` cells; those that would look alike are cut behind what tells them apart, too."""
    names = [_name(text, width) for text in texts]
    alike: dict[str, list[str]] = {}
    for text, name in zip(texts, names, strict=True):
        alike.setdefault(name, []).append(text)
    return [
        _telling(text, alike[name], width) if len({*alike[name]}) > 1 else name for text, name in zip(texts, names, strict=True)
    ]


def _telling(text: str, others: Sequence[str], width: int) -> str:
    """Return a name in `width` cells, cut at a word or a number that those it looks like do not have; else in front."""
    known = {word for one in others if one != text for word in _WORD.findall(one)}
    own = [found for found in _WORD.finditer(text) if found[0] not in known]
    if not own:
        return _name(text, width)
    word, behind = own[-1][0], text[own[-1].start() :]
    room = width - len(word) - 2
    end = f"{word}…{text[len(text) - room :]}" if room > 0 else word
    return fit(f"…{behind if len(behind) < width else end}", width)


def _name(text: str, width: int) -> str:
    """Return a name in `width` cells, cut in front; the element at its end, which tells one part from the next, is cut last."""
    element = "[" + text.rpartition("[")[2] if text.endswith("]") else ""
    if not element or len(text) <= width:
        return fit_end(text, width)
    room = width - len(element)
    if room >= 2:
        return fit_end(text[: -len(element)], room) + element
    return fit_end(element[1:-1].replace(" ", ""), width)


def _subtotal_row(group: Subtotal, widths: _Widths) -> Row:
    """Return the sum of a consumer; its name may reach over the columns of the factors."""
    many = _many(group)
    name = fit_end(group.through, min(len(group.through), max(5, widths.lead - 3 - len(many))))
    return row((name, "strong"), (fit(many, widths.lead - 3 - len(name)), "dim"), (" = ", "dim"),
               *_result(group.part, group.share, widths))  # fmt: skip


def _result(part: float, share: float, widths: _Widths) -> list[Run]:
    """Return a part with its share of the total and, where there is room, a bar."""
    if is_unseen(part):
        return [_number(part, widths.number)]
    runs = [_number(part, widths.number), (f" {percent(share).rjust(7)}", "")]
    if widths.bar >= 4:
        shown = max(-1.0, min(1.0, share)) if isfinite(share) else 0.0
        runs += [(" ", ""), *signed_bar(shown, widths.bar)]
    return runs


def _sum_row(word: str, value: float, widths: _Widths, role: str) -> Row:
    return row((fit(word, widths.lead), role), (_number(value, widths.number)[0], role))


def _number(value: float, width: int) -> Run:
    return (HIDDEN.rjust(width), "key") if is_unseen(value) else (fixed(value, width), _sign(value))


def _sign(value: float) -> str:
    """Return the role of a number by its sign."""
    if not isfinite(value):
        return "bad"
    return "positive" if value > 0 else "negative" if value < 0 else "dim"
