"""Which old keys a person was told of: each is said once, and kept in the user's state folder."""

from __future__ import annotations

from contextlib import suppress

from gradlab.folders import state_folder
from gradlab.tui.keymap import OLD

FILE = "old-keys"


class OldKeys:
    """The keys that are still to be told of. Where nothing can be kept, each is told once a session."""

    def __init__(self) -> None:
        self._file = state_folder() / FILE
        self._told: set[str] = set()
        with suppress(OSError):
            self._told.update(self._file.read_text(encoding="utf-8").split())

    def pressed(self, key: str) -> str:
        """Return what is to be said of a key that was pressed, or ""."""
        if key not in OLD or key in self._told:
            return ""
        self._told.add(key)
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text("\n".join(sorted(self._told)) + "\n", encoding="utf-8")
        return OLD[key]
