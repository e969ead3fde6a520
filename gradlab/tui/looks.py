"""How a cell looks, as the escape codes that make it look so, and the shortest codes from one look to another.

A look is what Textual writes before a text of one style: a link if there is one, then the SGR codes; "" is the terminal's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import NamedTuple

PLAIN = ""
"""The look of a terminal after a reset."""
LINK_END = "\x1b]8;;\x1b\\"
LOOK = re.compile(r"(\x1b\]8;[^\x1b]*\x1b\\)?(?:\x1b\[([0-9;]*)m)?")
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""The code that ends an attribute. Others are ended by a reset: what 21 and 28 do depends on the terminal."""
ON_BLANKS = frozenset({"4", "7", "9", "21", "51", "52", "53"})
"""Attributes that can be seen on a blank: lines, frames and reverse video."""


class LookParts(NamedTuple):
    """A look taken apart. link: the sequence that begins it.   on: attributes.   ink, paper: codes of both colours."""

    link: str
    on: tuple[str, ...]
    ink: str
    paper: str

    def codes(self) -> tuple[str, ...]:
        """Return the codes that make this look after a reset."""
        return (*self.on, *(code for code in (self.ink, self.paper) if code))


@lru_cache(maxsize=4096)
def parts_of(look: str) -> LookParts:
    """Return a look taken apart. Raises ValueError for what is none."""
    found = LOOK.fullmatch(look)
    if found is None:
        raise ValueError(f"`{look!r}` is no look")
    on: list[str] = []
    ink = paper = ""
    for code in _grouped(found[2] or ""):
        number = int(code.partition(";")[0] or 0)
        if 30 <= number <= 39 or 90 <= number <= 97:
            ink = "" if number == 39 else code
        elif 40 <= number <= 49 or 100 <= number <= 107:
            paper = "" if number == 49 else code
        else:
            on.append(code)
    return LookParts(found[1] or "", tuple(on), ink, paper)


def _grouped(codes: str) -> Iterator[str]:
    """Return the codes one by one; one of a colour keeps its numbers."""
    left = [code for code in codes.split(";") if code]
    while left:
        size = {"2": 5, "5": 3}.get(left[1], 1) if left[0] in ("38", "48") and len(left) > 1 else 1
        yield ";".join(left[:size])
        del left[:size]


@lru_cache(maxsize=4096)
def on_blank(look: str) -> str:
    """Return what can be seen of a look on a blank: its paper, unless something is drawn over it."""
    link, on, _, paper = parts_of(look)
    if link or ON_BLANKS.intersection(on):
        return look
    return intern(f"\x1b[{paper}m" if paper else PLAIN)


@lru_cache(maxsize=16384)
def blank_after(before: str, look: str) -> str:
    """Return a look that shows a blank as `look` does and takes the fewest codes after another one."""
    old, new = parts_of(before), parts_of(look)
    if old.link or new.link or ON_BLANKS.intersection(old.on + new.on):
        return look
    codes = ";".join(LookParts("", old.on, old.ink, new.paper).codes())
    return intern(f"\x1b[{codes}m" if codes else PLAIN)


@lru_cache(maxsize=16384)
def change(before: str, after: str) -> str:
    """Return the shortest codes that turn one look into another."""
    if before == after:
        return ""
    old, new = parts_of(before), parts_of(after)
    link = "" if old.link == new.link else new.link or LINK_END
    codes = _codes(old, new)
    whole = ("0", *new.codes()) if new.codes() else ("",)
    if codes is None or len(";".join(codes)) > len(";".join(whole)):
        codes = whole
    return link + (f"\x1b[{';'.join(codes)}m" if codes else "")


def _codes(old: LookParts, new: LookParts) -> tuple[str, ...] | None:
    """Return the codes without a reset, or None where there is no way without."""
    gone = [code for code in old.on if code not in new.on]
    if any(code not in OFF for code in gone):
        return None
    off = tuple(dict.fromkeys(OFF[code] for code in gone))
    kept = [code for code in old.on if code in new.on and OFF.get(code) not in off]
    on = tuple(code for code in new.on if code not in kept)
    ink = () if old.ink == new.ink else (new.ink or "39",)
    paper = () if old.paper == new.paper else (new.paper or "49",)
    return (*off, *on, *ink, *paper)
