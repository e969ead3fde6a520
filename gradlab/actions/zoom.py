"""How near the graph is: `zoom network`, `zoom numbers`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action(
    "zoom", "LEVEL", "show the graph as network, layers, ops or numbers", stage_word, set_stage("zoom"), part="aside"
)
