"""What a run sets above the head of a document and above its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradlab.op import Array
from gradlab.scenario.bounds import MAX_MEMORY


@dataclass(frozen=True, slots=True)
class Change:
    """What is set, and to what, as they were written. place: where in the file, or "" for everywhere."""

    name: str
    text: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.name}{'@' if self.place else ''}{self.place}={self.text}"

    def said(self, where: str) -> str:
        """Return it as a person reads it. where: what stands at its place, `h.1`; "" where it has none."""
        return f"{self.name}{'=' if self.name else ''}{self.text}{' at ' if where else ''}{where}"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What stands above the head of a document.

    data: arrays for inputs, by name.   memory: bytes that values and gradients may take.
    archives: arrays that stand for the files of `npz`, by the names of the files and of the arrays.
    split: "" for the model as it is written, "test" for the held-out data as one batch.
    changes: arguments, variables and calls that are something else; see `gradlab.scenario.changes`.
    """

    seed: int | None = None
    dtype: str | None = None
    mode: str | None = None
    data: Mapping[str, Array] = field(default_factory=dict)
    memory: int = MAX_MEMORY
    split: str = ""
    changes: tuple[Change, ...] = ()
    archives: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
