"""Scenarios as everything above uses them: loaded by path or name, with all the problems of a file at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradlab.arguments import choice, whole
from gradlab.errors import Problem, ScenarioError
from gradlab.graph.graph import Graph
from gradlab.graph.threads import one_thread
from gradlab.scenario import shelf
from gradlab.scenario.changes import read_change
from gradlab.scenario.characters import harmless
from gradlab.scenario.expressions import Known
from gradlab.scenario.language import Model, attempt, trace
from gradlab.scenario.markdown import Document, parse, read_file, read_model
from gradlab.scenario.overrides import Overrides
from gradlab.scenario.script import Statement, statements
from gradlab.source import nearest

_WORDS = {"dtype": ("float64", "float32"), "mode": ("train", "eval")}
"""What stands in the head of a file, and what it can be."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that can be run. script: the statements of its lab fences.   overrides: what it was traced with."""

    document: Document
    model: Model
    script: tuple[Statement, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def title(self) -> str:
        """The title of the lesson."""
        return self.document.head.title

    @property
    def prose(self) -> str:
        """The Markdown of the lesson, without model and script."""
        return self.document.prose

    @property
    def known(self) -> Known:
        """The names that its expressions may use."""
        return self.model.known

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What its model may say and hardly means."""
        return self.model.warnings

    def traced(self, overrides: Overrides) -> Model:
        """Return the model of the same document under other overrides: `split="test"`, a mode, a seed. Raises ScenarioError."""
        return trace(self.document, overrides)

    def reseeded(self, seed: int) -> Scenario:
        """Return the scenario with another seed."""
        overrides = replace(self.overrides, seed=seed)
        return replace(self, model=self.traced(overrides), overrides=overrides)


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario as far as it could be read. model is None when something is wrong with it."""

    document: Document | None
    model: Model | None
    script: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def known(self) -> Known | None:
        """The names that its expressions may use; None when the model could not be read, so that nothing is known."""
        return None if self.model is None else self.model.known

    @property
    def graph(self) -> Graph | None:
        """The graph of the model; None when the model could not be read."""
        return None if self.model is None else self.model.graph

    def finish(self, found: Iterable[Problem] = ()) -> Scenario:
        """Return the scenario. Raises ScenarioError with all problems: those found so far and those found in the script."""
        problems = (*self.problems, *found)
        if problems or self.document is None or self.model is None:
            raise ScenarioError(problems)
        return Scenario(self.document, self.model, self.script, self.overrides)


def load(where: str | Path, overrides: Overrides | None = None) -> Scenario:
    """Load a scenario from a path, or by the name of one that comes with gradlab. Raises ScenarioError."""
    return draft(where, overrides).finish()


def build(text: str, overrides: Overrides | None = None) -> Scenario:
    """Make a scenario of the text of a model alone. Raises ScenarioError."""
    return _of_document(read_model(text), [], overrides or Overrides()).finish()


def draft(where: str | Path, overrides: Overrides | None = None) -> Draft:
    """Read a scenario as far as that goes, and keep its problems, so that those of its script can be added."""
    path = _find(where)
    if not str(where):
        return Draft(None, None, (), (Problem("a file or the name of a scenario is needed, got an empty text"),))
    if path is None:
        return Draft(None, None, (), (_unknown(str(where)),))
    overrides = overrides or Overrides()
    document, problems = read_file(path, overrides.memory)
    if document is None:
        return Draft(None, None, (), tuple(problems))
    return _of_document(document, problems, overrides)


def of_document(document: Document, overrides: Overrides) -> Scenario:
    """Return the scenario of a document that was read. Raises ScenarioError."""
    return _of_document(document, [], overrides).finish()


def draft_text(text: str, name: str = "<text>", folder: Path | None = None, overrides: Overrides | None = None) -> Draft:
    """Read a scenario from a Markdown text, as `draft` does."""
    document, problems = parse(text, name, folder)
    return _of_document(document, problems, overrides or Overrides())


def changed(overrides: Overrides, changes: Iterable[str]) -> Overrides:
    """Return overrides with changes in them, each `NAME=EXPR`. Raises ArgumentError."""
    for text in changes:
        change = read_change(text)
        if change.name == "seed":
            number = int(change.text) if change.text.isdecimal() else change.text
            overrides = replace(overrides, seed=whole("a change", "seed", number, 0, 2**63 - 1))
        elif change.name in _WORDS:
            word = choice("a change", change.name, change.text.strip("\"'"), _WORDS[change.name])
            overrides = replace(overrides, dtype=word) if change.name == "dtype" else replace(overrides, mode=word)
        else:
            overrides = replace(overrides, changes=(*overrides.changes, change))
    return overrides


def _of_document(document: Document, problems: list[Problem], overrides: Overrides) -> Draft:
    one_thread()  # data and first weights are products of matrices, too
    model, found = attempt(document, overrides)
    return Draft(document, model, statements(document), (*problems, *found), overrides)


def find_file(where: str | Path) -> Path:
    """Return the file of a scenario by its path or its name. Raises ScenarioError that says which name is the nearest."""
    path = _find(where)
    if path is None:
        raise ScenarioError([_unknown(str(where))])
    return path


def _find(where: str | Path) -> Path | None:
    """Return the file of a scenario: a path, else a name that comes with gradlab; None when a name is unknown."""
    path = Path(where)
    try:
        there = path.exists()
    except (OSError, ValueError):
        return path
    if there:
        return path
    shipped = shelf.find(str(where))
    if shipped is not None:
        return shipped
    return path if path.suffix or (path.parent.is_dir() and path.parent != Path()) else None


def _unknown(name: str) -> Problem:
    known = shelf.names()
    near = nearest(name, known) or next((k for k in known if k.rpartition("/")[2] == nearest(name, _last_parts(known))), "")
    hint = f"; did you mean `{near}`?" if near else ""
    return Problem(f"there is no file and no scenario `{harmless(name)}`{hint}")


def _last_parts(names: list[str]) -> list[str]:
    return [name.rpartition("/")[2] for name in names]


__all__ = ["Draft", "Model", "Overrides", "Scenario", "build", "changed", "draft", "draft_text", "load", "of_document"]
