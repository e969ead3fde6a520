"""`gradlab.sweep`: a sweep as a function, which gives an array."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.errors import ArgumentError
from gradlab.sweeps.asking import SweepWish, asked
from gradlab.sweeps.engines import engine_for
from gradlab.sweeps.results import SweepFile
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.table import array_of


def sweep(
    where: str | Path, over: Mapping[str, Any], seeds: int | Iterable[int] | None = None, updates: int | None = None,
    measure: str | Sequence[str] = (), *, expect: str | Sequence[str] = (), random: int | None = None, sweep_seed: int = 0,
    halving: int | None = None, out: str | Path | None = None, jobs: int | None = None, dask: str | None = None,
    client: Any = None, backend: str = "auto", timeout: float | None = None, memory: int | None = None, yes: bool = False,
    told: Callable[[SweepStanding], object] = lambda standing: None,
) -> npt.NDArray[Any]:  # fmt: skip
    """Run a scenario for every setting and seed, and return a structured array with a row for each result.

    over: for each name of the model its values: a list of numbers and of texts as they are written in a model, or a text,
    `"log(1e-4, 1, 9)"`.   seeds: without them that of the scenario.   measure: expressions, by default the loss.
    expect: what is to hold at the end.   random: how many settings are drawn, by `sweep_seed`.   halving: the best K-th part
    goes on K times as long, and so on.   out: a file that keeps the results; a sweep that is there goes on.
    jobs: processes, by default as many as there are cores.   dask, client: the address of a scheduler, or a client of Dask.
    timeout: seconds that a point may take.   memory: bytes.   yes: whether more than 1,000,000 points are meant.
    told: called after each few results, with how far it is.
    Fields of the array: `number`, each name of `over`, `seed`, `updates`, each measure, and `failed`, the reason or "".
    Raises GradlabError.
    """
    wish = SweepWish(
        tuple(f"{name}={_values(name, values)}" for name, values in over.items()), _texts(measure), _texts(expect), updates,
        _seeds(seeds), random, sweep_seed, halving, backend, timeout, memory, yes,
    )  # fmt: skip
    found = asked(where, wish)
    file = None if out is None else SweepFile(Path(out), found)
    try:
        sweeping = Sweeping(found, file, told)
        with engine_for(found, jobs or cores(), dask, client) as engine:
            sweeping.run(engine)
    finally:
        if file is not None:
            file.close()
    return array_of(found, sweeping.done)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _texts(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _seeds(given: int | Iterable[int] | None) -> tuple[int, ...] | None:
    """Return the seeds. Raises ArgumentError for what is none."""
    if given is None:
        return None
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    if not found or not all(isinstance(seed, int | np.integer) and 0 <= seed < 2**63 for seed in found):
        raise ArgumentError(f"`seeds` are whole numbers from 0, got {given!r}")
    if len(set(found)) < len(found):
        raise ArgumentError("a seed stands twice in `seeds`")
    return tuple(map(int, found))


def _values(name: str, given: Any) -> str:
    """Return values as they are written. Raises ArgumentError for what are none."""
    if isinstance(given, str):
        return given
    if not isinstance(given, Iterable):
        raise ArgumentError(f"the values of `{name}` are a list, or a text such as 'log(1e-4, 1, 9)', got {given!r}")
    return f"[{', '.join(value if isinstance(value, str) else _number(name, value) for value in given)}]"


def _number(name: str, value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, bool | int | float | list | tuple):
        raise ArgumentError(f"a value of `{name}` is a number or a text, got {value!r}")
    return repr(value)
