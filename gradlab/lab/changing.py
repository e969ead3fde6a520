"""The model of a core, changed in its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.errors import ActionError, GradlabError
from gradlab.scenario.changes import changed_document
from gradlab.scenario.difference import changed_lines
from gradlab.scenario.markdown import Document
from gradlab.scenario.model import Scenario, of_document

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.scenario.overrides import Change


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change. difference: the lines of the text that are others, as a diff.   lost: what could not be done."""

    difference: tuple[str, ...]
    lost: tuple[str, ...]


def change(core: Core, changes: Sequence[Change], text: str) -> Changed:
    """Let a changed model take the place of a core's. text: as it was said. Raises ActionError, which says why it cannot be."""
    if core.journal.origin.source:
        raise ActionError(
            f"this run begins where `{core.journal.origin.source}` was loaded, which belongs to the model as it is"
        )
    before = current_document(core.scenario)
    try:
        scenario = changed_scenario(core.scenario, changes)
    except GradlabError as error:
        raise ActionError(str(error)) from None
    lost = core.begin_model(scenario, text)
    return Changed(tuple(changed_lines(before, scenario.document)), lost)


def changed_scenario(scenario: Scenario, changes: Sequence[Change]) -> Scenario:
    """Return a scenario with changes in its text, its seed and data those of the other. Raises ScenarioError."""
    document = changed_document(current_document(scenario), changes)
    return of_document(document, replace(scenario.overrides, changes=()))


def current_document(scenario: Scenario) -> Document:
    """Return the text that a scenario was traced from: its document, with the changes that it was opened with."""
    return changed_document(scenario.document, scenario.overrides.changes)
