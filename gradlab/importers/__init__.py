"""Importers, one file each: `IMPORTERS` has them by name, and `importer_of` finds the one that reads a file."""

from __future__ import annotations

from pathlib import Path

from gradlab.importers._importer import LOOK, Importer, ImportWish
from gradlab.registry import Registry, collect

IMPORTERS: Registry[Importer] = collect(__name__, "IMPORTER")


def importer_of(path: Path) -> Importer | None:
    """Return what reads a file, by its first bytes; None for a file that no importer knows, or that cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(LOOK)
    except (OSError, ValueError):
        return None
    if not head or (head[:1].isascii() and head[:1].decode() >= " " and not head.startswith(b"PK\x03\x04")):
        return None  # text, such as a scenario: no importer has to be loaded to know that
    return next((one for one in IMPORTERS.values() if one.begins(head)), None)


__all__ = ["IMPORTERS", "ImportWish", "Importer", "importer_of"]
