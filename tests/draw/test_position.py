"""The strip of the time axis."""

from __future__ import annotations

from gradlab.axis.position import Position
from gradlab.draw.timestrip import signs_of, strip
from gradlab.lab.snapshot import Snapshot


def drawn(snapshot: Snapshot, width: int) -> str:
    return "".join(text for text, _ in strip(snapshot.position, snapshot.counts, width, signs_of(snapshot)))


def test_breakpoints_marks_and_checkpoints_stand_behind_their_ops() -> None:
    places = {"stops": (Position(3, "b", 4),), "checkpoints": (Position(3, "f", 5),)}
    snapshot = Snapshot(position=Position(3, "b", 2), counts=(5, 5, 2), **places)  # type: ignore[arg-type]
    assert drawn(snapshot, 60) == "├f▓▓▓▓▏│b▓▓▸●·│u··┤"
    marked = Snapshot(
        position=Position(3, "f", 0), counts=(5, 5, 2), marks=(("here", Position(3, "u", 1)), ("no", Position(2)))
    )
    assert drawn(marked, 60) == "├f▸····│b·····│u◆·┤"


def test_a_breakpoint_covers_a_mark_and_the_cursor_covers_both() -> None:
    at = Position(0, "f", 2)
    other = Snapshot(position=Position(0, "b", 1), counts=(5, 5, 0), marks=(("m", at),), stops=(at,))
    assert drawn(other, 60) == "├f▓●▓▓▓│b▓▸···│u┤"
    here = Snapshot(position=Position(0, "f", 1), counts=(5, 5, 0), marks=(("m", at),), stops=(at,))
    assert drawn(here, 60) == "├f▓▸···│b·····│u┤"


def test_in_a_narrow_strip_a_phase_has_a_share_of_the_cells() -> None:
    snapshot = Snapshot(position=Position(0, "f", 0), counts=(50, 50, 0), stops=(Position(0, "b", 50), Position(0, "f", 25)))
    assert drawn(snapshot, 17) == "├f▸·●··│b····●│u┤"
