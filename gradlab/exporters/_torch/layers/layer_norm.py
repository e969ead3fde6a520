"""Layer normalisation with weights of its own: `nn.LayerNorm`."""

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
    size = gamma.shape[0] if len(gamma.shape) == 1 else gamma.shape
    eps = "" if node.attrs["eps"] == 1e-5 else f", eps={node.attrs['eps']}"
    places = {gamma.index: (TorchPlace("weight"),), beta.index: (TorchPlace("bias"),)}
    return Submodule(name, f"nn.LayerNorm({size}{eps})", (x.index,), frozenset({node.index}), places)


SUBMODULE = LayerForm("layer_norm", find)
