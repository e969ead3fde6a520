"""Panel 8: what is watched, and where the run stops."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import Row, row
from gradlab.tui.panels._panel import Panel, PanelKind

READING = """\
`:watch EXPR` puts an expression here, with its number at the position where you are; what is pending or stale says so.

`:break when COND` stops `c`, `:run until` and training where the condition begins to hold, `:break at NODE` behind the op of
the node, `:break at grad(NODE)` where its gradient is final; `C` goes back to the last such place. On the position line `●` is
where a breakpoint is looked at in this update, `◆` a mark, `▏` a state that is kept whole. `:clear N` removes one."""


class WatchPanel(Panel):
    """A row a watch, a row a breakpoint."""

    def __init__(self) -> None:
        super().__init__("watch")

    def draw(self, width: int) -> Sequence[Row]:
        """Return the rows."""
        snapshot = self.moment.snapshot
        wide = max((len(text) for _, text, _ in snapshot.watches), default=0)
        rows = [
            row((f"{number:>3}  ", "dim"), (f"{text:<{wide}}", ""), (" = ", "dim"), (told, "value"))
            for number, text, told in snapshot.watches
        ]
        rows += [row((f"{number:>3}  ", "dim"), ("● ", "bad"), (text, "")) for number, text in snapshot.breakpoints]
        return rows or [row(("nothing is watched: `:watch loss`, `:break when isnan(loss)`", "dim"))]


PANEL = PanelKind("watch", 8, "watch", READING, WatchPanel, letter="t")
