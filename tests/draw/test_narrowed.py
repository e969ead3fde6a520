"""Pictures of text in a narrow panel: the gaps shrink, and nothing else."""

from __future__ import annotations

from gradlab.draw.ink import dump
from gradlab.draw.prose import narrowed, prose

TABLE = "rate          sum   distance\n0.1           ∞         0.23\n1/(k + 1)²   0.64      2.5"


def test_the_widest_gaps_of_a_picture_shrink_until_it_fits() -> None:
    assert narrowed(TABLE, 28) == TABLE
    assert narrowed(TABLE, 25) == "rate        sum  distance\n0.1         ∞        0.23\n1/(k + 1)² 0.64     2.5"


def test_a_gap_never_closes() -> None:
    assert narrowed("a   b\nc   d", 1) == "a b\nc d"


def test_a_picture_that_is_still_too_wide_begins_at_the_edge_of_the_panel() -> None:
    assert dump(prose(f"```text\n{'0' * 40}\n```", 40)).strip("\n") == "0" * 40
    assert dump(prose(f"```text\n{'0' * 38}\n```", 40)).strip("\n") == "  " + "0" * 38


def test_code_keeps_its_blanks() -> None:
    assert "a    =    1" in dump(prose("```python model\na    =    1\n```", 8))
