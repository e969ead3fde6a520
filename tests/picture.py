"""Draw the picture of the README: `python -m tests.picture` writes `.assets/lab.svg`.

The program itself exports it, standing in the backward pass of a lesson. Fonts from elsewhere are left out.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from textual.pilot import Pilot

from gradlab.tui.app import GradlabApp

ROOT = Path(__file__).parent.parent
KEYS = ("f", "n", "n", "n")


async def draw() -> str:
    """Return the screen as SVG."""
    app = GradlabApp(str(ROOT / "scenarios" / "circuits" / "sigmoid-neuron.md"))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        for key in KEYS:
            await pilot.press(key)
            await settle(pilot)
        return re.sub(r"\s*@font-face \{.*?\}", "", app.export_screenshot(title="gradlab"), flags=re.DOTALL)


async def settle(pilot: Pilot[int]) -> None:
    """Wait until nothing is under way."""
    for _ in range(20):
        await pilot.pause(0.1)


if __name__ == "__main__":
    target = ROOT / ".assets" / "lab.svg"
    target.parent.mkdir(exist_ok=True)
    target.write_text(asyncio.run(draw()), encoding="utf-8")
