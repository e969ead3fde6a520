"""Recurrent layers of both directions that were unrolled in time, `bidirectional=True`: the states of both side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradlab.exporters._torch.layers._cells import CELLS
from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace
from gradlab.exporters._torch.layers._steps import (
    CellForm,
    FoundLevel,
    OtherwiseError,
    StepNodes,
    fits,
    level,
    made_of,
    states_of,
)
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


@dataclass(frozen=True, slots=True)
class _Both:
    """Both directions of a level. ends: their last states.   covers: all nodes."""

    forth: FoundLevel
    back: FoundLevel
    ends: tuple[int, int]
    covers: frozenset[int]


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer whose states a node puts side by side: unrolled from zeros, with weights that nothing else reads."""
    if len(node.inputs) != 2 or node.attrs["axis"] % len(node.shape) != len(node.shape) - 1:
        return None
    for cell in CELLS:
        try:
            return _submodule(node, model, cell)
        except OtherwiseError:
            continue
    return None


def _both(model: TorchModel, cell: CellForm, node: Node) -> _Both:
    """Return both directions whose states a node puts side by side. Raises OtherwiseError."""
    first, second = StepNodes(model).inputs(node.index, "concat")
    states = states_of(model, model.graph.nodes[first]), states_of(model, model.graph.nodes[second])
    if not cell.whole or len(states[0]) < 2:
        raise OtherwiseError
    forth, back = level(model, cell, states[0]), level(model, cell, states[1], back=True)
    if forth.x != back.x or not fits(model, forth, back):
        raise OtherwiseError
    covers = frozenset({node.index, first, second} | forth.covers | back.covers)
    return _Both(forth, back, (states[0][-1], states[1][0]), covers)


def _levels(model: TorchModel, cell: CellForm, node: Node) -> list[_Both]:
    """Return the levels, the lowest first. Raises OtherwiseError where there is none."""
    found = [_both(model, cell, node)]
    while True:
        below = model.graph.nodes[found[0].forth.x]
        try:
            if len(below.inputs) != 2:
                raise OtherwiseError
            under = _both(model, cell, below)
            covers = {i for one in (under, *found) for i in one.covers}
            if not fits(model, found[0].forth, under.forth) or not model.alone(covers, node, *found[-1].ends):
                raise OtherwiseError
        except OtherwiseError:
            return found
        found.insert(0, under)


def _submodule(node: Node, model: TorchModel, cell: CellForm) -> Submodule:
    """Return the layer. Raises OtherwiseError."""
    found = _levels(model, cell, node)
    covers = {i for one in found for i in one.covers}
    ends, units = found[-1].ends, node.shape[-1] // 2
    every = [one.weights for both in found for one in (both.forth, both.back)]
    name, weights = made_of(model, every, covers, node, *ends)
    places: dict[int, tuple[TorchPlace, ...]] = {}
    for k, one in enumerate(weights):
        ending = "_reverse" if k % 2 else ""
        at = cell.places(one, k // 2)
        places.update({i: tuple(replace(place, name=place.name + ending) for place in held) for i, held in at.items()})
    x = found[0].forth.x
    make = cell.make(model.graph.nodes[x].shape[-1], units, weights, len(found), ", bidirectional=True")
    derived = dict(zip(ends, (f"{{}}[-1, ..., :{units}]", f"{{}}[0, ..., {units}:]"), strict=True))
    return Submodule(name, make, (x,), frozenset(covers), places, gives="{}[0]", derived=derived)


SUBMODULE = LayerForm("concat", find)
