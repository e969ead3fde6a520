"""Letters on all that can be chosen in sight: a letter chooses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from textual.geometry import Offset
from textual.widget import Widget

from gradlab.draw.ink import Goal, Row
from gradlab.tui.overlays._overlay import Overlay

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Something in sight that leads somewhere. widget, at: where its label stands, in the cells of the widget."""

    widget: Widget
    at: Offset
    goal: Goal


def labels_for(count: int) -> list[str]:
    """Return a label for each of some goals: one letter, for as many as can have one, and two letters for the rest."""
    many = len(LETTERS)
    first = min(many, -(-max(0, count - many) // (many - 1)))
    ones = list(LETTERS[: many - first])
    return [*ones, *("".join(pair) for pair in product(LETTERS[many - first :], LETTERS))][:count]


class LabelsOverlay(Overlay):
    """Labels in sight. draw: draws those that are left.   chosen: goes where one leads.   leave: takes them away."""

    shown = False

    def __init__(
        self, found: Sequence[Labelled], draw: Callable[[Sequence[tuple[str, Labelled]]], None], *,
        chosen: Callable[[Labelled], None], leave: Callable[[], None],
    ) -> None:  # fmt: skip
        self.left = list(zip(labels_for(len(found)), found, strict=False))
        self._draw, self._chosen, self._leave = draw, chosen, leave
        self.typed = ""
        draw(self.left)

    def takes(self, key: str, character: str | None) -> None:
        """Choose by a label, or by its first letter; any other key takes the labels away."""
        typed = self.typed + (character or "")
        left = [(label, one) for label, one in self.left if character and label.startswith(typed)]
        if not left:
            self.close()
        elif left[0][0] == typed:
            self.close()
            self._chosen(left[0][1])
        else:
            self.typed, self.left = typed, left
            self._draw([(label[len(typed) :], one) for label, one in left])

    def close(self) -> None:
        """Take the labels away."""
        self._draw(())
        self._leave()

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return nothing: labels stand where they belong."""
        return ()
