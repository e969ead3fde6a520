"""A model on points that are not its data: run in one batch, in eval mode, with the parameters that the laboratory has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.environment import RunEnvironment
from gradlab.axis.journal import Journal
from gradlab.axis.origin import RunOrigin
from gradlab.axis.run import Run
from gradlab.draw.plots._glyphs import Floats
from gradlab.errors import ActionError, ShapeError
from gradlab.graph.batching import rebatched
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.lab.twins import CARRIED, run_through
from gradlab.scenario.expressions import Expression, Known
from gradlab.scenario.model import Model

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True, eq=False)
class GridModel:
    """What is kept between two pictures. rows: samples of a pass.   source: the input here.   carried: here and in the model.

    data: the input as the model has it.
    """

    run: Run
    known: Known
    source: int
    rows: int
    carried: tuple[tuple[int, str], ...]
    data: Floats


def on_points(lab: Lab, wanted: Expression, source: str, points: Floats) -> Floats:
    """Return an expression for each of some points: (n,). points: (n, …), in the place of the input `source`.

    Raises ActionError where it is not one number a point, or asks for more than values of nodes.
    """
    lab.need_run()
    lab.seen_by_student().may_read(wanted)
    model = _kept(lab, wanted, source, len(points))
    for index, name in model.carried:
        model.run.machine.write(index, lab.run.machine.value(lab.known.nodes[name]))
    found = [_numbers(model, wanted, points[start : start + model.rows]) for start in range(0, len(points), model.rows)]
    return np.concatenate(found)[: len(points)]


def data_of(lab: Lab, wanted: Expression, source: str, rows: int) -> Floats:
    """Return the rows of the input that stand for all data: those that it is trained with."""
    return _kept(lab, wanted, source, rows).data


def _numbers(model: GridModel, wanted: Expression, points: Floats) -> Floats:
    """Return the numbers of one pass; a last one that is shorter is filled up."""
    filled = points if len(points) == model.rows else np.resize(points, (model.rows, *points.shape[1:]))
    model.run.machine.write(model.source, filled)
    run_through(model.run, backward=False)
    value = np.asarray(wanted.evaluate(RunEnvironment(model.run, model.known)), np.float64)
    if value.shape not in ((model.rows,), (model.rows, 1)):
        raise ActionError(_not_one(wanted.text, value.shape, model.rows))
    return value.reshape(-1)


def _not_one(text: str, shape: tuple[int, ...], rows: int) -> str:
    """Return what is wrong with a shape, and what would fit."""
    if len(shape) == 2 and shape[0] == rows:
        return f"`{text}` is {shape[1]} numbers a point: take one of them, `{text}[:, 0]`, or `argmax({text}, axis=1)`"
    return f"`{text}` is no number a point: for {rows:,} points it has shape {shape}; take a node with a row a sample"


def _kept(lab: Lab, wanted: Expression, source: str, rows: int) -> GridModel:
    """Return the model for so many points, made anew only after an edit of the run or on another machine."""
    key = f"plane {source} {rows} {wanted.text}"
    kept = lab.twins.known
    if key not in kept:
        for other in [one for one in kept if one.startswith(f"plane {source} ") and one.endswith(f" {wanted.text}")]:
            del kept[other]
        kept[key] = _made(lab, wanted, source, rows)
    found: GridModel = kept[key]
    return found


def _made(lab: Lab, wanted: Expression, source: str, rows: int) -> GridModel:
    """Trace the model in eval mode on all training rows, and take of it what the expression needs for so many points."""
    model = lab.scenario.traced(replace(lab.scenario.overrides, split="train", mode="eval", seed=lab.model.seed))
    needed = _operands(wanted, model.known)
    entry = model.known.nodes[source]
    try:
        small = rebatched(model.graph, {*needed, entry}, entry, rows)
        count = rows
    except ShapeError:
        count = model.graph.nodes[entry].shape[0]
        small = rebatched(model.graph, {*needed, entry}, entry, count)
    tape = Tape(small.graph, model.dtype, lab.memory)
    lab.twins.afford(f"the model on {count:,} points", tape)
    machine = make_machine(tape, lab.backend.beside(tape, OFTEN))
    for old, node in small.nodes.items():
        if node.is_leaf:
            _feed(machine, model, old, node.index, node.shape)
    run = Run(machine, Journal(len(tape.forward_order), RunOrigin(seed=model.seed, mode="eval")), model.epoch)
    names = {name: small.nodes[old].index for name, old in model.known.nodes.items() if old in small.nodes}
    shapes = [node.shape for node in small.graph.nodes]
    known = Known(names, model.known.numbers, (), shapes, (), lab.known.constants)
    carried = tuple(
        (node.index, node.name) for node in small.graph.nodes if node.op.role in CARRIED and node.name in lab.known.nodes
    )
    feed = model.graph.nodes[entry].feed
    data = np.zeros(model.graph.nodes[entry].shape) if feed is None else np.asarray(feed.value(model.seed, 0), np.float64)
    return GridModel(run, known, small.nodes[entry].index, count, carried, data)


OFTEN = 10.0
"""Seconds that all the passes of a plot that stays open take together, about: ready kernels are worth loading for it."""


def _operands(wanted: Expression, known: Known) -> set[int]:
    """Return the nodes that an expression reads. Raises ActionError for what only the run itself knows."""
    found = set()
    for operand in wanted.operands(known):
        if operand.what != "value" or operand.name not in known.nodes:
            asks = (operand.name and f"{operand.what} of `{operand.name}`") or "more than values"
            raise ActionError(f"`{wanted.text}` asks for {asks}: on points that are no data there are only values of nodes")
        found.add(known.nodes[operand.name])
    if not found:
        raise ActionError(f"`{wanted.text}` reads no node")
    return found


def _feed(machine: Machine, model: Model, old: int, index: int, shape: tuple[int, ...]) -> None:
    """Write what a leaf of the model holds, repeated where there are more rows now."""
    feed = model.graph.nodes[old].feed
    if feed is not None:
        value = feed.value(model.seed, 0)
        machine.write(index, value if value.shape == shape else np.resize(value, shape))
