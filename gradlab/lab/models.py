"""Another model in the place of a core's: what was done is done again by name, and the model before can be gone back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.axis.curves import Curves
from gradlab.axis.journal import BackwardAgain, Deed, Edit, Edits, ForwardAgain, Freeze, Journal, Thaw, Turn
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.graph.tape import Tape
from gradlab.lab.backend import Backend
from gradlab.lab.left import LeftModel
from gradlab.scenario.expressions import Known

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.scenario.model import Scenario


def kept_model(core: Core) -> LeftModel:
    """Return the model of a core, to be put back."""
    return LeftModel(core.scenario, core.known, core.run.machine.backend)


def put_model(core: Core, scenario: Scenario, known: Known, backend: str = "") -> None:
    """Put a model in the place of a core's, on a machine of its own; the journal is still that of the one before."""
    tape = Tape(scenario.model.graph, scenario.model.dtype, scenario.overrides.memory)
    machine = Backend(tape, core.backend.wanted, backend)
    core.scenario, core.model, core.tape, core.backend = scenario, scenario.model, tape, machine
    core.model_changed(known)


def carried_curves(curves: Curves, known: Known) -> Curves:
    """Return the expressions that are recorded, as far as their names exist, with nothing recorded."""
    found = curves.fresh()
    found.series = [one for one in found.series if not one.expression.check(known)]
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done in a run, under another model.

    journal: of that model.   lost: what cannot be done there, as it was said.   at: where the run stands then.
    """

    journal: Journal
    lost: tuple[str, ...]
    at: Position


def carried(run: Run, tape: Tape) -> Carried:
    """Return what was done in a run, as far as the names exist in the graph of another tape."""
    move = _Move(run, tape)
    journal = Journal(len(tape.forward_order), replace(run.origin, leaves={}, frozen=frozenset()))
    lost: list[str] = []
    for deed in run.journal.deeds:
        found = move.deed(deed)
        if found is None:
            lost.append(deed.text)
        else:
            journal.append(replace(found, position=move.position(deed.position)))
    return Carried(journal, tuple(dict.fromkeys(lost)), move.position(run.at))


class _Move:
    """Finds the nodes, the deeds and the positions of a run in another graph, by name."""

    def __init__(self, run: Run, tape: Tape) -> None:
        self.run, self.tape, self.graph = run, tape, tape.graph

    def named(self, index: int) -> int | None:
        """Return the node that has the name of one, or None."""
        found = self.graph.find(self.run.graph.nodes[index].name)
        return None if found is None else found.index

    def node(self, index: int) -> int | None:
        """Return the node that has the name and the shape of one, or None."""
        found = self.named(index)
        return found if found is not None and self.graph.nodes[found].shape == self.run.graph.nodes[index].shape else None

    def position(self, at: Position) -> Position:
        """Return the position behind the same op, or behind the nearest one before it that there is."""
        order = self._order(at)
        done = self.run.timeline.order(at.update, at.phase)[: at.op]
        for index in reversed(done):
            if (found := self.named(index)) in order:
                return Position(at.update, at.phase, order.index(found) + 1)
        return Position(at.update, at.phase if at.phase == "f" or order else "f")

    def _order(self, at: Position) -> Sequence[int | None]:
        if at.phase == "f":
            return self.tape.forward_order
        root = self.run.root_of(at.update)
        mine = None if root is None else self.node(root)
        if at.phase == "b":
            return () if mine is None else self.tape.backward_order(mine)
        return next((one.updates for one in self.graph.objectives if one.root == mine), ())

    def deed(self, deed: Deed) -> Deed | None:
        """Return a deed as it is done to nodes of the same names; None where one is missing."""
        if isinstance(deed, Edit):
            node = self.node(deed.node)
            return None if node is None else replace(deed, node=node)
        if isinstance(deed, Edits):
            parts = [part for part in map(self.deed, deed.parts) if isinstance(part, Edit)]
            return replace(deed, parts=tuple(parts)) if len(parts) == len(deed.parts) else None
        if isinstance(deed, Freeze | Thaw):
            leaves = [leaf for leaf in map(self.named, deed.leaves) if leaf is not None]
            return replace(deed, leaves=frozenset(leaves)) if len(leaves) == len(deed.leaves) else None
        if isinstance(deed, Turn):
            return deed if deed.objective < len(self.graph.objectives) else None
        if isinstance(deed, BackwardAgain):
            return self._backward(deed)
        return replace(deed, grads=None) if isinstance(deed, ForwardAgain) else deed

    def _backward(self, deed: BackwardAgain) -> Deed | None:
        root = self.node(deed.root)
        if root is None or deed.base is None:
            return None if root is None else replace(deed, root=root)
        base = {self.node(leaf): array for leaf, array in deed.base.items()}
        return replace(deed, root=root, base={leaf: array for leaf, array in base.items() if leaf is not None})
