"""Models that are read once and serve many points: with other seeds, and with other numbers where only these are set.

A graph has no seed in it: data and random numbers are worked out by its feeds. So one reading serves all seeds, and with it the
tape and the machine. Where names are set to numbers, see `likeness`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gradlab.errors import GradlabError
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.scenario.changes import changed_document
from gradlab.scenario.language import Model
from gradlab.scenario.model import Overrides, Scenario, changed
from gradlab.scenario.parsing import parse_statements
from gradlab.sweeps.likeness import Ends, Recipe, Unlike, between, decides, differences
from gradlab.sweeps.question import ChangedData, hash_of

KEPT, ROOM, PART = 32, 256 << 20, 7
"""Templates that are kept; bytes that their arenas may take beside that of the last one, a part of its own bound at most."""
Values = Sequence[tuple[str, str]]
Key = tuple[Any, ...]


@dataclass(eq=False)
class PointTemplate:
    """A model that has been read, and where its numbers are set. names: that are set to numbers.

    machine: for its graph, when there is one.   owner: what else belongs to it, for whoever uses it.
    """

    model: Model
    names: tuple[str, ...] = ()
    slots: list[tuple[int, Recipe]] = field(default_factory=list)
    numbers: Recipe | None = None
    machine: Machine | None = None
    owner: Any = None

    def set(self, values: Values, seed: int) -> Model:
        """Return the model with other numbers and another seed. The graph is the same one: the model before is gone."""
        given = {name: ast.literal_eval(text) for name, text in values if name in self.names}
        for index, recipe in self.slots:
            self.model.graph.nodes[index].feed = recipe(given)
        numbers = self.model.numbers if self.numbers is None else self.numbers(given)
        return replace(self.model, seed=seed, numbers=numbers)

    def machine_for(self, backend: str, memory: int) -> Machine:
        """Return the machine of the graph. Raises BoundError where it takes too much memory."""
        if self.machine is None or self.machine.backend != backend:
            self.machine = make_machine(Tape(self.model.graph, self.model.dtype, memory), backend)
        return self.machine


class PointTemplates:
    """The templates of a scenario. ends: for names that are set to numbers, two texts between which most of them lie.

    data: the hash of each file that it reads, by name.
    """

    def __init__(self, scenario: Scenario, ends: Mapping[str, tuple[str, str]], data: Mapping[str, str]) -> None:
        self.scenario = scenario
        self.ends: Ends = {name: (ast.literal_eval(a), ast.literal_eval(b)) for name, (a, b) in ends.items()}
        self._data = data
        self._texts, self._room = ends, min(ROOM, scenario.overrides.memory // PART)
        self._kept: dict[Key, PointTemplate | None] = {}

    def template(self, values: Values, split: str = "") -> PointTemplate:
        """Return the template for what is set, of a split of the data or of the model as it is. Raises GradlabError."""
        names = tuple(name for name, text in values if name in self.ends and between(float(text), self.ends[name]))
        if names:
            key = split, names, tuple(pair for pair in values if pair[0] not in names)
            found = self._found(key) if key in self._kept else self._keep(key, self._spanned(values, names, split))
            if found is not None:
                return found
        key = split, (), tuple(values)
        found = self._found(key) if key in self._kept else self._keep(key, PointTemplate(self._read(values, split)))
        assert found is not None
        return found

    def forget(self) -> None:
        """Forget all templates: something was broken off in the midst of one."""
        self._kept.clear()

    def overrides(self, values: Values, split: str = "") -> Overrides:
        """Return what a model is read with. Raises ArgumentError."""
        overrides = changed(self.scenario.overrides, (f"{name}={text}" for name, text in values))
        return replace(overrides, split=split, mode="eval") if split else overrides

    def _read(self, values: Values, split: str) -> Model:
        model = self.scenario.traced(self.overrides(values, split))
        for name, path in model.files.items():
            if name in self._data and hash_of(path) != self._data[name]:
                raise ChangedData(f"error: `{name}` has changed since the sweep was begun")
        return model

    def _spanned(self, values: Values, names: tuple[str, ...], split: str) -> PointTemplate | None:
        """Return a template for all numbers between the ends; None where the models at the ends are not alike."""
        at_ends = [[(n, self._texts[n][k]) if n in names else (n, text) for n, text in values] for k in (0, 1)]
        try:
            document = changed_document(self.scenario.document, self.overrides(at_ends[0]).changes)
            if decides(parse_statements(document.model)[0], names):
                return None
            first, second = (self._read(one, split) for one in at_ends)
            slots, numbers = differences(first, second, {name: self.ends[name] for name in names})
        except ChangedData:
            raise
        except (GradlabError, Unlike):
            return None
        return PointTemplate(first, names, slots, numbers)

    def _found(self, key: Key) -> PointTemplate | None:
        self._kept[key] = found = self._kept.pop(key)
        return found

    def _keep(self, key: Key, made: PointTemplate | None) -> PointTemplate | None:
        """Keep a template as the latest one, and drop the oldest where there are too many."""
        self._kept[key] = made
        while len(self._kept) > KEPT or (len(self._kept) > 1 and self._bytes() > self._room):
            del self._kept[next(iter(self._kept))]
        return made

    def _bytes(self) -> int:
        """Return what the arenas take, the last one left out."""
        machines = [one.machine for one in list(self._kept.values())[:-1] if one is not None]
        return sum(machine.nbytes for machine in machines if machine is not None)
