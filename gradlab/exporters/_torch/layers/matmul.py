"""A dense layer without bias, where the library made its weights: `nn.Linear`."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer of x @ W with W of a library layer."""
    x, w = (model.graph.nodes[i] for i in node.inputs)
    name = owner(w)
    if not name or not model.is_parameter(w) or len(w.shape) != 2 or not w.name.endswith(".W") or w.layer == "":
        return None
    n, units = w.shape
    places = {w.index: (TorchPlace("weight", ".T", "a.T"),)}
    return Submodule(name, f"nn.Linear({n}, {units}, bias=False)", (x.index,), frozenset({node.index}), places)


SUBMODULE = LayerForm("matmul", find)
