"""Bars of eighths of a cell."""

from __future__ import annotations

from math import isfinite, log10

from gradlab.draw.ink import Row, row

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """Return a bar of `width` cells filled to a share between 0 and 1; a share above 0 shows at least `▏`."""
    if not isfinite(share) or share <= 0 or width <= 0:
        return " " * max(width, 0)
    eighths = max(1, min(8 * width, round(8 * width * share)))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def signed_bar(share: float, width: int) -> Row:
    """Return a bar of |share| whose sign is its first character and its role: `+████` or `-██`."""
    if not isfinite(share) or share == 0:
        return row((" " * width, ""))
    role = "positive" if share > 0 else "negative"
    return row(("+" if share > 0 else "-", role), (bar(abs(share), width - 1), role))


def ladder(sizes: list[float], width: int) -> list[str]:
    """Return a bar for each size on a common log scale, from a decade below the smallest to the largest.

    Zero, NaN and infinite sizes have no bar.
    """
    logs = [log10(size) if isfinite(size) and size > 0 else None for size in sizes]
    known = [value for value in logs if value is not None]
    if not known:
        return [" " * width for _ in sizes]
    low, high = min(known) - 1, max(known)
    return [" " * width if value is None else bar((value - low) / (high - low), width) for value in logs]
