"""What a file is, by its first bytes: a recording, a snapshot, another archive, a scenario. Names are never asked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gradlab.scenario.reading.packed import LOOK, is_packed

Kind = Literal["recording", "snapshot", "zip", "scenario"]
_SIGN = b'{"gradlab":'


def kind_of(path: Path) -> Kind:
    """Return what a file is. What cannot be read is left to whoever reads it as a scenario, and says why."""
    try:
        with path.open("rb") as file:
            return kind_of_bytes(file.read(LOOK))
    except (OSError, ValueError):
        return "scenario"


def kind_of_bytes(head: bytes) -> Kind:
    """Return what begins with some bytes: a recording with its first key, an archive with `PK`, a snapshot with its head."""
    if is_packed(head):
        return "snapshot"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "recording" if head.replace(b" ", b"").startswith(_SIGN) else "scenario"
