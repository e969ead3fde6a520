"""A picture and what is said below it, in the room that there is."""

from __future__ import annotations

from dataclasses import replace

from gradlab.draw.ink import row, wrap
from gradlab.draw.plots import Paper
from gradlab.sweeps.pictures._picture import SweepPicture

DRAWN = 12
"""Rows that a picture has before any of its notes."""


def fitted(picture: SweepPicture, paper: Paper) -> tuple[SweepPicture, int]:
    """Return the picture with as many of its notes as leave room for it, and how many are left out."""
    notes, room = list(picture.notes), paper.height - DRAWN
    while notes and sum(len(wrap(row(note), paper.width)) for note in notes) > room:
        notes.pop()
    return replace(picture, notes=tuple(notes)), len(picture.notes) - len(notes)
