"""Waiting in a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, said

if TYPE_CHECKING:
    from gradlab.session import Lab


LONGEST = 600


def _seconds(words: Words) -> float | None:
    """Read for how long; None for until a key is pressed."""
    if not words.text:
        return None
    try:
        seconds = float(words.text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LONGEST:
        words.refuse(f"`{words.text}` is no time", label=f"seconds, above 0 and up to {LONGEST}")
    return seconds


def _pause(lab: Lab, seconds: float | None) -> Outcome:
    """Wait; without a screen nothing is waited for."""
    return said("info", "pause" if seconds is None else f"pause {seconds:g} s")


ACTION = Action("pause", "[SECONDS]", "wait when a lesson is played: for a key, or for some seconds", _seconds, _pause)
