"""A page over the screen: the help of a panel, of what is chosen, of all keys, or of a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradlab.draw.ink import Row, clip, row
from gradlab.draw.reading import laid_out
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.overlays.menu import heading

KEYS = {"up": -1, "k": -1, "down": 1, "j": 1}
LEAVES = ("escape", "enter", "ctrl+j", "q")


class PageOverlay(Overlay):
    """Rows to scroll through. further: shows the next page by the same key that showed this one, or None."""

    def __init__(
        self, title: str, rows: Sequence[Row], leave: Callable[[], None], further: Callable[[], None] | None = None
    ) -> None:
        self.title, self.text = title, tuple(rows)
        self._leave, self._further = leave, further
        self.top = 0
        self._size = (0, 0)
        self._laid: list[Row] = []

    def takes(self, key: str, character: str | None) -> None:
        """Scroll, show the next page, or leave."""
        page = max(1, self._room - 1)
        if key in LEAVES:
            self._leave()
        elif key in ("question_mark", "f1"):
            self._leave()
            if self._further is not None:
                self._further()
        else:
            ends = {"home": -self.top, "g": -self.top, "end": len(self._laid), "G": len(self._laid)}
            by = {**KEYS, **ends, "pageup": -page, "pagedown": page, "space": page, "ctrl+d": page // 2, "ctrl+u": -page // 2}
            self.top = max(0, min(self.top + by.get(key, 0), len(self._laid) - self._room))

    @property
    def _room(self) -> int:
        return max(1, min(self._size[1] - 4, len(self._laid)))

    def close(self) -> None:
        """Leave."""
        self._leave()

    def scroll(self, by: int) -> None:
        """Scroll by some rows."""
        self.top = max(0, min(self.top + by, len(self._laid) - self._room))

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the part of the page that fits, between a rule and a row that says how to leave."""
        if (width, height) != self._size:
            self._size = width, height
            self._laid = laid_out(self.text, max(20, width - 2))
            self.top = max(0, min(self.top, len(self._laid) - self._room))
        seen = self._laid[self.top : self.top + self._room]
        more = len(self._laid) - self.top - len(seen)
        keys = [row((" esc", "key"), (" closes", "dim"))]
        if more or self.top:
            keys.append(row(("  ↑↓ PgUp PgDn", "key"), (f" {more} rows below" if more else " the end", "dim")))
        if self._further is not None:
            keys.append(row(("  ?", "key"), (" all keys", "dim")))
        foot = tuple(run for part in keys for run in part)
        return [heading(self.title, width), *((((" ", ""), *line)) for line in seen), clip(foot, width)]
