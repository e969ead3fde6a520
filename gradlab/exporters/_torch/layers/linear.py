"""A dense layer as PyTorch has it, with W of (outputs, inputs): `nn.Linear`."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer of x @ W.T + b with parameters of its own."""
    x, w, *b = (model.graph.nodes[i] for i in node.inputs)
    name = owner(w, *b)
    if not name or not all(model.is_parameter(one) for one in (w, *b)):
        return None
    units, n = w.shape
    places = {w.index: (TorchPlace("weight"),), **{one.index: (TorchPlace("bias"),) for one in b}}
    make = f"nn.Linear({n}, {units}{'' if b else ', bias=False'})"
    return Submodule(name, make, (x.index,), frozenset({node.index}), places)


SUBMODULE = LayerForm("linear", find)
