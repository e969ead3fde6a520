"""From what a person wrote to a sweep: the scenario is read, and all that can be wrong is found before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

import gradlab
from gradlab.errors import ArgumentError, GradlabError, Problem, ScenarioError
from gradlab.graph.machines import at_full_speed, at_once, wanted
from gradlab.scenario import shelf
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.expressions import Known
from gradlab.scenario.model import Overrides, Scenario, changed, find_file, load
from gradlab.scenario.rehearsal import shape_on_zeros
from gradlab.sweeps.question import AskedSweep, SweepPlan, SweepQuestion, hash_of
from gradlab.sweeps.values import Axis, read_axis
from gradlab.sweeps.worker import claim, expression

MANY = 1_000_000
"""Points above which a sweep has to be confirmed."""
CHECKED = 64
"""Values of an axis that are tried on the model before anything runs."""
ROOMY = 1 << 40
"""Bytes that a value may want while it is tried: of a model nothing is allocated, and a point that is too large is a result."""
MOST_UPDATES = 10**9


@dataclass(frozen=True, slots=True)
class SweepWish:
    """A sweep as it was asked for. over: `NAME=VALUES` each.   measure, expect: expressions and claims.

    updates: None where nothing was said.   seeds: None for the seed of the scenario.   seed: of a random search.
    random: how many points are drawn.   backend: "auto" for what trains at full speed.   timeout: of a point, in seconds; None
    for what the scenario says.   sure: whether a person has said yes to very many points.
    """

    over: tuple[str, ...]
    measure: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    updates: int | None = None
    seeds: tuple[int, ...] | None = None
    random: int | None = None
    seed: int = 0
    halving: int | None = None
    backend: str = "auto"
    timeout: float | None = None
    memory: int | None = None
    sure: bool = False


def asked(where: str | Path, wish: SweepWish) -> AskedSweep:
    """Return the sweep that is asked for of a scenario's file. Raises GradlabError with all that is wrong."""
    axes = axes_of(wish.over, drawn=wish.random is not None)
    memory = MAX_MEMORY if wish.memory is None else wish.memory
    path = find_file(where)
    path = shelf.original(path) or path
    _refuse_recording(path)
    scenario = load(path, Overrides(memory=memory))
    updates = _updates(scenario, wish.updates)
    seeds = (scenario.model.seed,) if wish.seeds is None else wish.seeds
    plan = SweepPlan(axes, seeds, updates, wish.random, wish.seed, wish.halving)
    _check_plan(plan, scenario, sure=wish.sure)
    check_values(scenario, plan)
    measures = wish.measure or _default(scenario)
    check_expressions(scenario, measures, wish.expect)
    model, head = scenario.model, scenario.document.head
    question = SweepQuestion(
        str(where), path.read_text(encoding="utf-8"), str(path.parent.resolve()),
        {name: hash_of(file) for name, file in model.files.items()}, tuple(measures), wish.expect,
        backend_of(scenario, wish.backend), model.dtype, model.mode, gradlab.__version__, wish.timeout or head.timeout, memory,
        ends_of(axes),
    )  # fmt: skip
    return AskedSweep(question, plan, model.files)


def axes_of(over: Sequence[str], *, drawn: bool) -> tuple[Axis, ...]:
    """Read what a sweep goes over. Raises GradlabError with all that is wrong."""
    found: list[Axis] = []
    problems: list[Problem] = []
    for text in over:
        try:
            found.append(read_axis(text, drawn=drawn))
        except ScenarioError as error:
            problems += error.problems
    names = [axis.name for axis in found]
    problems += [Problem(f"the sweep goes over `{name}` twice") for name in dict.fromkeys(names) if names.count(name) > 1]
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


def ends_of(axes: Sequence[Axis]) -> dict[str, tuple[str, str]]:
    """Return the ends of the names that are set to numbers."""
    return {axis.name: ends for axis in axes if (ends := axis.ends) is not None}


def backend_of(scenario: Scenario, name: str) -> str:
    """Return the machine that runs all points: with `auto` the one at full speed. Raises ArgumentError."""
    dtype = scenario.model.dtype
    if wanted(name, dtype) != "auto":
        return name
    return (at_full_speed(dtype) or at_once(dtype)).name


def _refuse_recording(path: Path) -> None:
    from gradlab.recording.kind import kind_of

    if kind_of(path) != "scenario":
        raise GradlabError(f"error: `{path}` is a {kind_of(path)}: a sweep runs a scenario")


def _updates(scenario: Scenario, updates: int | None) -> int:
    trains = bool(scenario.model.graph.objectives)
    if scenario.document.head.run == "never":
        raise GradlabError("error: the scenario says `run: never`: there is nothing to run")
    if updates and not trains:
        raise GradlabError("error: nothing to train: the model has no `minimize`; without `--updates` it is run through once")
    if updates is None and trains:
        raise GradlabError("error: for how many updates? `--updates 300`; with `--updates 0` nothing is trained")
    return updates or 0


def _check_plan(plan: SweepPlan, scenario: Scenario, *, sure: bool) -> None:
    if plan.halving is not None and not plan.updates:
        raise GradlabError("error: `--halving` goes on with what was trained, and nothing is")
    longest = max(updates for _, updates in plan.stages())
    if longest > MOST_UPDATES:
        raise GradlabError(f"error: the last stage has {longest:,} updates, allowed are {MOST_UPDATES:,}")
    if plan.runs > MANY and not sure:
        raise GradlabError(f"error: these are {plan.runs:,} runs, more than {MANY:,}; `--yes` if that is meant")


def check_values(scenario: Scenario, plan: SweepPlan) -> None:
    """Try the values of each axis on the model, by themselves: at most some, those of numbers the first and the last only."""
    problems: list[Problem] = []
    overrides = replace(scenario.overrides, memory=ROOMY)
    for place, axis in enumerate(plan.axes):
        values = _tried(axis) or (plan.values(0)[place][1],)
        for value in values:
            try:
                scenario.traced(changed(overrides, [f"{axis.name}={value}"]))
            except ScenarioError as error:
                problems += [one for one in error.problems if one not in problems]
                break
            except ArgumentError as error:
                problems.append(Problem(str(error)))
                break
    if problems:
        raise ScenarioError(problems)


def _tried(axis: Axis) -> tuple[str, ...]:
    if axis.range is not None:
        return ()
    return axis.values[:CHECKED] if axis.numbers is None else tuple(dict.fromkeys((axis.values[0], axis.values[-1])))


def _default(scenario: Scenario) -> tuple[str, ...]:
    """Return what is measured where nothing is said: the loss."""
    root = scenario.model.graph.default_root()
    if root is None or root.shape != ():
        raise GradlabError("error: what is measured? the model has no loss; `--measure EXPR`")
    return (root.name,)


def check_expressions(scenario: Scenario, measures: Sequence[str], claims: Sequence[str] = ()) -> None:
    """Raise ScenarioError with all that is wrong with what is measured and expected."""
    problems = [Problem(f"`{text}` is measured twice") for text in dict.fromkeys(measures) if measures.count(text) > 1]
    for check, texts in ((_check_measure, measures), (claim, claims)):
        for text in texts:
            try:
                check(text, scenario.known)
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)


def _check_measure(text: str, known: Known) -> None:
    """Raise ScenarioError for what is no single number, as far as that is known before the run."""
    read = expression(text, known)
    for part in ast.walk(read.tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "seeds":
            raise ScenarioError([Problem("`seeds` cannot stand in a measure", read.at(part), "a sweep has seeds of its own")])
    shape = shape_on_zeros(read, known)
    if shape is not None and prod(shape) != 1:
        raise ScenarioError([Problem(f"`{text}` is no single number: its shape is {shape}", read.span, "`mean(…)`, `max(…)`")])
