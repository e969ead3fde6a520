"""How deep layers are looked at: the rows of `stats` and the steps of `step layer`.

    layers 1      the outermost ones, each with all that is in it
    layers 2      the layers in those, and so on

Names of layers of every depth can be used whatever is chosen: `delta(encoder.first)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words, integer
from gradlab.lab.depth import DEEPEST, look_at
from gradlab.lab.outcome import Outcome, said
from gradlab.train.layers import layer_parts

if TYPE_CHECKING:
    from gradlab.session import Lab

_SHOWN = 8
"""Layers that are listed by name."""


def _read(words: Words) -> int:
    if not words.text:
        words.refuse("how deep? `layers 1` are the outermost ones", words.span)
    return integer(words, words.span, 1, DEEPEST)


def _layers(lab: Lab, depth: int) -> Outcome:
    """Look at the layers of a depth, and say which they are."""
    look_at(lab, depth)
    names = [part.name for part in layer_parts(lab.graph)]
    more = f", … {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return said("value", f"layers {depth}: {', '.join(names[:_SHOWN])}{more}")


ACTION = Action("layers", "N", "how deep the layers of `stats` and `step layer` are, from 1", _read, _layers, moves=True)
