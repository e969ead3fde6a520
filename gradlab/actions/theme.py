"""The colours of the screen: `theme light`. Who sits in front of it says so: no script and no recording has it."""

from __future__ import annotations

from gradlab.actions._action import Action, Read, Script
from gradlab.actions._stage import set_stage, stage_word
from gradlab.draw.themes import THEMES
from gradlab.lab.arguments import Words
from gradlab.source import did_you_mean


def _name(words: Words) -> str:
    """Read the name of a theme."""
    name = stage_word(words)
    if name not in THEMES:
        near = did_you_mean(name, THEMES)
        words.refuse(f"there is no theme `{name}`{near and ': ' + near}", words.span, f"themes: {', '.join(THEMES)}")
    return name


def _refuse(read: Read, script: Script) -> None:
    read.words.refuse("a theme is for the reader to choose: type it, or write it into the settings", read.words.span)


ACTION = Action(
    "theme",
    "NAME",
    f"colours of the screen: {', '.join(THEMES)}",
    _name,
    set_stage("theme"),
    part="aside",
    fits=_refuse,
    kept=False,
)
