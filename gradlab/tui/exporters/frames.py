"""A lesson as a folder of pictures, one for each stop."""

from __future__ import annotations

from pathlib import Path

import click

from gradlab.errors import GradlabError
from gradlab.exporters import Exporter
from gradlab.recording.performance import Performance
from gradlab.tui.exporters._shot import as_image, as_svg
from gradlab.tui.exporters._stage import Film, played, size_option, theme_option

MOST = 2000
"""Pictures of a folder."""


def _write(performance: Performance, out: Path, size: tuple[int, int], theme: str, *, png: bool) -> None:
    out.mkdir()
    title = performance.lab.title or "gradlab"
    played(performance, size, theme, lambda film: _all(film, out, title, theme, png=png))


async def _all(film: Film, out: Path, title: str, theme: str, *, png: bool) -> None:
    """Write a picture of each stop."""
    number = 1
    while True:
        if number > MOST:
            raise GradlabError(f"error: a folder has at most {MOST:,} pictures, and this run has more stops")
        if png:
            as_image(film.strips(), theme).save(out / f"{number:04d}.png", "PNG")
        else:
            (out / f"{number:04d}.svg").write_text(as_svg(film.strips(), title, theme), encoding="utf-8", newline="\n")
        if film.ended:
            return
        await film.forth()
        number += 1


EXPORTER = Exporter(
    "frames", "a lesson or a recording as a folder of pictures, one for each stop", _write,
    (size_option("120x34"), theme_option,
     click.Option(["--png"], is_flag=True, help="Pixels instead of vectors: the extra `figures`.")),
)  # fmt: skip
