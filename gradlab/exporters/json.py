"""Numbers of a run as JSON."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

from gradlab.exporters._asked import COLUMNS, TABLE_OPTIONS, rows
from gradlab.exporters._exporter import Exporter
from gradlab.lab.tables import COLUMNS as NAMES
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path, *, what: str, every: int, updates: int | None) -> None:
    """Write a list of objects, one a line. What is not finite, which JSON does not know, is a text."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        between = "[\n"
        for part in rows(performance, what, every, updates):
            for *key, value in part:
                row = dict(zip(NAMES, (*key, value if isfinite(value) else str(value)), strict=True))
                file.write(between + json.dumps(row, ensure_ascii=False, allow_nan=False))
                between = ",\n"
        file.write("[]\n" if between == "[\n" else "\n]\n")


EXPORTER = Exporter(
    "json", "numbers of a run as a list of objects in JSON, one number each", _write, TABLE_OPTIONS,
    page=f'{COLUMNS} NaN and infinity are the texts "nan", "inf" and "-inf".',
)  # fmt: skip
