"""How near the graph is: `zoom layers`, `zoom ops`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action("zoom", "LEVEL", "show the graph as layers, ops or lines", stage_word, set_stage("zoom"), part="aside")
