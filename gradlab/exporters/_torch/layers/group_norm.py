"""Group normalisation with weights of its own: `nn.GroupNorm`."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer with gamma and beta."""
    x, gamma, beta = (model.graph.nodes[i] for i in node.inputs)
    name = owner(gamma, beta)
    if not name or not model.is_parameter(gamma) or not model.is_parameter(beta):
        return None
    eps = "" if node.attrs["eps"] == 1e-5 else f", eps={node.attrs['eps']}"
    places = {gamma.index: (TorchPlace("weight"),), beta.index: (TorchPlace("bias"),)}
    make = f"nn.GroupNorm({node.attrs['groups']}, {gamma.shape[0]}{eps})"
    return Submodule(name, make, (x.index,), frozenset({node.index}), places)


SUBMODULE = LayerForm("group_norm", find)
