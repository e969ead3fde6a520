"""Many runs of the scenario beside the session, with something set to other values, and what they measure at their end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlab.actions._action import Action
from gradlab.errors import ArgumentError
from gradlab.lab.arguments import Words, expression, integer, together
from gradlab.lab.outcome import Outcome
from gradlab.sweeps.lesson import MOST, LessonSweep
from gradlab.sweeps.queries.swept import key
from gradlab.sweeps.values import NAME, OWN, Axis, axis_of, read_seeds

if TYPE_CHECKING:
    from gradlab.session import Lab

_SETTING = re.compile(rf"\s*({NAME})\s*=(?!=)")
_RANDOM = re.compile(r"\s*random\s+(\S+)\s")


def _wish(words: Words) -> LessonSweep:
    """Read `[random N] NAME=VALUES… [seeds A..B] [for N updates] measure EXPR [measure EXPR …]`."""
    head, measured = words.split("measure")
    if measured is None:
        words.refuse("what is measured? for instance `sweep lr=log(1e-3, 1, 4) for 100 updates measure loss`")
    head, length = head.split("for")
    head, seeds = head.split("seeds")
    drawn, head = _drawn(head)
    texts = list(_measures(measured))
    found: list[Any] = [(), (), 0]
    together(
        lambda: found.__setitem__(0, tuple(_axes(head, drawn=drawn is not None))),
        lambda: found.__setitem__(1, () if seeds is None else _seeds(seeds)),
        lambda: found.__setitem__(2, 0 if length is None else _updates(length)),
        *(lambda part=part: expression(part) for part in texts),
    )
    return LessonSweep(found[0], found[1], found[2], tuple(part.text for part in texts), drawn)


def _drawn(head: Words) -> tuple[int | None, Words]:
    """Return how many settings are drawn, None for a grid, and what stands behind that."""
    found = _RANDOM.match(head.span.text)
    if found is None:
        return None, head
    behind = head.within(head.span.part(found.end(), len(head.span.text)))
    return integer(head, head.span.part(*found.span(1)), 1, MOST), behind


def _measures(words: Words) -> Iterator[Words]:
    rest: Words | None = words
    while rest is not None:
        part, rest = rest.split("measure")
        if not part.text:
            words.refuse("an expression is missing behind `measure`", part.span)
        yield part


def _axes(head: Words, *, drawn: bool) -> Iterator[Axis]:
    """Read what is gone over: `NAME=VALUES`, one behind the other."""
    starts = list(_names(head))
    if not starts or head.span.text[: starts[0][1]].strip():
        head.refuse("what does it go over? for instance `lr=log(1e-3, 1, 4)`, or `init=[he, xavier]`")
    ends = [start for _, start, _ in starts[1:]] + [len(head.span.text)]
    seen: set[str] = set()
    for (name, start, behind), end in zip(starts, ends, strict=True):
        at = head.span.part(start, behind)
        if name in OWN or name in seen:
            head.refuse(
                f"a sweep does not go over `{name}`" if name in OWN else f"it goes over `{name}` twice", at, OWN.get(name, "")
            )
        seen.add(name)
        yield axis_of(name, head.span.part(behind, end), drawn=drawn)


def _names(head: Words) -> Iterator[tuple[str, int, int]]:
    """Yield each name that stands before a `=` outside of brackets: where it begins, and where its values do."""
    text, depth, place = head.span.text, 0, 0
    while place < len(text):
        found = _SETTING.match(text, place) if depth == 0 and (not place or text[place - 1] in " \t])") else None
        if found is not None:
            yield found[1], found.start(1), found.end()
            place = found.end()
            continue
        depth += (text[place] in "([{") - (text[place] in ")]}")
        place += 1


def _seeds(words: Words) -> tuple[int, ...]:
    try:
        return read_seeds(words.text)
    except ArgumentError as error:
        words.refuse(str(error), words.span)


def _updates(words: Words) -> int:
    given = list(words)
    if not given or len(given) > 2 or (len(given) == 2 and given[1].text not in ("update", "updates")):
        words.refuse("for how long? `for 100 updates`")
    return integer(words, given[0], 1, 10**9)


def _sweep(lab: Lab, wish: LessonSweep) -> Outcome:
    """Run all points beside the session, which does not move; keep what they measured, and say it."""
    from gradlab.sweeps.beside import sweep

    return sweep(lab, wish)


def _kept(wish: LessonSweep) -> tuple[str, ...]:
    """Return the names of what expressions behind it may read."""
    names = [axis.name for axis in wish.axes if wish.drawn is not None or axis.numbers is not None]
    return tuple(map(key, (*names, *wish.measures)))


ACTION = Action(
    "sweep",
    "[random N] NAME=VALUES… [seeds A..B] [for N updates] measure EXPR…",
    "run the scenario beside this session with other values of an argument or a variable, `lr=log(1e-3, 1, 4)`, `lin(a, b, n)`"
    " or `[a, b, c]`, train, and measure; `swept(\"EXPR\")` reads the numbers",
    _wish, _sweep, names=_kept, stands=True,
)  # fmt: skip
