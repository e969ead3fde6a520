"""Figures through matplotlib: without a screen, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradlab.errors import GradlabError

FORMATS = ("svg", "pdf", "png")
SAME_BYTES = {"svg.hashsalt": "gradlab", "svg.fonttype": "none"}
"""What makes a figure the same bytes each time, and its words text."""


def matplotlib() -> Any:
    """Return matplotlib, which draws without a screen here. Raises GradlabError without it."""
    try:
        import matplotlib as found
    except ImportError:
        raise GradlabError("error: figures need the extra `figures`: `pip install 'gradlab[figures]'`") from None
    found.use("agg")
    return found


def saved(make: Callable[[], Any], out: Path, as_format: str) -> None:
    """Make a figure, and write it. Raises GradlabError without matplotlib, and what making it raises."""
    with matplotlib().rc_context(SAME_BYTES):
        make().savefig(out, format=as_format, bbox_inches="tight", metadata=_undated(as_format), dpi=150)


def _undated(as_format: str) -> dict[str, None]:
    return {} if as_format == "png" else {"Date" if as_format == "svg" else "CreationDate": None}
