"""From a point of a sweep into the laboratory, and from the file of a sweep to the command that goes on with it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.errors import GradlabError
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.sweeps.question import AskedSweep, Point, SweepQuestion, hash_of
from gradlab.sweeps.telling import setting_text, updates_text

if TYPE_CHECKING:
    from gradlab.scenario.model import Scenario
    from gradlab.session import Lab


def scenario_file(question: SweepQuestion, beside: Path | None = None) -> Path | None:
    """Return the file of the scenario: where it lay, beside the file of the sweep, or as it was named; None if it is gone.

    One that has the text of the sweep goes before one that has changed.
    """
    name = Path(question.name).name
    folders = [Path(question.folder), *([beside.parent] if beside is not None else [])]
    places = [folder / one for folder in folders for one in (name, f"{name}.md")] + [Path(question.name)]
    there = [place for place in places if place.is_file()]
    return next((place for place in there if _text(place) == question.text), there[0] if there else None)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def within_bounds(sweep: AskedSweep) -> AskedSweep:
    """Return a sweep that takes no more memory than any file of a stranger may, whatever its own file says."""
    return replace(sweep, question=replace(sweep.question, memory=min(sweep.question.memory, MAX_MEMORY)))


def lab_of_point(sweep: AskedSweep, point: Point, beside: Path) -> Lab:
    """Open a laboratory on a point at its beginning, with the text that the sweep has. beside: the file of the sweep.

    Where the file of the scenario has another text now, or is gone, it says so at its opening, and data are looked for beside
    the file of the sweep: which folder it names may be a stranger's wish. Raises GradlabError where data have changed.
    """
    import gradlab
    from gradlab.session import Lab

    question = within_bounds(sweep).question
    path = scenario_file(question, beside)
    if path is not None and _text(path) == question.text:
        lab = gradlab.load(path, point.seed, memory=question.memory, changes=point.changes)
    else:
        lab = Lab(_of_text(question, point, beside.parent))
        what = f"`{question.name}` is gone" if path is None else f"`{path}` has changed since the sweep"
        lab.opening.append(f"{what}: this is the text that the sweep was made with")
    lab.opening.insert(0, f"a run of the sweep: {setting_text(point)}; it was trained for {updates_text(point.updates)}")
    _compare_data(question, lab.model.files)
    if question.version != gradlab.__version__:
        lab.opening.append(f"the sweep was made by gradlab {question.version}, this is {gradlab.__version__}")
    return lab


def _of_text(question: SweepQuestion, point: Point, folder: Path) -> Scenario:
    from gradlab.scenario.model import Overrides, changed, draft_text

    overrides = Overrides(seed=point.seed, memory=question.memory)
    return draft_text(question.text, question.name, folder, changed(overrides, point.changes)).finish()


def _compare_data(question: SweepQuestion, files: Mapping[str, Path]) -> None:
    apart = sorted(name for name, file in files.items() if question.data.get(name, "") != hash_of(file))
    if apart:
        raise GradlabError(f"error: the data {', '.join(f'`{name}`' for name in apart)} have changed since the sweep")


def command_line(sweep: AskedSweep, out: Path, how: Sequence[str] = ()) -> list[str]:
    """Return the command that goes on with what is missing of a sweep. how: further options.

    Raises GradlabError where its scenario is gone.
    """
    question, plan = sweep.question, sweep.plan
    path = scenario_file(question, out)
    if path is None:
        raise GradlabError(f"error: the scenario of this sweep is gone: `{question.name}`")
    parts = [
        *(("over", str(axis)) for axis in plan.axes), ("seeds", _seeds_text(plan.seeds)), ("updates", plan.updates),
        *(("measure", text) for text in question.measures), *(("expect", text) for text in question.claims),
        ("random", plan.drawn), ("sweep-seed", plan.seed), ("halving", plan.halving), ("backend", question.backend),
        ("timeout", repr(question.timeout)), ("max-memory", question.memory), ("out", out),
    ]  # fmt: skip
    words = [f"--{name}={value}" for name, value in parts if value is not None]
    return [sys.executable, "-m", "gradlab", "sweep", *words, *how, "--yes", "--", str(path)]


def _seeds_text(seeds: Sequence[int]) -> str:
    """Return seeds as they are written: `0..4,7`."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ",".join(str(first) if first == last else f"{first}..{last}" for first, last in runs)
