"""The card of an open question."""

from __future__ import annotations

import pytest

from gradlab.draw.card import CardWay, QuestionCard, card_rows
from gradlab.draw.ink import dump, row, width_of


@pytest.mark.parametrize("width", [24, 41, 70])
def test_every_row_of_a_card_has_its_bar_and_fits(width: int) -> None:
    ways = (CardWay("a", "answer"), CardWay("␣ ␣", "skip"), CardWay("A", "go on without"))
    graded = (row(("wrong ", "bad"), ("not 3; try again; hint: a sentence that needs more than one row", "")),)
    card = QuestionCard(("Which of the two moves the loss more, and which way?", "1 w"), "w = x * y", graded, ways, 12)
    rows = card_rows(card, width, roomy=True)
    assert all(line.startswith("▌") for line in dump(rows).splitlines())
    assert max(map(width_of, rows)) <= width
    assert "12" in dump(rows[1:2])
