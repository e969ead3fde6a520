"""What the faces draw: small frozen pictures of the laboratory.

A Snapshot holds no tensors: states as bytes, a one-line summary per node, and the last lines that were said. Tables of
numbers are asked for by window (`Lab.window`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradlab.axis.position import Position
from gradlab.lab.outcome import Line
from gradlab.op import Shape


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What does not change about a node while it runs; see `Node` for the words.

    expression: the formula with the names put in ("w1 · x1").   step: the scope of a time step within the layer, or "".
    scope: the whole path of scopes that it stands in ("block0.att"), or "".   role: what its op is for, see `op.Role`.
    origin: the place in the program that it was imported from ("train.py:41"), or "".
    """

    index: int
    name: str
    op: str
    title: str
    expression: str
    shape: Shape
    inputs: tuple[int, ...]
    layer: str
    phase: str
    is_leaf: bool
    step: str = ""
    scope: str = ""
    role: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """The numbers of a node in its box.

    value, grad: the number itself of a scalar, else the RMS of the elements. NaN and inf stand for themselves.
    """

    value: float
    grad: float
    partial: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the open question asks for, which no face shows until it is answered.

    what: "value" or "grad" of the node.   element: flat index of the number, None for all of them.
    """

    node: int
    what: str
    element: int | None = None

    def hides(self, node: int, what: str, element: int | None = None) -> bool:
        """Whether this is the value or gradient of an element; of no element: of the node as a whole."""
        return (self.node, self.what) == (node, what) and self.element in (None, element)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The laboratory at one moment.

    version grows with every change. counts: ops of the phases f, b, u. root: where the gradients that are shown come from.
    value_states, grad_states: one `State` byte a node.
    current: the node of the op that was executed last, or -1; following: of the op that `step` would execute, or -1.
    losses: pairs (update, loss), thinned to at most 2,000. curves: the same of everything that is drawn where the loss is not
    all, with its name: the losses of several objectives, and what is recorded; objectives: how many of them are losses, the
    first ones, 0 where there is one loss. lines: what the last action said.
    breakpoints: number and text of each; stops: where they are looked at in this update. watches: number, expression and what
    it gives. checkpoints: positions of this update whose whole state is kept. question: the one that is open, as it was asked,
    or ""; card: its lines on a card; labels: what is typed for each thing that it lets choose from; sign: what stands before
    the line for its answer; way_out: what becomes of it when somebody gives up; hidden: the numbers that it asks for, as far
    as they are those of nodes. constants: the names of what the script keeps. run: what tells this run from one of another
    seed, of another mode, or with other edits.
    """

    version: int = 0
    position: Position = field(default_factory=Position)
    counts: tuple[int, int, int] = (0, 0, 0)
    root: str = ""
    value_states: bytes = b""
    grad_states: bytes = b""
    current: int = -1
    following: int = -1
    focus: int = -1
    mode: str = "train"
    seed: int = 0
    dtype: str = "float64"
    backend: str = "plain"
    losses: tuple[tuple[int, float], ...] = ()
    curves: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = ()
    objectives: int = 0
    lines: tuple[Line, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    marks: tuple[tuple[str, Position], ...] = ()
    breakpoints: tuple[tuple[int, str], ...] = ()
    stops: tuple[Position, ...] = ()
    watches: tuple[tuple[int, str, str], ...] = ()
    checkpoints: tuple[Position, ...] = ()
    question: str = ""
    card: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sign: str = ""
    way_out: str = ""
    hidden: tuple[Hidden, ...] = ()
    constants: tuple[str, ...] = ()
    run: tuple[int, str, int] = (0, "", 0)

    def hides(self, node: int, what: str, element: int | None = None) -> bool:
        """Whether the value or gradient of an element is not to be shown; of no element: of the node as a whole."""
        return any(place.hides(node, what, element) for place in self.hidden)
