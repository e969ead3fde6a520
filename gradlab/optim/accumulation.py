"""The gradients of several batches in one step of the optimizer.

In the batches between two steps the update phase is `W.acc.next = W.acc + W.grad` alone. In the last one the optimizer gets
the mean, `W.mean = (W.acc + W.grad) / batches`, and `W.acc` begins at 0 again. Where the batches count differently (a loss that
is a mean over what a mask lets through), `count` is what each of them counts for: the sum of count · gradient is divided by the
sum of the counts, so that the step is the one of a single batch of all samples.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node, Objective
from gradlab.optim.formula import Formula, NodeTerm
from gradlab.optim.place import UpdatePlace

ENDINGS = (".acc", ".sum", ".mean")
"""What the names of the nodes of a parameter end with."""


class Accumulation:
    """The nodes that accumulate the gradients of one objective.

    batches: how many go into a step.   count: the node of what a batch counts for, None where all count alike.
    Raises ArgumentError where the count is no single number.
    """

    def __init__(self, place: UpdatePlace, batches: int, count: Node | None) -> None:
        if count is not None and count.shape != ():
            raise ArgumentError(f"`count` of `minimize` is a single number, `{count.name}` has shape {count.shape}")
        self.place, self.count = place, count
        self.leaves: list[tuple[str, Node, Node]] = []
        if count is None:
            self.divisor = place.leaf(f"{place.prefix}.batches", batches)
        else:
            self.divisor = self._total(count)

    def _total(self, count: Node) -> Node:
        """Append what all batches of a step count for together."""
        prefix = self.place.prefix
        leaf = self.place.leaf(f"{prefix}.count", 0.0, "state")
        self.leaves.append((prefix, leaf, count))
        formula = Formula(self.place)
        formula.outputs["count.sum"] = formula.of(leaf) + formula.of(count)
        return formula.append(prefix, "")["count.sum"]

    def mean(self, param: Node, name: str, gradient: Node) -> Node:
        """Append what the optimizer gets instead of a parameter's gradient, and return it. gradient: the window on it."""
        leaf = self.place.leaf(f"{name}.acc", 0.0, "state", param.shape, param.place)
        self.leaves.append((name, leaf, gradient))
        formula = Formula(self.place)
        total = formula.name("sum", formula.of(leaf) + self._counted(formula, gradient, "counted"))
        formula.outputs["mean"] = total / formula.of(self.divisor)
        return formula.append(name, param.place)["mean"]

    def _counted(self, formula: Formula, added: Node, ending: str) -> NodeTerm:
        """Return what is added: a gradient as often as its batch counts, and the count itself."""
        if self.count is None or added is self.count:
            return formula.of(added)
        return formula.name(ending, formula.of(self.count) * formula.of(added))

    def clear(self) -> None:
        """Append what makes the sums 0 again, to the update phase of a step."""
        for scope, leaf, _ in self.leaves:
            formula = Formula(self.place)
            self._commit(formula, formula.where(0.0, formula.of(leaf), 0.0), scope, leaf, "empty")

    def gathering(self, params: Sequence[Node]) -> Objective:
        """Append the update phase of a batch that no step follows, and return it."""
        place = self.place
        kept, place.updates, place.commits = (place.updates, place.commits), [], []
        for scope, leaf, added in self.leaves:
            formula = Formula(place)
            term = formula.of(leaf) + self._counted(formula, added, "acc.counted")
            self._commit(formula, term, scope, leaf, "next")
        found = place.objective(params)
        place.updates, place.commits = kept
        return found

    def _commit(self, formula: Formula, term: NodeTerm, scope: str, leaf: Node, ending: str) -> None:
        """Append a next value of a sum."""
        key = f"{leaf.name.removeprefix(f'{scope}.')}.{ending}"
        formula.outputs[key] = term
        self.place.commits.append((formula.append(scope, leaf.place)[key].index, leaf.index))
