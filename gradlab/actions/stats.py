"""The layers in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import nothing
from gradlab.lab.layers import LayerTable, cells, head
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _stats(lab: Lab, _: None) -> Outcome:
    """Say one row a layer."""
    rows = lab.stats()
    return told(_lines(rows), found=rows)


def _lines(rows: LayerTable) -> Iterator[Line]:
    width = max((len(row.name) for row in rows), default=5)
    for name, *others in (head(), *map(cells, rows)):
        yield Line("value", f"{name:<{width}}  {'  '.join(others)}".rstrip())


ACTION = Action("stats", "", "the layers in numbers", nothing, _stats, stands=True)
