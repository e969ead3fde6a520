"""Unfolding a module of the graph: `unfold block1`, `unfold block1.att`, `unfold update`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action(
    "unfold", "NAME", "show what is in a module of the graph: `unfold block1`; `update` is the update phase", stage_word,
    set_stage("unfold"), part="aside",
)  # fmt: skip
