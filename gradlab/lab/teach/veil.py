"""What an open question hides, taken out of all that leaves the session: numbers, tables, texts.

A number that the question asks for is hidden where it stands (the node's value or gradient, or one element of it). So is what
is made of it alone, and whatever else has its three digits: in a formula, a ledger, a layer's statistics, a line of text. A
whole number is likely to be another one: it is hidden where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from gradlab.lab.hidden import UNSEEN, is_unseen
from gradlab.lab.outcome import Line
from gradlab.lab.snapshot import Brief, Hidden, Snapshot
from gradlab.lab.teach.alike import alike, equal, reads_alike
from gradlab.lab.teach.secret import masked
from gradlab.lab.why.touches import Touches
from gradlab.op import Array
from gradlab.train.histogram import Histogram

if TYPE_CHECKING:
    from gradlab.graph.gradcheck import Verdict
    from gradlab.lab.search.landmarks import Landmarks
    from gradlab.lab.views import TensorWindow
    from gradlab.lab.why.checking import Nudge
    from gradlab.lab.why.ledger import Ledger, LedgerRow
    from gradlab.lab.why.paths import Paths

T = TypeVar("T")
Flags = npt.NDArray[np.bool_]
OPEN = ("right", "wrong")
"""Lines about an answer: they tell the number that was given, and the hidden one only when it is hidden no more."""
ASKED = "a question asks for one of these numbers: what moves which is not shown until it is answered"
TRIVIAL = (0.0, 1.0, -1.0)
"""Numbers that come up everywhere: they are hidden only where the question points at."""


@dataclass(frozen=True)
class Veil:
    """What is hidden.

    places: the numbers that the question asks for, as far as they are those of nodes.   secrets: the hidden numbers.
    sizes: of single numbers their sizes, which are the RMS of a layer of one unit and tell the number but for its sign.
    """

    places: tuple[Hidden, ...]
    secrets: tuple[float, ...]
    sizes: tuple[float, ...] = ()

    def hides(self, node: int, what: str, element: int | None = None) -> bool:
        """Whether the value or gradient of an element is hidden; of no element: of the node as a whole."""
        return any(place.hides(node, what, element) for place in self.places)

    def touches(self, node: int, what: str) -> bool:
        """Whether any number of a value or gradient is hidden."""
        return any((place.node, place.what) == (node, what) for place in self.places)

    def layers(self, thing: T) -> T:
        """Return numbers of layers without the hidden ones and their sizes."""
        return replace(self, secrets=(*self.secrets, *self.sizes)).of(thing)

    @cached_property
    def _found(self) -> tuple[float, ...]:
        return tuple(number for number in self.secrets if isfinite(number) and number not in TRIVIAL)

    def number(self, value: float) -> float:
        """Return a number, or `UNSEEN` where it is a hidden one."""
        if is_unseen(value) or not isfinite(value):
            return value
        return UNSEEN if any(reads_alike(value, secret) for secret in self._found) else value

    def text(self, text: str) -> str:
        """Return a text with `?` for each hidden number."""
        return masked(text, self.secrets)

    def of(self, thing: T) -> T:
        """Return anything without the hidden numbers in it: numbers, texts, arrays, tuples, mappings, frozen dataclasses."""
        found: Any = thing
        if isinstance(thing, Histogram):  # counts are no numbers of the run, and its ends are drawn with two digits
            return thing
        if isinstance(thing, Line) and thing.kind in OPEN:
            return thing
        if isinstance(thing, float):
            found = self.number(thing)
        elif isinstance(thing, str):
            found = self.text(thing)
        elif isinstance(thing, np.ndarray) and thing.dtype.kind == "f":
            found = self._array(thing)
        elif isinstance(thing, tuple) and not hasattr(thing, "_fields"):
            found = type(thing)(map(self.of, thing))
        elif isinstance(thing, Mapping):
            found = {key: self.of(value) for key, value in thing.items()}
        elif is_dataclass(thing) and not isinstance(thing, type):
            given = {field.name: getattr(thing, field.name) for field in fields(thing) if field.init}
            found = replace(thing, **{name: self.of(value) for name, value in given.items()})
        return found  # type: ignore[no-any-return]

    def _array(self, array: Any) -> Any:
        hit = alike(array, self._found)
        return np.where(hit, np.nan, array) if hit.any() else array

    @cached_property
    def _elsewhere(self) -> tuple[float, ...]:
        """The numbers that boxes and tables of other nodes hide, too; a whole one is likely to be another number there."""
        return tuple(number for number in self._found if not number.is_integer())

    def array(self, found: Array) -> Array:
        """Return a value or gradient of another node with NaN for the hidden numbers."""
        return np.where(equal(found, self._elsewhere), np.nan, found)

    def mask(self, node: int, what: str, array: Array) -> Flags:
        """Return which numbers are hidden of a value or gradient; of node -1, of numbers that were worked out."""
        hit: Flags = alike(array, self._elsewhere)
        for place in (one for one in self.places if (one.node, one.what) == (node, what)):
            hit.reshape(-1)[slice(None) if place.element is None else place.element] = True
        return hit

    def briefs(self, indexes: Sequence[int], found: Iterable[Brief]) -> list[Brief]:
        """Return the numbers of boxes, without those that are hidden."""
        return [
            replace(one, value=self._boxed(node, "value", one.value), grad=self._boxed(node, "grad", one.grad))
            for node, one in zip(indexes, found, strict=True)
        ]

    def _boxed(self, node: int, what: str, number: float) -> float:
        return UNSEEN if self.hides(node, what) or bool(alike(np.asarray(number), self._elsewhere)) else number

    def snapshot(self, found: Snapshot) -> Snapshot:
        """Return a snapshot without the hidden numbers among its losses, lines and watches."""
        watches = tuple((number, text, self.text(f"= {told}").removeprefix("= ")) for number, text, told in found.watches)
        curves = self.of(found.curves)
        return replace(found, losses=self.of(found.losses), curves=curves, lines=self.of(found.lines), watches=watches)

    def landmarks(self, found: Landmarks) -> Landmarks:
        """Return landmarks without the hidden numbers; behind a watch a whole number counts as well."""
        watches = (replace(one, told=self.text(f"= {one.told}").removeprefix("= ")) for one in found.watches)
        return self.of(replace(found, watches=tuple(watches)))

    def window(self, node: int, what: str, found: TensorWindow) -> TensorWindow:
        """Return a part of a table with NaN in the hidden places, and where they are."""
        if self.hides(node, what):
            return replace(found, array=np.full_like(found.array, np.nan), hidden="all")
        hit = alike(found.array, self._elsewhere)
        for place in (one for one in self.places if (one.node, one.what) == (node, what)):
            row, column = divmod(place.element or 0, max(1, found.total_cols))
            down, right = row - found.row0, column - found.col0
            if 0 <= down < hit.shape[0] and 0 <= right < hit.shape[1]:
                hit[down, right] = True
        places = frozenset((found.row0 + int(down), found.col0 + int(right)) for down, right in np.argwhere(hit))
        return replace(found, array=np.where(hit, np.nan, found.array), hidden=places)

    def ledger(self, found: Ledger) -> Ledger:
        """Return a ledger without the hidden numbers: of a hidden gradient there are factors, and no products and no sum."""
        secret = self.hides(found.node, "grad", found.element)
        rows = tuple(self._row(row, secret) for row in found.rows)
        if not secret:
            return self.of(replace(found, rows=rows))
        groups = tuple(replace(group, part=UNSEEN, share=nan, magnitude=UNSEEN) for group in found.groups)
        return self.of(replace(found, rows=rows, groups=groups, total=UNSEEN, other=UNSEEN, magnitude=UNSEEN))

    def touched(self, found: Touches) -> Touches:
        """Return what touches what; where one of the numbers is asked for, nothing is told."""
        if any(place.node in found.nodes for place in self.places):
            return replace(found, by_node={}, note=ASKED)
        shown = {
            node: replace(one, derivatives=np.where(alike(one.derivatives, self._elsewhere), UNSEEN, one.derivatives))
            for node, one in found.by_node.items()
        }
        return replace(found, by_node=shown)

    def _row(self, row: LedgerRow, secret: bool) -> LedgerRow:
        if self.hides(row.consumer, "grad", row.place):
            return replace(row, upstream=UNSEEN, part=UNSEEN, share=nan)
        return replace(row, part=UNSEEN, share=nan) if secret else row

    def verdicts(self, found: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """Return what a check says without the hidden numbers, however it came by them."""
        return tuple(
            replace(one, analytic=UNSEEN, numeric=UNSEEN) if self.touches(one.node, "grad") else self.of(one) for one in found
        )

    def nudge(self, node: int, element: int, found: Nudge) -> Nudge:
        """Return a nudge without the hidden numbers: the prediction is the gradient of what is nudged, times the nudge."""
        return self.of(replace(found, predicted=UNSEEN) if self.hides(node, "grad", element) else found)

    def paths(self, found: Paths) -> Paths:
        """Return the ways of a gradient without the hidden numbers."""
        if not self.touches(found.node, "grad"):
            return self.of(found)
        ways = tuple(replace(way, part=UNSEEN, share=nan) for way in found.ways)
        return self.of(replace(found, ways=ways, total=UNSEEN, sum=UNSEEN))
