"""Long short-term memory over a sequence: `nn.LSTM`, whose gates stand in another order and which has a second bias."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace, owner
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node

GATES = "[[0, 1, 3, 2]]"
"""PyTorch's order of the parts of W and b: where i, f, g and o stand in the laboratory's i, f, o, g."""


class OtherwiseError(Exception):
    """The nodes are no such layer."""


def find(node: Node, model: TorchModel) -> Submodule | None:
    """Return the layer whose states a node puts side by side: unrolled from zeros, with weights that nothing else reads."""
    try:
        seen = _unrolled(node, model)
    except OtherwiseError:
        return None
    x, w, b = (model.graph.nodes[i] for i in (seen.x, seen.w, seen.b))
    last = node.inputs[-1]
    readers = {i for i in model.nodes if {w.index, b.index} & set(model.graph.nodes[i].inputs)}
    if not readers <= seen.covers or not model.alone({*seen.covers, node.index}, node, last) or not owner(w, b):
        return None
    n, units = x.shape[-1], b.size // 4
    turned = f".T.reshape(4, {units}, -1){GATES}.reshape({4 * units}, -1)"
    places = {
        w.index: (TorchPlace("weight_ih_l0", "", f"a[:{n}]{turned}"), TorchPlace("weight_hh_l0", "", f"a[{n}:]{turned}")),
        b.index: (TorchPlace("bias_ih_l0", "", f"a.reshape(4, {units}){GATES}.reshape(-1)"),),
    }
    return Submodule(
        owner(w, b), f"nn.LSTM({n}, {units})", (x.index,), frozenset({node.index, *seen.covers}), places,
        gives="{}[0]", derived={last: "{}[-1]"},
        setup=("nn.init.zeros_({}.bias_hh_l0).requires_grad_(False)  # one bias is enough",),
    )  # fmt: skip


@dataclass(slots=True)
class _Steps:
    """What was found of the steps: the sequence, the weights, all nodes."""

    x: int = -1
    w: int = -1
    b: int = -1
    covers: set[int] = field(default_factory=set)


def _unrolled(node: Node, model: TorchModel) -> _Steps:
    """Return the steps behind the states. Raises OtherwiseError."""
    found, states = _Steps(), node.inputs
    if node.attrs["axis"] != 0 or not states:
        raise OtherwiseError
    cell = -1
    for t, h in enumerate(states):
        before, cell_before, cell_now = _step(model, found, t, h)
        if t and (before, cell_before) != (states[t - 1], cell):
            raise OtherwiseError
        if not t and not all(_is_zero(model, i) for i in (before, cell_before)):
            raise OtherwiseError
        cell = cell_now
    if model.graph.nodes[found.x].shape[0] != len(states):
        raise OtherwiseError
    return found


def _step(model: TorchModel, found: _Steps, t: int, h: int) -> tuple[int, int, int]:
    """Return the state and the cell before a step, and its cell. Raises OtherwiseError."""

    def parts(index: int, op: str) -> tuple[int, ...]:
        node = model.graph.nodes[index]
        if node.op.name != op:
            raise OtherwiseError
        found.covers.add(index)
        return node.inputs

    o, bent = parts(h, "mul")
    (c,) = parts(bent, "tanh")
    kept, added = parts(c, "add")
    (f, before), (i, g) = parts(kept, "mul"), parts(added, "mul")
    gates = [*(parts(gate, "sigmoid")[0] for gate in (i, f, o)), *parts(g, "tanh")]
    sums = {parts(gate, "index")[0] for gate in gates}
    if len(sums) != 1:
        raise OtherwiseError
    joined, *weights = parts(sums.pop(), "affine")
    units = model.graph.nodes[weights[1]].size // 4
    for k, gate in enumerate(gates):
        if model.graph.nodes[gate].attrs["key"][-1] != slice(k * units, (k + 1) * units):
            raise OtherwiseError
    x, state = parts(joined, "concat")
    source = (*parts(x, "index"), *weights)
    whole = all(part == slice(None) for part in model.graph.nodes[x].attrs["key"][1:])
    if model.graph.nodes[x].attrs["key"][0] != t or not whole or (t and source != (found.x, found.w, found.b)):
        raise OtherwiseError
    found.x, found.w, found.b = source
    return state, before, c


def _is_zero(model: TorchModel, index: int) -> bool:
    node = model.graph.nodes[index]
    return node.op.role == "constant" and not model.value(node).any()


SUBMODULE = LayerForm("stack", find)
