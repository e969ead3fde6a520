"""The panel of findings has something to show once something is found."""

from __future__ import annotations

from gradlab.tui.panels.findings import FindingsPanel
from tests.tui.driving import lab_of, opened, press, screen_text

BROKEN = """
```python model
x = param(-1.0)
with layer("h"):
    y = log(x)
loss = square(y)
```
"""


async def test_a_nan_is_found_with_its_node_and_enter_chooses_it() -> None:
    async with opened(lambda: lab_of(BROKEN), size=(100, 30)) as (pilot, screen):
        panel = screen.query_one(FindingsPanel)
        assert not panel.has_content(screen.moment)
        await press(pilot, "f")
        assert panel.has_content(screen.moment)
        await press(pilot, "7", "7")
        text = screen_text(pilot)
        assert "✗ nan_origin  h.y  layer h" in text
        assert "1 error" in text
        await press(pilot, "enter")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "h.y"


async def test_before_the_nan_nothing_is_found_any_more() -> None:
    async with opened(lambda: lab_of(BROKEN), size=(100, 30)) as (pilot, screen):
        panel = screen.query_one(FindingsPanel)
        await press(pilot, "f", "7", "F")
        assert not panel.has_content(screen.moment)
        assert "no op has made a NaN" in screen_text(pilot)
