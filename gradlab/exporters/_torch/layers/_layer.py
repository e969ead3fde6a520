"""What a submodule is: a layer of PyTorch that stands for a node whose weights are the model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


@dataclass(frozen=True, slots=True)
class TorchPlace:
    """Where a parameter of the laboratory is in the program.

    name: of the parameter of a module (`h.weight`).   view: what gives it the shape that it has in the laboratory, behind it
    (`.T`).   take: what of the laboratory's array `a` it begins with.
    """

    name: str
    view: str = ""
    take: str = "a"


@dataclass(frozen=True, slots=True)
class Submodule:
    """A layer that was found.

    name: of the attribute.   make: the text that makes it.   inputs: the nodes that it is called with.
    covers: nodes that it stands for.   places: of the parameters that it holds, by their indexes.
    buffers: its own running statistics, by the indexes of those of the laboratory.   call: how an input is handed on.
    gives: what of its result is the node.   derived: what nodes are that it covers, in terms of that.
    setup: statements about it.
    """

    name: str
    make: str
    inputs: tuple[int, ...]
    covers: frozenset[int]
    places: Mapping[int, tuple[TorchPlace, ...]] = field(default_factory=dict)
    buffers: Mapping[int, str] = field(default_factory=dict)
    call: str = "{}"
    gives: str = "{}"
    derived: Mapping[int, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it is called beside another layer of its name: `norm`, `conv`, `linear`."""
        layer = self.make.partition("(")[0].removeprefix("nn.")
        return "norm" if "Norm" in layer else layer.rstrip("123d").lower()


@dataclass(frozen=True, slots=True)
class LayerForm:
    """A kind of layer. name: of the op that it ends with.   find(node, model): the submodule that ends there, None for none."""

    name: str
    find: Callable[[Node, TorchModel], Submodule | None]


def owner(*params: Node) -> str:
    """Return the name of the layer whose parameters these are, `h` for `h.W` and `h.b`; "" where they are of several."""
    owners = {param.name.rpartition(".")[0] for param in params}
    return owners.pop() if len(owners) == 1 else ""
