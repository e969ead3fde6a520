"""From an optimizer's formula to the nodes of the update phase.

For a parameter `W` under `momentum` they are `W.grad` (a window on its gradient), `W.v` (state), `W._mul.0` … and `W.v.next`,
`W.next`, which the last op of the phase commits. Hyperparameters are leaves that all parameters share: `momentum.lr`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Fixed, Graph, Node, Objective
from gradlab.op import Shape
from gradlab.ops import OPS
from gradlab.optim.formula import Formula
from gradlab.optim.optimizer import Optimizer


def build_update(
    graph: Graph, label: str, root: Node, params: Sequence[Node], optimizer: Optimizer, hyper: Mapping[str, float] | None = None
) -> Objective:
    """Append the update phase of one `minimize` to the graph, and the objective to its list; give the objective.

    label: tells several objectives apart; it stands before names that are taken already.
    hyper: hyperparameters that differ from the optimizer's.
    Raises ArgumentError without parameters or for a wrong hyperparameter, ShapeError when the root is not a scalar.
    """
    if not params:
        raise ArgumentError(f"nothing to minimize `{root.name}` over: the model has no parameters")
    if root.size != 1:
        raise ShapeError(f"`minimize` wants a single number, `{root.name}` has shape {root.shape}")
    optimizer = optimizer(**{**optimizer.hyper, **(hyper or {})})
    builder = _Builder(graph, label, optimizer)
    for param in params:
        builder.append(param)
    objective = Objective(root.index, tuple(p.index for p in params), tuple(builder.updates), tuple(builder.commits), label)
    graph.objectives.append(objective)
    return objective


class _Builder:
    """The nodes of one objective's update phase while they are made."""

    def __init__(self, graph: Graph, label: str, optimizer: Optimizer) -> None:
        self.graph, self.label, self.optimizer = graph, label, optimizer
        self.updates: list[int] = []
        self.commits: list[tuple[int, int]] = []
        self.numbers: dict[float, Node] = {}
        self.prefix = self.free(optimizer.name, tuple(f".{key}" for key in optimizer.hyper))
        self.shared = {key: self.leaf(f"{self.prefix}.{key}", value) for key, value in optimizer.hyper.items()}
        if optimizer.common is not None:
            self._append_common()

    def free(self, name: str, endings: tuple[str, ...]) -> str:
        """Give the name, or one with the label or a number, so that none of its endings is taken."""
        candidates = [name, *([f"{name}.{self.label}"] if self.label else []), *(f"{name}.{i}" for i in range(2, 1000))]
        return next(c for c in candidates if not any(self.graph.find(c + ending) for ending in endings))

    def leaf(self, name: str, value: float, op: str = "const", shape: Shape = (), layer: str = "") -> Node:
        """Append a leaf that holds one value in all elements."""
        feed = Fixed(np.full(shape, value, np.float64))
        return self.graph.add(OPS[op], [], name=name, phase="u", feed=feed, shape=shape, layer=layer)

    def number(self, value: float) -> Node:
        """Give the leaf of a number that stands in the formula; equal ones are one leaf."""
        if value not in self.numbers:
            name = f"{self.prefix}.one" if value == 1 else f"{self.prefix}._const.{len(self.numbers)}"
            self.numbers[value] = self.leaf(name, value)
        return self.numbers[value]

    def _append_common(self) -> None:
        """Append the counter, and what all parameters share."""
        assert self.optimizer.common is not None
        formula = Formula(self)
        t = self.leaf(f"{self.prefix}.t", 0.0, "state")
        following = formula.of(t) + 1.0
        formula.outputs["t.next"] = following
        shared = self.optimizer.common(formula, following, {key: formula.of(node) for key, node in self.shared.items()})
        formula.outputs.update(shared)
        made = formula.append(self.prefix, "")
        self.commits.append((made["t.next"].index, t.index))
        self.shared.update({key: made[key] for key in shared})

    def append(self, param: Node) -> None:
        """Append the update of a parameter."""
        name = self.free(param.name, (".next", ".grad", *(f".{key}" for key in self.optimizer.state)))
        gradient = self.graph.add(
            OPS["gradient"], [], {"of": param.index}, name=f"{name}.grad", phase="u", shape=param.shape, layer=param.layer
        )
        states = {k: self.leaf(f"{name}.{k}", 0.0, "state", param.shape, param.layer) for k in self.optimizer.state}
        formula = Formula(self)
        of = formula.of
        following, next_states = self.optimizer.update(
            formula, of(param), of(gradient), {k: of(n) for k, n in states.items()}, {k: of(n) for k, n in self.shared.items()}
        )
        formula.outputs.update({f"{k}.next": next_states[k] for k in self.optimizer.state})
        formula.outputs["next"] = following
        made = formula.append(name, param.layer)
        self.commits += [(made["next"].index, param.index)]
        self.commits += [(made[f"{k}.next"].index, states[k].index) for k in self.optimizer.state]
