"""Folders of the user that gradlab keeps something in."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """Return the folder for what a program remembers: GRADLAB_STATE_DIR, else XDG_STATE_HOME and its like on other systems."""
    if given := os.environ.get("GRADLAB_STATE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "gradlab"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "gradlab"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "gradlab"
