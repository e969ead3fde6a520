"""Statements: the word of each, its arguments, and all that is wrong with them before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from gradlab.actions import ACTIONS, Action, words
from gradlab.actions._action import Read, Script
from gradlab.errors import ActionError, BoundError, Problem, ScenarioError
from gradlab.graph.graph import Graph
from gradlab.lab.arguments import Words
from gradlab.lab.teach.lesson import Role
from gradlab.lab.teach.question import question_in
from gradlab.scenario.expressions import Known
from gradlab.scenario.script import Statement
from gradlab.source import did_you_mean


def read_statement(statement: Statement, known: Known | None) -> tuple[Action, Any]:
    """Return the action of a statement and its arguments. Raises ScenarioError with all that is wrong with it."""
    found = ACTIONS.get(statement.word)
    if found is None:
        near = did_you_mean(statement.word, words())
        raise ScenarioError([Problem(f"unknown action `{statement.word}`", statement.head, near)])
    return found, found.read(Words(statement.rest, known, found.usage))


def check_script(statements: Iterable[Statement], known: Known | None, graph: Graph | None = None) -> list[Problem]:
    """Return everything that is wrong with the statements of a script, before any of them runs.

    graph: of the model, for what no path leads to.
    """
    problems: list[Problem] = []
    read: list[tuple[Action, Read]] = []
    for statement in statements:
        try:
            action, arguments = read_statement(statement, known)
            read.append((action, Read(statement.word, Words(statement.rest, known, action.usage), arguments)))
            known = None if known is None else known.keeping(dict.fromkeys(action.names(arguments)))
        except ScenarioError as error:
            problems += error.problems
    script = [one for _, one in read]
    for number, (action, one) in enumerate(read):
        if action.fits is not None:
            try:
                action.fits(one, Script(script, number, graph))
            except ScenarioError as error:
                problems += error.problems
    return problems


def readings(statements: Iterable[Statement], known: Known) -> Iterator[tuple[Statement, tuple[Action, Any] | None]]:
    """Yield statements with what `read_statement` gives, each with the constants of those above; None for what is wrong."""
    for statement in statements:
        try:
            found = read_statement(statement, known)
        except ScenarioError:
            yield statement, None
            continue
        known = known.keeping(dict.fromkeys(set(found[0].names(found[1])) - set(known.constants)))
        yield statement, found


def role_of(statement: Statement, read: tuple[Action, Any] | None) -> Role:
    """Return what a statement is in its lesson; a line where it cannot be read."""
    if read is None:
        return Role("line", statement.text)
    action, arguments = read
    text = statement.text if action.listed is None else action.listed(arguments)
    asked = question_in(arguments)
    return Role(action.part, text, None if asked is None else asked.expression)


@contextmanager
def as_action_error(statement: Statement | None = None) -> Iterator[None]:
    """Turn what a person's words caused into an ActionError with the place in it."""
    try:
        yield
    except ScenarioError as error:
        raise ActionError(str(error), error.headline) from None
    except BoundError as error:
        raise ActionError(str(error) if statement is None else Problem(str(error), statement.span).render()) from None
    except ActionError as error:
        if statement is None or str(error).startswith("error:"):
            raise
        raise type(error)(Problem(str(error), statement.span).render()) from None
