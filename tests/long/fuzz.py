"""`python -m tests.long fuzz`: inputs made by the grammars, many of them; see `tests.fuzz.command`."""

from __future__ import annotations

from tests.fuzz.command import COMMAND

__all__ = ["COMMAND"]
