"""Draws what is dirty, and no more.

Textual takes the rectangle around all that is dirty, which a header and a footer make as large as the screen, and goes
through every line of every widget in it: two thirds of the time of a key. Here a widget is asked for a line only if a dirty
part of that line is its own, and lies open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from inspect import signature
from itertools import groupby, pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Span = tuple[int, int, int]
"""A line, and from where to where."""
Chops = list[dict[int, Strip | None]]
"""By line: the strip that begins in each cell where one widget may end and another begin, None where nothing is drawn."""


REPLACED = ("render_partial_update", "_regions_to_spans", "_dirty_regions", "cuts", "visible_widgets")
"""What a compositor must have, to be replaced by the one here."""
UPDATE = ["chops", "spans", "chop_ends"]
"""What an update is made of."""


def is_known(compositor: object) -> bool:
    """Return whether a screen's compositor is one that this module can stand in for."""
    made_of = list(signature(ChopsUpdate).parameters)
    return type(compositor) is Compositor and made_of == UPDATE and all(hasattr(compositor, name) for name in REPLACED)


class SparingCompositor(Compositor):
    """A compositor whose partial updates cost what they change."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return an update of what is dirty, or None when nothing is."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        return ChopsUpdate(self.chops_of(spans), spans, [line[1:] for line in self.cuts])

    def chops_of(self, spans: Sequence[Span]) -> Chops:
        """Return the strips of all widgets that have something to show in the spans."""
        cuts = self.cuts
        dirty: dict[int, list[tuple[int, int]]] = {}
        for y, first, last in spans:
            dirty.setdefault(y, []).append((first, last))
        chops: Chops = [dict.fromkeys(line[:-1]) for line in cuts]
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            lines = [y for y in shown.line_range if y in dirty and _open(chops[y], cuts[y], dirty[y], shown)]
            for first, last in runs(lines):
                part = Region(shown.x - region.x, first - region.y, shown.width, last - first + 1)
                for y, strip in enumerate(widget.render_lines(part), first):
                    _fill(chops[y], cuts[y], strip, shown)
        return chops


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Return the first and the last of every run of numbers without a gap; the numbers rise."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        yield run[0], run[-1]


def _open(line: dict[int, Strip | None], cuts: Sequence[int], dirty: Sequence[tuple[int, int]], shown: Region) -> bool:
    """Whether a widget that is shown there has a dirty part of the line which no widget before it has filled."""
    left, right = shown.column_span
    for cut, end in pairwise(cuts):
        if left <= cut < right and line[cut] is None and any(first < end and last > cut for first, last in dirty):
            return True
    return False


def _fill(line: dict[int, Strip | None], cuts: Sequence[int], strip: Strip, shown: Region) -> None:
    """Put the pieces of a strip where nothing is yet: widgets come from front to back."""
    left, right = shown.column_span
    own = [cut for cut in cuts if left <= cut <= right]
    if len(own) == 2 and strip.cell_length == right - left:
        line[left] = strip if line[left] is None else line[left]
        return
    for cut, piece in zip(own, strip.divide([cut - left for cut in own[1:]]), strict=False):
        if line[cut] is None:
            line[cut] = piece
