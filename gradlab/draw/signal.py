"""What changed the signal: the op of each layer that shrank or grew it most, forth and back, and how noisy the gradient is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, log10, nan
from typing import TYPE_CHECKING

from gradlab.draw.bars import ladder
from gradlab.draw.ink import Row, Run, fit, fit_right, row
from gradlab.draw.number import PENDING, number, sized

if TYPE_CHECKING:
    from gradlab.train.signal import SignalChange
    from gradlab.train.statistics import LayerStats

CHANGE, NOISE, WHOLE = 11, 6, 9
STRONG = log10(3)
"""An op that changes the size threefold is worth a look."""


def factor_text(factor: float) -> str:
    """Return a factor in few digits: "×0.22", "×1.6", "×340", "×3.2e-05"."""
    return f"×{factor:,.0f}" if 99.5 <= factor < 9999.5 else f"×{factor:.2g}"


def change_runs(change: SignalChange | None, width: int) -> list[Run]:
    """Return "W ×0.22" in `width` cells, or a dot."""
    if change is None:
        return [(fit(PENDING, width), "dim")]
    factor = factor_text(change.factor)
    label = fit(change.label, min(len(change.label), width - len(factor) - 1))
    return [(fit(f"{label} {factor}", width), _role(change.factor))]


def _role(factor: float) -> str:
    return "warn" if not (factor > 0 and isfinite(factor)) or abs(log10(factor)) > STRONG else ""


def noise_text(noise: float | None) -> str:
    """Return a noise scale in at most six cells: how many samples a batch needs for its gradient to say more than noise."""
    if noise is None:
        return PENDING
    return f"{noise:,.0f}" if 100 <= noise < 99_999.5 else f"{noise:.3g}"


def signal_rows(layers: Sequence[LayerStats], name_of: Callable[[int], str], width: int) -> list[Row]:
    """Return the head and a row for each layer: forth the factor of an op and of the layer, back likewise, |δ|, noise, upd/w.

    |δ| is a ladder over the layers.
    """
    name = max(5, min(14, max((len(layer.name) for layer in layers), default=5)))
    room = width - name - 8 - NOISE - 8 - 4
    change = min(max(CHANGE, room * 2 // 5), 34)
    steps = max(0, min(24, room - 2 * change - 1))
    rungs = ladder([nan if layer.delta is None else layer.delta for layer in layers], steps)
    heads = " ".join(f"{word:<{change - 5}}layer" for word in ("forth ▸", "◂ back"))
    lead = f"{fit('layer', name)} {heads}"
    rows = [row((f"{lead} {'|δ|':>7} {fit('in ◂ δ ◂ out', steps)} {'noise':>{NOISE}} upd/w", "dim"))]
    for layer, rung in zip(layers, rungs, strict=True):
        size = PENDING if layer.delta is None else sized(layer.delta, 3) if isfinite(layer.delta) else number(layer.delta)
        ratio = PENDING if layer.ratio is None else f"{layer.ratio:+.1f}"
        rows.append(row(
            (fit(layer.name, name), "strong"),
            (" ", ""), *_named(layer.forth, name_of, change), (" ", ""), *_named(layer.back, name_of, change),
            (f" {size:>7} ", ""), (rung, "curve"), (f" {fit_right(noise_text(layer.noise), NOISE)} {ratio:>5}", ""),
        ))  # fmt: skip
    return rows


def _named(change: SignalChange | None, name_of: Callable[[int], str], width: int) -> list[Run]:
    """Return a change, the name of its op where there is room for it, and the factor of the whole layer at the right end."""
    whole = "" if change is None or change.whole is None else factor_text(change.whole)
    room = width - WHOLE if width > CHANGE + 1 + WHOLE else width - len(whole) - 1
    runs = change_runs(change, min(room, CHANGE))
    if change is not None and room > CHANGE + 4:
        runs.append((" " + fit(name_of(change.node), room - CHANGE - 1), "dim"))
    return [*runs, (" " * (room - row_width(runs)), ""), (whole.rjust(width - room), "" if not whole else "dim")]


def row_width(runs: Sequence[Run]) -> int:
    """Return how many cells some runs take."""
    return sum(len(text) for text, _ in runs)
