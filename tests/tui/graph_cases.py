"""Graphs as the screen gets them."""

from __future__ import annotations

from gradlab.axis.position import Position, State
from gradlab.lab.snapshot import Brief, NodeInfo, Snapshot
from gradlab.op import Shape


class Nodes:
    """Collects node infos."""

    def __init__(self) -> None:
        self.infos: list[NodeInfo] = []

    def add(self, name: str, op: str, *inputs: int, shape: Shape = (), layer: str = "", phase: str = "f") -> int:
        index = len(self.infos)
        self.infos.append(NodeInfo(index, name, op, op, "", shape, inputs, layer, phase, not inputs, scope=layer))
        return index


def neuron() -> tuple[NodeInfo, ...]:
    """Return the sigmoid neuron: w0, x0, w1, x1, w2, _mul.0, _mul.1, _add.0, dot, f."""
    nodes = Nodes()
    for name in ("w0", "x0", "w1", "x1", "w2"):
        nodes.add(name, "param" if name[0] == "w" else "input")
    nodes.add("_mul.0", "mul", 0, 1)
    nodes.add("_mul.1", "mul", 2, 3)
    nodes.add("_add.0", "add", 5, 6)
    nodes.add("dot", "add", 7, 4)
    nodes.add("f", "sigmoid", 8)
    return tuple(nodes.infos)


def chain(length: int) -> tuple[NodeInfo, ...]:
    """Return nodes that each read the one before."""
    nodes = Nodes()
    for index in range(length):
        nodes.add(f"n{index}", "tanh", *((index - 1,) if index else ()))
    return tuple(nodes.infos)


def layers(count: int) -> tuple[NodeInfo, ...]:
    """Return dense layers h0, h1 … of four nodes each, a loss, and an update phase that reads the weights."""
    nodes = Nodes()
    flow = nodes.add("x", "input", shape=(8, 4))
    weights = []
    for index in range(count):
        layer = f"h{index}"
        weights.append(nodes.add(f"{layer}.W", "param", shape=(4, 4), layer=layer))
        bias = nodes.add(f"{layer}.b", "param", shape=(4,), layer=layer)
        affine = nodes.add(f"{layer}.z", "affine", flow, weights[-1], bias, shape=(8, 4), layer=layer)
        flow = nodes.add(f"h.{index}", "tanh", affine, shape=(8, 4), layer=layer)
    nodes.add("loss", "mean", flow)
    for weight in weights:
        nodes.add(f"{nodes.infos[weight].name}.next", "descend", weight, shape=(4, 4), phase="u")
    return tuple(nodes.infos)


def moment(infos: tuple[NodeInfo, ...], done: int, version: int = 1, phase: str = "f") -> Snapshot:
    """Return the snapshot in which the first `done` nodes have values and no node has a gradient."""
    values = bytes(State.DONE if info.index < done else State.PENDING for info in infos)
    return Snapshot(
        version=version, position=Position(0, phase, done), value_states=values, grad_states=bytes(len(infos)),
        current=done - 1, following=done if done < len(infos) else -1,
    )  # fmt: skip


def briefs(nodes: list[int]) -> list[Brief]:
    """Return the number n + 0.5 as the value of node n, and its negative as the gradient."""
    return [Brief(node + 0.5, -node - 0.5, (1, 2)) for node in nodes]
