"""How the panels are arranged: `layout teach`, or written out, `layout graph | (lesson / node)`.

Without a screen nothing happens.
"""

from __future__ import annotations

from gradlab.actions._action import Action
from gradlab.actions._stage import set_stage, stage_words

ACTION = Action(
    "layout", "NAME", "arrange the panels: teach, debug, train, or `graph | (lesson / node)`", stage_words, set_stage("layout"),
    part="aside",
)  # fmt: skip
