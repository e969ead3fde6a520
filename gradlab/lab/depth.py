"""How deep the layers are that statistics, strips and `step layer` take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlab.lab.core import Core

DEEPEST = 100


def look_at(core: Core, depth: int | None) -> None:
    """Take the layers of a depth, from 1, from now on; what was measured through time goes on with those it began with.

    None: of the depth that the model has said.
    """
    core.graph.depth = depth or core.graph.depth
    strips = core.run.strips
    if strips is None or not strips.updates:
        core.run.record()
