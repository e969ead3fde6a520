"""The pictures of the README: the program draws itself. `python -m tests.long pictures` makes them, a test compares them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from gradlab.draw.themes import DARK
from gradlab.recording.performance import Performance
from gradlab.tui.exporters._shot import as_svg, taken
from gradlab.tui.exporters._stage import Stage, Unkept, app_of

MOST = 100
"""Stops before a question."""
THEME = DARK.name
HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / ".github" / "pictures"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the screen. scenario: a file, or a name.   lines: done first.   asks: the question that is open then, or "".

    panel: one panel alone, or "".
    """

    name: str
    scenario: str | Path
    lines: tuple[str, ...] = ()
    size: tuple[int, int] = (100, 30)
    asks: str = ""
    panel: str = ""

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / f"{self.name}.svg"

    def draw(self) -> str:
        """Return it as SVG, the same bits each time."""
        return asyncio.run(self._drawn())

    async def _drawn(self) -> str:
        lab = Performance(self.scenario, backend="jit").lab
        async with app_of(lab, self.size, Unkept, THEME) as (pilot, screen):
            stage = Stage(pilot, screen)
            await stage.settle()
            await self._ask(stage)
            for line in self.lines:
                await stage.do(line)
            return as_svg(await taken(stage, "", self.panel), lab.title, THEME) + "\n"

    async def _ask(self, stage: Stage) -> None:
        """Follow the lesson to the question; those before it are answered by being shown."""
        for _ in range(MOST):
            asked = stage.screen.moment.snapshot
            if self.asks in " ".join(asked.card):
                return
            if asked.question:
                await stage.do("reveal")
            else:
                assert stage.screen.thread is not None
                stage.screen.thread.next_stop()
                await stage.settle()
            stage.close_line()
        raise AssertionError(f"no question `{self.asks}` in {self.scenario}")


TRAINED = ("curve loss", "train 300", "plot curve loss log", "plot plane y points x by t", "layout train")
PICTURES = (
    Picture("lab", "circuits/sigmoid-neuron", ("goto 0.b.3",)),
    Picture("health", "init/tanh-small", ("forward", "backward"), (100, 30), panel="health"),
    Picture("plots", "mlp/xor-trained", TRAINED, (120, 40)),
    Picture("quiz", "circuits/sigmoid-neuron", asks="What arrives at dot?"),
    Picture("gpt", HERE / "gpt.md", ("forward", "backward", "zoom network"), (120, 40)),
)
