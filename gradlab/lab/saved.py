"""The state of a training in a file, read, and where a run begins that goes on from it.

The file is an archive of NumPy, without pickles: an array for each leaf that a training needs to go on with the same bits, by
the name of its node (`h0.W`), and in `@gradlab` a text in JSON (UTF-8 bytes) with the rest: the number of the update, the seed,
the mode, what is frozen, whose the updates are. What follows from these (batches, noise, schedules) is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab import __version__
from gradlab.axis.origin import RunOrigin
from gradlab.errors import ActionError, ArgumentError
from gradlab.graph.tape import Tape, refuse
from gradlab.graph.turns import ENDLESS, Stretch
from gradlab.op import Array, Role, Shape
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.arrays import arrays_in, list_npz, read_npz, shapes_in

if TYPE_CHECKING:
    from gradlab.graph.graph import Graph, Node
    from gradlab.scenario.model import Scenario

REST = "@gradlab"
"""The array that is no leaf's: no node can have this name."""
FORMAT = 1
LONGEST = 1 << 20
"""Bytes of the text in it."""
KEPT: tuple[Role, ...] = ("parameter", "buffer", "state")
"""Leaves that updates may change. Every file that `save` wrote has all of them."""
FOLLOWING: tuple[Role, ...] = ("gradient", "clock", "mode")
"""Leaves that follow from the rest."""
COUNTER = ".t"
"""How the name of a leaf ends in which an optimizer counts its steps."""
NAMED = 5


@dataclass(frozen=True, slots=True)
class Saved:
    """The state of a training at the beginning of an update.

    arrays: by the names of leaves.   update, seed, mode, steps: see `RunOrigin`.   frozen: names of leaves.
    stretches: first update, number of updates and place of the objective of each.   dtype: of the model.   source: the file.
    """

    arrays: Mapping[str, Array]
    update: int
    seed: int
    mode: str
    steps: int
    frozen: tuple[str, ...]
    stretches: tuple[tuple[int, int, int], ...]
    dtype: str
    source: str = ""

    def rest(self) -> str:
        """Return all but the arrays as a text in JSON."""
        found = {
            "gradlab": FORMAT, "version": __version__, "update": self.update, "seed": self.seed, "mode": self.mode,
            "steps": self.steps, "frozen": self.frozen, "stretches": self.stretches, "dtype": self.dtype,
        }  # fmt: skip
        return json.dumps(found)

    def entries(self) -> dict[str, Array]:
        """Return the arrays of the archive."""
        return {**self.arrays, REST: np.frombuffer(self.rest().encode(), np.uint8)}

    def origin(self, graph: Graph) -> RunOrigin:
        """Return where a run of a graph begins that goes on from here. The names have been checked."""
        leaves = {graph.aliases[name]: array for name, array in self.arrays.items()}
        switches = {node.index: np.asarray(float(self.mode == "train")) for node in graph.nodes if node.op.role == "mode"}
        frozen = frozenset(graph.aliases[name] for name in self.frozen)
        stretches = tuple(Stretch(*one) for one in self.stretches)
        return RunOrigin(self.update, self.seed, self.mode, leaves | switches, frozen, stretches, self.steps, self.source)


def origin_of(scenario: Scenario, tape: Tape) -> RunOrigin:
    """Return where a run of a scenario begins: at update 0, or with the file that its head names.

    Leaves that the file does not have are as the scenario gives them, and so are seed and mode; those in which an optimizer
    counts its steps follow from their number. Of a model that was changed the file may have leaves that it has no more.
    Raises ActionError, BoundError.
    """
    model, name = scenario.model, scenario.document.head.begin
    if not name or model.split:
        return RunOrigin(seed=model.seed, mode=model.mode)
    overrides, free = scenario.overrides, bool(scenario.overrides.changes)
    file = overrides.archives[name] if name in overrides.archives else model.files[name]
    state = read_saved(file, name, tape, overrides.memory, part=True, free=free)
    if free:
        state = replace(state, frozen=(), stretches=())
    found = state.origin(model.graph)
    counters = [node.index for node in model.graph.nodes if node.op.role == "state" and node.name.endswith(COUNTER)]
    leaves = {index: np.asarray(state.steps, tape.dtype) for index in counters if not model.graph.nodes[index].shape}
    return replace(found, leaves={**leaves, **found.leaves}, seed=model.seed, mode=model.mode, given=True)


def read_saved(
    path: Path | Mapping[str, Array], name: str, tape: Tape, memory: int, *, part: bool = False, free: bool = False
) -> Saved:
    """Return the state in a file, for a model. Raises ActionError with all that does not fit, and BoundError.

    path: of the file, or the arrays that stand for it.   part: whether it may have some of the leaves only, and be of another
    dtype.   free: whether it may have others, too, which are left out: the model was changed.
    """
    graph = tape.graph
    try:
        file = _opened(path, name)
        names, rest, leaves = file.names(), file.rest(), _leaves(graph)
        shapes = file.shapes([key for key in names if key in leaves])
        if free:
            shapes = {key: shape for key, shape in shapes.items() if shape == leaves[key].shape}
            names = [*shapes]
        wrong = [
            *_misnamed(leaves, names, rest, part=part), *_misshapen(leaves, shapes), *_other_model(tape, rest, part=part)
        ]  # fmt: skip
        if wrong and not free:
            more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
            raise ActionError(f"`{name}` does not fit: {'; '.join(wrong[:NAMED])}{more}")
        refuse("what is loaded and what is there", tape.bytes + 8 * sum(map(prod, shapes.values())), memory)
        arrays = file.arrays(shapes)
    except ArgumentError as error:
        raise ActionError(str(error)) from None
    arrays = {key: array.astype(tape.dtype) for key, array in arrays.items()}
    return replace(rest, arrays=arrays, source=harmless(name))


def _opened(path: Path | Mapping[str, Array], name: str) -> _SavedArchive:
    if not isinstance(path, Path):
        return _SavedArrays(path, name)
    return (_SavedSafetensors if _is_safetensors(path) else _SavedArchive)(path, name)


class _SavedArchive:
    """A state in an archive of NumPy. All methods raise ActionError, ArgumentError."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def names(self) -> Collection[str]:
        """Return the names of the arrays."""
        return [name for name in list_npz(self.path, self.name) if name != REST]

    def shapes(self, names: Collection[str]) -> dict[str, Shape]:
        """Return the shapes of some of them, before anything is read."""
        return shapes_in(self.path, self.name, names)

    def arrays(self, shapes: Mapping[str, Shape]) -> dict[str, Array]:
        """Return some of them."""
        return arrays_in(self.path, self.name, shapes)

    def rest(self) -> Saved:
        """Return the state without its arrays."""
        if REST not in list_npz(self.path, self.name):
            more = f'a model reads its arrays by `npz("{self.name}")["NAME"]`'
            raise ActionError(f"`{self.name}` was not written by `save`; {more}")
        codes = read_npz(self.path, self.name, REST, 8 * LONGEST)
        return self._read(lambda: codes.astype(np.uint8).tobytes())

    def _read(self, text: Callable[[], bytes | str]) -> Saved:
        try:
            return _read_rest(json.loads(text()))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ActionError(f"`{self.name}`: `{REST}` cannot be read") from None


class _SavedArrays(_SavedArchive):
    """The same in memory, as an importer gives it."""

    def __init__(self, found: Mapping[str, Array], name: str) -> None:
        super().__init__(Path(), name)
        self._found = found

    def names(self) -> Collection[str]:
        """See `_SavedArchive`."""
        return [name for name in self._found if name != REST]

    def shapes(self, names: Collection[str]) -> dict[str, Shape]:
        """See `_SavedArchive`."""
        return {name: self._found[name].shape for name in names}

    def arrays(self, shapes: Mapping[str, Shape]) -> dict[str, Array]:
        """See `_SavedArchive`."""
        return {name: self._found[name] for name in shapes}

    def rest(self) -> Saved:
        """See `_SavedArchive`."""
        return self._read(self._found[REST].tobytes)


class _SavedSafetensors(_SavedArchive):
    """The same in the form of safetensors, which its package reads."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        try:
            package: Any = import_module("safetensors")
        except ImportError:
            raise ActionError(f"`{name}` is read by `safetensors`: `pip install 'gradlab[safetensors]'`") from None
        try:
            self._file = package.safe_open(path, "numpy")
        except (package.SafetensorError, OSError, ValueError):
            raise ActionError(f"`{name}` is no file of safetensors") from None

    def names(self) -> Collection[str]:
        """See `_SavedArchive`."""
        found: list[str] = self._file.keys()
        return found

    def shapes(self, names: Collection[str]) -> dict[str, Shape]:
        """See `_SavedArchive`."""
        return {name: tuple(self._file.get_slice(name).get_shape()) for name in names}

    def arrays(self, shapes: Mapping[str, Shape]) -> dict[str, Array]:
        """See `_SavedArchive`."""
        try:
            return {name: self._file.get_tensor(name) for name in shapes}
        except (TypeError, AttributeError, ValueError):  # a type of numbers that NumPy does not have
            raise ActionError(f"`{self.name}` holds numbers of another type than float64 and float32") from None

    def rest(self) -> Saved:
        """See `_SavedArchive`."""
        text = (self._file.metadata() or {}).get(REST)
        if text is None:
            raise ActionError(f"`{self.name}` was not written by `gradlab export safetensors`")
        return self._read(lambda: text)


def _is_safetensors(path: Path) -> bool:
    """Whether a file begins as one of safetensors does: with the length of a header that begins behind it."""
    try:
        with path.open("rb") as file:
            return file.read(9)[8:] == b"{"
    except OSError:
        return False


def _read_rest(found: Any) -> Saved:
    """Return what a text in JSON says. Raises ValueError, KeyError, TypeError for what it may not say."""
    if type(found["gradlab"]) is int and found["gradlab"] > FORMAT:
        raise ActionError(f"it was written by gradlab {harmless(str(found.get('version')))[:20]}, which is newer than this one")
    counts = found["update"], found["steps"], found["seed"], *(number for one in found["stretches"] for number in one)
    if not all(type(number) is int and 0 <= number < ENDLESS for number in counts):
        raise ValueError
    if found["mode"] not in ("train", "eval") or not all(isinstance(name, str) for name in found["frozen"]):
        raise ValueError
    stretches = tuple((first, number, objective) for first, number, objective in found["stretches"])
    return Saved(
        {},
        found["update"],
        found["seed"],
        found["mode"],
        found["steps"],
        tuple(found["frozen"]),
        stretches,
        str(found["dtype"]),
    )


def _leaves(graph: Graph) -> dict[str, Node]:
    """Return the leaves that a file may have, by their names."""
    return {node.name: node for node in graph.nodes if node.is_leaf and node.op.role not in FOLLOWING}


def _misnamed(leaves: Mapping[str, Node], names: Collection[str], rest: Saved, *, part: bool) -> Iterator[str]:
    there = {*names}
    if not part:
        yield from _listed("it has no {}", [n for n, node in leaves.items() if node.op.role in KEPT and n not in there])
    yield from _listed("this model has no {}", [*dict.fromkeys(n for n in (*names, *rest.frozen) if n not in leaves)])


def _misshapen(leaves: Mapping[str, Node], shapes: Mapping[str, Shape]) -> Iterator[str]:
    for name, shape in shapes.items():
        if shape != leaves[name].shape:
            yield f"`{name}` has shape {shape}, here it has {leaves[name].shape}"


def _other_model(tape: Tape, rest: Saved, *, part: bool) -> Iterator[str]:
    dtype, objectives = tape.dtype.name, len(tape.graph.objectives)
    if rest.dtype != dtype and not part:
        yield f"it was saved in {harmless(rest.dtype)[:20]}, this model computes in {dtype}"
    if rest.update and not objectives:
        yield f"it is of update {rest.update}, this model has no `minimize`"
    last = max((place for _, _, place in rest.stretches), default=-1)
    if last >= objectives:
        yield f"it has a phase of `minimize` number {last + 1}, this model has {objectives}"


def _listed(text: str, names: Collection[str]) -> Iterator[str]:
    if names:
        shown = ", ".join(f"`{harmless(name)[:80]}`" for name in [*names][:NAMED])
        yield text.format(shown + (f" and {len(names) - NAMED} more" if len(names) > NAMED else ""))
