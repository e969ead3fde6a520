"""A question over the foot that is answered with yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradlab.draw.ink import Row, clip, row
from gradlab.tui.overlays._overlay import Overlay


class AskOverlay(Overlay):
    """A question. Only `y` says yes; `n` and escape say no; every other key is not heard."""

    def __init__(self, question: str, yes: Callable[[], None], leave: Callable[[], None]) -> None:
        self.question = question
        self._yes, self._leave = yes, leave

    def takes(self, key: str, character: str | None) -> None:
        """Answer."""
        if key in ("y", "n", "escape"):
            self._leave()
        if key == "y":
            self._yes()

    def close(self) -> None:
        """Say no."""
        self._leave()

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the one row."""
        return [
            clip(row((f" {self.question}  ", "strong"), ("y", "key"), (" yes  ", "dim"), ("n", "key"), (" no", "dim")), width)
        ]
