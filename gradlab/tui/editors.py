"""The editor of a person, which has the terminal to itself while it runs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path, PurePath
from typing import Any

from textual.app import App, SuspendNotSupported

FORMS = {
    "+{line} {file}": ("vi", "vim", "nvim", "gvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne", "gedit"),
    "-g {file}:{line}": ("code", "code-insiders", "codium", "vscodium", "cursor"),
    "{file}:{line}": ("hx", "helix", "subl", "zed"),
}
AT_LINE = {program: form for form, programs in FORMS.items() for program in programs}
"""How an editor is told the line, by the name of its program; any other one is given the file alone."""
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
            code = subprocess.run([*command, *opened_at(command[0], path, line)], check=False).returncode
    except SuspendNotSupported:
        return "there is no terminal here that an editor could have"
    except (OSError, ValueError) as error:
        return f"`{editor}` cannot be started: {getattr(error, 'strerror', None) or error}"
    return f"`{editor}` ended with exit code {code}" if code else ""


def opened_at(program: str, path: Path, line: int) -> list[str]:
    """Return the arguments with which an editor opens a file at a line, as far as it is known how; 0 is no line."""
    name = PurePath(program.replace("\\", "/")).name.lower().removesuffix(".exe").removesuffix(".cmd")
    form = AT_LINE.get(name, "{file}")
    return [part.format(file=path, line=line) for part in (form if line else "{file}").split()]
