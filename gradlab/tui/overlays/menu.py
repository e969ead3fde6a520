"""The menus of `v` and `g`: a state in which the next key counts as one of the menu; the rows come only to who hesitates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gradlab.draw.ink import Row, clip, fit, row, width_of
from gradlab.tui.keymap import Command
from gradlab.tui.overlays._overlay import Overlay

Item = tuple[str, str, str]
"""A heading, the key as it is shown, and what it does."""
HESITATION = 0.4
"""Seconds until the rows of a menu are shown."""
HEADING = 9


class MenuOverlay(Overlay):
    """A menu. chosen: does what a key of it stands for, and says whether it is one.   left: closes it.

    stays: whether the menu stays open behind a key.
    """

    shown = False

    def __init__(
        self,
        title: str,
        items: Iterable[Item],
        chosen: Callable[[str, str | None], Command | str | None],
        act: Callable[[Command | str], None],
        left: Callable[[], None],
    ) -> None:
        self.title = title
        self.items = tuple(items)
        self._chosen, self._act, self._left = chosen, act, left

    def takes(self, key: str, character: str | None) -> None:
        """Do what a key of the menu stands for; every other key closes it and does nothing."""
        found = self._chosen(key, character)
        if not (isinstance(found, Command) and found.name.startswith("seam-")):
            self._left()
        if found is not None:
            self._act(found)

    def close(self) -> None:
        """Leave."""
        self._left()

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the keys under their headings, as many beside one another as fit."""
        rows = [heading(self.title, width)]
        for title in dict.fromkeys(item[0] for item in self.items):
            rows += _columns(title, [item[1:] for item in self.items if item[0] == title], width)
        foot = row((" esc", "key"), (" closes · any other key closes and does nothing", "dim"))
        return [*(clip(line, width) for line in rows[: height - 1]), clip(foot, width)]


def heading(title: str, width: int, right: str = "") -> Row:
    """Return the rule above an overlay."""
    left = f"━ {title} "
    end = f" {right} ━" if right else ""
    return row((left + "━" * max(0, width - len(left) - len(end)) + end, "title"))


def _columns(title: str, items: Sequence[tuple[str, str]], width: int) -> list[Row]:
    """Return keys and what they do, in columns of one width."""
    key = max(len(sign) for sign, _ in items)
    wide = key + 1 + max(len(text) for _, text in items) + 2
    across = max(1, (width - HEADING) // wide)
    rows: list[Row] = []
    for start in range(0, len(items), across):
        line = row((fit(f" {title}" if not start else "", HEADING), "dim"))
        for sign, text in items[start : start + across]:
            line = (*line, (fit(sign, key + 1), "key"), (fit(text, wide - key - 1), ""))
        rows.append(line)
    return [line if width_of(line) <= width else clip(line, width) for line in rows]
