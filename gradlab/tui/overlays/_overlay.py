"""What an overlay is: rows over the foot of the screen, and what it makes of keys while it is open."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Row


class Overlay:
    """Rows over the foot. It has the keys while it is open. shown: whether its rows are drawn."""

    shown = True

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the rows for a width, at most `height` of them."""
        raise NotImplementedError

    def takes(self, key: str, character: str | None) -> None:
        """Do what a key means here."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave, and change nothing."""
        raise NotImplementedError

    def scroll(self, by: int) -> None:
        """Scroll by some rows; an overlay that has all its rows in sight does nothing."""

    def pressed(self, x: int, y: int) -> None:
        """Do what a click on a cell of its rows means."""

    def paste(self, text: str) -> None:
        """Take a text that was pasted; an overlay without a line for text does nothing with it."""
