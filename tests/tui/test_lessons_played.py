"""A lesson of each folder opens in the laboratory and plays to its end; `python -m tests.long lessons` plays all."""

from __future__ import annotations

import pytest

from gradlab.scenario import shelf
from tests.tui.lessons_played import played

ONE_A_FOLDER = {name.partition("/")[0]: name for name in sorted(shelf.names(), reverse=True)}


@pytest.mark.parametrize("name", ONE_A_FOLDER.values())
async def test_a_lesson_plays_to_its_end_with_the_space_bar(name: str) -> None:
    path = shelf.find(name)
    assert path is not None
    assert await played(path) == []
