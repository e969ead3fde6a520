"""Whether there is a terminal, and what is done in it."""

from __future__ import annotations

import os
import sys

from gradlab.tui.driver import is_served


def has_terminal() -> bool:
    """Whether a person sits at both ends: keys can come in, and the screen can be drawn, on a page of `gradlab serve`, too."""
    if is_served():
        return True
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams) and os.environ.get("TERM") != "dumb"


def browse() -> int:
    """Open the browser of scenarios; without a terminal, list them. Returns the exit code."""
    if has_terminal():
        from gradlab.tui.app import run_app

        return run_app(None)
    from gradlab.commands.list import print_scenarios

    print_scenarios()
    return 0
