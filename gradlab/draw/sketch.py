"""A small drawing of a model, for whoever chooses one: its ops by name, else its layers, else a list of its modules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradlab.draw.canvas_edges import GLYPHS, Edges
from gradlab.draw.ink import Row, clip, fit, row
from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.groups import group
from gradlab.draw.layout.model import least_width
from gradlab.scenario.outline import OutlinedNode

MOST = 60
"""Names that are laid out; more fit into no preview."""
LABEL = 14


@dataclass(frozen=True, slots=True)
class ModuleSize:
    """Ops under one name. parameters: numbers that they learn."""

    name: str
    ops: int
    parameters: int


def sketch(nodes: Sequence[OutlinedNode], width: int, height: int) -> tuple[Row, ...]:
    """Return a drawing of at most so many cells and rows."""
    if height < 1 or not nodes:
        return ()
    drawn = _drawn([node.inputs for node in nodes], [node.label for node in nodes], width, height)
    if drawn is not None:
        return drawn
    groups = group([node.inputs for node in nodes], [node.layer for node in nodes])
    names = [nodes[members[-1]].layer or nodes[members[-1]].label for members in groups.members]
    drawn = _drawn(groups.inputs, names, width, height)
    return drawn if drawn is not None else _listed(modules(nodes), width, height)


def _drawn(inputs: Sequence[tuple[int, ...]], names: Sequence[str], width: int, height: int) -> tuple[Row, ...] | None:
    """Return names with lines between them, where there is room for all; None where they do not fit."""
    if not 1 < len(names) <= MOST:
        return None
    names = [fit(name, min(len(name), LABEL)) for name in names]
    widths = [max(len(name) | 1, least_width(len(sources)), 3) for name, sources in zip(names, inputs, strict=True)]
    for gap in (1, 0):
        layout = lay_out(LayoutRequest(inputs, widths, [1] * len(names), gap, wrap=width))
        if layout.columns <= width and layout.rows <= height:
            return _rows(layout, names)
    return None


def _rows(layout: Layout, names: Sequence[str]) -> tuple[Row, ...]:
    edges = Edges(layout)
    lines = [list(GLYPHS[edges.row(y, 0, layout.columns)[0]]) for y in range(layout.rows)]
    roles = [["dim"] * layout.columns for _ in lines]
    for box, name in enumerate(names):
        x, y, wide = int(layout.x[box]), int(layout.y[box]), int(layout.width[box])
        start = x + (wide - len(name)) // 2
        lines[y][x : x + wide] = " " * wide
        lines[y][start : start + len(name)] = name
        roles[y][start : start + len(name)] = [""] * len(name)
    return tuple(_runs(line, role) for line, role in zip(lines, roles, strict=True))


def _runs(line: Sequence[str], roles: Sequence[str]) -> Row:
    """Return cells as a row with as few runs as there are roles in a row."""
    starts = [0, *(at for at in range(1, len(line)) if roles[at] != roles[at - 1]), len(line)]
    return row(*(("".join(line[a:b]), roles[a]) for a, b in pairwise(starts)))


def modules(nodes: Sequence[OutlinedNode]) -> list[ModuleSize]:
    """Return the modules of a model in their order: the first part of the names of layers, and nodes outside of any."""
    found: dict[str, ModuleSize] = {}
    for node in nodes:
        name = node.layer.partition(".")[0] or "outside layers"
        before = found.get(name, ModuleSize(name, 0, 0))
        found[name] = ModuleSize(name, before.ops + bool(node.inputs), before.parameters + node.parameters)
    return list(found.values())


def _listed(found: Sequence[ModuleSize], width: int, height: int) -> tuple[Row, ...]:
    """Return a row for each module."""
    shown = found if len(found) <= height else found[: height - 1]
    wide = min(max(len(module.name) for module in shown), 24) if shown else 0
    rows = [clip(row(fit(module.name, wide), (f"  {_size(module)}", "dim")), width) for module in shown]
    return (*rows, *([row((f"… and {len(found) - len(shown)} more", "dim"))] if len(shown) < len(found) else []))


def _size(module: ModuleSize) -> str:
    learned = f", {module.parameters:,} parameters" if module.parameters else ""
    return f"{module.ops:,} {'op' if module.ops == 1 else 'ops'}{learned}"
