"""What the program draws on where that is no terminal: a pipe to `gradlab serve`, which hands it on to a page."""

from __future__ import annotations

import os

VARIABLE = "TEXTUAL_DRIVER"
SERVED = "gradlab.tui.served:ServedDriver"


def is_served() -> bool:
    """Return whether this process draws on a page."""
    return os.environ.get(VARIABLE) == SERVED
