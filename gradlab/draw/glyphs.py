"""Glyphs for terminals that do not have all of them: every character becomes as many others as it has cells.

One table says what each of gradlab's own becomes; letters of other scripts lose their marks, and what has no likeness is `?`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal
from unicodedata import normalize

GlyphSet = Literal["all", "narrow", "ascii"]
"""all: what gradlab draws.   narrow: neither braille nor blocks.   ascii: ASCII alone."""

STEPS = "▁▂▃▄▅▆▇"
"""What a ramp fills from the floor, in eighths of a cell."""
HANGING = "hanging"
"""The role of a step that hangs from the ceiling: it is drawn in reverse video."""
ASCII = "GRADLAB_ASCII"
"""The variable of the environment that asks for ASCII alone, of the processes that gradlab starts, too."""
WITHOUT_BLOCKS = frozenset({"linux", "cons25", "fbterm"})
"""Terminals, as TERM names them, whose fonts have neither braille nor all blocks."""
WITHOUT_UNICODE = frozenset({"vt52", "vt100", "vt102", "vt220", "vt320", "ansi", "pcansi", "sun", "hp"})
UPRIGHT, FLOOR, CEILING = "|", ".oO@", "'\"^%"
"""A column; the steps of a ramp from the floor, and from the ceiling."""
BRAILLE = range(0x2800, 0x2900)
UPPER_DOTS, LOWER_DOTS, COLUMNS = 0b00011011, 0b11100100, (0b01000111, 0b10111000)


def _ramps() -> dict[str, str]:
    """Return what the steps of a ramp become; two steps are one."""
    return {step: FLOOR[k // 2] for k, step in enumerate(STEPS + "█")}


BLOCKS: Mapping[str, str] = {
    **_ramps(), **dict.fromkeys("▏▎▍▌▋▊▉▐", UPRIGHT), **dict.fromkeys("▀▓▒▟▙", ":"), "░": ".", "▝": "'", "▘": "'",
}  # fmt: skip
"""What blocks become, whether braille has to go with them or all that is not ASCII."""
OURS: Mapping[str, str] = {
    **dict.fromkeys("─━┄┈═╌╴╶", "-"), **dict.fromkeys("│┃┊║╵╷├┤╎", "|"), **dict.fromkeys("╭╮╯╰┌┐└┘┏┓┗┛╔╗╚╝┬┴┼┯┷╤╧", "."),
    "▸": ">", "▶": ">", "›": ">", "→": ">", "◂": "<", "◀": "<", "‹": "<", "←": "<", "↑": "^", "▲": "!", "⇧": "^", "↓": "v",
    "○": ".", "◐": "c", "▾": "v",
    "●": "o", "◆": "#", "◇": "?", "◎": "o", "•": "*", "■": "#", "▮": "|", "✓": "v", "✗": "X", "∅": "/", "·": ".", "…": "~",
    "␣": "_", "⏎": "<", "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "±": "~", "≈": "~",
    "∂": "d", "∇": "D", "∑": "S", "∫": "S", "√": "V", "‖": "|", "⌊": "[", "⌋": "]", "⌈": "[", "⌉": "]", "°": "o",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "\u00a7": "S", "\ufffd": "?", "╱": "/", "╲": "\\",
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀᵗᵐˣ", "^"),
}  # fmt: skip
"""What becomes of the other glyphs: those that are drawn, and those that texts are written with."""
GREEK = dict(
    zip("αβγδεζηθικλμνξοπρςστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", "abgdezhqiklmnxoprsstufcywABGDEZHQIKLMNXOPRSTUFCYW", strict=True)
)


KEYS: Mapping[str, str] = {"␣": "space", "⏎": "enter", "⌫": "backspace"}
"""What the signs of keys say in ASCII, where no other sign of one cell is free: each of those is a key of its own."""

LONGER: Mapping[str, str] = {
    **{raised: f"^{normalize('NFKD', raised)}" for raised in "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵀᵗᵐˣ"}, "⁻": "^-", "≤": "<=", "≥": ">=", "≠": "!=",
    **KEYS, "√": "sqrt ", "→": "->", "←": "<-", "±": "+-", "…": "...", "Σ": "sum ", "∑": "sum ", "∞": "inf", "½": "1/2",
}  # fmt: skip
"""What says more in a text that has no cells yet."""


def keys_spelled(text: str) -> str:
    """Return a text with the signs of keys as words."""
    return text if text.isascii() else "".join(KEYS.get(letter, letter) for letter in text)


def usual_glyphs(environment: Mapping[str, str]) -> GlyphSet:
    """Return the glyphs of a terminal, as its environment tells: GRADLAB_ASCII, TERM, and the encoding of the locale."""
    term = environment.get("TERM", "").partition("-")[0]
    if environment.get(ASCII) or term in WITHOUT_UNICODE or not _writes_unicode(environment):
        return "ascii"
    return "narrow" if term in WITHOUT_BLOCKS else "all"


def _writes_unicode(environment: Mapping[str, str]) -> bool:
    """Return whether a locale is of UTF-8; one that nothing is said about is."""
    found = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "UTF-8")
    return "utf8" in found.lower().replace("-", "")


def spelled(text: str, glyphs: GlyphSet, role: str = "") -> str:
    """Return a text in some glyphs, in as many cells. role: of the text; where it hangs from the ceiling, so does a ramp."""
    if glyphs == "all" or text.isascii():
        return text
    return "".join(letter if letter.isascii() else _spelled(letter, glyphs, role == HANGING) for letter in text)


def spelled_out(text: str, glyphs: GlyphSet) -> str:
    """Return a text that has not been laid out yet in some glyphs, in as many cells as they need."""
    if glyphs != "ascii" or text.isascii():
        return text
    return spelled("".join(LONGER.get(letter, letter) for letter in text), glyphs)


@lru_cache(maxsize=4096)
def _spelled(letter: str, glyphs: GlyphSet, hanging: bool) -> str:
    """Return what becomes of one character."""
    if hanging and letter in STEPS:
        return CEILING[(len(STEPS) - 1 - STEPS.index(letter)) // 2]
    if letter in BLOCKS:
        return BLOCKS[letter]
    if ord(letter) in BRAILLE:
        return _dots(ord(letter) - BRAILLE.start)
    if glyphs == "narrow":
        return letter
    return OURS.get(letter) or GREEK.get(letter) or _likeness(letter)


def _dots(pattern: int) -> str:
    """Return what becomes of a braille pattern: a column, a dot above, one below, or both."""
    if any((pattern & column).bit_count() >= 3 for column in COLUMNS):
        return UPRIGHT
    upper, lower = bool(pattern & UPPER_DOTS), bool(pattern & LOWER_DOTS)
    return ":" if upper and lower else "'" if upper else "." if lower else " "


def _likeness(letter: str) -> str:
    """Return a character without its marks where that is ASCII, else `?`, in as many cells."""
    from rich.cells import cell_len

    width = cell_len(letter)
    found = "".join(part for part in normalize("NFKD", letter) if part.isascii() and part.isprintable())
    return found if len(found) == width and found else "?" * width
