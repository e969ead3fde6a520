"""A condition bound to a graph: where in an update it is looked at.

It is looked at once an update, at the position where the last of its operands becomes known: a value behind its op, a gradient
where it is final, `update(W)` behind the op that gives the next value, a parameter or a batch at the beginning. `nan` and `inf`
alone are looked at behind every op.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gradlab.axis.position import PHASES, Position, State
from gradlab.axis.run import Doing, Run
from gradlab.axis.states import sends
from gradlab.errors import ActionError
from gradlab.graph.graph import Graph
from gradlab.kernels.rows import SKIP
from gradlab.lab.search.conditions import BAD, Condition
from gradlab.op import Array
from gradlab.scenario.expressions import Known
from gradlab.scenario.query import Operand
from gradlab.train.layers import layer_part

Need = tuple[str, int]
"""What has to be known, "value", "grad" or "update", and of which node."""


@dataclass(eq=False, slots=True)
class Lookout:
    """Something to stop at. condition: None where a place alone is enough.

    needs: what has to be known.   position: the only position at which it is looked at, if there is only one.
    mode: "until": met where it holds; "always" the same for a place of a breakpoint; "begins": only where it begins to hold.
    slow: whether each look needs the run to stand there.
    """

    condition: Condition | None
    needs: tuple[Need, ...] = ()
    position: Position | None = None
    mode: str = "until"
    slow: bool = False
    _moments: dict[tuple[int | None, Doing], tuple[str, int] | None] = field(default_factory=dict)
    _usual: dict[Doing, tuple[int, str, int] | None] = field(default_factory=dict)

    @property
    def everywhere(self) -> bool:
        """Whether it is looked at behind every op."""
        return self.condition is not None and self.condition.expression is None

    def bad(self, array: Array) -> bool:
        """Whether an array has a number that is looked for behind every op."""
        assert self.condition is not None, "a place alone"
        return bool(BAD[self.condition.text](array).any())

    def at(self, run: Run, update: int) -> Position | None:
        """Return where it is looked at in an update; None when it is not, or behind every op."""
        if self.everywhere:
            return None
        if self.position is not None:
            return self.position if self.position.update == update else None
        key = run.root_of(update), run.doing(update)
        if key not in self._moments:
            self._moments[key] = self._moment(run, update)
        moment = self._moments[key]
        return None if moment is None else run.timeline.normal(Position(update, *moment))

    def usually_at(self, run: Run, update: int) -> Position | None:
        """Return the same for an update in which nothing was done, faster."""
        if self.everywhere or self.position is not None:
            return self.at(run, update)
        doing = run.doing(update)
        if doing not in self._usual:
            where = self.at(run, update)
            self._usual[doing] = None if where is None else (where.update - update, where.phase, where.op)
        usual = self._usual[doing]
        return None if usual is None else Position(update + usual[0], usual[1], usual[2])

    def _moment(self, run: Run, update: int) -> tuple[str, int] | None:
        found = [_known_at(run, update, *need) for need in self.needs]
        if any(moment is None for moment in found):
            return None
        return max([m for m in found if m is not None], key=lambda m: (PHASES.index(m[0]), m[1]), default=("f", 0))

    def only_root(self, run: Run) -> bool:
        """Whether it asks for nothing but the value that the one objective minimizes."""
        objectives = run.graph.objectives
        if self.slow or self.condition is None or len(objectives) != 1 or not self.needs:
            return False
        return set(self.needs) == {("value", objectives[0].root)}

    def leaves(self, run: Run) -> set[int]:
        """Return the leaves whose values have to be known as they were when the update began."""
        nodes = run.graph.nodes
        return {index for what, index in self.needs if what == "update" or (what == "value" and nodes[index].is_leaf)}


def lookout(
    graph: Graph, known: Known, condition: Condition | None, *,
    place: tuple[str, str] | Position | None = None, mode: str = "until",
) -> Lookout:  # fmt: skip
    """Bind a condition. place: where else to be: a pair ("value" or "grad", name), or a position. Raises ActionError."""
    asked = list(condition.expression.operands(known)) if condition is not None and condition.expression is not None else []
    if isinstance(place, tuple):
        asked.append(Operand("grad" if place[0] == "grad" else "value", place[1]))
    needs = tuple(dict.fromkeys(need for one in asked if one.what != "run" for need in _needs(graph, known, one)))
    position = place if isinstance(place, Position) else None
    return Lookout(condition, needs, position, mode, position is not None or any(one.what == "run" for one in asked))


def rebound(one: Lookout, before: Graph, graph: Graph) -> Lookout | None:
    """Return what looks at the nodes of the same names in another graph; None where one is missing there."""
    named = [(what, graph.find(before.nodes[index].name)) for what, index in one.needs]
    needs = tuple((what, node.index) for what, node in named if node is not None)
    return Lookout(one.condition, needs, one.position, one.mode, one.slow) if len(needs) == len(named) else None


def _needs(graph: Graph, known: Known, asked: Operand) -> list[Need]:
    how, name, part = asked
    index = known.nodes.get(name, -1)
    if part and name in known.layers:
        row = layer_part(graph, name)
        found = index if row is None else row.z if part == "z" else row.out
        if found is None:
            raise ActionError(f"`{name}` is parameters alone: nothing leaves it")
        index = found
    if index < 0:
        return []
    if how == "value" and graph.nodes[index].op.role == "gradient":
        return [("grad", int(graph.nodes[index].attrs["of"]))]
    if how == "grad" and graph.nodes[index].phase == "u":
        raise ActionError(f"`{name}` belongs to the update, which no gradient flows through")
    if how == "update" and not any(leaf == index for one in graph.objectives for o in one.programs for _, leaf in o.commits):
        raise ActionError(f"no update changes `{name}`")
    return [(how, index)]


def _known_at(run: Run, update: int, how: str, index: int) -> tuple[str, int] | None:
    """Return phase and op at which something becomes known in an update, or None when it does not."""
    if how == "grad":
        root = run.root_of(update)
        return None if root is None else ("b", _final_at(run, root, index))
    if how == "update":
        order = run.timeline.order(update, "u")
        following = [n for n in run.followers.get(index, ()) if n in order]
        return ("u", order.index(following[0]) + 1) if following else None
    node = run.graph.nodes[index]
    if node.is_leaf:
        return "f", 0
    order = run.timeline.order(update, node.phase)
    return (node.phase, order.index(index) + 1) if index in order else None


def _final_at(run: Run, root: int, index: int) -> int:
    edges = sends(run.tape, root)
    steps = edges.step[edges.target == index]
    return int(steps[-1]) + 1 if len(steps) else 0


def bad_behind(run: Run, one: Lookout) -> bool:
    """Return whether the op that was executed last gave, or sent backward, a number that is looked for.

    Where something was edited, everything of this update is asked: an op may have had others run again before it.
    """
    if run.plan.deeds:
        return bad_now(run, one, past=False)
    previous = run.timeline.previous(run.at)
    index = run.timeline.executed(run.at)
    if previous is None or index < 0:
        return False
    if previous.phase == "b" and run.at.phase == "b":
        root = run.root_of(run.at.update)
        assert root is not None
        step = run.at.op - 1
        modes = run.tape.backward_program(root).modes[step]
        sources = zip(run.graph.nodes[index].inputs, modes, strict=True)
        return any(one.bad(run.machine.grad(i)) for i, mode in sources if mode != SKIP)
    return one.bad(run.machine.value(index))


def bad_update(run: Run, update: int, one: Lookout) -> bool:
    """Return whether an op of an update that has just been made gave a number that is looked for. Leaves are not asked."""
    if run.machine.finite():
        return False
    nodes = [i for phase in "fu" for i in run.timeline.order(update, phase)]
    if any(one.bad(run.machine.value(i)) for i in nodes):
        return True
    root = run.root_of(update)
    targets = () if root is None else np.unique(sends(run.tape, root).target)
    return any(one.bad(run.machine.grad(int(i))) for i in targets)


def bad_now(run: Run, one: Lookout, past: bool = True) -> bool:
    """Return whether ops have computed a number that is looked for and can be seen, in the update before included."""
    if run.machine.finite():
        return False
    values, grads = run.value_states(), run.grad_states()
    hidden = (State.PENDING, State.UNREACHED) if past else (State.PENDING, State.UNREACHED, State.PAST, State.STALE)
    return any(
        (not node.is_leaf and State(values[node.index]) not in hidden and one.bad(run.machine.value(node.index)))
        or (node.phase == "f" and State(grads[node.index]) not in hidden and one.bad(run.machine.grad(node.index)))
        for node in run.graph.nodes
    )
