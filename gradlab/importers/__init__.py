"""Importers, one file each: `IMPORTERS` has them by name. gradlab has none of its own yet, other packages may have."""

from __future__ import annotations

from gradlab.registry import Named, Registry, collect

IMPORTERS: Registry[Named] = collect(__name__, "IMPORTER")
