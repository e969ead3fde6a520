"""From an optimizer's formula to the nodes of the update phase.

For a parameter `W` under `momentum` they are `W.grad` (a window on its gradient), `W.v` (state), `W._mul.0` … and `W.v.next`,
`W.next`, which the last op of the phase commits. Hyperparameters are leaves that all parameters share: `momentum.lr`; one with
a schedule is a node of the phase. Between `W.grad` and the optimizer stand `W.clipped` and `W.decayed`, behind it `W.avg.next`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS
from gradlab.optim.average import Average
from gradlab.optim.clip import Clip
from gradlab.optim.formula import Formula, Term
from gradlab.optim.joint import Joint, append_joint
from gradlab.optim.optimizer import Optimizer
from gradlab.optim.place import NodeMoment, UpdatePlace


@dataclass(frozen=True, slots=True)
class Recipe:
    """What may stand around an optimizer, in the order in which it is applied.

    clip: bounds the gradient of the loss.   l2: a number or a schedule; l2 · W is added to the gradient.
    average: follows the parameters.
    """

    clip: Clip | None = None
    l2: Any = None
    average: Average | None = None


def build_update(
    graph: Graph, label: str, root: Node, params: Sequence[Node], optimizer: Optimizer | Joint,
    hyper: Mapping[str, Any] | None = None, recipe: Recipe = Recipe(),
) -> Objective:  # fmt: skip
    """Append the update phase of one `minimize` to the graph, and the objective to its list; return the objective.

    label: tells several objectives apart; it stands before names that are taken already.
    hyper: hyperparameters that differ from the optimizer's.
    Raises ArgumentError without parameters or for a wrong hyperparameter, ShapeError when the root is not a scalar.
    """
    if not params:
        raise ArgumentError(f"nothing to minimize `{root.name}` over: the model has no parameters")
    if root.size != 1:
        raise ShapeError(f"`minimize` wants a single number, `{root.name}` has shape {root.shape}")
    optimizer = optimizer(**{**optimizer.hyper, **(hyper or {})})
    place = UpdatePlace(graph, label, root, optimizer)
    if isinstance(optimizer, Joint):
        if recipe != Recipe():
            raise ArgumentError(
                f"`{optimizer.name}` goes by the loss and its gradient: no `clip`, `l2` or `average` changes them"
            )
        append_joint(place, params, optimizer)
    else:
        _append_each(place, params, optimizer, recipe)
    graph.objectives.append(place.objective(params))
    return graph.objectives[-1]


def _append_each(place: UpdatePlace, params: Sequence[Node], optimizer: Optimizer, recipe: Recipe) -> None:
    builder = _Builder(place, optimizer, recipe)
    for param in params:
        builder.name(param)
    builder.append_shared(params)
    for param in params:
        builder.append(param)


class _Builder:
    """The nodes of one objective's update phase while they are made."""

    def __init__(self, place: UpdatePlace, optimizer: Optimizer, recipe: Recipe) -> None:
        self.place, self.optimizer, self.recipe = place, optimizer, recipe
        self.shared = place.hypers(place.prefix, optimizer.hyper)
        self.clip: dict[str, Node] = {}
        self.average: dict[str, Node] = {}
        self.l2: Node | None = None
        self.names: dict[int, str] = {}

    def name(self, param: Node) -> None:
        """Choose the name that the nodes of a parameter begin with."""
        endings = [".next", ".grad", *(f".{key}" for key in self.optimizer.state)]
        endings += [".clipped"] * (self.recipe.clip is not None) + [".decayed"] * (self.recipe.l2 is not None)
        endings += [".avg"] * (self.recipe.average is not None)
        self.names[param.index] = self.place.free(param.name, tuple(endings))

    def append_shared(self, params: Sequence[Node]) -> None:
        """Append what all parameters share: the optimizer's counter, the hyperparameters of the recipe, the clip's norm."""
        prefix, recipe = self.place.prefix, self.recipe
        if self.optimizer.common is not None:
            self._append_common()
        if recipe.l2 is not None:
            self.l2 = self.place.hyper(f"{prefix}.l2", recipe.l2)
        if recipe.average is not None:
            self.average = self.place.hypers(f"{prefix}.average", recipe.average.hyper)
        if recipe.clip is not None:
            self.clip = self.place.hypers(f"{prefix}.clip", recipe.clip.hyper)
            if recipe.clip.common is not None:
                self._append_clip(recipe.clip, [self._gradient(param) for param in params])

    def _append_common(self) -> None:
        assert self.optimizer.common is not None
        formula = Formula(self.place)
        shared = self.optimizer.common(formula, formula.of(self.place.counter[1]), _terms(formula, self.shared))
        formula.outputs.update(shared)
        made = formula.append(self.place.prefix, "")
        self.shared.update({key: made[key] for key in shared})

    def _append_clip(self, clip: Clip, gradients: Sequence[Node]) -> None:
        assert clip.common is not None
        formula = Formula(self.place)
        shared = clip.common(formula, [formula.of(g) for g in gradients], _terms(formula, self.clip))
        formula.outputs.update(shared)
        made = formula.append(f"{self.place.prefix}.clip", "")
        self.clip.update({key: made[key] for key in shared})

    def _gradient(self, param: Node) -> Node:
        """Return the window on a parameter's gradient."""
        name = f"{self.names[param.index]}.grad"
        found = self.place.graph.find(name)
        if found is not None:
            return found
        attrs = {"of": param.index}
        return self.place.graph.add(OPS["gradient"], [], attrs, name=name, phase="u", shape=param.shape, layer=param.place)

    def append(self, param: Node) -> None:
        """Append the update of a parameter: one formula, from its gradient to its average."""
        name, place, optimizer = self.names[param.index], self.place, self.optimizer
        gradient = self._gradient(param)
        states = {k: place.leaf(f"{name}.{k}", 0.0, "state", param.shape, param.place) for k in optimizer.state}
        formula = Formula(place)
        w = formula.of(param)
        g = self._prepared(formula, w, formula.of(gradient))
        following, next_states = optimizer.update(formula, w, g, _terms(formula, states), _terms(formula, self.shared))
        formula.outputs.update({f"{k}.next": next_states[k] for k in optimizer.state})
        formula.outputs["next"] = following
        leaves = {"next": param, **{f"{k}.next": states[k] for k in optimizer.state}}
        if self.recipe.average is not None:
            leaves["avg.next"] = self._follow(formula, self.recipe.average, param, following)
        made = formula.append(name, param.place)
        place.commits += [(made[ending].index, leaf.index) for ending, leaf in leaves.items()]

    def _prepared(self, formula: Formula, w: Term, g: Term) -> Term:
        """Return the gradient as the optimizer gets it."""
        if self.recipe.clip is not None:
            g = formula.name("clipped", self.recipe.clip.update(formula, g, _terms(formula, self.clip)))
        if self.l2 is not None:
            g = formula.name("decayed", g + formula.of(self.l2) * w)
        return g

    def _follow(self, formula: Formula, average: Average, param: Node, following: Term) -> Node:
        """Write down the average's next value; return its leaf."""
        leaf = self.place.twin(param, f"{self.names[param.index]}.avg")
        now, hyper = NodeMoment(self.place, formula), _terms(formula, self.average)
        formula.outputs["avg.next"] = average.update(formula, formula.of(leaf), following, now, hyper)
        return leaf


def _terms(formula: Formula, nodes: Mapping[str, Node]) -> dict[str, Term]:
    return {key: formula.of(node) for key, node in nodes.items()}
