"""The picture of attention: a cell for each pair of places, the signs of the text at its edges, what one of them sees."""

from __future__ import annotations

import numpy as np

from gradlab.draw.attention import AttentionMap, attention_rows, is_attention
from gradlab.draw.ink import text_of
from tests.tui.driving import opened, press, screen_text, type_line

WEIGHTS = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.1, 0.2, 0.7]])
GPT = "tests/pictures/gpt.md"


def test_each_pair_of_places_has_a_cell_and_none_where_nothing_is_seen() -> None:
    rows = [
        text_of(line).rstrip() for line in attention_rows(AttentionMap(WEIGHTS, ("3", "1", "12"), "head 0"), (2, 1), 50, 12)
    ]
    assert rows == [
        "head 0",
        "      3  1 12  ▸ looks at",
        "  3  ██",
        "  1  ▄▄ ▄▄",
        " 12  ▁▁ ▂▂ ▆▆",
        "[2,1] 0.2   of 12: 12 0.7  1 0.2  3 0.1",
    ]


def test_a_low_panel_has_the_rows_around_the_chosen_number_and_says_how_many_are_left() -> None:
    many = np.tri(10) / np.arange(1, 11)[:, None]
    rows = [text_of(line) for line in attention_rows(AttentionMap(many, tuple(map(str, range(10))), "w"), (2, 0), 60, 8)]
    assert any("more" in line for line in rows)
    assert any(line.startswith("  2 ") for line in rows)
    assert len(rows) <= 9


def test_only_rows_that_sum_to_one_are_attention() -> None:
    assert is_attention(WEIGHTS)
    assert not is_attention(WEIGHTS * 2)
    assert not is_attention(WEIGHTS[:2])
    assert not is_attention(np.array([[2.0, -1.0], [0.5, 0.5]]))
    assert not is_attention(np.array([[np.nan, 1.0], [0.5, 0.5]]))


async def test_the_facet_picture_of_weights_has_the_signs_that_the_model_reads() -> None:
    import gradlab

    async with opened(lambda: gradlab.load(GPT), size=(120, 40)) as (pilot, screen):
        await press(pilot, "f")
        await type_line(pilot, "focus block1.block.x.weights")
        await press(pilot, "2", "2", "right_square_bracket")
        text = screen_text(pilot)
        assert "sample 0, head 0, weights  of 4 x 4 x 8 x 8" in text
        assert "▸ looks at" in text
        ids = [5 * place % 13 for place in range(8)]
        assert "".join(f"{sign:>2} " for sign in ids).rstrip() in text
        await press(pilot, "down", "down", "down")
        assert screen.moment.element == 24
        assert "[3,0] " in screen_text(pilot)
