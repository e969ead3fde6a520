"""What the tests of scenarios share: models as text, and the text of what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from gradlab.errors import ScenarioError
from gradlab.scenario.language import Model, trace
from gradlab.scenario.markdown import read_model, read_text
from gradlab.scenario.overrides import Overrides


def traced(text: str, overrides: Overrides | None = None, folder: Path | None = None) -> Model:
    """Return the model of a text."""
    return trace(read_model(dedent(text), folder=folder), overrides)


def complaint(text: str, folder: Path | None = None, overrides: Overrides | None = None) -> str:
    """Return the whole error text of a model."""
    try:
        model = traced(text, overrides, folder)
    except ScenarioError as error:
        return str(error)
    raise AssertionError(f"nothing was wrong: {[node.name for node in model.graph.nodes]}")


def messages(text: str, folder: Path | None = None) -> list[str]:
    """Return the messages of all problems of a model, without their places."""
    try:
        traced(text, folder=folder)
    except ScenarioError as error:
        return [problem.message for problem in error.problems]
    return []


def markdown_complaint(text: str) -> str:
    """Return the whole error text of a Markdown scenario."""
    try:
        read_text(dedent(text))
    except ScenarioError as error:
        return str(error)
    raise AssertionError("nothing was wrong")


def ops_of(model: Model) -> list[str]:
    """Return the names of the ops of a model's nodes, in order."""
    return [node.op.name for node in model.graph.nodes]


def name_list(model: Model) -> list[str]:
    """Return the names of a model's nodes, in order."""
    return [node.name for node in model.graph.nodes]
