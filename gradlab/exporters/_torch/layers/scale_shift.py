"""Batch normalisation as the library writes it, with running statistics: `nn.BatchNorm1d` and its kin."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node

_LAYERS = {2: "BatchNorm1d", 3: "BatchNorm1d", 4: "BatchNorm2d", 5: "BatchNorm3d"}


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer whose last op this is: the statistics of the batch in training, those that run along in use."""
    nodes = model.graph.nodes
    inner, *given = (nodes[i] for i in node.inputs)
    turned = [one for one in given if one.op.role == "shape" and one.size == nodes[one.inputs[0]].size]
    gamma, beta = (nodes[one.inputs[0]] if one in turned else one for one in given)
    name = owner(gamma, beta)
    if not name or not model.is_parameter(gamma) or not model.is_parameter(beta) or len(inner.inputs) != 3:
        return None
    x, *used = (nodes[i] for i in inner.inputs)
    choices = [[nodes[i] for i in one.inputs] for one in used]
    if any(len(choice) != 3 or choice[0].op.role != "mode" or choice[2].op.role != "buffer" for choice in choices):
        return None
    (_, mean, running_mean), (_, var, running_var) = choices
    known = mean.inputs == (x.index,) and var.inputs == (x.index, mean.index) and len(x.shape) in _LAYERS
    covers = {one.index for one in (node, inner, *turned, *used, mean, var, running_mean, running_var)}
    if not known or not model.alone(covers, node) or not _moves_alike(x, mean, var, running_mean, running_var):
        return None
    rate, eps = running_mean.attrs["rate"], inner.attrs["eps"]
    options = ("" if eps == 1e-5 else f", eps={eps}") + ("" if rate == 0.1 else f", momentum={rate}")
    places = {gamma.index: (_place("weight", gamma),), beta.index: (_place("bias", beta),)}
    buffers = {running_mean.index: "running_mean", running_var.index: "running_var"}
    make = f"nn.{_LAYERS[len(x.shape)]}({x.shape[1]}{options})"
    return Submodule(name, make, (x.index,), frozenset(covers), places, buffers)


def _place(name: str, param: Node) -> TorchPlace:
    """Return the place of a parameter that has an axis more for each of an image."""
    return TorchPlace(
        name, f".reshape({param.shape})" if len(param.shape) > 1 else "", "a.reshape(-1)" if len(param.shape) > 1 else "a"
    )


def _moves_alike(x: Node, mean: Node, var: Node, running_mean: Node, running_var: Node) -> bool:
    """Return whether the statistics run along as PyTorch's do."""
    n = x.size // max(1, x.shape[1])
    wanted = ((running_mean, mean, 1.0), (running_var, var, n / max(1, n - 1)))
    return n > 1 and running_mean.attrs.get("rate") == running_var.attrs.get("rate") and all(
        one.attrs["of"] == of.index and one.attrs.get("scale", 1.0) == scale and not {"also", "keep"} & one.attrs.keys()
        for one, of, scale in wanted
    )  # fmt: skip


SUBMODULE = LayerForm("scale_shift", find)
