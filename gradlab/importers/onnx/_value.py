"""A value of a graph of ONNX while the graph is walked: what is known of it, and what it became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradlab.importers.onnx._graph import Kind, OnnxNode
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.op import Array, Shape


@dataclass(eq=False, slots=True)
class OnnxValue:
    """A value by its name in ONNX.

    kind: the type of its elements.   array: its numbers, where they are known: of the file, or of the data.
    fixed: whether they are the same for all data.   learned: whether it is made of what training changes.
    made: the node that gives it, and what that reads, so that its numbers can be computed when they are asked for.
    step: what it is in the scenario, when something read it there.   lost: why it is nothing there.
    """

    name: str
    kind: Kind
    shape: Shape
    array: Array | None = None
    fixed: bool = False
    learned: bool = False
    made: tuple[OnnxNode, Sequence[OnnxValue | None], int] | None = None
    step: OnnxStep | None = None
    lost: str = ""
    items: list[OnnxValue] | None = None
    """What stands in it, where it is a sequence."""
    small: str = ""
    """Its type in ONNX, where NumPy has none for it."""
    given: bool = False
    """Whether it is an input of the model."""
    apart: dict[str, OnnxStep] = field(default_factory=dict)
    """What it is for each of the layers, and as a statistic, where its numbers are the same by chance: see `is_even`."""

    @property
    def is_even(self) -> bool:
        """Whether it is a list of one number, with which weights begin: exporters keep all that are equal once."""
        flat = self.array
        return flat is not None and flat.ndim == 1 and flat.size > 1 and bool((flat == flat[0]).all())
