"""What a training gave: its losses, which read as a table and, in a notebook, as a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradlab.op import Array
from gradlab.tabular import Tabular, TextTable, polyline

ROWS = 10
"""Losses that are listed."""


@dataclass(frozen=True, slots=True, repr=False)
class Trained(Tabular):
    """What a training gave: pairs of update and loss as arrays; of very many updates only some are kept."""

    updates: Array
    loss: Array

    def __repr__(self) -> str:
        if not len(self.loss):
            return "<Trained: no update>"
        first, last = (f"{float(self.loss[i]):.6g} (update {int(self.updates[i])})" for i in (0, -1))
        return f"<Trained: loss {first} to {last}>"

    def table(self) -> TextTable:
        """Return some of the updates, evenly spaced, the first and the last among them."""
        places = dict.fromkeys(np.linspace(0, len(self.loss) - 1, min(ROWS, len(self.loss))).astype(int).tolist())
        rows = tuple((f"{int(self.updates[i]):,}", f"{float(self.loss[i]):.6g}") for i in places)
        return TextTable(f"{len(self.loss):,} updates", ("update", "loss"), rows)

    def _repr_html_(self) -> str:
        """Return the curve and the table, as a notebook shows them."""
        return f"{polyline(self.updates, self.loss)}{Tabular._repr_html_(self)}"
