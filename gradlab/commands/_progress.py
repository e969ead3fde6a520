"""How far a long action is, as one line on a terminal that the next output writes over."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

import click

from gradlab.commands._output import plain

if TYPE_CHECKING:
    from gradlab.session import Lab

PATIENCE, EVERY = 0.5, 0.1
"""Seconds after which the line appears, and between two of them."""
WIPE = "\r\x1b[K"


class Progress:
    """Called between two stretches of work of one action; it writes to stderr, and only where that is a terminal."""

    def __init__(self, lab: Lab, action: str) -> None:
        self.lab, self.action = lab, action
        self._due = monotonic() + PATIENCE
        self._shown = False

    def __call__(self) -> None:
        """Write the line if it is time."""
        now = monotonic()
        if now >= self._due and _is_terminal():
            self._due, self._shown = now + EVERY, True
            click.echo(f"{WIPE}{plain(self.text())}", nl=False, err=True)

    def text(self) -> str:
        """Return what the line says."""
        share = "" if self.lab.progress is None else f"  {self.lab.progress:4.0%}"
        return f"{self.action[:40]}{share}  {standing(self.lab)}"[:79]

    def close(self) -> None:
        """Wipe the line away."""
        if self._shown:
            self._shown = False
            click.echo(WIPE, nl=False, err=True)


class Share:
    """How much of a file is done, as a line in the same way; called with the share, 0 to 1."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._due = monotonic() + PATIENCE
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, share: float) -> None:
        """Write the line if it is time."""
        now = monotonic()
        if now >= self._due and _is_terminal():
            self._due, self._shown = now + EVERY, True
            click.echo(f"{WIPE}{plain(self.what[-60:])}  {share:4.0%}"[:90], nl=False, err=True)

    def __exit__(self, *error: object) -> None:
        if self._shown:
            click.echo(WIPE, nl=False, err=True)


def standing(lab: Lab) -> str:
    """Return where a laboratory stands: its position, and the last loss."""
    seen = lab.snapshot()
    loss = "" if not seen.losses else ", loss {1:.6g} (update {0})".format(*seen.losses[-1])
    return f"at {seen.position}{loss}"


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
