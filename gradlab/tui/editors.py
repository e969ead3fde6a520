"""The editor of a person, which has the terminal to itself while it runs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

USUAL = ("nano", "vi")
"""Editors for whoever named none: the first that is there."""


def edit(app: App[Any], path: Path, line: int = 0) -> str:
    """Open a file in the person's editor, at a line where one is given, and return why that cannot be, or ""."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    editor = named or next((name for name in USUAL if shutil.which(name)), "")
    if not editor:
        return "which editor? the variable EDITOR names none"
    try:
        command = shlex.split(editor)
        with app.suspend():
            code = subprocess.run([*command, *([f"+{line}"] if line else []), str(path)], check=False).returncode
    except SuspendNotSupported:
        return "there is no terminal here that an editor could have"
    except (OSError, ValueError) as error:
        return f"`{editor}` cannot be started: {getattr(error, 'strerror', None) or error}"
    return f"`{editor}` ended with exit code {code}" if code else ""
