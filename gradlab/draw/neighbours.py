"""The neighbours of a box that has very many, as a list: lines through twenty boxes say less than their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradlab.draw.canvas_box import Plate, Reading, amount, merge_cells
from gradlab.draw.ink import Row, fit, row, safe
from gradlab.draw.scene import Scene

MANY = 20
"""A box that reads so many others, or is read by so many, has a list of them."""
TALL = 14
NAME, AMOUNT = 18, 14


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The list of one box. way: "up" for what it reads, "down" for what reads it.   boxes: in it.   chosen: which of them."""

    box: int
    way: str
    boxes: tuple[int, ...]
    chosen: int = 0

    def moved(self, steps: int) -> Neighbours:
        """Return the list with another one chosen."""
        return Neighbours(self.box, self.way, self.boxes, min(max(self.chosen + steps, 0), len(self.boxes) - 1))

    @property
    def first(self) -> int:
        """The number of the first one in sight."""
        return max(0, min(self.chosen - TALL // 2, len(self.boxes) - TALL))

    @property
    def shown(self) -> Sequence[int]:
        """The boxes in sight."""
        return self.boxes[self.first : self.first + TALL]


def neighbours(scene: Scene, box: int, way: str) -> Neighbours | None:
    """Return the list of what a box reads ("up") or is read by ("down"); None where these are few."""
    found = (scene.inputs if way == "up" else scene.readers)[box]
    return Neighbours(box, way, found) if len(found) >= MANY else None


def list_rows(found: Neighbours, plates: Sequence[Plate], read: Callable[[int], Reading]) -> list[Row]:
    """Return the rows of a list, the border around it included."""
    wide = NAME + 2 * AMOUNT + 4
    word = "reads" if found.way == "up" else "is read by"
    title = fit(f" {safe(plates[found.box].title)} {word} {len(found.boxes)} ", wide - 2).rstrip() + " "
    rows = [row(("╭" + title + "─" * (wide - 2 - len(title)) + "╮", "strong"))]
    for number, box in enumerate(found.shown, found.first):
        rows.append(_line(plates[box], read(box), chosen=number == found.chosen))
    hint = f" {found.chosen + 1} of {len(found.boxes)} · enter goes there "
    rows.append(row(("╰" + "─" * (wide - 2 - len(hint)) + hint + "╯", "strong")))
    return rows


def _line(plate: Plate, reading: Reading, *, chosen: bool) -> Row:
    value, delta = (amount(label, reading, plate, AMOUNT) for label in ("v", "δ"))
    name = ("▸" if chosen else " ") + fit(safe(plate.title), NAME - 1)
    return merge_cells(
        ("│", "strong"), (name, "cursor" if chosen else ""), (" ", ""), *value, *delta, (" ", ""), ("│", "strong")
    )
