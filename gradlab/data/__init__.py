"""Data sets, one file each: `DATASETS` has them by name, `open_table` splits, scales and deals them out."""

from __future__ import annotations

from gradlab.data.dataset import Dataset
from gradlab.data.table import Batches, Table, open_table
from gradlab.registry import Registry, collect

DATASETS: Registry[Dataset] = collect(__name__, "DATASET")

__all__ = ["DATASETS", "Batches", "Dataset", "Table", "open_table"]
