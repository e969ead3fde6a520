"""What stands in the rule above the graph: the level, and how much there is."""

from __future__ import annotations

from gradlab.draw.modules import UPDATE
from gradlab.draw.scene import FLAT, Outline, Scene


def level_told(outline: Outline, scene: Scene, level: str, op: str = "") -> tuple[str, str]:
    """Return the level with what is unfolded, and how many ops there are. op: the one whose numbers are shown."""
    if level == "numbers":
        return (f"numbers of {op}" if op else level), "- back to ops  ⏎ why"
    ops = f"{outline.ops:,} op{'s' * (outline.ops != 1)}"
    if level in FLAT:
        return level, f"{ops}  +/- zoom" if outline.ops else ""
    opened = [box.module for box in scene.boxes if box.frame and box.inside < 0 and box.module != UPDATE]
    unfolded = "" if level == "layers" or not opened else f", {_which(opened)} unfolded"
    many = len(outline.tops)
    return f"{level}{unfolded}", f"{ops} in {many:,} module{'s' * (many != 1)}  ⏎ unfold  + all" if many else f"{ops}  ⏎ unfold"


def _which(opened: list[str]) -> str:
    return opened[0] if len(opened) == 1 else str(len(opened))
