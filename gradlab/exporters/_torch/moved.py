"""What is known of one objective when its step is written: whose each node is, and where its parameters are."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gradlab.exporters._torch.body import Body, filled
from gradlab.exporters._torch.expressions import number, parsed
from gradlab.exporters._torch.layers import TorchPlace
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node, Objective


@dataclass(slots=True)
class WrittenStep:
    """What moves the parameters. name: of its class.   text: its definition.   helpers: what it calls.

    lacking: nodes without a form.   stored: leaves whose values lie beside the program.
    """

    name: str
    text: str
    helpers: list[str] = field(default_factory=list)
    lacking: list[Node] = field(default_factory=list)
    stored: list[Node] = field(default_factory=list)


class MovedParameters:
    """One objective. name: of the class that is written.   begins: what the names of a parameter's nodes begin with."""

    def __init__(self, model: TorchModel, body: Body, objective: Objective, name: str) -> None:
        self.model, self.body, self.objective, self.name = model, body, objective, name
        self.graph, self.nodes = model.graph, model.graph.nodes
        self.begins = {
            leaf: self.nodes[i].name.removesuffix(".next") for i, leaf in objective.commits if leaf in objective.params
        }
        self.own = {i: self.owner(self.nodes[i]) for i in objective.updates}
        self.stored: list[Node] = []

    def owner(self, node: Node) -> int | None:
        """Return the parameter whose update a node is a part of; None where several share it."""
        owners = [param for param, begin in self.begins.items() if node.name.startswith(f"{begin}.")]
        return max(owners, key=lambda param: len(self.begins[param]), default=None)

    def held(self, params: Iterable[int]) -> list[str]:
        """Return the texts of all that holds some parameters."""
        return [f"model.{place.name}" for param in params for place in self.body.places[param]]

    def remembered(self, node: Node) -> str:
        """Return the text of what an optimizer remembers when the program begins."""
        value = self.model.value(node)
        if not node.shape:
            return f"torch.tensor({float(value)!r})"
        if value.size and (value == value.flat[0]).all():
            return filled(node.shape, float(value.flat[0]))
        self.stored.append(node)
        return f"data[{node.name!r}].clone()"

    def place(self, param: int) -> TorchPlace:
        return self.body.places[param][0]

    def summary(self) -> str:
        return f"Moves the parameters: {', '.join(self.objective.optimizers) or 'a formula of its own'}."


def constant(node: Node) -> ast.expr:
    """Return a constant of the update phase."""
    value = np.asarray(node.feed.value(0, 0) if node.feed is not None else 0.0)
    if node.shape == ():
        return number(float(value))
    if node.size and (value == value.flat[0]).all():
        return parsed(filled(node.shape, float(value.flat[0])))
    return parsed(f"torch.tensor({value.tolist()})")


def doc(text: str) -> list[str]:
    """Return the docstring of a class as lines."""
    return [f'    """{text}"""', ""]
