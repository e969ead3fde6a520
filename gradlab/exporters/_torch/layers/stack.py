"""Recurrent layers that were unrolled in time: `nn.LSTM`, `nn.GRU`, `nn.RNN`."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.exporters._torch.layers._cells import CELLS
from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace
from gradlab.exporters._torch.layers._steps import CellForm, FoundLevel, OtherwiseError, levels
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
    nodes, last = model.graph.nodes, node.inputs[-1]
    weights = [[nodes[i] for i in one.weights] for one in found]
    every = [one for level in weights for one in level]
    readers = {i for i in model.nodes if {one.index for one in every} & set(nodes[i].inputs)}
    if not all(map(model.is_parameter, every)) or not readers <= covers or not model.alone(covers, node, last):
        raise OtherwiseError
    if len({one.index for one in every}) < len(every) or not (name := _name(weights)):
        raise OtherwiseError
    places: dict[int, tuple[TorchPlace, ...]] = {}
    for k, level in enumerate(weights):
        places.update(cell.places(level, k))
    sizes = f"{nodes[found[0].x].shape[-1]}, {node.shape[-1]}"
    many = f", num_layers={len(found)}" if len(found) > 1 else ""
    bias = "" if len(every) % 4 == 0 or not cell.whole else ", bias=False"
    setup = tuple(text.format(k=k) for text in cell.setup for k in range(len(found)))
    return Submodule(
        name, f"nn.{cell.layer}({sizes}{many}{bias}{cell.options})", (found[0].x,), frozenset(covers), places,
        gives="{}[0]", derived={last: "{}[-1]"}, setup=setup,
    )  # fmt: skip


def _name(weights: Sequence[Sequence[Node]]) -> str:
    """Return the name of the layer whose weights these are, "" where they are of several: `h` for `h.l0.W` and `h.l1.W`."""
    owners = [{one.name.rpartition(".")[0] for one in level} for level in weights]
    if any(len(one) != 1 for one in owners):
        return ""
    first = [one.pop() for one in owners]
    if len(weights) > 1 and all(name.endswith(f".l{k}") for k, name in enumerate(first)):
        first = [name.rpartition(".")[0] for name in first]
    return first[0] if len({*first}) == 1 else ""


SUBMODULE = LayerForm("stack", find)
