"""A number of the table of layers: `stats(h3).std`, `stats(h3).delta`, `stats(h3).ratio`.

Measures are of what leaves the layer. `delta` is the RMS of ∂root/∂z, `ratio` log10 of ‖ΔW‖ / ‖W‖ of the last update (upd/w in
the table), `noise` the noise scale of the gradient, in samples. A node is a layer of one op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.axis.environment import RunEnvironment
from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.environment import Environment, Unknown
from gradlab.scenario.queries._named import OF_LAYER, named, needs
from gradlab.scenario.query import Asking, Operand, query, whole_run
from gradlab.train.layers import LayerParts, layer_part, layer_parts
from gradlab.train.measure import root_mean_square
from gradlab.train.measures import MEASURES
from gradlab.train.signal import gradient_noise
from gradlab.train.statistics import update_ratio

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


def answer(asking: Asking, environment: Environment) -> float:
    """Return the number. Raises ArgumentError where it means nothing."""
    name, column = named(asking).name, asking.column
    if not isinstance(environment, RunEnvironment):
        raise Unknown
    own = _OWN.get(column)
    found = _measured(name, column, environment) if own is None else own(name, environment)
    if found is None:
        raise ArgumentError(f"`{column}` means nothing of `{name}`")
    return float(found)


def _measured(name: str, column: str, environment: Environment) -> float | None:
    value = np.asarray(environment.value(name, "out"), np.float64)
    return MEASURES[column].number(value, environment.curve(name))


def _delta(name: str, environment: RunEnvironment) -> float:
    return root_mean_square(np.asarray(environment.grad(name, "z"), np.float64))


def _ratio(name: str, environment: RunEnvironment) -> float | None:
    names = [environment.run.graph.nodes[i].name for i in _parts(name, environment).weights]
    if not names:
        return None
    weights = np.concatenate([_flat(environment.value(one)) for one in names])
    return update_ratio(weights, np.concatenate([_flat(environment.update(one)) for one in names]))


def _noise(name: str, environment: RunEnvironment) -> float | None:
    def value(index: int) -> Array:
        return environment.value_of(index, environment.run.graph.nodes[index].name)

    def grad(index: int) -> Array:
        return environment.grad_of(index, environment.run.graph.nodes[index].name)

    return gradient_noise(environment.run.graph, _parts(name, environment), value, grad)


def _parts(name: str, environment: RunEnvironment) -> LayerParts:
    graph = environment.run.graph
    index = environment.known.nodes.get(name, -1)
    rows = layer_parts(graph)
    found = layer_part(graph, name) if name in environment.known.layers else None
    found = found or next((row for row in rows if row.name == name or index in row.weights), None)
    if found is None:
        raise ArgumentError(f"`{name}` is neither a layer nor a weight of one")
    return found


def _flat(array: Array) -> Array:
    return np.asarray(array, np.float64).reshape(-1)


_OWN: Mapping[str, Callable[[str, RunEnvironment], float | None]] = {"delta": _delta, "ratio": _ratio, "noise": _noise}
"""Columns that are no measure of what leaves a layer."""


def columns() -> Iterator[str]:
    """Return the names of the columns."""
    yield from MEASURES
    yield from _OWN


def operands(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return what the column is of."""
    if asking.column in _OWN and asking.column != "delta":
        yield from whole_run(asking, known)
    elif asking.column == "delta":
        yield from needs("grad", "z", asking, known)
    else:
        yield from needs("value", "out", asking, known)


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return one number."""
    return np.zeros(())


QUERY = query(
    answer, {"name": REQUIRED}, check=OF_LAYER, operands=operands, rehearse=rehearse, columns=columns,
    written="stats(name).column",
)  # fmt: skip
