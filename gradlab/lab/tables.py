"""A run as tables of numbers, for whoever reads them with another tool.

Every table is long and has the same four columns, one number a row:

    update      of which update
    layer       the layer, "" for what belongs to none
    quantity    what was measured: `total` (a loss), `activations.std`, `hidden.W[0, 1]`, `grad(hidden.W)[0, 1]`
    value       float64; of a float32 model the same number
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
import numpy.typing as npt

from gradlab.axis.history import LossHistory
from gradlab.axis.position import Position, State
from gradlab.errors import ActionError
from gradlab.graph.patterns import names_matching
from gradlab.lab.core import Core
from gradlab.lab.numbers import element_name
from gradlab.lab.recorded import own_losses
from gradlab.lab.trained import Trained
from gradlab.lab.views import statistics
from gradlab.lab.why.asking import ledger_of
from gradlab.source import did_you_mean
from gradlab.tabular import Tabular, TextTable
from gradlab.train.measures import MEASURES
from gradlab.train.statistics import QUANTITIES, LayerStats

if TYPE_CHECKING:
    from gradlab.session import Lab

COLUMNS = ("update", "layer", "quantity", "value")
ALL = 1 << 30
PIECE = 1 << 16
"""Rows that are made at once."""
NUMBERS = ("delta", "ratio", "noise")
"""Numbers of a layer besides the measures of its arrays."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of a table. update, value: arrays.   layer, quantity: texts.   All are of the same length."""

    update: npt.NDArray[np.int64]
    layer: Sequence[str]
    quantity: Sequence[str]
    value: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[tuple[int, str, str, float]]:
        return zip(self.update.tolist(), self.layer, self.quantity, self.value.tolist(), strict=True)


def rows_of(found: Iterable[tuple[int, str, str, float]]) -> TableRows:
    """Return rows that come one by one."""
    update, layer, quantity, value = zip(*found, strict=True) if (found := list(found)) else ((), (), (), ())
    return TableRows(np.array(update, np.int64), layer, quantity, np.array(value, np.float64))


@dataclass(frozen=True, slots=True)
class WantedTable:
    """Which table. of: the nodes, a pattern for them, or the element that a ledger is of.   every: of which updates."""

    what: str = "stats"
    of: str = ""
    every: int = 1


def wanted(text: str, every: int = 1) -> WantedTable:
    """Return the table that a text names: `stats`, `values h*`, `ledger W[0, 1]`. Raises ActionError."""
    what, _, of = text.strip().partition(" ")
    if what not in KINDS:
        raise ActionError(f"unknown table `{what}`: {did_you_mean(what, KINDS) or 'there are ' + ', '.join(KINDS)}")
    if what == "ledger" and not of.strip():
        raise ActionError("a ledger is of a node: `ledger NODE`, `ledger NODE[0, 1]`")
    if of.strip() and what in ("losses", "stats"):
        raise ActionError(f"`{what}` takes nothing behind it, got `{of.strip()}`")
    return WantedTable(what, of.strip(), every)


def tables(core: Core, asked: WantedTable) -> Iterator[TableRows]:
    """Yield the rows of a table in pieces, from the beginning of a run to where it stands. Moves the core.

    Raises ActionError for an unknown node, and where no update has been made.
    """
    if asked.what == "losses":
        if not core.run.timeline.trains:
            raise ActionError("there are no losses: the model has no `minimize`")
        yield rows_of(losses_of(core, asked.every))
        return
    for update in updates_seen(core, asked.every):
        found = ((update, *row) for row in TABLES[asked.what](core, update, asked.of))
        while len(part := rows_of(islice(found, PIECE))):
            yield part


def updates_seen(core: Core, every: int = 1) -> Iterator[int]:
    """Stand at the end of the backward pass of one update after the other that a number divides, and of the last one.

    Raises ActionError where none has been made.
    """
    run, stop = core.run, core.position
    if not run.timeline.trains:
        core.go(run.timeline.end(0, "f" if run.root_of(0) is None else "b"))
        yield 0
        return
    first, last = run.origin.update, stop.update - (stop == Position(stop.update))
    if last < first:
        core.need_run()
        raise ActionError("no update was made: the script trains nothing; `--updates N` trains")
    for update in sorted({*range(first + -first % every, last + 1, every), last}):
        core.go(core.run.timeline.end(update, "b"))
        yield update


def _histories(core: Core) -> list[tuple[str, LossHistory]]:
    """Return what each objective is called, and its losses."""
    return [*own_losses(core.run)] if core.run.timeline.trains else []


def losses_of(core: Core, every: int = 1) -> list[tuple[int, str, str, float]]:
    """Return the losses, and what `curve` has recorded, of updates that a number divides, and of the last; in their order.

    A curve of one of several losses is no second row in the updates that have that loss.
    """
    recorded = [*_histories(core), *((one.text, one.history) for one in core.run.curves if not one.is_loss)]
    found: dict[tuple[int, str], float] = {}
    for name, history in recorded:
        for update, value in history.pairs(0, ALL):
            found.setdefault((update, name), value)
    last = max((update for update, _ in found), default=0)
    rows = ((update, "", name, value) for (update, name), value in found.items())
    return sorted((row for row in rows if row[0] % every == 0 or row[0] == last), key=lambda row: row[0])


def _stats(core: Core, update: int, of: str) -> Iterator[tuple[str, str, float]]:
    """Yield the numbers of each layer, behind the step of an update."""
    if core.run.timeline.trains:
        core.go(Position(update + 1))
    for row in statistics(core.run):
        for quantity, value in figures(row):
            if value is not None:
                yield row.name, quantity, value


def figures(row: LayerStats) -> Iterator[tuple[str, float | None]]:
    """Yield all numbers of a layer with their names; None for what is not there."""
    for quantity in QUANTITIES:
        summary = getattr(row, quantity)
        for measure in MEASURES:
            yield f"{quantity}.{measure}", None if summary is None else summary.numbers[measure]
    for name in NUMBERS:
        yield name, getattr(row, name)


def _values(core: Core, update: int, of: str) -> Iterator[tuple[str, str, float]]:
    states = core.run.value_states()
    yield from _elements(core, [i for i in _nodes(core, of) if states[i] in (State.DONE, State.FINAL)], "value")


def _grads(core: Core, update: int, of: str) -> Iterator[tuple[str, str, float]]:
    states = core.run.grad_states()
    yield from _elements(core, [i for i in _nodes(core, of) if states[i] == State.FINAL], "grad")


def _params(core: Core, update: int, of: str) -> Iterator[tuple[str, str, float]]:
    """Yield the parameters as they are behind the step of an update."""
    if core.run.timeline.trains:
        core.go(Position(update + 1))
    yield from _elements(core, [i for i in _nodes(core, of) if core.graph.nodes[i].op.role == "parameter"], "value")


def _ledger(core: Core, update: int, of: str) -> Iterator[tuple[str, str, float]]:
    """Yield the parts of a gradient by the numbers that they came through, and what is left of it."""
    name, _, index = of.partition("[")
    node = core.graph.nodes[_index(core, name.strip())]
    try:
        place = tuple(int(part) for part in index.rstrip("] ").split(",")) if index else None
    except ValueError:
        raise ActionError(f"`{of}` is no element: write `{name}[0, 1]`") from None
    found = ledger_of(core, node.index, place)
    for row in found.rows:
        yield node.layer, f"{found.name} from {element_name(row.name, (), 0)}", row.part
    if found.other or len(found.rows) < found.terms:
        yield node.layer, f"{found.name} from others", found.other
    yield node.layer, f"grad({found.name})", found.total


TABLES = {"stats": _stats, "values": _values, "grads": _grads, "params": _params, "ledger": _ledger}
"""What gives the rows of an update."""
KINDS = ("losses", *TABLES)
"""What can be asked for. Losses come from what was recorded on the way."""


def _nodes(core: Core, of: str) -> Sequence[int]:
    """Return the nodes of the model that a name or a pattern means; all without one. Raises ActionError."""
    nodes, aliases = core.graph.nodes, core.graph.aliases
    if of in aliases:
        return [aliases[of]]
    found = [aliases[name] for name in names_matching(aliases, of)] if of else range(len(nodes))
    model = [i for i in found if nodes[i].phase == "f"]
    if not model:
        _index(core, of)
    return model


def _index(core: Core, name: str) -> int:
    aliases = core.graph.aliases
    if name not in aliases:
        near = did_you_mean(name, aliases)
        raise ActionError(f"unknown name `{name}`{f': {near}' if near else ''}")
    return aliases[name]


def _elements(core: Core, indexes: Sequence[int], what: str) -> Iterator[tuple[str, str, float]]:
    nodes = core.graph.nodes
    for i in indexes:
        node, array = nodes[i], core.run.machine.value(i) if what == "value" else core.run.machine.grad(i)
        name = node.name if what == "value" else f"grad({node.name})"
        for start in range(0, node.size, PIECE):
            for flat, value in enumerate(array.reshape(-1)[start : start + PIECE].tolist(), start):
                yield node.layer, element_name(name, node.shape, flat), value


class RunTables(Tabular):
    """What a laboratory gives as tables, to its users in Python."""

    def about(self) -> TextTable:
        """Return what it is, and where it stands."""
        raise NotImplementedError

    @overload
    def table(self) -> TextTable: ...

    @overload
    def table(self, what: str) -> npt.NDArray[np.void]: ...

    def table(self, what: str = "") -> TextTable | npt.NDArray[np.void]:
        """Return a table of the run as a structured array, or, without a name, what it is and where it stands.

        what: `stats`, a row a layer, as `stats()` has them; `losses`, a row an update and objective. What is not there, or is
        hidden by an open question, is NaN. Raises ActionError for another name.
        """
        return structured(cast("Lab", self), what) if what else self.about()

    def losses(self, name: str = "") -> Trained:
        """Return the losses of all updates so far; of very many some. Raises ActionError.

        name: of an objective, where there are several; without it those of whoever acted in each update.
        """
        lab = cast("Lab", self)
        return lab._shown(losses(lab, name))


def structured(core: Lab, what: str) -> npt.NDArray[np.void]:
    """Return `stats` or `losses` as a structured array, for NumPy and pandas. Raises ActionError for another name."""
    if what == "stats":
        return _stats_array(core.stats())
    if what == "losses":
        return _losses_array(core)
    near = did_you_mean(what, ("stats", "losses")) or "there are `stats` and `losses`"
    raise ActionError(f"unknown table `{what}`: {near}")


def _stats_array(rows: Iterable[LayerStats]) -> npt.NDArray[np.void]:
    """Return a row for each layer: `layer`, then all numbers, NaN for what is not there."""
    found = [(row.name, [np.nan if value is None else float(value) for _, value in figures(row)]) for row in rows]
    longest = max((len(name) for name, _ in found), default=1)
    dtype: list[tuple[str, Any]] = [("layer", f"U{longest}"), *((name, np.float64) for name, _ in figures(LayerStats("")))]
    return np.array([(layer, *numbers) for layer, numbers in found], dtype)


def _losses_array(core: Lab) -> npt.NDArray[np.void]:
    """Return a row for each update: `update`, `name` of the loss, `loss`."""
    found = [(name, core.losses(name)) for name, _ in _histories(core)]
    rows = [(u, name, loss) for name, one in found for u, loss in zip(one.updates.tolist(), one.loss.tolist(), strict=True)]
    longest = max((len(name) for name, _ in found), default=1)
    return np.array(sorted(rows), [("update", np.int64), ("name", f"U{longest}"), ("loss", np.float64)])


def losses(core: Core, name: str = "") -> Trained:
    """Return the recorded losses, of one objective or of all. Raises ActionError for an unknown one."""
    histories = {"": core.run.history, **dict(_histories(core))}
    if name not in histories:
        near = did_you_mean(name, histories) or f"there are {', '.join(f'`{one}`' for one in histories if one)}"
        raise ActionError(f"no loss is called `{name}`: {near}" if core.run.timeline.trains else "the model has no `minimize`")
    pairs = histories[name].pairs(0, ALL)
    return Trained(np.array([u for u, _ in pairs], np.int64), np.array([loss for _, loss in pairs], np.float64))


def arrays(core: Core, what: str, of: str = "") -> dict[str, Any]:
    """Return copies of values or gradients where a run stands, by the names of their nodes. Raises ActionError."""
    run = core.run
    if what == "grads":
        states = run.grad_states()
        return {core.graph.nodes[i].name: run.machine.grad(i).copy() for i in _nodes(core, of) if states[i] == State.FINAL}
    states = run.value_states()
    there = [i for i in _nodes(core, of) if states[i] in (State.DONE, State.FINAL)]
    return {core.graph.nodes[i].name: run.machine.value(i).copy() for i in there}
