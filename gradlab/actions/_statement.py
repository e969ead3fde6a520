"""Statements: the word of each, its arguments, and all that is wrong with them before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from gradlab.actions import Action, words
from gradlab.errors import ActionError, BoundError, Problem, ScenarioError
from gradlab.lab.arguments import Words
from gradlab.scenario.expressions import Known
from gradlab.scenario.script import Statement
from gradlab.source import did_you_mean


def read_statement(statement: Statement, known: Known | None) -> tuple[Action, Any]:
    """Return the action of a statement and its arguments. Raises ScenarioError with all that is wrong with it."""
    found = words().get(statement.word)
    if found is None:
        near = did_you_mean(statement.word, words())
        raise ScenarioError([Problem(f"unknown action `{statement.word}`", statement.head, near)])
    return found, found.read(Words(statement.rest, known, found.usage))


def check_script(statements: Iterable[Statement], known: Known | None) -> list[Problem]:
    """Return everything that is wrong with the statements of a script, before any of them runs."""
    problems: list[Problem] = []
    for statement in statements:
        try:
            found, arguments = read_statement(statement, known)
            known = None if known is None else known.keeping(dict.fromkeys(found.names(arguments)))
        except ScenarioError as error:
            problems += error.problems
    return problems


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
