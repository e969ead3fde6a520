"""Lessons that are recorded replay to the same bits in a fresh process; `python -m tests.long shelf` takes all of them."""

from __future__ import annotations

from pathlib import Path

from gradlab.scenario import shelf
from tests.long.shelf import recorded_and_replayed


def test_every_third_lesson_replays_to_the_same_bits_in_a_fresh_process(tmp_path: Path) -> None:
    assert recorded_and_replayed(shelf.names()[1::3], tmp_path) == []
