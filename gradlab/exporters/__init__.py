"""A run in another form, one form a file: `EXPORTERS` has them by name, and `gradlab export NAME FILE OUT` uses one."""

from __future__ import annotations

from gradlab.exporters._exporter import Exporter
from gradlab.registry import Registry, collect

__all__ = ["EXPORTERS", "Exporter"]

EXPORTERS: Registry[Exporter] = collect(__name__, "EXPORTER")
