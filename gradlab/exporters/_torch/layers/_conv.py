"""What the convolutions share."""

from __future__ import annotations

from typing import Any

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node

_USUAL = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}


def form(op: str, layer: str, *, turned: bool = False) -> LayerForm:
    """Make the form of a convolution. turned: whether W is (in, out, …)."""

    def find(node: Node, model: TorchModel) -> Submodule | None:
        x, w, *b = (model.graph.nodes[i] for i in node.inputs)
        name = owner(w, *b)
        if not name or not all(model.is_parameter(one) for one in (w, *b)):
            return None
        groups = node.attrs["groups"]
        sizes = (w.shape[0], w.shape[1] * groups) if turned else (w.shape[1] * groups, w.shape[0])
        given = {key: short(node.attrs[key]) for key in _USUAL if key in node.attrs}
        named = "".join(f", {key}={value}" for key, value in given.items() if value != _USUAL[key])
        make = f"nn.{layer}({sizes[0]}, {sizes[1]}, {short(tuple(w.shape[2:]))}{named}{'' if b else ', bias=False'})"
        places = {w.index: (TorchPlace("weight"),), **{one.index: (TorchPlace("bias"),) for one in b}}
        return Submodule(name, make, (x.index,), frozenset({node.index}), places)

    return LayerForm(op, find)


def short(value: Any) -> Any:
    """Return one number for several equal ones."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
