"""A lesson of each folder opens in the laboratory and plays to its end; `python -m tests.long lessons` plays all."""

from __future__ import annotations

import pytest

from gradlab.scenario import shelf
from tests.tui.lessons_played import played


def training(name: str) -> tuple[int, str]:
    """Return how much a lesson trains, as far as its lines tell, and its name."""
    path = shelf.find(name)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    return text.count("train ") + 5 * text.count("seeds("), name


LIGHTEST = {name.partition("/")[0]: name for name in sorted(shelf.names(), key=training, reverse=True)}


@pytest.mark.parametrize("name", LIGHTEST.values())
async def test_a_lesson_plays_to_its_end_with_the_space_bar(name: str) -> None:
    path = shelf.find(name)
    assert path is not None
    assert await played(path) == []
