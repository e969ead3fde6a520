"""A panel with a cursor that goes from row to row, over those that lead somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Goal, Row, goals_of
from gradlab.tui.panels._panel import Panel


class ChoosingPanel(Panel):
    """A list whose rows lead somewhere: enter goes where the first link of the chosen row leads."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.chosen = 0
        self._choices: tuple[int, ...] = ()

    def listed(self, width: int) -> Sequence[Row]:
        """Return the rows at a width."""
        raise NotImplementedError

    def leads(self, number: int, line: Row) -> Goal | None:
        """Return where a row leads: where its first link does; None for a row that cannot be chosen."""
        found = goals_of(line)
        return found[0][2] if found else None

    def draw(self, width: int) -> Sequence[Row]:
        """Return the rows, and keep in mind which of them lead somewhere."""
        rows = self.listed(width)
        self._choices = tuple(number for number, line in enumerate(rows) if self.leads(number, line) is not None)
        self.chosen = max(0, min(self.chosen, len(self._choices) - 1))
        return rows

    def marked_row(self) -> int:
        """Return the chosen row; it shows only while the panel has the keys."""
        return self._choices[self.chosen] if self._choices and self.has_focus else -1

    def on_focus(self) -> None:
        """Show which row is chosen."""
        self.redraw()

    def on_blur(self) -> None:
        """Show no choice any more."""
        self.redraw()

    def cursor(self, way: str) -> str:
        """Choose another row; where no row leads anywhere, scroll."""
        return self._choose({"up": -1, "down": 1}.get(way, 0))

    def first(self) -> str:
        """Choose the first row."""
        return self._choose(-len(self.rows))

    def last(self) -> str:
        """Choose the last row."""
        return self._choose(len(self.rows))

    def _choose(self, by: int) -> str:
        before = self.chosen, self.scroll_offset.y
        self.chosen = max(0, min(self.chosen + by, len(self._choices) - 1))
        if self._choices:
            self.redraw()
        else:
            self.scroll_relative(y=by, animate=False, immediate=True)
        return "" if (self.chosen, self.scroll_offset.y) != before else "there is no more in this direction"

    def page(self, by: float) -> str:
        """Choose the row that is some heights of the panel on; where no row leads anywhere, scroll."""
        if not self._choices:
            return super().page(by)
        wanted = self._choices[self.chosen] + int(by * max(2, self.scrollable_content_region.height - 1))
        within = [place for place, number in enumerate(self._choices) if number <= wanted]
        place = max(within, default=0) if by > 0 else min(len(within), len(self._choices) - 1)
        if place == self.chosen and 0 < place < len(self._choices) - 1:
            place += 1 if by > 0 else -1
        return self._choose(place - self.chosen)

    def enter(self) -> str:
        """Go where the chosen row leads."""
        if not self._choices:
            return "no row here leads anywhere"
        number = self._choices[self.chosen]
        goal = self.leads(number, self.rows[number])
        assert goal is not None, "only rows that lead somewhere can be chosen"
        self.post_message(self.Follows(goal))
        return ""

    def facet_changed(self) -> None:
        """Begin with the first row of another facet."""
        self.chosen = 0
        super().facet_changed()
