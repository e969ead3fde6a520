"""From an optimizer's formula to the nodes of the update phase.

For a parameter `W` under `momentum` they are `W.grad` (a window on its gradient), `W.v` (state), `W._mul.0` … and `W.v.next`,
`W.next`, which the last op of the phase commits. Hyperparameters are leaves that all parameters share: `momentum.lr`; one with
a schedule is a node of the phase. Between `W.grad` and the optimizer stand `W.mean` of several batches, `W.clipped` and
`W.decayed`, behind it `W.avg.next`. Of several groups each has its own hyperparameters, `adam.0.lr` and `adam.1.lr`, and what
they share is called `minimize.t`, `minimize.clip.norm`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS
from gradlab.optim.accumulation import ENDINGS as ACCUMULATED
from gradlab.optim.accumulation import Accumulation
from gradlab.optim.average import Average
from gradlab.optim.clip import Clip
from gradlab.optim.formula import Formula, NodeTerm
from gradlab.optim.joint import Joint, append_joint
from gradlab.optim.optimizer import Optimizer
from gradlab.optim.place import NodeMoment, UpdatePlace

SHARED = "minimize"
"""What the names of the numbers that several groups share begin with."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What may stand around an optimizer, in the order in which it is applied.

    accumulate: batches whose mean gradient is taken for a step.   count: the node of what each of them counts for.
    clip: bounds the gradient of the loss, of all groups together.
    l2: a number or a schedule; l2 · W is added to the gradient. Pairs (l2, parameters) for some parameters only.
    average: follows the parameters.
    """

    clip: Clip | None = None
    l2: Any = None
    average: Average | None = None
    accumulate: int = 1
    count: Node | None = None


@dataclass(frozen=True, slots=True)
class ParamGroup:
    """Parameters that one optimizer moves."""

    optimizer: Optimizer | Joint
    params: Sequence[Node]


def build_update(
    graph: Graph, label: str, root: Node, params: Sequence[Node], optimizer: Optimizer | Joint,
    hyper: Mapping[str, Any] | None = None, recipe: Recipe = Recipe(),
) -> Objective:  # fmt: skip
    """Append the update phase of one `minimize` to the graph, and the objective to its list; return the objective.

    label: tells several objectives apart; it stands before names that are taken already.
    hyper: hyperparameters that differ from the optimizer's.
    Raises ArgumentError without parameters or for a wrong hyperparameter, ShapeError when the root is not a scalar.
    """
    optimizer = optimizer(**{**optimizer.hyper, **(hyper or {})})
    return build_groups(graph, label, root, [ParamGroup(optimizer, params)], recipe)


def build_groups(graph: Graph, label: str, root: Node, groups: Sequence[ParamGroup], recipe: Recipe = Recipe()) -> Objective:
    """Append the update phase of one `minimize` that moves each group by its own optimizer. See `build_update`."""
    params = sorted((param for group in groups for param in group.params), key=lambda param: param.index)
    if not params:
        raise ArgumentError(f"nothing to minimize `{root.name}` over: the model has no parameters")
    if root.size != 1:
        raise ShapeError(f"`minimize` wants a single number, `{root.name}` has shape {root.shape}")
    first = groups[0].optimizer
    if isinstance(first, Joint):
        place = UpdatePlace(graph, label, root, first.name, (*first.hyper, "t"))
        _append_joint(place, params, first, recipe)
        objective = replace(place.objective(params), optimizers=(place.prefix,))
    else:
        objective = _append_each(graph, label, root, params, groups, recipe)
    graph.objectives.append(objective)
    return objective


def _append_joint(place: UpdatePlace, params: Sequence[Node], optimizer: Joint, recipe: Recipe) -> None:
    if recipe.accumulate > 1:
        raise ArgumentError(f"`{optimizer.name}` takes all data at once: there is nothing to `accumulate`")
    if recipe.clip or recipe.l2 is not None or recipe.average:
        raise ArgumentError(f"`{optimizer.name}` goes by the loss and its gradient: no `clip`, `l2` or `average` changes them")
    append_joint(place, params, optimizer)


def _append_each(
    graph: Graph, label: str, root: Node, params: Sequence[Node], groups: Sequence[ParamGroup], recipe: Recipe
) -> Objective:
    if len(groups) == 1:
        place = UpdatePlace(graph, label, root, groups[0].optimizer.name, (*groups[0].optimizer.hyper, "t"))
    else:
        place = UpdatePlace(graph, label, root, SHARED, ("t", "one", "clip.norm", "l2", "count", "batches"))
    builder = _Builder(place, groups, recipe)
    for param in params:
        builder.name(param)
    builder.append_shared(params)
    for param in params:
        builder.append(param)
    if builder.accumulation is None:
        return replace(place.objective(params), optimizers=builder.prefixes)
    builder.accumulation.clear()
    step, gathering = place.objective(params), builder.accumulation.gathering(params)
    return replace(step, optimizers=builder.prefixes, every=recipe.accumulate, gathering=gathering)


def _prefixes(place: UpdatePlace, groups: Sequence[ParamGroup]) -> tuple[str, ...]:
    """Return what the names of each group's numbers begin with: `adam.0`, `adam.1`, and `sgd` where there is one of it."""
    if len(groups) == 1:
        return (place.prefix,)
    kinds = [group.optimizer.name for group in groups]
    counts = dict.fromkeys(kinds, 0)
    found = []
    for group, kind in zip(groups, kinds, strict=True):
        name = kind if kinds.count(kind) == 1 else f"{kind}.{counts[kind]}"
        counts[kind] += 1
        found.append(place.free(name, tuple(f".{key}" for key in group.optimizer.hyper)))
    return tuple(found)


class _Moved:
    """The optimizer of a group while its nodes are made. shared: what all its parameters read, by name."""

    def __init__(self, place: UpdatePlace, prefix: str, optimizer: Optimizer) -> None:
        self.place, self.prefix, self.optimizer = place, prefix, optimizer
        self.shared = place.hypers(prefix, optimizer.hyper)

    def append_common(self) -> None:
        """Append what all its parameters share, if it is computed in each update."""
        if self.optimizer.common is None:
            return
        formula = Formula(self.place)
        shared = self.optimizer.common(formula, formula.of(self.place.counter[1]), _terms(formula, self.shared))
        formula.outputs.update(shared)
        made = formula.append(self.prefix, "")
        self.shared.update({key: made[key] for key in shared})


class _Builder:
    """The nodes of one objective's update phase while they are made."""

    def __init__(self, place: UpdatePlace, groups: Sequence[ParamGroup], recipe: Recipe) -> None:
        self.place, self.recipe = place, recipe
        self.prefixes = _prefixes(place, groups)
        self.groups: list[_Moved] = []
        self.group: dict[int, _Moved] = {}
        for group, prefix in zip(groups, self.prefixes, strict=True):
            assert isinstance(group.optimizer, Optimizer), "a joint optimizer moves all parameters"
            moved = _Moved(place, prefix, group.optimizer)
            self.groups.append(moved)
            self.group.update({param.index: moved for param in group.params})
        self.clip: dict[str, Node] = {}
        self.average: dict[str, Node] = {}
        self.l2: dict[int, Node] = {}
        self.names: dict[int, str] = {}
        self.gradients: dict[int, Node] = {}
        self.accumulation: Accumulation | None = None

    def name(self, param: Node) -> None:
        """Choose the name that the nodes of a parameter begin with."""
        endings = [".next", ".grad", *(f".{key}" for key in self.group[param.index].optimizer.state)]
        endings += [".clipped"] * (self.recipe.clip is not None) + [".decayed"] * (self.recipe.l2 is not None)
        endings += [".avg"] * (self.recipe.average is not None) + [*ACCUMULATED] * (self.recipe.accumulate > 1)
        self.names[param.index] = self.place.free(param.name, tuple(endings))

    def append_shared(self, params: Sequence[Node]) -> None:
        """Append what parameters share: counters, the hyperparameters of the recipe, mean gradients, the clip's norm."""
        prefix, recipe = self.place.prefix, self.recipe
        for moved in self.groups:
            moved.append_common()
        if recipe.l2 is not None:
            self._append_l2(params)
        if recipe.average is not None:
            self.average = self.place.hypers(f"{prefix}.average", recipe.average.hyper)
        if recipe.accumulate > 1:
            self.accumulation = Accumulation(self.place, recipe.accumulate, recipe.count)
        if recipe.clip is not None:
            self.clip = self.place.hypers(f"{prefix}.clip", recipe.clip.hyper)
            if recipe.clip.common is not None:
                self._append_clip(recipe.clip, [self._gradient(param) for param in params])

    def _append_l2(self, params: Sequence[Node]) -> None:
        pairs = self.recipe.l2 if isinstance(self.recipe.l2, tuple) else ((self.recipe.l2, params),)
        for number, (value, those) in enumerate(pairs):
            node = self.place.hyper(f"{self.place.prefix}.l2" + (f".{number}" if len(pairs) > 1 else ""), value)
            self.l2.update({param.index: node for param in those})

    def _append_clip(self, clip: Clip, gradients: Sequence[Node]) -> None:
        assert clip.common is not None
        formula = Formula(self.place)
        shared = clip.common(formula, [formula.of(g) for g in gradients], _terms(formula, self.clip))
        formula.outputs.update(shared)
        made = formula.append(f"{self.place.prefix}.clip", "")
        self.clip.update({key: made[key] for key in shared})

    def _gradient(self, param: Node) -> Node:
        """Return a parameter's gradient as the recipe gets it: the window on it, or the mean over batches."""
        if param.index not in self.gradients:
            name, attrs = self.names[param.index], {"of": param.index}
            add = self.place.graph.add
            found = add(OPS["window"], [], attrs, name=f"{name}.grad", phase="u", shape=param.shape, layer=param.place)
            self.gradients[param.index] = self.accumulation.mean(param, name, found) if self.accumulation else found
        return self.gradients[param.index]

    def append(self, param: Node) -> None:
        """Append the update of a parameter: one formula, from its gradient to its average."""
        name, place, moved = self.names[param.index], self.place, self.group[param.index]
        optimizer = moved.optimizer
        gradient = self._gradient(param)
        states = {k: place.leaf(f"{name}.{k}", 0.0, "state", param.shape, param.place) for k in optimizer.state}
        formula = Formula(place)
        w = formula.of(param)
        g = self._prepared(formula, param, w, formula.of(gradient))
        following, next_states = optimizer.update(formula, w, g, _terms(formula, states), _terms(formula, moved.shared))
        formula.outputs.update({f"{k}.next": next_states[k] for k in optimizer.state})
        formula.outputs["next"] = following
        leaves = {"next": param, **{f"{k}.next": states[k] for k in optimizer.state}}
        if self.recipe.average is not None:
            leaves["avg.next"] = self._follow(formula, self.recipe.average, param, following)
        made = formula.append(name, param.place)
        place.commits += [(made[ending].index, leaf.index) for ending, leaf in leaves.items()]

    def _prepared(self, formula: Formula, param: Node, w: NodeTerm, g: NodeTerm) -> NodeTerm:
        """Return the gradient as the optimizer gets it."""
        if self.recipe.clip is not None:
            g = formula.name("clipped", self.recipe.clip.update(formula, g, _terms(formula, self.clip)))
        if param.index in self.l2:
            g = formula.name("decayed", g + formula.of(self.l2[param.index]) * w)
        return g

    def _follow(self, formula: Formula, average: Average, param: Node, following: NodeTerm) -> Node:
        """Write down the average's next value; return its leaf."""
        leaf = self.place.twin(param, f"{self.names[param.index]}.avg")
        now, hyper = NodeMoment(self.place, formula), _terms(formula, self.average)
        formula.outputs["avg.next"] = average.update(formula, formula.of(leaf), following, now, hyper)
        return leaf


def _terms(formula: Formula, nodes: Mapping[str, Node]) -> dict[str, NodeTerm]:
    return {key: formula.of(node) for key, node in nodes.items()}
