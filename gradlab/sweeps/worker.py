"""One point after the other, in whatever process: the scenario is read once and kept for the points that come.

Results depend on nothing but the question and the point: on no run before, and on no clock but the one that ends a run.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite, isnan, nan
from pathlib import Path
from time import monotonic, perf_counter

import numpy as np

from gradlab.actions.expect import judge
from gradlab.axis.environment import NotReady
from gradlab.axis.history import CAPACITY
from gradlab.axis.journal import Journal
from gradlab.axis.origin import RunOrigin
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.errors import MEMORY, GradlabError, ScenarioError
from gradlab.graph.machine import Machine
from gradlab.graph.tape import refuse
from gradlab.lab.core import Core, Stopped
from gradlab.lab.twins import HeldOut, Twins
from gradlab.scenario.assertions import Assertion, read_assertion
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.language import Model
from gradlab.scenario.model import Overrides, Scenario, draft_text
from gradlab.source import Source
from gradlab.sweeps.question import ChangedData, Point, Result, State, SweepQuestion
from gradlab.sweeps.templates import PointTemplates

SILENT = np.errstate(all="ignore")
KEPT = 2
"""Questions that a process keeps the scenario of."""
PAST = {"history", "best", "at"}
"""Words that read what was before: a run that goes on in the middle does not have that."""


class PointTwins(Twins):
    """The model on other splits of the data, which are read once for many points."""

    def __init__(self, core: Core, templates: PointTemplates, point: Point) -> None:
        super().__init__(core)
        self._templates, self._point = templates, point

    def _traced(self, split: str, backend: str) -> HeldOut:
        point, memory = self._point, self.core.memory
        template = self._templates.template(point.values, split)
        machine = template.machine_for(backend, memory)
        refuse(f"the model on the split `{split}` and what is there", self.core.tape.bytes + machine.tape.bytes, memory)
        model = template.set(point.values, point.seed)
        origin = RunOrigin(seed=point.seed, mode="eval")
        run = Run(machine, Journal(len(machine.tape.forward_order), origin), model.epoch)
        Walker(run)
        return HeldOut(run, model.known)


class StraightOn(Walker):
    """Moves a run forth and never back: nothing is kept on the way."""

    def _train(self, updates: int) -> None:
        began = perf_counter()
        self.updates.learn(len(self.run_updates(min(updates, self.updates.units))), perf_counter() - began)
        self.arrive()

    def _keep(self) -> None:
        """Keep no checkpoint."""

    def _mark(self) -> None:
        """Keep no copy of all numbers."""


class PointCore(Core):
    """A run of a point: nothing is recorded on the way. One core serves many points of the same graph."""

    def __init__(self, scenario: Scenario, backend: str) -> None:
        super().__init__(scenario, backend)
        self.expressions: dict[str, Expression] = {}

    def begin(self, model: Model, templates: PointTemplates, point: Point) -> None:
        """Stand at the beginning of a point. model: of this core's graph, whose numbers are set."""
        overrides = replace(templates.overrides(point.values), seed=point.seed)
        self.model, self.scenario = model, replace(self.scenario, model=model, overrides=overrides)
        self._known = model.known
        self.take_up(Journal(self.journal.forward_ops, RunOrigin(seed=point.seed, mode=model.mode)))
        self.twins = PointTwins(self, templates, point)

    def expression(self, text: str) -> Expression:
        """Return a measure, read and checked once for all points. Raises ScenarioError."""
        if text not in self.expressions:
            self.expressions[text] = expression(text, self.known)
        return self.expressions[text]

    def _begun(self, machine: Machine) -> tuple[Run, Walker]:
        run = Run(machine, self.journal, self.model.epoch)
        return run, StraightOn(run, reader=self._read)

    def _settle(self) -> None:
        """Leave a run that is broken off as it is: nobody reads it."""

    def go_on(self, state: State) -> None:
        """Stand where another run of the same scenario, values and seed has come to."""
        update, arrays = state
        self.walker.checkpoints.keep(update, arrays)
        self.walker.load_update(update)

    def state(self) -> State:
        """Return where it stands, so that another can go on."""
        assert self.position == Position(self.position.update), "in the midst of an update"
        return self.position.update, {index: self.run.machine.value(index).copy() for index in self.run.followers}


class PointRunner:
    """The scenario of a question, read, and the points that are run on it.

    scenario: where it has been read already.   breathe: called between two stretches of work; what it raises ends all of it.
    Raises ScenarioError.
    """

    def __init__(
        self, question: SweepQuestion, scenario: Scenario | None = None, breathe: Callable[[], None] | None = None
    ) -> None:
        self.question, self.breathe = question, breathe
        self.scenario: Scenario = scenario or _read(question)
        self.templates = PointTemplates(self.scenario, question.ends, question.data)
        self.reads_past = any(PAST & _words(text) for text in (*question.measures, *question.claims))

    def core(self, point: Point) -> PointCore:
        """Return a run of a point at its beginning. The core of a point before may be gone then. Raises GradlabError."""
        template = self.templates.template(point.values)
        model = template.set(point.values, point.seed)
        if template.owner is None:
            template.owner = PointCore(replace(self.scenario, model=model), self.question.backend)
            template.machine = template.owner.run.machine
        core: PointCore = template.owner
        core.begin(model, self.templates, point)
        core.deadline, core.on_chunk = monotonic() + self.question.timeout, self.breathe
        return core

    def run(self, point: Point) -> Result:
        """Run a point, and measure. Whatever goes wrong is its result. Raises ChangedData."""
        began = perf_counter()
        measured: tuple[float, ...] = ()
        state: State | None = None
        limit = ""
        try:
            core = self.core(point)
            trained(core, point if point.begin is None or not self.reads_past else replace(point, begin=None))
            measured = tuple(measure(core, text) for text in self.question.measures)
            failed = self._verdict(core, measured)
            state = core.state() if point.keep and not failed and core.run.timeline.trains else None
        except Stopped:
            if self.breathe is not None:
                raise
            failed, limit = f"it did not end within {self.question.timeout:g} s", "timeout"
        except ChangedData:
            raise
        except GradlabError as error:
            failed, limit = error.headline.removeprefix("error: "), "memory" if MEMORY in str(error) else ""
        except MemoryError:
            self.templates.forget()
            failed, limit = "out of memory", "memory"
        except Exception as error:
            if self.breathe is not None:
                raise
            self.templates.forget()
            failed = f"internal error: {type(error).__name__}: {error}"
        by = self.question.limit(limit) if limit else None
        return Result(point.number, point.updates, measured, failed, round(perf_counter() - began, 6), state, by)

    def _verdict(self, core: Core, measured: Sequence[float]) -> str:
        """Return what speaks against a run that came to its end, or ""."""
        for text, value in zip(self.question.measures, measured, strict=True):
            if not isfinite(value):
                return f"`{text}` is {value:g}{_since(core)}"
        for text in self.question.claims:
            found = judge(core, claim(text, core.known))
            if not found.ok:
                return f"`{text}` does not hold: {found.text}"
        return ""


def _read(question: SweepQuestion) -> Scenario:
    folder = Path(question.folder) if question.folder else None
    overrides = Overrides(memory=question.memory, dtype=question.dtype, mode=question.mode)
    return draft_text(question.text, question.name, folder, overrides).finish()


def trained(core: PointCore, point: Point) -> None:
    """Bring a run to the end of its updates; without any, and without `minimize`, to the end of the backward pass."""
    if point.updates and core.run.timeline.trains:
        if point.begin is not None:
            core.go_on(point.begin)
        core.go(Position(point.updates))
    else:
        core.go(core.run.timeline.end(0, "f" if core.run.root_of(0) is None else "b"))


def measure(core: PointCore, text: str) -> float:
    """Return the number that a measure gives where a run stands. Raises GradlabError for what is none."""
    try:
        found = np.asarray(core.expression(text).evaluate(core.environment()))
    except NotReady as error:
        raise GradlabError(f"`{text}`: {error}") from None
    if found.size != 1:
        raise GradlabError(f"`{text}` is no single number: its shape is {found.shape}")
    value = float(found.reshape(-1)[0])
    return nan if isnan(value) else value  # of one sign, whatever made it


def expression(text: str, known: Known) -> Expression:
    """Read a measure and check its names. Raises ScenarioError."""
    read = read_expression(Source("<measure>", text).span(0, len(text)))
    if problems := read.check(known):
        raise ScenarioError(problems)
    return read


def claim(text: str, known: Known) -> Assertion:
    """Read what is to hold, and check its names. Raises ScenarioError."""
    read = read_assertion(Source("<expect>", text).span(0, len(text)))
    if problems := read.check(known):
        raise ScenarioError(problems)
    return read


def _words(text: str) -> set[str]:
    return {*re.findall(r"[^\W\d]\w*", text)}


def _since(core: Core) -> str:
    """Return since when the loss of a run is not finite."""
    if core.position.update > CAPACITY:  # not all losses are kept
        return ""
    bad = next((update for update, loss in core.run.history.pairs(most=CAPACITY) if not isfinite(loss)), None)
    return "" if bad is None else f", the loss since update {bad:,}"


_TURN = threading.Lock()
"""A process runs one point at a time: a laboratory, and the kernels that it loads, belong to one thread."""
_KEPT: dict[object, PointRunner] = {}


def _runner_of(question: SweepQuestion) -> PointRunner:
    """Return the runner of a question: this process keeps those of the last ones. Raises ScenarioError."""
    if question.identity not in _KEPT:
        made = PointRunner(question)
        while len(_KEPT) >= KEPT:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[question.identity] = made
    return _KEPT[question.identity]


@SILENT
def run_points(question: SweepQuestion, points: Sequence[Point], runner: PointRunner | None = None) -> list[Result]:
    """Run points one after the other, and return what came of each: the function that all engines call.

    runner: on which, if not on the one that this process keeps.
    """
    if runner is not None:
        return [runner.run(point) for point in points]
    with _TURN:
        kept = _runner_of(question)
        return [kept.run(point) for point in points]
