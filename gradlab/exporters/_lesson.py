"""A scenario or a recording as a lesson that can be played."""

from __future__ import annotations

from gradlab.actions._statement import check_script
from gradlab.exporters.scenario import scenario_text
from gradlab.recording.performance import Performance
from gradlab.scenario.model import draft_text
from gradlab.session import Lab


def lesson_of(performance: Performance) -> Lab:
    """Return a laboratory at the beginning of what is to be shown. Raises GradlabError.

    A recording becomes a scenario whose script does the same and expects the same numbers.
    """
    if not performance.recorded:
        return performance.lab
    text, done = scenario_text(performance), performance.lab
    source, folder = done.scenario.document.source.name, done.scenario.document.folder
    read = draft_text(text, source, folder, done.scenario.overrides)
    return Lab(read.finish(check_script(read.script, read.known, read.graph)), done.run.machine.backend, done.budget)
