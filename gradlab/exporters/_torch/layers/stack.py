"""Recurrent layers that were unrolled in time: `nn.LSTM`, `nn.GRU`, `nn.RNN`."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.exporters._torch.layers._cells import CELLS
from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace
from gradlab.exporters._torch.layers._steps import CellForm, FoundLevel, OtherwiseError, levels, made_of
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer whose states a node puts side by side: unrolled from zeros, with weights that nothing else reads."""
    for cell in CELLS:
        try:
            return _submodule(node, model, cell, *levels(model, cell, node))
        except OtherwiseError:
            continue
    return None


def _submodule(node: Node, model: TorchModel, cell: CellForm, found: Sequence[FoundLevel], covers: set[int]) -> Submodule:
    """Return the layer. Raises OtherwiseError."""
    last = node.inputs[-1]
    name, weights = made_of(model, [one.weights for one in found], covers, node, last)
    places: dict[int, tuple[TorchPlace, ...]] = {}
    for k, one in enumerate(weights):
        places.update(cell.places(one, k))
    setup = tuple(text.format(k=k) for text in cell.setup for k in range(len(found)))
    make = cell.make(model.graph.nodes[found[0].x].shape[-1], node.shape[-1], weights, len(found))
    return Submodule(
        name, make, (found[0].x,), frozenset(covers), places, gives="{}[0]", derived={last: "{}[-1]"}, setup=setup
    )  # fmt: skip


SUBMODULE = LayerForm("stack", find)
