"""Pages that are read as they are, in Markdown: one file a page, and in `terms` one file a term of the field.

`gradlab help NAME` and `:help NAME` show them; a lesson links to one by `[saturated](word:saturated)`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


@cache
def files() -> dict[str, Path]:
    """Return the pages by name: `language`, and terms such as `vanishing-gradient`."""
    found = [*sorted(FOLDER.glob("*.md")), *sorted((FOLDER / "terms").glob("*.md"))]
    return {path.stem: path for path in found}


def read(name: str) -> str:
    """Return the Markdown of a page. Raises KeyError when there is none of that name."""
    return files()[name].read_text(encoding="utf-8")


def title(name: str) -> str:
    """Return the heading of a page."""
    return read(name).partition("\n")[0].lstrip("# ")
