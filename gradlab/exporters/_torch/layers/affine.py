"""A dense layer: `nn.Linear`, which keeps its weights transposed."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer of x @ W + b with parameters of its own."""
    x, w, *b = (model.graph.nodes[i] for i in node.inputs)
    name = owner(w, *b)
    if not name or not all(model.is_parameter(one) for one in (w, *b)):
        return None
    n, units = w.shape
    places = {w.index: (TorchPlace("weight", ".T", "a.T"),), **{one.index: (TorchPlace("bias"),) for one in b}}
    return Submodule(name, f"nn.Linear({n}, {units})", (x.index,), frozenset({node.index}), places)


SUBMODULE = LayerForm("affine", find)
