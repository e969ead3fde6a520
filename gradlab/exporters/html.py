"""A lesson or a recording as one page for those who have no terminal."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._exporter import Exporter
from gradlab.exporters._page.page import page_of
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path) -> None:
    out.write_text(page_of(performance), encoding="utf-8", newline="\n")


EXPORTER = Exporter(
    "html",
    "a lesson or a recording as one page for a browser",
    _write,
    page="""
The page is one file and asks for nothing from anywhere. It has the lesson, the graph, and at each moment the numbers, the
ledger and the layers; the arrow keys and a slider go forth and back. A question hides its number until it is answered, though
whoever reads the source of the page finds it there.

A stretch of up to 64 operations is shown operation by operation, a longer one, such as a training, by its end. A model of more
than 80 nodes is drawn by its layers.
""".strip(),
)
