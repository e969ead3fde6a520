"""Small pieces of text that all the grammars use: numbers, shapes, axes, names, and what stands where it should not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

WILD = (
    "0", "-1", "1", "2.5", "True", "None", "...", "nan", "inf", "1e400", "-1e400", "1e300", "1e-320", "2**62", "2**63",
    "10**30", "-2**63", "1/0", "0/0", "[]", "()", "[[]]", "[1, [2]]", "'a'", "''", "'a' * 300", "[1] * 100",
    "(1,) * 33", "(1,) * 7", "x", "x > 0", "[x]", "x.shape", "x.T", "range(3)", "relu", "he", "adam", "sgd(0.1)", "pi",
    "1j", "-0.0", "0x10", "1_000", "10**6", "(2, 3)", "(True, 2)", "(0, 2**62)", "(-1, 2)", "{}", "f'{x}'", "b'a'",
    "lambda: 1", "x if x else x", "not x", "'\\u202e'", "[0.5]", "[True, False]", "x[0]", "x[...]", "x[None]", "x[0.5]",
    "x[[0, 1]]", "x[::-1]", "x[::0]", "x @ x",
)  # fmt: skip
"""Texts that are seldom what is wanted."""


def chance(rng: Random, share: float) -> bool:
    """Return whether something of this share happens."""
    return rng.random() < share


def whole(rng: Random) -> str:
    """Return a whole number, small as a rule."""
    return str(rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, -1, 10)))


def number(rng: Random) -> str:
    """Return a number."""
    return rng.choice((whole(rng), f"{rng.uniform(-3, 3):.3g}", "0.1", "1.0", "0.5", "1e-3", "1e-8", "1e5"))


def shape(rng: Random, rank: int | None = None) -> tuple[int, ...]:
    """Return a small shape, now and then with nothing in it."""
    rank = rng.choice((0, 1, 1, 2, 2, 2, 2, 3, 4)) if rank is None else rank
    return tuple(rng.choice((1, 2, 2, 3, 3, 4)) if chance(rng, 0.97) else 0 for _ in range(rank))


def array(rng: Random, of: Sequence[int]) -> str:
    """Return nested lists of numbers of a shape."""
    if not of:
        return number(rng)
    return "[" + ", ".join(array(rng, of[1:]) for _ in range(of[0])) + "]"


def value(rng: Random, names: Sequence[str] = ()) -> str:
    """Return what may stand for an argument: a number, a shape, a name, or something wild."""
    return rng.choice(
        (
            whole(rng),
            number(rng),
            repr(shape(rng)),
            array(rng, shape(rng, 1)),
            rng.choice(WILD),
            rng.choice(tuple(names) or ("x",)),
            rng.choice(("'mean'", "'sum'", "'none'", "True", "False", "None", "'a'")),
        )
    )


def spoiled(rng: Random, text: str) -> str:
    """Return a text with one piece of it taken out, doubled, moved or replaced."""
    if not text:
        return text
    at, stop = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    stop = min(stop, at + 6)
    piece = text[at:stop]
    new = rng.choice(("", piece * 2, rng.choice(WILD), rng.choice("()[]{},.:=+-*/@#\"'\n\t \\\0\u200b\u00e9"), piece[::-1]))
    return text[:at] + new + text[stop:]
