"""Folding a module of the graph: `fold block1`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action(
    "fold", "NAME", "show a module of the graph as one box: `fold block1`; `update` is the update phase", stage_word,
    set_stage("fold"), part="aside",
)  # fmt: skip
