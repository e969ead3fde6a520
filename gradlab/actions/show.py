"""Bringing a panel in sight: `show health`, or one way to look at it: `show node picture`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_words

ACTION = Action("show", "PANEL [FACET]", "bring a panel in sight", stage_words, set_stage("show"), part="aside")
