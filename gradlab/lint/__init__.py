"""What a program can see of how well a lesson is written, one thing a file; `gradlab check --lesson` tells."""

from __future__ import annotations

from gradlab.lint._lesson import LessonPage, Lint, MovedAnswer, Remark
from gradlab.registry import Registry, collect

__all__ = ["LINTS", "LessonPage", "MovedAnswer", "Remark", "remarks"]

LINTS: Registry[Lint] = collect(__name__, "LINT")


def remarks(page: LessonPage) -> list[Remark]:
    """Return everything that is to be looked at again, by line."""
    return sorted((remark for lint in LINTS.values() for remark in lint.find(page)), key=lambda remark: remark.line)
