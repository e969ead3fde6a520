"""Numbers as cells: sizes and signs are told without colours."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.draw.plots._glyphs import codes_of, halved, marked, shaded, steps_of, written

VALUES = np.array([[-1.0, -0.5, -1e-9, 0.0, 1e-9, 0.5, 1.0, np.nan, np.inf]])


def text(ink: str, *, signed: bool = True, hidden: bool = False) -> list[tuple[str, str]]:
    mask = np.zeros(VALUES.shape, bool)
    mask[0, 6] = hidden
    codes = codes_of(VALUES, 1.0, steps_of(ink, signed=signed), mask)  # type: ignore[arg-type]
    return shaded(codes, ink, signed=signed)[0]  # type: ignore[arg-type]


def test_positive_grows_from_the_floor_and_negative_hangs_from_the_ceiling() -> None:
    found = text("mono")
    assert "".join(cells for cells, _ in found) == "▁▄▇ ▁▄▇!!"
    assert [role for cells, role in found if cells in "▁▄▇"][:1] == ["hanging"]
    assert found[0] == ("▁", "hanging"), "the largest negative number leaves least of the cell free"


def test_a_pipe_has_letters_for_signs_and_blocks_where_there_are_none() -> None:
    assert "".join(cells for cells, _ in text("plain")) == "%\"' .o@!!"
    blocks = codes_of(np.array([[0.0, 0.1, 0.5, 1.0]]), 1.0, steps_of("plain", signed=False))
    assert shaded(blocks, "plain", signed=False) == [[(" ", ""), ("▁", ""), ("▄", ""), ("█", "")]]


def test_what_is_hidden_is_a_question_mark() -> None:
    assert ("?", "key") in text("mono", hidden=True)
    assert ("?", "key") in halved(codes_of(np.ones((2, 1)), 1.0, 4, np.array([[True], [False]])))[0]


def test_two_rows_of_numbers_are_one_row_of_halves() -> None:
    lines = halved(codes_of(np.array([[1.0, 1.0], [-1.0, 0.0], [0.5, 0.5]]), 1.0, 4))
    assert lines == [[("▀", "map +4 -4"), ("▀", "map +4 0")], [("▀▀", "map +2 none")]]


@pytest.mark.parametrize(("start", "expected"), [(0, "XXcdef"), (3, "abcXXf"), (5, "abcdeX")])
def test_a_text_is_written_over_the_cells_it_covers(start: int, expected: str) -> None:
    line = [("ab", "one"), ("cd", "two"), ("ef", "one")]
    assert "".join(cells for cells, _ in written(line, start, "XX", "mark"))[:6] == expected
    assert "".join(cells for cells, _ in marked(line, start, 2, "XX"))[:6] == expected
