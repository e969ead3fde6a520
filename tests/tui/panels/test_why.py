from __future__ import annotations

import pytest

from gradlab.tui.panels.why import WhyPanel
from tests.tui.driving import comes_up, lab_of, opened, press, screen_text, type_line

BLOCK = """
```python model
x = input([[1.0, -2.0, 3.0], [0.5, 0.25, -0.125]])
with layer("first"):
    h = tanh(dense(x, 3, init=normal(0.5)))
with layer("block"):
    u = tanh(dense(h, 3, init=normal(0.5)))
    r = h + u
loss = mean(square(r - 1.0)) + 0.1 * sum(h * h)
```
"""


def why(text: str) -> list[str]:
    """The rows of the panel when it has the whole screen."""
    return [line.rstrip() for line in text.splitlines()[2:-2]]


async def test_several_readers_have_their_sums_and_enter_goes_into_one_and_back() -> None:
    async with opened(lambda: lab_of(BLOCK), size=(100, 34)) as (pilot, screen):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus first.h")
        rows = why(screen_text(pilot))
        sums = [row.split()[0] for row in rows if row.split()[2:3] == ["parts"]]
        assert sums == ["_mul.0", "block._affine.0"]
        await press(pilot, "down", "down", "down", "down")
        assert screen.query_one(WhyPanel).chosen == 4
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "through block._affine.0" in text
        assert "of these" in text
        assert len([row for row in why(text) if row.startswith("block._affine.0[0, ")]) == 3
        await press(pilot, "enter")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "block._affine.0"
        await press(pilot, "less_than_sign")
        assert screen.moment.node.name == "first.h"
        assert "of these" in screen_text(pilot)
        await press(pilot, "less_than_sign")
        assert "of these" not in screen_text(pilot)


async def test_parts_are_added_up_by_sample_and_by_unit() -> None:
    async with opened(lambda: lab_of(BLOCK), size=(100, 34)) as (pilot, _):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus first.b")
        await press(pilot, *["left_square_bracket"] * 2)
        rows = why(screen_text(pilot))
        assert [row.split("  ")[0] for row in rows if row.startswith("first._affine.0")] == [
            "first._affine.0[0, :]", "first._affine.0[1, :]"
        ]  # fmt: skip
        await press(pilot, "right_square_bracket")
        assert [row.split("  ")[0] for row in why(screen_text(pilot)) if row.startswith("first._aff")] == [
            "first._affine.0[:, 0]"
        ]
        await press(pilot, "right_square_bracket")
        assert "by unit" not in why(screen_text(pilot))[0]


MANY = """
```python model
x = input([1.0, 2.0])
loss = sum(x * 0.001)
for k in range(24):
    loss = loss + sum(x * (-50.0 if k == 20 else 0.001 * (k + 2)))
```
"""
CANCELLING = """
```python model
x = input([1.0, 2.0])
y = sum(x * 3.0) - sum(x * SECOND)
```
"""


async def test_of_many_readers_those_through_which_most_came_have_a_row_also_where_it_is_negative() -> None:
    async with opened(lambda: lab_of(MANY), size=(100, 60)) as (pilot, _):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus x")
        for mode in ("one by one", "by sample"):
            rows = why(screen_text(pilot))
            shown = [row.split()[0] for row in rows if row.startswith("_mul.")]
            assert len(shown) >= 20, mode
            assert any("-50" in row for row in rows if row.startswith("_mul.21")), mode
            assert not any(row.startswith(("_mul.0 ", "_mul.0[")) for row in rows), mode
            await press(pilot, *["left_square_bracket"] * 2)


CANCELLED = {
    "2.994": "parts of size +5.994000 cancel to 0.1 % of it",
    "1.1": "parts of size +4.100000 cancel to 46 % of it",
    "1.0": None,
}


@pytest.mark.parametrize(("second", "said"), CANCELLED.items())
async def test_parts_that_cancel_are_told_with_what_is_left_of_them(second: str, said: str | None) -> None:
    async with opened(lambda: lab_of(CANCELLING.replace("SECOND", second)), size=(100, 34)) as (pilot, _):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus x")
        text = screen_text(pilot)
        assert (said in text) if said else ("cancel" not in text)


async def test_the_ways_are_shown_with_their_sum_and_lead_on() -> None:
    async with opened(lambda: lab_of(BLOCK), size=(100, 34)) as (pilot, screen):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus first.h")
        await press(pilot, "right_square_bracket")
        text = screen_text(pilot)
        assert "by its ways" in text
        found = screen.moment.pictures["why"].paths
        shares = [row for row in why(text) if "%" in row]
        assert [row.split()[0] for row in shares] == [way.label for way in found.ways] == ["block", "_mul.0"]
        assert any(row.startswith("sum") and row.endswith("✓") for row in why(text))
        await press(pilot, "right_square_bracket")
        assert "‖∂loss/∂first.h‖" in screen_text(pilot)
        await press(pilot, "left_square_bracket", "enter")
        assert "through block._affine.0, block.r" in screen_text(pilot)
        assert screen.query_one(WhyPanel).origin.mode == "parts"


async def test_a_closer_look_ends_when_somebody_looks_elsewhere() -> None:
    async with opened(lambda: lab_of(BLOCK), size=(100, 34)) as (pilot, _):
        await press(pilot, "f", "f", "3", "3")
        await type_line(pilot, "focus first.h")
        await press(pilot, "down", "enter")
        await type_line(pilot, "focus block.u")
        text = screen_text(pilot)
        assert "∂loss/∂block.u" in text
        assert "through" not in why(text)[0]
        assert "<: back" not in text


SHARED = """
```python model
w = param(2.0)
a = w * 3.0
b = w * w
y = a + b
```
"""


async def test_a_gradient_that_is_still_growing_says_how_many_have_sent_in_box_node_and_ledger() -> None:
    async with opened(lambda: lab_of(SHARED), size=(120, 34)) as (pilot, _):
        await press(pilot, "f", "n", "n")
        await type_line(pilot, "focus w")
        assert await comes_up(pilot, "δ+4.0 2/3◂")
        assert await comes_up(pilot, "delta +4.00000  partial 2/3")
        assert await comes_up(pilot, "partial: 2 of 3 contributions have arrived")
        await press(pilot, "n")
        assert "2/3" not in screen_text(pilot)
        await press(pilot, "N", "N")
        await type_line(pilot, "focus w")
        assert await comes_up(pilot, "delta ·  pending")
