"""Statements: read, checked before anything runs, and performed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.errors import ActionError, Problem, ScenarioError
from gradlab.lab.action import Action
from gradlab.lab.arguments import Words
from gradlab.lab.snapshot import Line
from gradlab.scenario.expressions import Known
from gradlab.scenario.script import Statement
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action said. ok: False when an assertion failed."""

    ok: bool
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Outcome:
        """Make the outcome of some lines."""
        listed = tuple(lines)
        return cls(not any(line.kind == "fail" for line in listed), listed)


def read_statement(statement: Statement, known: Known | None) -> tuple[Action, Any]:
    """Return the action of a statement and its arguments. Raises ScenarioError with all that is wrong with it."""
    from gradlab.actions import ACTIONS

    found = ACTIONS.get(statement.word)
    if found is None:
        near = did_you_mean(statement.word, ACTIONS)
        raise ScenarioError([Problem(f"unknown action `{statement.word}`", statement.head, near)])
    return found, found.parse(Words(statement.rest, known, found.usage))


def check_script(statements: Iterable[Statement], known: Known | None) -> list[Problem]:
    """Return everything that is wrong with the statements of a script, before any of them runs."""
    problems: list[Problem] = []
    for statement in statements:
        try:
            read_statement(statement, known)
        except ScenarioError as error:
            problems += error.problems
    return problems


def perform(lab: Lab, statement: Statement) -> Outcome:
    """Do what a statement says. Raises ActionError with a complete text."""
    lab.lines, lab.statement = [], statement
    with as_action_error(statement):
        found, arguments = read_statement(statement, lab.known)
        at = lab.position
        found.run(lab, arguments)
        if lab.position != at:
            for watch in lab.watches:
                lab.say("value", f"watch {watch.number}: {watch.expression.text} = {watch.told(lab)}")
    if found.moves:
        lab.done.append(statement.text)
    lab.touch()
    return Outcome.of(lab.lines)


@contextmanager
def as_action_error(statement: Statement | None = None) -> Iterator[None]:
    """Turn what a person's words caused into an ActionError with the place in it."""
    try:
        yield
    except ScenarioError as error:
        raise ActionError(str(error)) from None
    except ActionError as error:
        if statement is None or str(error).startswith("error:"):
            raise
        raise type(error)(Problem(str(error), statement.span).render()) from None
