"""The screen, or one panel, as a picture of vectors."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters import Exporter
from gradlab.recording.performance import Performance
from gradlab.tui.exporters._shot import as_svg, at_option, panel_option, taken
from gradlab.tui.exporters._stage import at_end, size_option, theme_option


def _write(performance: Performance, out: Path, size: tuple[int, int], at: str, panel: str, theme: str) -> None:
    lines = at_end(performance, size, theme, lambda stage: taken(stage, at, panel))
    out.write_text(as_svg(lines, performance.lab.title or "gradlab", theme), encoding="utf-8", newline="\n")


EXPORTER = Exporter(
    "svg", "the screen, or one panel, as a picture of vectors", _write,
    (size_option("120x34"), at_option, panel_option, theme_option),
    page="The lesson or the recording is done to its end first.",
)  # fmt: skip
