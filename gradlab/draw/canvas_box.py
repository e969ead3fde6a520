"""The boxes of the graph: what stands on one, as rows of text with roles. Everything that matters is a sign, a word or a shape.

How to read a box:

    ╭ h ──────────╮  a name, then the op if there is room     ╔ h ══════════╗  the op that was executed last
    │ v  +2.000   │  value                                    ╭┄h┄┄┄┄┄┄┄┄┄┄╮  the op that the next step executes
    │ δ   ·       │  gradient: `·` is not computed yet        ┏▸h ━━━━━━━━━━┓  the node that a person looks at
    ╰──────┬──────╯
    v ~+2.000   stale: made before an edit behind it            δ +0.131 1/2  partial: 1 of 2 readers has sent its part
    v ‹+2.000›  past: belongs to an earlier update              δ   0 ∅       unreached: no way leads to the root
    v rms 0.21  a tensor: the root of the mean square of its elements; its shape stands in the lower border
    δ +0.197 ◂  has just arrived
    δ   ?       a question asks for it
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, prod

from rich.cells import cell_len, set_cell_size

from gradlab.axis.position import State
from gradlab.draw.ink import Row, Run, fit, merge, safe
from gradlab.draw.number import number, sized
from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.lab.snapshot import Brief
from gradlab.op import Shape

SCALAR_WIDTH, SHORT_WIDTH, TENSOR_WIDTH, MOST_WIDTH = 15, 13, 19, 29
BRACKETS, MOST_BRACKETS = 15, 40
"""Cells of `[  v ‹+2.000› ]` without the name and the op, and of all of it at most."""
SMALL = 0.005
"""Scalars below this size may be rounded to `+0.00` where nothing else has room; one that is exactly 0 is `+0`."""
LINE_NAME = 12
LINE_WIDTH = 1 + LINE_NAME + 2 * 14
HEIGHTS = {"box": 4, "short": 3, "line": 1, "bracket": 1, "module": 4, "thin": 2}
MODULES = ("module", "thin", "frame")


@dataclass(frozen=True, slots=True)
class Plate:
    """What does not change on a box.

    note: a word behind the name (the op).
    form: "box", "short" (with the number of the phase only), "line" (one row, no border), "bracket"
    (one row, in ASCII); of a module "module", "thin" (a
    title only) or "frame" (it is unfolded).
    made, figures: what a module is made of, and how large it is.   least, most: columns.   tall: rows of a frame.
    """

    title: str
    note: str
    shape: Shape
    form: str = "box"
    made: str = ""
    figures: str = ""
    least: int = 0
    most: int = MOST_WIDTH
    tall: int = 0

    @property
    def width(self) -> int:
        """The cells that the text wants; the graph may make a box wider for its inputs."""
        if self.form == "line":
            return LINE_WIDTH
        if self.form == "bracket":
            return min(BRACKETS + max(cell_len(self.title) + len(self._behind()), 1), MOST_BRACKETS)
        if self.form in MODULES:
            return max(self.least, min(self._module_width, self.most))
        scalar = SHORT_WIDTH if self.form == "short" else SCALAR_WIDTH
        least = scalar if self.shape == () else max(TENSOR_WIDTH, 2 * cell_len(shape_text(self.shape)) + 5)
        title = cell_len(self.title) + 4
        return min(max(least, title + (title + 1) % 2), MOST_WIDTH)

    @property
    def height(self) -> int:
        """The rows."""
        return self.tall if self.form == "frame" else HEIGHTS[self.form]

    def _behind(self) -> str:
        return f" {self.note}" if self.note else ""

    @property
    def _module_width(self) -> int:
        """The cells that what is said of a module wants."""
        title = cell_len(self.title) + cell_len(self.note) + 12
        shape = cell_len(sizes_text(self.shape)) + 2 if self.shape else 0
        return max(title, cell_len(self.made) + shape + 4, cell_len(self.figures) + 32 if self.figures else 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What changes on a box. brief: None while the numbers are on their way.

    arrived: "v" and "δ" for what has just come.   label: "v" or "δ", the number of the phase.
    """

    value_state: State = State.PENDING
    grad_state: State = State.PENDING
    brief: Brief | None = None
    current: bool = False
    following: bool = False
    focused: bool = False
    arrived: str = ""
    label: str = "v"


def shape_text(shape: Shape) -> str:
    """Return a shape as Python writes it, without spaces: "(32,64)", "(500,)"."""
    inner = ",".join(str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def sizes_text(shape: Shape) -> str:
    """Return a shape as a person writes it: "2 x 16 x 32"."""
    return " x ".join(map(str, shape))


def box_rows(plate: Plate, reading: Reading, width: int, exit_at: int, arrivals: Iterable[int]) -> tuple[Row, ...]:
    """Return the rows of a box. exit_at, arrivals: the cells of the borders where lines leave and enter; -1 for none."""
    if plate.form == "bracket":
        return (_bracketed(plate, reading, width),)
    if plate.form == "line":
        return (_one_line(plate, reading, width),)
    frame, role = frame_of(reading), role_of(reading)
    labels = (reading.label,) if plate.form == "short" else ("v", "δ")
    inner = [amount(label, reading, plate, width - 3) for label in labels]
    sides = [merge_cells((frame.side + " ", role), *line, (frame.side, role)) for line in inner]
    return (_top(plate, reading, frame, width, arrivals), *sides, bottom(plate, frame, role, width, exit_at))


@dataclass(frozen=True, slots=True)
class Border:
    """The characters of a border: corners, lines, and where lines enter and leave."""

    corners: str
    flat: str
    side: str
    enter: str
    leave: str


_LIGHT = Border("╭╮╰╯", "─", "│", "┴", "┬")
_NEXT = Border("╭╮╰╯", "┄", "┊", "┴", "┬")
_DOUBLE = Border("╔╗╚╝", "═", "║", "╧", "╤")
_HEAVY = Border("┏┓┗┛", "━", "┃", "┷", "┯")


def frame_of(reading: Reading) -> Border:
    """Return the border of a box."""
    if reading.current:
        return _DOUBLE
    if reading.focused:
        return _HEAVY
    return _NEXT if reading.following else _LIGHT


def role_of(reading: Reading) -> str:
    """Return the role of a border."""
    if reading.current:
        return "here"
    return "strong" if reading.focused else "key" if reading.following else "dim"


def _top(plate: Plate, reading: Reading, frame: Border, width: int, arrivals: Iterable[int]) -> Row:
    border = [frame.flat] * (width - 2)
    for column in arrivals:
        border[column - 1] = frame.enter
    title, note = name_of(plate, width)
    used = cell_len(title) + cell_len(note) + 2
    role = role_of(reading)
    name = (title, "title" if reading.focused else "strong")
    mark = ("▸", "cursor") if reading.focused else (" ", role)
    rest = " " + "".join(border[used:]) + frame.corners[1]
    return merge_cells((frame.corners[0], role), mark, name, (note, "dim"), (rest, role))


def name_of(plate: Plate, width: int) -> tuple[str, str]:
    """Return the name as it fits into the upper border of a box, and the word behind it, with a space, if there is room."""
    room = width - 4
    title = _cut(safe(plate.title), room)
    note = safe(plate.note)
    return title, f" {note}" if note and cell_len(title) + 1 + cell_len(note) <= room else ""


def bottom(plate: Plate, frame: Border, role: str, width: int, exit_at: int) -> Row:
    """Return the lower border of a box, with its shape in it."""
    border = [frame.flat] * (width - 2)
    if exit_at > 0:
        border[exit_at - 1] = frame.leave
    text = shape_text(plate.shape) if plate.shape != () and plate.form not in MODULES else ""
    start = _free(width - 2, exit_at - 1, len(text))
    border[start : start + len(text)] = list(text)[: width - 2 - start]
    return ((frame.corners[2] + "".join(border) + frame.corners[3], role),)


def _free(room: int, taken: int, size: int) -> int:
    """Return where a text of a size may begin in a border without covering the cell where the line leaves."""
    if taken < 0 or size + 1 <= taken:
        return 1
    return max(room - size - 1, taken + 1) if room - size - 1 > taken else max(0, room - size)


def _cut(text: str, room: int) -> str:
    """Return the end of a name that is too long: it says more than the beginning."""
    if cell_len(text) <= room:
        return text
    kept = text[-(room - 1) :]
    return "…" + set_cell_size(kept, min(room - 1, cell_len(kept))).rstrip()


def _one_line(plate: Plate, reading: Reading, width: int) -> Row:
    mark = "▸" if reading.focused else "║" if reading.current else "┊" if reading.following else "▏"
    name = fit(_cut(safe(plate.title), LINE_NAME - 1), LINE_NAME)
    half = (width - 1 - LINE_NAME) // 2
    value, delta = amount("v", reading, plate, half), amount("δ", reading, plate, half)
    rest = width - 1 - LINE_NAME - 2 * half
    return merge_cells(
        (mark, role_of(reading)), (name, "title" if reading.focused else "strong"), *value, *delta, (" " * rest, "")
    )


def _bracketed(plate: Plate, reading: Reading, width: int) -> Row:
    """Return `[ b mul v +6.000 ]`: `{ }` stands around what was executed last, `( )` around what comes next, `>` at the chosen.

    The number is the gradient once some of it has come, until then the value.
    """
    left, right = "{}" if reading.current else "()" if reading.following else "[]"
    sent = reading.grad_state in (State.PARTIAL, State.FINAL)
    label, state = ("δ", reading.grad_state) if sent else ("v", reading.value_state)
    numbers = amount_row(label, state, reading, plate, BRACKETS - 4)
    room = width - BRACKETS
    title = _cut(safe(plate.title), room)
    note = f" {safe(plate.note)}" if plate.note and cell_len(title) + 1 + cell_len(plate.note) <= room else ""
    mark, role = (">", "cursor") if reading.focused else (" ", ""), role_of(reading)
    name = ((title, "title" if reading.focused else "strong"), (fit(note, room - cell_len(title)), "dim"))
    return merge_cells((left, role), mark, *name, (" ", ""), *numbers, (right, role))


EMPTY = (" ", " empty", "", "dim")
"""What stands in a box that has no numbers."""


def amount(label: str, reading: Reading, plate: Plate, room: int) -> Row:
    """Return the value of a box ("v") or its gradient ("δ") in exactly `room` cells."""
    state = reading.value_state if label == "v" else reading.grad_state
    return amount_row(label, state, reading, plate, room)


def amount_row(label: str, state: State, reading: Reading, plate: Plate, room: int) -> Row:
    """Return a value, `v  +2.000`, or a gradient, `δ  +0.131`, in exactly `room` cells. label: "v" or "δ"."""
    mark = "◂" if label in reading.arrived else " "
    head = label if state == State.PARTIAL and room <= SHORT_WIDTH - 3 else f"{label} "
    left = room - len(head) - 1
    numbers = prod(plate.shape)
    before, value, behind, role = _words(label, state, reading, numbers == 1, left) if numbers else EMPTY
    text = fit(f"{before}{value}{behind}", left)
    return merge_cells((head, "value" if label == "v" else "delta"), (text, role), (mark, "here"))


def _words(label: str, state: State, reading: Reading, single: bool, room: int) -> tuple[str, str, str, str]:
    """Return the sign of the state before the number, the number, the sign behind it, and the role of all."""
    if state == State.PENDING:
        return " ", " ·", "", "dim"
    if reading.brief is None:
        return " ", " 0 ∅" if state == State.UNREACHED else " …", "", "dim"
    amount = reading.brief.value if label == "v" else reading.brief.grad
    if is_unseen(amount):
        return " ", f" {HIDDEN}", "", "key"
    if state == State.UNREACHED:
        return " ", " 0 ∅", "", "dim"
    role = "bad" if not isfinite(amount) else "" if not single else "negative" if amount < 0 else "positive"
    if state == State.PARTIAL:
        behind = f" {reading.brief.partial[0]}/{reading.brief.partial[1]}"
        return "", _amount(amount, single, room - len(behind)), behind, role
    if state == State.STALE:
        return "~", _amount(amount, single, room - 1), "", "warn"
    if state == State.PAST:
        return "‹", _amount(amount, single, room - 2), "›", "off"
    return " ", _amount(amount, single, room - 1), "", role


def _amount(amount: float, single: bool, room: int) -> str:
    """Return a scalar with its sign, or a tensor's root mean square with the word `rms`, in so many cells, or `…`."""
    if not single:
        sizes = [*(sized(amount, digits) for digits in (3, 2, 1)), f"{amount:.0e}"]
        return next((text for text in (*(f"rms {size}" for size in sizes), *sizes) if len(text) <= room), "…")
    short = f"{amount:+.0e}".replace("e-0", "e-").replace("e+0", "e+")
    rounded = [f"{amount:+.2f}"] if abs(amount) < SMALL else []
    texts = (*(number(amount, digits) for digits in (4, 3, 2, 1)), short, *rounded)
    return next((text for text in texts if len(text) <= room), "…")


def merge_cells(*runs: Run) -> Row:
    """Return the runs with neighbours of one role joined; unlike `merge` it keeps the space at the end."""
    joined = merge([*runs, ("│", "\0")])
    return joined[:-1]
