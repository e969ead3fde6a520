"""What ops find odd about the numbers of this update, each said once: such as a batch without a target that counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradlab.axis.position import State
from gradlab.scenario.warnings import remark_of

if TYPE_CHECKING:
    from gradlab.lab.core import Core

SAID = "remarks"
"""The place in which twins keep the nodes of which it was said."""


def remarks(core: Core) -> Iterator[str]:
    """Yield what is new: what was said when the model was read is not said again."""
    nodes, run = core.graph.nodes, core.run
    asked = [node for node in nodes if node.op.remark]
    if not asked:
        return
    said = core.twins.known.setdefault(SAID, set())
    before = {warning.message for warning in core.scenario.warnings}
    states = run.value_states()
    for node in asked:
        if node.index in said or states[node.index] != State.DONE:
            continue
        text = remark_of(node, tuple(run.machine.value(i) for i in node.inputs))
        if text and text not in before:
            said.add(node.index)
            yield f"{text} in update {run.at.update}" if run.at.update else text
