"""What a data set is: a name and a function that gives all its rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.arguments import parameters_of
from gradlab.manual import usage
from gradlab.op import Shape

Floats = npt.NDArray[np.float64]
Rows = tuple[Floats, Floats]
"""Inputs x (n, …) and targets t, mostly (n,), one row a sample."""
Scale = str | float | None


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A data set.

    name: the word in `dataset("…")`.   load(seed, …) gives x (n, …) and t (n,), float64; raises ArgumentError.
    drawn: whether the rows depend on the seed.   scale: how x is scaled unless a model says otherwise.
    classes: how many classes t numbers from 0; 0 when t is a measured quantity, -1 when it depends on the arguments.
    parameters: names and defaults of the arguments behind the seed.
    image: (channels, height, width) of rows that are images, though they come flat; () for others.
    package: what has to be installed for it beside gradlab; "" when nothing has.
    labels: the names of t's numbers 0, 1 …, where a file has names; () for others.
    fill: whether NaN in x is an empty cell, which gets the mean of its feature over the training rows.
    """

    name: str
    load: Callable[..., Rows]
    drawn: bool
    scale: Scale
    classes: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    doc: str = ""
    image: Shape = ()
    package: str = ""
    labels: tuple[str, ...] = ()
    fill: bool = False

    @property
    def usage(self) -> str:
        """How it is written in a model: `dataset("moons", n=200, noise=0.1)`."""
        return usage("dataset", self.parameters, f'"{self.name}"')


def dataset(
    load: Callable[..., Rows], *, classes: int, drawn: bool = False, scale: Scale = None, name: str | None = None,
    image: Shape = (), package: str = "",
) -> Dataset:  # fmt: skip
    """Make a data set of the name of its file, with the doc of that file."""
    module = inspect.getmodule(load)
    doc = inspect.cleandoc((module and module.__doc__) or "")
    word = name or load.__module__.rpartition(".")[2]
    return Dataset(word, load, drawn, scale, classes, parameters_of(load, skip=1), doc, image, package)


def shipped(file: str) -> Path | None:
    """Return a raw file that scikit-learn carries, or None when it is not there.

    Importing `sklearn.datasets` takes 1.5 s, reading the file some milliseconds; the package is found without importing it.
    """
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "datasets" / "data" / file
    return path if path.is_file() else None


def read_shipped(file: str, loader: str, *, skip: int = 0, delimiter: str = ",") -> Rows:
    """Return x and t of a raw file whose last column is t; without the file, ask scikit-learn's loader of that name."""
    path = shipped(file)
    if path is None:
        import sklearn.datasets

        x, t = getattr(sklearn.datasets, loader)(return_X_y=True)
        return np.asarray(x, np.float64), np.asarray(t, np.float64)
    rows = np.loadtxt(path, delimiter=delimiter, skiprows=skip, dtype=np.float64)
    return np.ascontiguousarray(rows[:, :-1]), np.ascontiguousarray(rows[:, -1])


def random_state(seed: int) -> int:
    """Return the seed as scikit-learn wants it: `dataset("moons")` under seed 3 is `make_moons(random_state=3)`."""
    return seed % 2**32
