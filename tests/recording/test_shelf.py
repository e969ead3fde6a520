"""Lessons that are recorded replay to the same bits in a fresh process; `python -m tests.long shelf` takes all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.scenario import shelf
from tests.long.shelf import recorded_and_replayed

PARTS, MOST = 4, 32
"""In how many tests they are shared out, and about how many lessons there are in all of them."""


def sample() -> list[str]:
    """Return every third lesson; of many more, so many of all folders that it takes no longer."""
    names = shelf.names()
    return names[1 :: max(3, round(len(names) / MOST))]


@pytest.mark.parametrize("part", range(PARTS))
def test_lessons_of_all_folders_replay_to_the_same_bits_in_a_fresh_process(part: int, tmp_path: Path) -> None:
    assert recorded_and_replayed(sample()[part::PARTS], tmp_path) == []


def test_there_are_about_as_many_as_are_meant() -> None:
    assert MOST * 0.7 <= len(sample()) <= MOST * 1.5
