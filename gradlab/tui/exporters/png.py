"""The screen, or one panel, as a picture of pixels."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters import Exporter
from gradlab.recording.performance import Performance
from gradlab.tui.exporters._shot import as_image, at_option, panel_option, taken
from gradlab.tui.exporters._stage import at_end, size_option, theme_option


def _write(performance: Performance, out: Path, size: tuple[int, int], at: str, panel: str, theme: str) -> None:
    as_image(at_end(performance, size, theme, lambda stage: taken(stage, at, panel)), theme).save(out, "PNG")


EXPORTER = Exporter(
    "png", "the screen, or one panel, as a picture of pixels", _write,
    (size_option("120x34"), at_option, panel_option, theme_option),
    page="The lesson or the recording is done to its end first. It needs the extra `figures`.",
)  # fmt: skip
