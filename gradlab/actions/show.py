"""Bringing a panel in sight: `show health`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action("show", "PANEL", "bring a panel in sight", stage_word, set_stage("show"), part="aside")
