"""Arrays of a run as safetensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gradlab.exporters._arrays import ARRAY_OPTIONS, arrays_of
from gradlab.exporters._asked import package
from gradlab.exporters._exporter import Exporter
from gradlab.lab.saved import REST
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path, *, what: str, updates: int | None) -> None:
    """Write arrays by the names of their nodes; what else a training needs is metadata."""
    safetensors = package("safetensors.numpy", "safetensors")
    found = arrays_of(performance, what, updates)
    rest = None if found.state is None else {REST: found.state.rest()}
    out.write_bytes(safetensors.save({name: np.copy(array, order="C") for name, array in found.arrays.items()}, rest))


EXPORTER = Exporter(
    "safetensors", "arrays where a run ends, by the names of their nodes, as safetensors", _write, ARRAY_OPTIONS,
    page="Arrays have the dtype of the model. It needs safetensors: `pip install 'gradlab[safetensors]'`.",
)  # fmt: skip
