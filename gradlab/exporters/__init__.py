"""A run in another form, one form a file: `EXPORTERS` has them by name, and `gradlab export NAME FILE OUT` uses one.

What draws with the screen stands in a package `exporters` of the room of the screen.
"""

from __future__ import annotations

from gradlab.exporters._exporter import Exporter
from gradlab.registry import Registry, collect, rooms

__all__ = ["EXPORTERS", "Exporter"]

EXPORTERS: Registry[Exporter] = collect(lambda: dict.fromkeys((__name__, *rooms("exporters"))), "EXPORTER")
