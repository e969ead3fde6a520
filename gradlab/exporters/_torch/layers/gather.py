"""An embedding: `nn.Embedding`."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer that looks rows of a parameter up."""
    table, numbers = (model.graph.nodes[i] for i in node.inputs)
    name = owner(table)
    if not name or not model.is_parameter(table) or len(table.shape) != 2:
        return None
    make = f"nn.Embedding({table.shape[0]}, {table.shape[1]})"
    return Submodule(
        name, make, (numbers.index,), frozenset({node.index}), {table.index: (TorchPlace("weight"),)}, call="{}.long()"
    )


SUBMODULE = LayerForm("gather", find)
