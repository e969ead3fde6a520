"""What the browser has done with a file by other programs: it is checked, or edited."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from textual import work
from textual.screen import Screen

from gradlab.draw.ink import row
from gradlab.draw.reading import error_rows
from gradlab.tui.driver import VARIABLE
from gradlab.tui.screens.text import TextScreen


class Errands(Screen[None]):
    """The part of the browser that runs other programs. errand: what is under way, or ""."""

    errand = ""
    _process: subprocess.Popen[str] | None = None

    def told(self) -> None:
        """Show what is under way."""
        raise NotImplementedError

    @work(thread=True, exclusive=True, group="errand")
    def check(self, path: Path) -> None:
        """Run `gradlab check` on a file, and show what it says."""
        command = [sys.executable, "-m", "gradlab", "check", str(path)]
        surroundings = {name: value for name, value in os.environ.items() if name != VARIABLE}
        self.app.call_from_thread(self._begin, f"checking {path.stem} …")
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            env=surroundings,
        ) as process:  # fmt: skip
            self._process = process
            said, _ = process.communicate()
        self._process = None
        if self.is_running:
            self.app.call_from_thread(self._show, f"gradlab check {path.stem}", said)

    def _begin(self, errand: str) -> None:
        self.errand = errand
        self.told()

    def _show(self, title: str, text: str) -> None:
        self._begin("")
        self.app.push_screen(TextScreen(title, error_rows(text.strip())))

    def end_errand(self) -> None:
        """End what is under way."""
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()

    def tell(self, text: str) -> None:
        """Show a sentence until a key."""
        self.app.push_screen(TextScreen("gradlab", [row((text, ""))]))
