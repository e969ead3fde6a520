"""From a document to a model: the text of its fences is read once, statement by statement, into a graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gradlab.errors import ArgumentError, Problem, ScenarioError
from gradlab.graph.graph import Fixed, Graph
from gradlab.nn.fitting import fit_to_data
from gradlab.scenario import grammar
from gradlab.scenario.bounds import MAX_DEPTH, Exhausted
from gradlab.scenario.changes import changed_document
from gradlab.scenario.expressions import Known
from gradlab.scenario.foreign import meant
from gradlab.scenario.markdown import Document
from gradlab.scenario.minimizing import minimize
from gradlab.scenario.naming import Naming, name_followers
from gradlab.scenario.overrides import Overrides
from gradlab.scenario.parsing import parse_statements
from gradlab.scenario.reading.place import open_path
from gradlab.scenario.statements import run_body
from gradlab.scenario.tracing import Trace
from gradlab.scenario.vocabulary import NUMBERS, is_documented
from gradlab.scenario.warnings import warnings
from gradlab.source import did_you_mean

_FRAMES = 4
"""Python calls that one level of a model's expression takes, at most."""


@dataclass(frozen=True)
class Model:
    """A model that can be run.

    graph: its nodes, with names, feeds and objectives.   dtype: float64 or float32.   mode: train or eval.
    batches: how many the data have.   epoch: updates in which objectives that take turns see all of them once.
    numbers: variables that hold plain numbers, by name.
    warnings: what is allowed and hardly meant.   files: of data that it reads, by the names that it gives them.
    """

    graph: Graph
    dtype: str = "float64"
    seed: int = 0
    mode: str = "train"
    split: str = ""
    batches: int = 1
    epoch: int = 1
    numbers: dict[str, float] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    files: dict[str, Path] = field(default_factory=dict)

    @cached_property
    def known(self) -> Known:
        """The names that expressions about it may use."""
        graph = self.graph
        layers = (*graph.layers, *graph.layer_names)
        shapes, objectives = tuple(node.shape for node in graph.nodes), tuple((o.root, o.label) for o in graph.objectives)
        return Known(graph.aliases, {**NUMBERS, **self.numbers}, layers, shapes, objectives)


def trace(document: Document, overrides: Overrides | None = None) -> Model:
    """Read a document's model. Raises ScenarioError with all its problems."""
    model, problems = attempt(document, overrides)
    if model is None:
        raise ScenarioError(problems)
    return model


def attempt(document: Document, overrides: Overrides | None = None) -> tuple[Model | None, list[Problem]]:
    """Return the model, or what is wrong with it."""
    overrides = overrides or Overrides()
    try:
        state = Trace(changed_document(document, overrides.changes), overrides, run_body)
    except ScenarioError as error:
        return None, [*error.problems]
    try:
        with _room():
            _read(state)
    except Exhausted as error:
        state_problem = Problem(str(error), error.span)
        return None, [*state.problems, state_problem]
    except RecursionError:
        return None, [*state.problems, Problem("the model is nested too deeply to be read")]
    return (None if state.problems else _model(state)), state.problems


@contextmanager
def _room() -> Iterator[None]:
    """Let Python call as deep as a model may: the bounds of the model hold before Python's own."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, MAX_DEPTH * _FRAMES + 1_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _read(state: Trace) -> None:
    _find_beginning(state)
    tree, problems, state.poisoned = parse_statements(state.fragment)
    for problem in problems:
        state.report(problem)
    for problem in grammar.check(state.fragment, tree, is_documented, meant):
        state.report(problem)
    run_body(state, tree.body)
    if not state.problems:
        _finish(state)


def _find_beginning(state: Trace) -> None:
    """Find the file that the run begins with, if the head names one."""
    document, name = state.document, state.document.head.begin
    if name and name not in state.overrides.archives:
        try:
            state.files[name] = open_path(document.folder, name)
        except ArgumentError as error:
            state.report(Problem(f"front matter: `begin`: {error}", document.source.span(0, 3)))


def _finish(state: Trace) -> None:
    """Name the nodes, give them their feeds, and append the update phases."""
    naming = Naming(state.names, state.graph, state.document.head.names)
    for clash in naming.clashes():
        state.report(clash)
    if state.problems:
        return
    naming.finish()
    if state.document.head.names:  # an imported model is one layer as a whole: what tells more are those in it
        state.graph.depth = state.graph.clear_depth()
    for node, feed in state.late_feeds:
        node.feed = feed(node.key)
    _feed_inputs(state)
    fit_to_data(state.graph)
    if state.overrides.split in ("test", "validation") and not state.held_out:
        state.report(Problem('nothing is held out: load data with split="train"'))
    if not state.overrides.split:
        first = len(state.graph.nodes)
        for request in state.requests:
            minimize(state, request)
        name_followers(state.graph, first)


def _feed_inputs(state: Trace) -> None:
    """Return inputs the arrays that came from Python."""
    fed = {node.index for node in state.inputs}
    known = {name: state.graph.nodes[i] for name, i in state.graph.aliases.items() if i in fed}
    for name, array in state.overrides.data.items():
        node = known.get(name)
        if node is None:
            hint = did_you_mean(name, known)
            state.report(Problem(f"data for `{name}`: the model has no such input" + (f"; {hint}" if hint else "")))
        elif tuple(array.shape) != node.shape:
            state.report(Problem(f"data for `{name}` has shape {tuple(array.shape)}, the input has {node.shape}", node.span))
        else:
            node.feed = Fixed(array.astype(state.dtype))


def _model(state: Trace) -> Model:
    numbers = {
        name: float(value)
        for name, value in state.top.variables.items()
        if isinstance(value, int | float) and name not in state.graph.aliases
    }
    batches = max((batch.updates_per_epoch for _, batch in state.batches), default=1)
    times = [request.times for request in state.requests] or [1]
    epoch = max(1, batches // max(times)) * sum(times)
    split = state.overrides.split
    found = () if split else tuple(warnings(state))
    return Model(state.graph, state.dtype, state.seed, state.mode, split, batches, epoch, numbers, found, state.files)


__all__ = ["Model", "Overrides", "attempt", "trace"]
