"""One number a layer on a logarithmic axis: the gradient, the width of the signal, or the step of the update.

`delta` is the RMS of the gradient at each layer (without a word it is this one), `std` the standard deviation of what leaves
it, `update` the size of the last step beside the size of the weights. The input is above, the output below.

The faint bar below each is that of the other ladder: of the other run, after a `compare`, else of when the plot was opened. A
ladder that falls from the output up to the input is a gradient that vanishes.

    plot ladder
    plot ladder std
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, log10
from typing import TYPE_CHECKING, Any

from gradlab.axis.environment import NotReady
from gradlab.draw.bars import bar
from gradlab.draw.ink import Goal, Linked, Row, fit, row
from gradlab.draw.number import PENDING, number
from gradlab.draw.plots._plot import NOWHERE, Paper, Picture, Place, Spot, plot_kind
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, choice
from gradlab.lab.hidden import is_unseen
from gradlab.lab.snapshot import NodeInfo

if TYPE_CHECKING:
    from gradlab.session import Lab
    from gradlab.train.statistics import LayerStats

FIGURE = 10
Sizes = tuple[float | None, ...]


def _std(layer: LayerStats) -> float | None:
    return None if layer.activations is None else layer.activations.numbers["std"]


def _update(layer: LayerStats) -> float | None:
    return layer.ratio if layer.ratio is None or is_unseen(layer.ratio) else 10.0**layer.ratio


QUANTITIES: Mapping[str, tuple[str, Callable[[LayerStats], float | None]]] = {
    "delta": ("RMS of the gradient", lambda layer: layer.delta),
    "std": ("standard deviation of what leaves each layer", _std),
    "update": ("size of the last step / size of the weights", _update),
}


@dataclass(frozen=True, slots=True, eq=False)
class LadderPicture(Picture):
    """A rung a layer. sizes: None where there is none yet.   other: those of another ladder, and what that is, or "".

    goals: where each layer leads.
    """

    quantity: str
    names: tuple[str, ...]
    sizes: Sizes
    goals: tuple[Goal, ...]
    other: Sizes = ()
    beside: str = ""
    position: str = ""

    @property
    def size(self) -> Place:
        """A row is a layer."""
        return len(self.names), 1

    def spot(self, place: Place) -> Spot:
        """Return a layer."""
        k = place[0]
        beside = f"   {self.beside} {_told(self.other[k])}" if self.beside else ""
        return Spot(f"{self.names[k]}   {QUANTITIES[self.quantity][0]} {_told(self.sizes[k])}{beside}", self.goals[k])


def _told(size: float | None) -> str:
    return PENDING if size is None else number(size, 4).removeprefix("+")


def read(words: Words) -> str:
    """Read `[delta|std|update]`. Raises ScenarioError."""
    return choice(*QUANTITIES)(words) if words.text else "delta"


def ask(lab: Lab, wanted: str, paper: Paper) -> LadderPicture:
    """Return the ladder. Raises ActionError where no layer has a rung."""
    title, size = QUANTITIES[wanted]
    layers = lab.stats()
    if not layers:
        raise ActionError('there are no layers: they come with `with layer("h0")`, `def` and the words of the library')
    sizes = tuple(size(layer) for layer in layers)
    if all(one is None for one in sizes):
        raise NotReady(f"no layer has this yet at {lab.position}: {_needed(wanted)}")
    names = tuple(layer.name for layer in layers)
    at = lab.position
    past = wanted != "std" and at.phase == "f" and lab.run.has_past
    notes = (f"past, of update {at.update - 1}",) if past else ()
    found = LadderPicture(f"{title}, log axis", notes, wanted, names, sizes, _goals(lab, names), position=str(at))
    compared = lab.compared
    if compared is None:
        return found
    others = {layer.name: size(layer) for layer in compared.layers[1]}
    return replace(found, other=tuple(others.get(name) for name in names), beside=compared.names[1])


def _needed(wanted: str) -> str:
    return {"delta": "`backward` brings it", "std": "`forward` brings it", "update": "it needs an update"}[wanted]


def _goals(lab: Lab, names: Sequence[str]) -> tuple[Goal, ...]:
    """Return the last node of each layer."""
    last = {node.layer: node.index for node in lab.graph.nodes if node.phase == "f" and not node.is_leaf}
    return tuple(Goal(last[name]) if name in last else NOWHERE for name in names)


def beside(found: LadderPicture, first: LadderPicture) -> LadderPicture:
    """Return a ladder with the one of when the plot was opened beside it, unless another run is there."""
    if found.beside or first.names != found.names or first.position == found.position:
        return found
    return replace(found, other=first.sizes, beside=f"at {first.position}")


def rows(ladder: LadderPicture, paper: Paper) -> Sequence[Row]:
    """Return a row a layer, and one below it for the other ladder."""
    name = max(5, min(16, max(map(len, ladder.names))))
    width = max(8, paper.width - name - FIGURE - 2)
    ends = _ends((*ladder.sizes, *ladder.other))
    at = paper.at(ladder.size)
    per = 2 if ladder.beside else 1
    room = max(1, (paper.height - 1) // per)
    first = 0 if at is None else max(0, min(at[0] - room // 2, len(ladder.names) - room))
    found: list[Row] = []
    for k in range(first, min(first + room, len(ladder.names))):
        its = "cursor" if at is not None and at[0] == k else "strong"
        figure = f"{_told(ladder.sizes[k]):>{FIGURE}} "
        label = fit(ladder.names[k], name), Linked(its, ladder.goals[k])
        found.append(row(label, (figure, "value"), (_bar(ladder.sizes[k], ends, width), "done")))
        if ladder.beside:
            found.append(row((f"{'':{name}}{_told(ladder.other[k]):>{FIGURE}} {_bar(ladder.other[k], ends, width)}", "dim")))
    left = len(ladder.names) - room
    more = f"   {left} more layers" if left > 0 else ""
    foot = f"{'':{name + FIGURE + 1}}{ends[0]:.0e} … {ends[1]:.0e}{f'   faint: {ladder.beside}' if ladder.beside else ''}{more}"
    return [*found, row((foot, "dim"))]


def _ends(sizes: Sequence[float | None]) -> tuple[float, float]:
    """Return the powers of ten between which all sizes lie, with an empty decade below the least."""
    logs = [log10(size) for size in sizes if size is not None and not is_unseen(size) and isfinite(size) and size > 0]
    if not logs:
        return 0.1, 1.0
    low, high = int(min(logs) // 1) - 1, -int(-max(logs) // 1)
    return 10.0**low, 10.0 ** max(high, low + 1)


def _bar(size: float | None, ends: tuple[float, float], width: int) -> str:
    if size is None or is_unseen(size) or not isfinite(size) or size <= 0:
        return " " * width
    return bar((log10(size) - log10(ends[0])) / (log10(ends[1]) - log10(ends[0])), width)


def figure(ladder: LadderPicture, axes: Any) -> None:
    """Draw a bar a layer, the input above."""
    known = [0.0 if size is None or not isfinite(size) else size for size in ladder.sizes]
    axes.barh(range(len(known)), known, height=0.6, label="now")
    if ladder.beside:
        others = [0.0 if size is None or not isfinite(size) else size for size in ladder.other]
        axes.barh([k + 0.38 for k in range(len(known))], others, height=0.16, color="0.6", label=ladder.beside)
        axes.legend()
    axes.set_yticks(range(len(known)), ladder.names)
    axes.invert_yaxis()
    if any(size > 0 for size in known):
        axes.set_xscale("log")
    axes.set_xlabel(QUANTITIES[ladder.quantity][0])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return a ladder for a node of one of several layers."""
    layers = {one.layer for one in nodes if one.phase == "f" and one.layer}
    return (5, "ladder") if node.layer and len(layers) > 1 else None


PLOT = plot_kind(
    ask,
    "[delta|std|update]",
    "one number a layer on a logarithmic axis",
    example="ladder delta",
    read=read,
    rows=rows,
    figure=figure,
    fits=fits,
    beside=beside,
)
