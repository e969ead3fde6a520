"""Arrays of a run as an archive of NumPy."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._arrays import ARRAY_OPTIONS, arrays_of
from gradlab.exporters._exporter import Exporter
from gradlab.lab.archive import write_npz
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path, *, what: str, updates: int | None) -> None:
    """Write arrays by the names of their nodes."""
    found = arrays_of(performance, what, updates)
    write_npz(out, found.arrays if found.state is None else found.state.entries())


EXPORTER = Exporter(
    "npz", "arrays where a run ends, by the names of their nodes, as an archive of NumPy", _write, ARRAY_OPTIONS,
    page='`params` is what `save` writes: `load` goes on from it, `npz("OUT")["hidden.W"]` reads an array of it in a model.'
    " Arrays have the dtype of the model.",
)  # fmt: skip
