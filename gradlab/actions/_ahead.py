"""What a script will do next, done by another laboratory: which answer the way of the script has to a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.actions._statement import read_statement
from gradlab.errors import GradlabError
from gradlab.lab.core import Stopped
from gradlab.lab.teach.quiz import root_index
from gradlab.lab.teach.truth import FirstTruth, Truth

if TYPE_CHECKING:
    from gradlab.lab.teach.question import LessonQuestion
    from gradlab.session import Lab


class _Found(Exception):
    """There is no need to go on."""


def on_script(lab: Lab, question: LessonQuestion) -> Truth | None:
    """Return what is asked where the rest of the script first makes it final; None where it never does. Moves nothing.

    Raises Stopped.
    """
    asked, root = question.expression, root_index(lab, question)
    if asked is None:
        return None
    if (here := FirstTruth(lab, asked, root)).look():
        return here.truth
    other = lab.beside()
    other.stops = replace(lab.stops, breakpoints=[*lab.stops.breakpoints], watches=[])
    reach, asked_at = FirstTruth(other, asked, root), other.position

    def turn() -> None:
        lab.breathe()
        if other.position > asked_at and reach.look():  # what is before may be on the way from a checkpoint
            raise _Found

    other.on_chunk = turn
    try:
        for statement in lab.script[lab.cursor_line :]:
            found, arguments = read_statement(statement, other.known)
            if found.changes(arguments):
                other.perform(statement)
                if reach.look():
                    break
    except (_Found, GradlabError) as end:
        if isinstance(end, Stopped):
            raise
    return reach.truth
