"""The boxes of modules: folded, with what they are made of, or unfolded, a frame around what stands in it.

╭▸▸ embed ─────────────────────────────────────────╮     ╭─ block1 ───┼─────────── enter folds ─╮
│ gather 10 → 32, add                 2 x 16 x 32  │     │   what stands in it                  │
│ v rms 0.926   δ rms 0.0060        832 n, 2 ops   │     ╰────────────┼─────────────────────────╯
╰───────┬──────────────────────────────────────────╯     ┼ a line goes on in it, ┴ ends at its border, ┬ leaves it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from gradlab.draw.canvas_box import (
    MODULES,
    Border,
    Plate,
    Reading,
    amount,
    bottom,
    box_rows,
    frame_of,
    merge_cells,
    role_of,
    sizes_text,
)
from gradlab.draw.ink import Row, fit, fit_right, safe

FOLDED = "▸▸ "
HINT = " enter folds "
AMOUNT = 14
_CROSSED = {"─": "┼", "┄": "┼", "═": "╪", "━": "┿"}


def face_rows(
    plate: Plate, reading: Reading, width: int, exit_at: int, arrivals: Iterable[int], feet: Sequence[int] = ()
) -> tuple[Row, ...]:
    """Return the rows of a box; of a frame its upper border, a side, and its lower border.

    exit_at, arrivals: the cells of the borders where lines leave and enter; -1 for none.   feet: those where lines come to the
    lower border of a frame from within.
    """
    if plate.form not in MODULES:
        return box_rows(plate, reading, width, exit_at, arrivals)
    frame, role = frame_of(reading), role_of(reading)
    if plate.form == "frame":
        upper = _upper(plate, reading, width, tuple(arrivals))
        return upper, ((frame.side, role),), ((_lower(frame, width, exit_at, feet), role),)
    top, foot = _title(plate, reading, width, tuple(arrivals)), bottom(plate, frame, role, width, exit_at)
    if plate.form == "thin":
        return top, foot
    rows = (_made(plate, width - 4), _numbers(plate, reading, width - 4))
    return (top, *(merge_cells((frame.side + " ", role), *line, (" " + frame.side, role)) for line in rows), foot)


def _title(plate: Plate, reading: Reading, width: int, arrivals: Sequence[int]) -> Row:
    """Return the upper border of a folded module."""
    frame, role = frame_of(reading), role_of(reading)
    border = [frame.flat] * (width - 2)
    for column in arrivals:
        border[column - 1] = frame.enter
    name = safe(plate.title)[: max(1, width - 7)]
    note = f" {2 * frame.flat} {safe(plate.note)}" if plate.note else ""
    note = note if cell_len(name) + cell_len(note) + 7 <= width else ""
    used = cell_len(FOLDED) + cell_len(name) + cell_len(note) + 1
    mark = (FOLDED, "here" if reading.focused else role)
    rest = " " + "".join(border[used:]) + frame.corners[1]
    return merge_cells(
        (frame.corners[0], role), mark, (name, "title" if reading.focused else "strong"), (note, role), (rest, role)
    )


def _made(plate: Plate, room: int) -> Row:
    shape = sizes_text(plate.shape) if plate.shape else ""
    left = room - cell_len(shape) - (2 if shape else 0)
    return merge_cells((fit(safe(plate.made), left), ""), (fit_right(shape, room - left), "dim"))


def _numbers(plate: Plate, reading: Reading, room: int) -> Row:
    """Return value and gradient of what leaves a module, and how large it is; with little room only the number of the phase."""
    both = 2 * AMOUNT + cell_len(plate.figures) <= room
    shown = [cell for label in ("v", "δ") if both or label == reading.label for cell in amount(label, reading, plate, AMOUNT)]
    left = room - (2 * AMOUNT if both else AMOUNT)
    return merge_cells(*shown, (fit_right(plate.figures, max(0, left)), "dim"))


def _upper(plate: Plate, reading: Reading, width: int, arrivals: Sequence[int]) -> Row:
    """Return the upper border of a frame: its name where no line enters."""
    frame, role = frame_of(reading), role_of(reading)
    border = [frame.flat] * (width - 2)
    for column in arrivals:
        border[column - 1] = _CROSSED[frame.flat]
    name = f" {safe(plate.title)} "
    mark = ("▸" if reading.focused else frame.flat) + name
    taken = sorted(column - 1 for column in arrivals)
    start = _room_for(cell_len(mark), width - 2, taken)
    if start < 0:
        return ((frame.corners[0] + "".join(border) + frame.corners[1], role),)
    end = start + cell_len(mark)
    if reading.focused and end + 1 + len(HINT) < width - 2 and not any(width - 3 - len(HINT) <= c for c in taken):
        border[width - 3 - len(HINT) : width - 3] = HINT
    before, behind = "".join(border[:start]), "".join(border[end:])
    title = "title" if reading.focused else "strong"
    return merge_cells((frame.corners[0] + before, role), (mark, title), (behind + frame.corners[1], role))


def _room_for(size: int, room: int, taken: Sequence[int]) -> int:
    """Return where a text may begin in a border without covering the cells that are taken, or -1."""
    for start in (0, *(column + 1 for column in taken)):
        if start + size <= room and not any(start <= column < start + size for column in taken):
            return start
    return -1


def _lower(frame: Border, width: int, exit_at: int, feet: Sequence[int]) -> str:
    """Return the lower border of a frame."""
    border = [frame.flat] * (width - 2)
    for column in feet:
        border[column - 1] = frame.enter
    if exit_at > 0:
        border[exit_at - 1] = _CROSSED[frame.flat] if exit_at in feet else frame.leave
    return frame.corners[2] + "".join(border) + frame.corners[3]
