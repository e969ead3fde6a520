"""A change that may help, as a rule writes it: edits of the model, as data. `trial` applies and tries them.

Texts are of the model language; `{}` in one stands for what is there. A node stands for the call that made it; of the nodes of
a library layer any one stands for the call of the layer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """Give an argument in a call, written there or not: `Argument("scale", '"standard"', node)`.

    node: of the call; -1 for each call that has or takes such an argument, and for a variable of that name.
    """

    name: str
    value: str
    node: int = -1


@dataclass(frozen=True, slots=True)
class Swap:
    """Put another word in the place of the op or layer of a call: `Swap("tanh", node)`. It keeps the arguments it takes."""

    word: str
    node: int


@dataclass(frozen=True, slots=True)
class Wrap:
    """Put an expression around a node where it is made: `Wrap("batch_norm({})", node)`."""

    around: str
    node: int


@dataclass(frozen=True, slots=True)
class Unwrap:
    """Take a call away, and leave its first argument: `softmax(x)` becomes `x`."""

    node: int


@dataclass(frozen=True, slots=True)
class Hyper:
    """Change a number of the optimizer, or all of it: `Hyper("lr", "{} * 0.1")`, `Hyper("clip", "clip_norm(1.0)")`.

    name: a hyperparameter, an argument of `minimize`, or `optimizer` for the whole.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Length:
    """Train so many times as long."""

    factor: float


Edit = Argument | Swap | Wrap | Unwrap | Hyper | Length


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that may help. text: what a person reads, as an imperative ("start the weights with `he`").

    edits: all of it, in order; none where it can only be said ("collect more data").
    rates: whether it changes a scale, so that it is tried with the learning rate times 1, 10 and 0.1.
    """

    text: str
    edits: tuple[Edit, ...] = ()
    rates: bool = False
