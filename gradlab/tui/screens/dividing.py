"""How a person changes a layout: slots are split and hidden, seams moved and dragged, and a layout is kept under a name."""

from __future__ import annotations

from textual import on
from textual.geometry import Region

from gradlab.tui.arrangement.fitting import LEAST, Seam
from gradlab.tui.arrangement.perspectives import PERSPECTIVES, size_class
from gradlab.tui.arrangement.tree import (
    CAPTION,
    Sign,
    Tree,
    divided,
    even,
    panels_of,
    read_layout,
    replaced,
    with_sizes,
    without,
)
from gradlab.tui.overlays.line import LineOpened
from gradlab.tui.screens.placing import Placing
from gradlab.tui.stage import unreadable
from gradlab.tui.widgets.area import Area

STEPS = {"left": ("|", -2), "right": ("|", 2), "up": ("/", -1), "down": ("/", 1)}
"""The sign of the seams that a direction moves, and by how many columns or rows."""

KEEP = "keep "
"""What stands before the name under which the layout is kept: `layout keep mine`."""


class Dividing(Placing):
    """The part of the laboratory that changes layouts."""

    def do_split_right(self) -> None:
        """Split the slot of the panel that has the keys; the next panel stands on the right."""
        self._split("|")

    def do_split_below(self) -> None:
        """Split the slot of the panel that has the keys; the next panel stands below."""
        self._split("/")

    def _split(self, sign: Sign) -> None:
        shown = panels_of(self._standing())
        others = [name for name in self.stock().names if name not in shown]
        new = next((name for name in others if self.panels[name].has_content(self.moment)), next(iter(others), ""))
        if not new:
            self.tell("all panels are in sight")
        else:
            self._change(divided(self._standing(), self.chosen, sign, new))

    def do_hide(self) -> None:
        """Take the panel that has the keys out of the layout."""
        rest = without(self._standing(), self.chosen)
        if rest is None or panels_of(rest) == (CAPTION,):
            self.tell("the last panel stays")
            return
        self._change(rest)

    def do_even(self) -> None:
        """Give the parts of every split the same size."""
        self._change(even(self._standing()))

    def do_reset_layout(self) -> None:
        """Bring the layout of this perspective back as it was made."""
        self._change(None)

    def do_keep_layout(self, name: str = "") -> None:
        """Keep the layout under a name, which is asked for: `layout NAME` shows it again."""
        if not name:
            self.type_line(LineOpened("layout keep "))
            return
        problem = self.kept.name(name, self.arrangement.tree or self.panel_tree)
        self.tell(problem or f"`layout {name}` shows this layout again")

    def show_layout(self, word: str) -> str:
        """Show a perspective, a layout that was kept, or one that is written; return what is wrong with it, or ""."""
        if word in PERSPECTIVES:
            self.show_perspective(word)
            return ""
        if word.startswith(KEEP):
            self.do_keep_layout(word.removeprefix(KEEP).strip())
            return ""
        tree = self.kept.named.get(word)
        if tree is None:
            if wrong := unreadable(word, self.stock().names):
                return wrong
            tree = read_layout(word)
        self._change(tree, keep=False)
        return ""

    # ---- seams -----------------------------------------------------------------------------------------------------

    def do_seam(self, direction: str) -> None:
        """Move the seam beside the panel that has the keys: the one behind it, else the one before it."""
        sign, by = STEPS[direction]
        place = self.arrangement.places.get(self.chosen)
        seams = [seam for seam in self.arrangement.seams if seam.sign == sign and _beside(seam, place)]
        ends = () if place is None else (place.right, place.x - 1) if sign == "|" else (place.bottom, place.y)
        seam = next((seam for end in ends for seam in reversed(seams) if _start(seam) == end), None)
        if seam is None:
            self.tell("there is no seam to move that way")
        else:
            self._move_seam(seam, by)

    @on(Area.Dragged)
    def _drag(self, message: Area.Dragged) -> None:
        """Put a seam where it was dragged to."""
        seam = next(
            (s for s in self.arrangement.seams if (s.split, s.behind) == (message.seam.split, message.seam.behind)), None
        )
        if seam is not None and message.to != _start(seam):
            self._move_seam(seam, message.to - _start(seam), keep=False)

    @on(Area.Dropped)
    def _drop(self) -> None:
        """Keep the layout that was made by dragging."""
        self._change(self.panel_tree)

    def _move_seam(self, seam: Seam, by: int, *, keep: bool = True) -> None:
        least = LEAST[0 if seam.sign == "|" else 1]
        before, behind = seam.sizes[seam.before], seam.sizes[seam.behind]
        by = min(max(by, least - before), behind - least) if before + behind >= 2 * least else 0
        sizes = {**seam.sizes, seam.before: before + by, seam.behind: behind - by}
        self._change(with_sizes(self._standing(), seam.split, sizes), keep=keep)

    # ---- the layout ------------------------------------------------------------------------------------------------

    def _standing(self) -> Tree:
        """Return the layout as it stands, with what came into its slots; the caption only if it has the keys."""
        tree = self.arrangement.tree or self.panel_tree
        return replaced(tree, CAPTION, self.chosen) if self.chosen == self.arrangement.caption else tree

    def _change(self, tree: Tree | None, *, keep: bool = True) -> None:
        """Take another layout for this perspective and this class of size, or the one that it has by itself."""
        problem = ""
        if keep:
            problem = self.kept.change(self.stance.perspective, size_class(self.app.size), tree)
        elif tree is not None:
            self.kept.changed[self.stance.perspective, size_class(self.app.size)] = tree
        self.take_layout()
        if problem:
            self.tell(problem)


def _beside(seam: Seam, place: Region | None) -> bool:
    """Whether a seam runs along a panel."""
    if place is None:
        return False
    if seam.sign == "|":
        return seam.place.y <= place.y and place.bottom <= seam.place.bottom
    return seam.place.x <= place.x and place.right <= seam.place.right


def _start(seam: Seam) -> int:
    """Return the column or the row of a seam."""
    return seam.place.x if seam.sign == "|" else seam.place.y
