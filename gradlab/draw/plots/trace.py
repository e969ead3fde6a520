"""Units through the steps of a sequence: gates, cells, states. A row is a unit, a column a step.

`each("hs.t*.f", it[0])` gives the gate f of each step, for sample 0. Several are drawn beside each other, or below where there
is no room. Each number is a cell and, while there is room, two digits; numbers between 0 and 1 grow from empty to full.

    plot trace each("hs.t*.f", it[0])
    plot trace each("hs.t*.f", it[0]), each("hs.t*.i", it[0]), each("hs.t*.o", it[0])
    plot trace each("hs.t*.c", it[0])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Linked, Row, fit, row, width_of
from gradlab.draw.plots._asking import Plotted
from gradlab.draw.plots._glyphs import Flags, Floats, codes_of, table_of, top_of
from gradlab.draw.plots._glyphs import steps_of as level_steps
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._reading import commas, one, shape_of
from gradlab.draw.plots._steps import steps_of
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 6
"""Traces in one picture."""
LABEL = 5
"""Cells of the number of a unit."""
DIGITS = 3, 6
"""Cells of a number between 0 and 1, and of any other."""
GAP = 3


@dataclass(frozen=True, eq=False)
class Steps:
    """One trace. text: as it was written.   names: of its steps.   columns: the numbers of each, a unit each."""

    text: str
    names: tuple[str, ...]
    columns: tuple[Plotted, ...]

    @cached_property
    def values(self) -> Floats:
        """All numbers: (steps, units)."""
        return np.stack([one.values.reshape(-1) for one in self.columns])

    @cached_property
    def hidden(self) -> Flags:
        """Which of them are hidden."""
        none = np.zeros(self.columns[0].values.size, np.bool_)
        return np.stack([none if one.hidden is None else one.hidden.reshape(-1) for one in self.columns])

    @property
    def signed(self) -> bool:
        """Whether a number is below 0."""
        return bool((self.values < 0).any())


@dataclass(frozen=True, slots=True, eq=False)
class TracePicture(Picture):
    """Traces that lie beside each other."""

    traces: tuple[Steps, ...]

    @property
    def size(self) -> Place:
        """A row is a unit, a column a step of one of the traces, one behind the other."""
        return max(one.values.shape[1] for one in self.traces), sum(one.values.shape[0] for one in self.traces)

    def spot(self, place: Place) -> Spot:
        """Return a number."""
        unit, step = place
        for trace in self.traces:
            if step < len(trace.columns):
                return trace.columns[step].spot(min(unit, trace.values.shape[1] - 1))
            step -= len(trace.columns)
        return Spot("")


def read(words: Words) -> tuple[Expression, ...]:
    """Read `EXPR, EXPR …`: steps x units each. Raises ScenarioError."""
    parts = commas(words)
    if len(parts) > MOST:
        words.refuse(f"{len(parts)} traces are too many", parts[MOST].span, f"a picture has at most {MOST}")
    found = tuple(map(one, parts))
    for part, expression in zip(parts, found, strict=True):
        shape = shape_of(part, expression)
        if shape is not None and (problem := _misfit(expression, shape)):
            words.refuse(problem[0], part.span, problem[1])
    return found


def _misfit(wanted: Expression, shape: tuple[int, ...]) -> tuple[str, str] | None:
    """Return what speaks against a shape, and what would fit."""
    if len(shape) in (1, 2):
        return None
    if not shape:
        return f"`{wanted.text}` is one number, a trace has a row a unit and a column a step", '`each("hs.t*.f", it[0])`'
    one_sample = re.sub(r"\bit\b", "it[0]", wanted.text)
    sample = "take an index of it" if one_sample == wanted.text else f"of one sample: `{one_sample}`"
    return f"`{wanted.text}` has shape {shape}, a trace has steps and units", sample


def ask(lab: Lab, wanted: tuple[Expression, ...], paper: Paper) -> TracePicture:
    """Return the traces. Raises ActionError, HiddenError."""
    found = tuple(_trace(lab, one) for one in wanted)
    steps, units = found[0].values.shape
    remarks = tuple(dict.fromkeys(remark for one in found for column in one.columns for remark in column.remarks))
    title = f"{', '.join(one.text for one in wanted)}   {units} unit{'s' * (units != 1)} x {steps} step{'s' * (steps != 1)}"
    return TracePicture(title, remarks, found)


def _trace(lab: Lab, wanted: Expression) -> Steps:
    found = steps_of(lab, wanted)
    shape = found[0][1].values.shape
    if problem := _misfit(wanted, (len(found), *shape)):
        raise ActionError(": ".join(problem))
    if any(one.values.shape != shape for _, one in found):
        raise ActionError(f"the steps of `{wanted.text}` are of several shapes: take a part that all have")
    return Steps(wanted.text, tuple(name for name, _ in found), tuple(one for _, one in found))


def rows(picture: TracePicture, paper: Paper) -> Sequence[Row]:
    """Return the traces, beside each other as far as they fit."""
    at = paper.at(picture.size)
    blocks: list[list[Row]] = []
    before = 0
    for trace in picture.traces:
        inside = at is not None and before <= at[1] < before + len(trace.columns)
        blocks.append(_block(trace, paper, (at[0], at[1] - before) if at is not None and inside else None))
        before += len(trace.columns)
    return _arranged(blocks, paper.width)


def _arranged(blocks: Sequence[list[Row]], width: int) -> list[Row]:
    """Return blocks beside each other while they fit into a width, others below."""
    found: list[Row] = []
    band: list[list[Row]] = []
    for block in (*blocks, None):
        wide = sum(_width(one) + GAP for one in band)
        if band and (block is None or wide + _width(block) > width):
            found += [row("")] if found else []
            found += _beside(band)
            band = []
        if block is not None:
            band.append(block)
    return found


def _width(block: list[Row]) -> int:
    return max(map(width_of, block))


def _beside(band: Sequence[list[Row]]) -> list[Row]:
    high = max(map(len, band))
    found: list[Row] = []
    for r in range(high):
        line: list[tuple[str, str]] = []
        for block in band:
            part = block[r] if r < len(block) else ()
            line += [*part, (" " * (_width(block) - width_of(part) + GAP), "")]
        found.append(tuple(line))
    return found


def _block(trace: Steps, paper: Paper, at: Place | None) -> list[Row]:
    """Return one trace: its head, and a row a unit."""
    steps, units = trace.values.shape
    unit = not trace.signed and top_of(trace.values) <= 1.0
    digits = DIGITS[0] if unit else DIGITS[1]
    wide = next((n for n in (2 + digits + 1, 2, 1) if LABEL + n * steps <= paper.width), 1)
    shown, high = min(steps, max(1, (paper.width - LABEL) // wide)), min(units, max(1, paper.height - 3))
    cells = _cells(trace, paper, unit=unit)
    found = [row((f"{'':{LABEL}}{_label(trace.text)}", "strong"))]
    found.append(row((f"{'':{LABEL}}{_heads(trace.names[:shown], wide)}", "dim")))
    for u in range(high):
        line: list[tuple[str, str]] = [(f"{u:>{LABEL - 2}}  ", "dim")]
        for s in range(shown):
            glyph, its = cells[s][u]
            text = glyph * min(2, wide) + (_digits(trace, s, u, digits, unit=unit) + " " if wide > 2 else "")
            line.append((text, "cursor" if at == (u, s) else Linked(its, trace.columns[s].spot(u).goal)))
        found.append(tuple(line))
    left = [f"{units - high} more units"] * (units > high) + [f"{steps - shown} more steps"] * (steps > shown)
    return [*found, *([row((f"{'':{LABEL}}{', '.join(left)}", "dim"))] if left else [])]


def _cells(trace: Steps, paper: Paper, *, unit: bool) -> list[list[tuple[str, str]]]:
    """Return the glyph and the role of each number, step by step."""
    steps = level_steps(paper.ink, signed=trace.signed)
    codes = codes_of(trace.values, 1.0 if unit else top_of(trace.values), steps, trace.hidden)
    table = table_of(paper.ink, signed=trace.signed)
    return [[table[code + steps] for code in line] for line in codes.tolist()]


def _heads(names: Sequence[str], wide: int) -> str:
    """Return the names of the steps above their columns, where there is room for names."""
    if wide > 2:
        return "".join(fit(name, wide - 1) + " " for name in names).rstrip()
    gap = max(1, -(-8 // wide))
    return "".join(f"{fit(names[k], min(gap * wide, 8)):<{gap * wide}}" for k in range(0, len(names), gap)).rstrip()


def _digits(trace: Steps, step: int, unit_number: int, width: int, *, unit: bool) -> str:
    """Return a number in few digits, in exactly so many cells."""
    value = float(trace.values[step, unit_number])
    if trace.hidden[step, unit_number]:
        return HIDDEN.ljust(width)
    if unit:
        return (f"{value:.2f}"[1:] if value < 0.995 else "1.0").ljust(width)
    return fit(f"{value:+.2f}" if abs(value) < 99.995 else f"{value:+.0e}", width)


def _label(text: str) -> str:
    """Return what is drawn, without `each` around it."""
    match = re.fullmatch(r"""each\(\s*["']([^"']*)["']\s*,\s*it\s*(?:\[(.*)\])?\s*\)""", text)
    return text if match is None else match[1] + (f"   [{match[2]}]" if match[2] else "")


def figure(picture: TracePicture, axes: Any) -> None:
    """Draw a map a trace, one below the other."""
    whole = [one.values.T for one in picture.traces]
    top = max(top_of(one) for one in whole) or 1.0
    signed = any(one.signed for one in picture.traces)
    columns = max(one.shape[1] for one in whole)
    low = 0.0
    for trace, values in zip(picture.traces, whole, strict=True):
        shown = axes.imshow(
            values, cmap="RdBu" if signed else "Blues", vmin=-top if signed else 0.0, vmax=top, interpolation="nearest",
            extent=(-0.5, values.shape[1] - 0.5, low + values.shape[0], low), aspect="auto",
        )  # fmt: skip
        axes.annotate(_label(trace.text), (-0.5, low), (0, 2), textcoords="offset points", va="bottom")
        low += values.shape[0] + 1
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(low, 0)
    axes.figure.colorbar(shown, ax=axes)
    axes.set_xlabel("step")
    axes.set_yticks([])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a trace for a node that each step of a layer has."""
    match = re.fullmatch(r"(.+\.t)\d+(\..+)", node.name)
    if match is None or not node.step or not 1 <= len(node.shape) <= 2:
        return None
    return 0, f'trace each("{match[1]}*{match[2]}", it{"[0]" if len(node.shape) == 2 else ""})'


PLOT = plot_kind(
    ask, "EXPR, EXPR …", "units through the steps of a sequence: a row a unit, a column a step",
    example='trace each("hs.t*.h", it[0])', read=read, rows=rows, figure=figure, fits=fits,
)  # fmt: skip
