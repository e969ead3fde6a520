"""A widget with a rule above it instead of a box around it."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from gradlab.draw.ink import Goal, Row, goals_of
from gradlab.draw.rule import TitleRule, rule_row
from gradlab.tui.styles import theme_in
from gradlab.tui.widgets.internals import Banded
from gradlab.tui.widgets.rows import strip_of


class Ruled(Banded):
    """Draws the rule in its first row, which its style keeps free. has_keys: whether the rule says that it has the keys."""

    has_keys = False
    _rule_drawn: Row | None = None

    def title_rule(self) -> TitleRule:
        """Return what stands in the rule."""
        raise NotImplementedError

    def redraw_rule(self) -> None:
        """Draw the rule again, if it is another."""
        width = self.outer_size.width
        if width > 0 and self._rule_drawn is not None and rule_row(self.title_rule(), width) != self._rule_drawn:
            self.refresh(Region(0, -1, width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part of the widget, the rule first."""
        if crop.y or not crop.height:
            return super().render_lines(crop)
        below = super().render_lines(Region(crop.x, 1, crop.width, crop.height - 1)) if crop.height > 1 else []
        return (
            [*self.labelled([self._rule_strip()], 0), *below]
            if crop.x == 0
            else [self._rule_strip().crop(crop.x, crop.right), *below]
        )

    def _rule_strip(self) -> Strip:
        width, base = self.outer_size.width, self.rich_style
        self._rule_drawn = rule_row(self.title_rule(), width)
        strip = strip_of(self._rule_drawn, base, theme_in(self.app)).crop_extend(0, width, base)
        background = self.background_colors[1]
        for one in self.app.get_line_filters():
            strip = strip.apply_filter(one, background)
        return strip

    def rule_goals(self) -> list[tuple[Region, Goal]]:
        """Return what in the rule leads somewhere, with its place in the widget."""
        found = goals_of(self._rule_drawn or ())
        return [(Region(start, 0, width, 1), goal) for start, width, goal in found]
