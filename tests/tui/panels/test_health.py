"""The panel of health: a row a layer, its facets, one layer large, and layers within layers."""

from __future__ import annotations

from gradlab.tui.panels.health import HealthPanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line

DEEP = """
```python model
x = input([[1.0, -2.0], [0.5, 0.25]])
with layer("block"):
    with layer("inner"):
        h = tanh(dense(x, 3, init=normal(0.5)))
    with layer("rest"):
        u = tanh(dense(h, 3, init=normal(0.5)))
loss = mean(square(u - 1.0))
```
"""


def rows(text: str, name: str) -> list[str]:
    """The rows of a layer."""
    return [line for line in text.splitlines() if line.lstrip("│ ").startswith(name) and ("█" in line or "×" in line)]


async def test_a_row_says_what_changed_the_signal() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await press(pilot, "f", "f", "5", "5")
        (row,) = rows(screen_text(pilot), "hidden")
        assert row.count("×") == 2


async def test_the_facets_are_the_quantities_then_all_four_then_time_then_the_signal() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        panel = screen.query_one(HealthPanel)
        await press(pilot, "u", "5", "5")
        seen = []
        for _ in panel.facets:
            seen.append((panel.facet_name, len(rows(screen_text(pilot), "hidden"))))
            panel.next_facet()
            await settle(pilot)
        assert seen == [(name, 1) for name in panel.facets]
        assert panel.facet_name == "activations"


async def test_all_four_histograms_are_on_one_screen_also_in_80_columns() -> None:
    for size in ((120, 40), (80, 24)):
        async with opened(lambda: lab_of(MATRICES), size=size) as (pilot, screen):
            await press(pilot, "u", "5", "5")
            panel = screen.query_one(HealthPanel)
            panel.facet = panel.facets.index("all four")
            panel.facet_changed()
            await settle(pilot)
            (row,) = rows(screen_text(pilot), "hidden")
            assert row.count("█") >= 4


async def test_enter_shows_the_chosen_layer_large_and_the_table_again() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        panel = screen.query_one(HealthPanel)
        await press(pilot, "f", "5", "5")
        assert panel.first() == "" or panel.chosen == 0
        await settle(pilot)
        assert panel.cursor("down") == ""
        await settle(pilot)
        assert screen.moment.node is not None
        assert screen.moment.node.name == "out.y"
        assert panel.enter() == ""
        text = screen_text(pilot)
        assert "out  activations" in text
        assert "2 numbers" in text
        assert "⏎ the table" in text
        assert panel.enter() == ""
        assert rows(screen_text(pilot), "hidden")
        assert panel.enter() == ""
        await press(pilot, "escape")
        assert not panel.large and screen.enlarged
        assert rows(screen_text(pilot), "hidden")


async def test_plus_goes_into_the_layers_and_minus_out_again() -> None:
    async with opened(lambda: lab_of(DEEP), size=(120, 40)) as (pilot, screen):
        panel = screen.query_one(HealthPanel)
        await press(pilot, "f", "5", "5")
        assert rows(screen_text(pilot), "block")
        assert panel.farther() == "these are the outermost layers"
        assert panel.nearer() == ""
        await settle(pilot)
        assert rows(screen_text(pilot), "block.inner")
        assert panel.nearer() == "there are no layers within these"
        assert panel.farther() == ""
        await settle(pilot)
        assert not rows(screen_text(pilot), "block.inner")


async def test_a_quantity_through_time_has_the_updates_at_its_ends_and_right_shows_the_next() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 34)) as (pilot, screen):
        panel = screen.query_one(HealthPanel)
        await press(pilot, "5", "5")
        panel.facet = panel.facets.index("in time")
        panel.facet_changed()
        await settle(pilot)
        assert "nothing was measured yet" in screen_text(pilot)
        await type_line(pilot, "train 200")
        text = screen_text(pilot)
        assert panel.strip.title == "std of the activations"
        assert "update 0" in text
        assert "190" in text
        seen = [panel.strip.title]
        while len(seen) == len(set(seen)):
            panel.cursor("right")
            await settle(pilot)
            assert panel.strip.title in screen_text(pilot)
            seen.append(panel.strip.title)
        assert seen[-1] == seen[0]
        assert "log10 of update / weights" in seen
