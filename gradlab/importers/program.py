"""A program of another framework as its importer hands it on: leaves with arrays, calls of our ops, and what is made small.

`gradlab.importers.writing` makes a scenario of it. Items stand in an order in which they can be computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from gradlab.op import Array

Kind = Literal["parameter", "input", "target", "constant"]


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A line of a person's program. function: the `autograd.Function` that it is a part of, or ""."""

    file: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}{f' in {self.function}' if self.function else ''}"

    @property
    def alone(self) -> ProgramLine:
        """The line without the function."""
        return ProgramLine(self.file, self.line)


def package_path(file: str) -> str:
    """Return where a file stands among the installed packages, `torchvision/models/resnet.py`; "" for one that is in none."""
    found = re.split(r"[/\\\\](?:site|dist)-packages[/\\\\]", file)
    return found[-1].replace("\\", "/") if len(found) > 1 else ""


@dataclass(slots=True, eq=False, kw_only=True)
class Item:
    """What all that stands in a program has.

    name: what it is called in its scope; of a call a hint, "" for the name of its op.   scope: the modules it stands in, with
    dots between them ("net.layer1.0"), or "".   place: the line that made it.   remark: what a reader is told beside it.
    """

    name: str = ""
    scope: str = ""
    place: ProgramLine | None = None
    remark: str = ""


@dataclass(slots=True, eq=False, kw_only=True)
class Leaf(Item):
    """An array. key: its name in the framework (`fc1.weight`), by which the archive has it, or ""."""

    kind: Kind
    array: Array
    key: str = ""


@dataclass(slots=True, eq=False, kw_only=True)
class Running(Item):
    """A statistic that every update moves a part, `rate`, of the way to scale · what it follows. array: what it begins with."""

    of: OpCall
    array: Array
    rate: float
    scale: float = 1.0
    key: str = ""


@dataclass(slots=True, eq=False, kw_only=True)
class OpCall(Item):
    """A call of an op by its word. inputs: items and numbers; of an op that takes a list of them the items of the list.

    attrs: by name; for `index` the key, for `einsum` the subscripts.
    """

    op: str
    inputs: Sequence[Operand]
    attrs: Mapping[str, Any] = field(default_factory=dict)


Operand: TypeAlias = Item | float
"""What an op is given: an item, or a number that is written where it is used."""


@dataclass(frozen=True, slots=True)
class OptimizerGroup:
    """Parameters that one optimizer moves. optimizer: its word.   hyper: its numbers.   l2: weight of squared parameters."""

    params: tuple[Leaf, ...]
    optimizer: str
    hyper: Mapping[str, float]
    l2: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What the framework has for an item.

    told: how it is called there.   array: None where the framework could not say.   gradient: whether it is its gradient.
    """

    item: Item
    told: str
    array: Array | None
    gradient: bool = False


@dataclass(slots=True, eq=False)
class Program:
    """A whole program.

    root: the item that is made small, or None.   prefix: the outermost scope of the model, which its names may leave out.
    groups: how training moves the parameters; those in none do not move.   steps: optimizer steps made before.
    state: arrays of the optimizer for parameters, by the name it gives them (`m`, `v`).   notes: what a reader has to know.
    expected: gives what the framework itself has, values in forward order before gradients in backward order, or None.
    by: what computes that.
    """

    title: str
    dtype: str
    prefix: str = ""
    mode: str = "train"
    items: list[Item] = field(default_factory=list)
    root: Item | None = None
    groups: tuple[OptimizerGroup, ...] = ()
    steps: int = 0
    state: dict[tuple[Leaf, str], Array] = field(default_factory=dict)
    clip: float | None = None
    notes: list[str] = field(default_factory=list)
    expected: Callable[[], Iterator[Expected]] | None = None
    by: str = ""

    def add(self, item: Item) -> Item:
        """Append an item and return it."""
        self.items.append(item)
        return item
