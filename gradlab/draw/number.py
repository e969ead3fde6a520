"""Numbers as a person reads them: the sign always, as many digits as say something, never "-0.000"."""

from __future__ import annotations

from math import isinf, isnan

from gradlab.lab.hidden import HIDDEN, is_unseen

PENDING = "·"


def number(value: float, digits: int = 6) -> str:
    """Return a number with its sign and about `digits` significant digits: "+0.196612", "-1.2e-07", "NaN", "+inf", "?"."""
    if is_unseen(value):
        return HIDDEN
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "+inf" if value > 0 else "-inf"
    if value == 0:
        return "+0"
    size = abs(value)
    if size >= 10.0 ** max(digits, 5) or size < 1e-3:
        return _trim_exponent(f"{value:+.{max(digits - 2, 1)}e}")
    places = max(0, digits - max(0, len(str(int(size))) - 1) - (1 if size >= 1 else 0))
    text = f"{value:+.{places}f}"
    return text if float(text) else _trim_exponent(f"{value:+.{max(digits - 2, 1)}e}")


def fixed(value: float, width: int = 9) -> str:
    """Return a number in exactly `width` cells (8 or more), to the right, so that columns stand under one another."""
    for digits in range(width - 2, 0, -1):
        text = number(value, digits)
        if len(text) <= width:
            return text.rjust(width)
    return f"{value:+.0e}".rjust(width)


def sized(value: float, digits: int = 3) -> str:
    """Return a size (a norm, a share) without a sign: "0.2138", "4.4e-07"."""
    return number(abs(value), digits + 1 if abs(value) >= 1e-3 else digits).lstrip("+")


def short(value: float, digits: int = 3) -> str:
    """Return a number in few digits, with a sign only below 0: "0.5", "1", "-0.032", "1.2e-07", "NaN", "?"."""
    if is_unseen(value):
        return HIDDEN
    return "NaN" if isnan(value) else f"{value + 0.0:.{digits}g}"


def percent(share: float) -> str:
    """Return a share (1 is the whole) in per cent in at most seven cells: "96.6 %", "-1240 %", "3e+07 %"."""
    if isnan(share) or isinf(share):
        return "  ·  "
    for form in (".1f", ".0f", ".0e"):
        text = f"{100 * share:{form}} %"
        if len(text) <= 7:
            break
    return text.removeprefix("-") if text == "-0.0 %" else text


def whole_percent(share: float) -> str:
    """Return a share in whole per cent; a share above 0 is never shown as 0: "<1 %"."""
    if isnan(share):
        return PENDING
    if 0 < share < 0.005:
        return "<1 %"
    return f"{100 * share:.0f} %"


def _trim_exponent(text: str) -> str:
    """Return "+1.200000e-07" as "+1.2e-07": no zeros that say nothing."""
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}"
