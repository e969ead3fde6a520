"""What a file is, by its first bytes: a recording, a sweep, a snapshot, another archive, a scenario. Names are never asked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gradlab.scenario.reading.packed import LOOK, is_packed

Kind = Literal["recording", "sweep", "snapshot", "zip", "scenario"]
_SIGNS: dict[bytes, Kind] = {b'{"gradlab":': "recording", b'{"gradlab-sweep":': "sweep"}


def kind_of(path: Path) -> Kind:
    """Return what a file is. What cannot be read is left to whoever reads it as a scenario, and says why."""
    try:
        with path.open("rb") as file:
            return kind_of_bytes(file.read(LOOK))
    except (OSError, ValueError):
        return "scenario"


def kind_of_bytes(head: bytes) -> Kind:
    """Return what begins with some bytes: a recording or a sweep with its first key, a snapshot with its head, an archive."""
    if is_packed(head):
        return "snapshot"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    bare = head.replace(b" ", b"")
    return next((kind for sign, kind in _SIGNS.items() if bare.startswith(sign)), "scenario")
