"""Reading a machine beside the run: its values as they lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.axis.environment import RunEnvironment
from gradlab.errors import ActionError
from gradlab.graph.machine import Machine
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.session import Lab


class MachineEnvironment(RunEnvironment):
    """Reads values of another machine of the same graph, which has just run forward."""

    def __init__(self, lab: Lab, machine: Machine) -> None:
        super().__init__(lab.run, lab.known)
        self.machine = machine

    def value_of(self, index: int, name: str) -> Array:
        """Return the value of a node of the model. Raises ActionError for one of the update."""
        if self.run.graph.nodes[index].phase == "u":
            raise ActionError(f"`{name}` belongs to the update, which is not run on other parameters")
        return self.machine.value(index)

    def grad_of(self, index: int, name: str) -> Array:
        """Raise ActionError: no backward pass was run."""
        raise ActionError(f"grad({name}) cannot be drawn as a surface: there are only values of nodes")
