"""How the panels are arranged: `layout teach`. Without a screen nothing happens."""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_word

ACTION = Action("layout", "NAME", "arrange the panels: teach, debug, train", stage_word, set_stage("layout"), part="aside")
