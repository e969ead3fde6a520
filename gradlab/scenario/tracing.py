"""What is going on while a model is read: the graph so far, its names, what may still be used, and the problems found."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError, BoundError, GradlabError, Note, Problem, ShapeError
from gradlab.graph.graph import Feed, Fixed, Graph, Node
from gradlab.graph.patterns import is_pattern, matching
from gradlab.op import Array, Op, Shape
from gradlab.ops import OPS
from gradlab.optim import SCHEDULES
from gradlab.optim.scheduled import ModelPlace
from gradlab.optim.tunable import Schedule
from gradlab.scenario.bounds import MAX_DEPTH, MAX_PROBLEMS, Budget, Exhausted
from gradlab.scenario.markdown import Document
from gradlab.scenario.names import Given, Names
from gradlab.scenario.overrides import Overrides
from gradlab.scenario.scopes import LibraryCall, Scope
from gradlab.scenario.values import Data, Frame, Shared, Value, kind_of, named_by, numbers_of
from gradlab.source import Span

CLOCK = "clock"
"""The leaf that holds the number of the update."""


class Wrong(GradlabError):
    """A problem that ends the reading of one expression."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass(frozen=True, slots=True)
class MinimizeRequest:
    """One `minimize`, which is built when all names are known.

    optimizers: of one for all parameters its pattern is "".   over, freeze: names and patterns, and where they stand.
    l2: penalties, in the same way.   recipe: what else stands around the optimizers.   accumulate: where that is written.
    times: how many updates in a row it makes where several take turns.
    """

    root: Node
    optimizers: tuple[Assigned, ...]
    over: tuple[tuple[str, Span], ...]
    span: Span
    freeze: tuple[tuple[str, Span], ...] = ()
    l2: tuple[Assigned, ...] = ()
    recipe: Any = None
    accumulate: Span | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the parameters of a name or a pattern get: an optimizer, a penalty, None. span: where the pattern stands."""

    pattern: str
    value: Any
    span: Span


def covers(graph: Graph, name: str, node: Node) -> bool:
    """Return whether a parameter is meant by a name: its own, its layer's, that of a scope it is in; or by a pattern."""
    if is_pattern(name):
        return node.index in matching(graph, name)
    layer = graph.layer_names.get(name, name)
    if graph.aliases.get(name) == node.index or layer in graph.layers_of(node):
        return True
    return node.name.startswith(f"{layer}.") or node.key.startswith(f"{name}.")


class Trace:
    """The state of reading one model. run: runs statements in it, as the body of a function is run."""

    def __init__(self, document: Document, overrides: Overrides, run: Callable[[Trace, Sequence[ast.stmt]], object]) -> None:
        self._run = run
        head = document.head
        self.document, self.overrides, self.fragment = document, overrides, document.model
        self.seed = head.seed if overrides.seed is None else overrides.seed
        self.dtype = overrides.dtype or head.dtype
        self.mode = "eval" if overrides.split else overrides.mode or head.mode
        self.graph, self.names, self.budget = Graph(), Names(), Budget(overrides.memory, arenas=head.run != "never")
        self.itemsize = np.dtype(self.dtype).itemsize
        self.frame = self.top = Frame()
        self.names.frames.append((self.names.root, self.top))
        self.requests: list[MinimizeRequest] = []
        self.late_feeds: list[tuple[Node, Callable[[str], Feed]]] = []
        self.inputs: list[Node] = []
        self.batches: list[tuple[Node, Any]] = []
        self.schedules: dict[int, tuple[Schedule, Node]] = {}
        self.tables: list[tuple[Any, Span]] = []
        self.kept: dict[str, Array] = {}
        self.files: dict[str, Path] = {}
        self.held_out = False
        self.poisoned: set[str] = set()
        self.depth = self.calls = self.mark = 0
        self.target = ""
        self.opened: Scope | None = None
        self.library: list[LibraryCall] = []
        self.sharing: list[Shared] = []
        self._problems: dict[tuple[int, int], Problem] = {}

    def run_body(self, body: Sequence[ast.stmt]) -> None:
        """Run statements one after the other."""
        self._run(self, body)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong so far, at most one problem a place."""
        return list(self._problems.values())

    def report(self, problem: Problem) -> None:
        """Keep a problem, unless there is one of that place: a loop would find it again and again."""
        place = (problem.span.start, problem.span.stop) if problem.span else (-1, len(self._problems))
        self._problems.setdefault(place, problem)
        if len(self._problems) == MAX_PROBLEMS:
            raise Exhausted(f"more than {MAX_PROBLEMS} problems; the first are shown")

    def span(self, node: ast.AST) -> Span:
        """Return where a piece of the model stands."""
        return self.fragment.span(node)

    def wrong(self, message: str, at: ast.AST, label: str = "", notes: tuple[Note, ...] = ()) -> Wrong:
        """Make the error that ends the reading of an expression."""
        return Wrong(Problem(message, self.span(at), label, notes))

    def enter(self) -> None:
        """Count one more expression or statement within another. Raises Exhausted."""
        self.budget.step()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Exhausted("functions call one another too deeply to be read")

    def add(
        self, op: Op, inputs: Sequence[Node], attrs: Mapping[str, Any], at: ast.AST, *, feed: Feed | None = None,
        shape: Shape | None = None,
    ) -> Node:  # fmt: skip
        """Append a node, after its size is known to be allowed. Raises Wrong, Exhausted."""
        span = self.span(at)
        try:
            if shape is not None:
                self.budget.reserve(prod(shape), self.itemsize)
            node = self.graph.add(op, inputs, attrs, name="", key="?", span=span, feed=feed, shape=shape)
            if shape is None:
                self.budget.reserve(node.size, self.itemsize)
        except ShapeError as error:
            raise self.shape_problem(str(error), op.name, inputs, at) from None
        except BoundError as error:
            raise error if isinstance(error, Exhausted) else Exhausted(str(error)) from None
        except (TypeError, ValueError, IndexError, OverflowError):
            raise self.wrong(f"`{op.name}` does not take these arguments", at) from None
        self.names.made(node)
        return node

    def shape_problem(self, message: str, word: str, inputs: Sequence[Node], at: ast.AST) -> Wrong:
        """Say which node cannot be made, and where each of its operands is from."""
        seen = {node.index: node for node in inputs}.values()
        notes = tuple(Note(f"{self.names.describe(n)} has shape {n.shape}", n.span) for n in seen)
        named = f" (node `{self.target}`)" if self.target else ""
        return self.wrong(f"`{word}`{named}: {message}", at, "", notes)

    def leaf(self, kind: str, array: Array, at: ast.AST, labels: tuple[str, ...] = ()) -> Node:
        """Append a leaf that holds an array. labels: the names of its numbers."""
        node = self.add(OPS[kind], [], named_by(labels), at, feed=Fixed(array), shape=array.shape)
        if kind == "input":
            self.inputs.append(node)
        return node

    def node(self, value: Value, at: ast.AST) -> Node:
        """Return a value as a node: numbers and lists of numbers become constants, data inputs. Raises Wrong."""
        if isinstance(value, Node):
            return value
        if isinstance(value, Data):
            return self.leaf("input", value.array.astype(self.dtype), at, value.labels)
        if isinstance(value, Schedule):
            return self._scheduled(value, at)
        if isinstance(value, list | tuple) and any(isinstance(part, Node) for part in value):
            raise self.wrong("a list with nodes in it is no node", at, "`concat` joins them")
        if isinstance(value, str) or value is None or not isinstance(value, int | float | list | tuple | range):
            raise self.wrong(f"a node or numbers are needed here, got {kind_of(value)}", at)
        try:
            array = numbers_of(value, self.dtype)
        except (ArgumentError, BoundError) as error:
            raise self.wrong(str(error), at) from None
        return self._scalar(array, at) if array.shape == () else self.leaf("const", array, at)

    def _scalar(self, array: Array, at: ast.AST) -> Node:
        """Return the constant of a number; equal ones of a scope are one node."""
        constants, text = self.names.scope.constants, repr(float(array))
        if text not in constants:
            constants[text] = self.leaf("const", array, at)
        return constants[text]

    def _scheduled(self, schedule: Schedule, at: ast.AST) -> Node:
        """Return the node of a schedule, one for all places that read it; it has the name of the variable that holds it."""
        if id(schedule) in self.schedules:
            return self.schedules[id(schedule)][1]
        complete = schedule.complete()
        if complete.remembers:
            able = ", ".join(f"`{name}`" for name, one in SCHEDULES.items() if not one.remembers)
            message = f"`{schedule.name}` remembers what it has seen: it is for optimizers, no number of the model"
            raise self.wrong(message, at, f"{able} are")
        with self.names.at(self.names.root):
            place = ModelPlace(self.graph, self._clock(at), lambda numbers: self._constant(numbers, at),
                               lambda op, inputs, attrs: self.add(op, inputs, attrs, at))  # fmt: skip
            node = place.append(complete)
            holder = next((name for name, value in self.top.variables.items() if value is schedule), "")
            if holder:
                self.names.bind(holder, node, made=True)
        self.schedules[id(schedule)] = schedule, node
        return node

    def _clock(self, at: ast.AST) -> Node:
        """Return the leaf of the number of the update; a model has one."""
        constants = self.names.root.constants
        if CLOCK not in constants:
            constants[CLOCK] = self.leaf(CLOCK, np.array(0.0), at)
            self.names.given[constants[CLOCK].index] = Given(CLOCK, 0, CLOCK)
        return constants[CLOCK]

    def _constant(self, numbers: Any, at: ast.AST) -> Node:
        array = np.asarray(numbers, self.dtype)
        return self._scalar(array, at) if array.shape == () else self.leaf("const", array, at)

    def bind(self, name: str, value: Value, at: ast.AST) -> None:
        """Return a variable a value, and the value's node its name."""
        if isinstance(value, Data):
            value = self.node(value, at)
        self.frame.variables[name] = value
        self.frame.sites.pop(name, None)
        if self.opened is not None and name == self.target:
            self.frame.sites[name] = self.opened
        if isinstance(value, Node):
            self.names.bind(name, value, made=value.index >= self.mark)

    def library_scopes(self, word: str) -> tuple[Scope, Scope]:
        """Return the scopes for the nodes of a library layer: what keys them, and what names them.

        Both are named after the statement's target; within a scope keys do without it.
        """
        if self.opened is None:
            self.opened = self.names.open_target(self.target, word)
        inside = self.names.scope is not self.names.root
        return (self.names.scope if inside else self.opened), self.opened

    def library_call(self, word: str, at: ast.AST) -> LibraryCall:
        """Note a call of a library layer; those among its arguments, which were made just before it, are inner ones."""
        span = self.span(at)
        called = LibraryCall(word, span.start, span.stop)
        while self.library and called.holds(self.library[-1]):
            self.library.pop().within = called
        self.library.append(called)
        self.names.scope.calls.append(called)
        return called
