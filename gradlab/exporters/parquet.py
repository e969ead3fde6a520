"""Numbers of a run as Parquet."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._asked import COLUMNS, TABLE_OPTIONS, package, rows
from gradlab.exporters._exporter import Exporter
from gradlab.lab.tables import COLUMNS as NAMES
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path, *, what: str, every: int, updates: int | None) -> None:
    """Write the table piece by piece, as it is made."""
    arrow, parquet = package("pyarrow", "parquet"), package("pyarrow.parquet", "parquet")
    types = (arrow.int64(), arrow.string(), arrow.string(), arrow.float64())
    schema = arrow.schema([arrow.field(name, kind, nullable=False) for name, kind in zip(NAMES, types, strict=True)])
    with parquet.ParquetWriter(out, schema) as writer:
        for part in rows(performance, what, every, updates):
            columns = [part.update, list(part.layer), list(part.quantity), part.value]
            writer.write_table(arrow.table(dict(zip(NAMES, columns, strict=True)), schema=schema))


EXPORTER = Exporter(
    "parquet", "numbers of a run as a table in Parquet, one number a row", _write, TABLE_OPTIONS,
    page=f"{COLUMNS} It needs pyarrow: `pip install 'gradlab[parquet]'`.",
)  # fmt: skip
