"""Numbers of a run as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from gradlab.exporters._asked import COLUMNS, TABLE_OPTIONS, rows
from gradlab.exporters._exporter import Exporter
from gradlab.lab.tables import COLUMNS as NAMES
from gradlab.recording.performance import Performance

FORMULA = "=+-@\t\r"
"""With these a spreadsheet takes a text for a formula, and may run what it says."""


def _write(performance: Performance, out: Path, *, what: str, every: int, updates: int | None) -> None:
    """Write a row for each number. A float is written so that it is read back to the bit."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        for part in rows(performance, what, every, updates):
            writer.writerows((update, _text(layer), _text(quantity), repr(value)) for update, layer, quantity, value in part)


def _write_sweep(sweep: Path, out: Path, **_options: Any) -> None:
    """Write a row for each result of a sweep, in the order of stages and points."""
    from gradlab.sweeps.results import read_sweep
    from gradlab.sweeps.table import array_of

    array = array_of(*read_sweep(sweep))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([_text(name) for name in array.dtype.names or ()])
        writer.writerows([_text(value) if isinstance(value, str) else repr(value) for value in row] for row in array.tolist())


def _text(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: names may come from strangers."""
    return f"'{text}" if text.startswith(tuple(FORMULA)) else text


EXPORTER = Exporter(
    "csv", "numbers of a run as a table in CSV, one number a row", _write, TABLE_OPTIONS,
    page=f"{COLUMNS} A name that a spreadsheet could take for a formula begins with a `'`. `read_csv` of pandas reads"
    ' every bit, before pandas 3 with `float_precision="round_trip"`. Of the results of a sweep it writes a row each: the'
    " number of the point, what was set, seed, updates, what was measured, and why it failed, if it did.",
    of_sweep=_write_sweep,
)  # fmt: skip
