"""What a file is, by its first bytes: a recording, the results of a sweep, an archive or a scenario. Names are never asked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Kind = Literal["recording", "sweep", "zip", "scenario"]
LOOK = 64
_SIGNS: dict[bytes, Kind] = {b'{"gradlab":': "recording", b'{"gradlab-sweep":': "sweep"}


def kind_of(path: Path) -> Kind:
    """Return what a file is. What cannot be read is left to whoever reads it as a scenario, and says why."""
    try:
        with path.open("rb") as file:
            return kind_of_bytes(file.read(LOOK))
    except (OSError, ValueError):
        return "scenario"


def kind_of_bytes(head: bytes) -> Kind:
    """Return what begins with some bytes: a recording or a sweep with its first key, an archive with `PK`."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    bare = head.replace(b" ", b"")
    return next((kind for sign, kind in _SIGNS.items() if bare.startswith(sign)), "scenario")
