"""The picture of attention: a cell for each pair of places, the signs of the text at its edges, what one of them sees."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.draw.attention import AttentionMap, attention_rows, is_attention
from gradlab.draw.ink import text_of
from gradlab.session import build
from tests.tui.driving import opened, press, screen_text, type_line
from tests.tui.panel_texts import Panels

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


SQUARE = """x = input([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0], [2.0, 0.0, 1.0]])
mask = input([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
W = param([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1]])
p = softmax(x @ W + mask)
"""


def shown_as_a_map(model: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lab = build(SQUARE + model, backend="plain")
    lab.do("forward")
    texts = Panels(monkeypatch).texts(lab, lab.graph.aliases["p"], 0)
    return [text for name, text in texts if name == "node" and "looks at" in text]


def test_shares_of_as_many_classes_as_samples_are_no_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_as_a_map("loss = cross_entropy(log(p), input([0.0, 1.0, 2.0]))", monkeypatch) == []


def test_a_mask_of_whole_numbers_gives_the_places_no_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = shown_as_a_map("loss = sum(p @ x)", monkeypatch)
    assert next(line for line in text.splitlines() if "looks at" in line).split()[:3] == ["0", "1", "2"]
