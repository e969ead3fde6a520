"""One file, one thing: a registry is what the modules of a package declare under one name, and what other packages add to it.

Another package adds by an entry point, in its pyproject.toml:

    [project.entry-points."gradlab.ops"]
    swish = "my_package.swish"

The module declares the constant that ours declare, here `OP`; `my_package.swish:OP` says the same. `SLOTS` has the groups.

A registry that is asked for one name imports the file of that name, if it declares that; else, and when it is asked for all it
has, it imports all our files. Entry points are looked up once a process, and only when a registry is asked for all it has, or
for a name that gradlab itself does not have: never for the first frame. Our own names win. Whatever cannot be taken is left
out, and `plugins()` says why.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import Any, Protocol, TypeVar

from gradlab.collecting import held_back
from gradlab.plugins import Plugin, accounts, admitted, entries, keep, listed, words_of

T = TypeVar("T")


class Named(Protocol):
    """What everything in a registry has."""

    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where other packages add to what our modules declare under a constant.

    group: of their entry points.   room: the module that collects it.
    reserved: "module:function" that returns the words that nobody outside may take, beside those of the registry itself.
    """

    group: str
    room: str
    reserved: str = ""

    def words(self) -> Iterable[str]:
        """Return the reserved words."""
        module, _, function = self.reserved.partition(":")
        found: Iterable[str] = getattr(importlib.import_module(module), function)() if function else ()
        return found


MODEL = "gradlab.scenario.vocabulary:reserved_words"
SLOTS: dict[str, Slot] = {
    "OP": Slot("gradlab.ops", "gradlab.ops", MODEL),
    "LAYER": Slot("gradlab.layers", "gradlab.nn.layers", MODEL),
    "OPTIM": Slot("gradlab.optimizers", "gradlab.optim", MODEL),
    "MEASURE": Slot("gradlab.measures", "gradlab.train.measures", "gradlab.scenario.queries:reserved_words"),
    "RULE": Slot("gradlab.rules", "gradlab.diagnose.rules"),
    "PANEL": Slot("gradlab.panels", "gradlab.tui.panels"),
    "PLOT": Slot("gradlab.plots", "gradlab.draw.plots"),
    "ACTION": Slot("gradlab.actions", "gradlab.actions"),
    "COMMAND": Slot("gradlab.commands", "gradlab.commands._outside"),
    "EXPORTER": Slot("gradlab.exporters", "gradlab.exporters"),
    "IMPORTER": Slot("gradlab.importers", "gradlab.importers"),
}
"""What other packages can add, by the constant that a module declares."""


_registries: dict[str, Registry[Any]] = {}


class Registry(Mapping[str, T]):
    """Things by their names: our own, which the modules of some packages declare, then those of other packages."""

    def __init__(self, constant: str, packages: Callable[[], Iterable[str]]) -> None:
        self.constant, self._packages = constant, packages
        self._files: dict[str, list[str]] | None = None
        self._own: dict[str, T] | None = None
        self._outside: dict[str, T] | None = None
        self._words: dict[str, T] | None = None
        self._asking: set[int] = set()
        _registries[constant] = self

    @property
    def own(self) -> Mapping[str, T]:
        """Our own things."""
        if self._own is None:
            self._own = _declared([module for modules in self.files.values() for module in modules], self.constant)
        return self._own

    @property
    def files(self) -> Mapping[str, list[str]]:
        """Our modules by the names of their files, without the `_` behind a word that Python has taken."""
        if self._files is None:
            found: dict[str, list[str]] = {}
            for package in self._packages():
                for module in _modules(package):
                    found.setdefault(module.rpartition(".")[2].rstrip("_"), []).append(module)
            self._files = found  # whole, or not at all: it may be broken off
        return self._files

    def ours(self, name: str) -> T | None:
        """Return our own thing of a name, if there is one."""
        if self._own is None and name in self.files:
            alone = _declared(self.files[name], self.constant)
            if name in alone:
                found: T = alone[name]
                return found
        return self.own.get(name)

    @property
    def outside(self) -> Mapping[str, T]:
        """The things of other packages; none for a plug-in that asks while it is loaded."""
        if self._outside is None:
            thread = get_ident()
            if thread in self._asking:
                return {}
            self._asking.add(thread)
            try:
                slot = SLOTS.get(self.constant)
                asked = slot is not None and slot.group in entries()
                self._outside = admitted(slot.group, self.constant, self.own, slot.words()) if slot and asked else {}
            finally:
                self._asking.discard(thread)
        return self._outside

    def find(self, word: str) -> T | None:
        """Return the thing of a name or of another name for it, if there is one."""
        if (found := self.ours(word)) is not None:
            return found
        if self._words is None:
            words = {other: thing for thing in self.values() for other in words_of(thing)}
            if self._outside is None:  # a plug-in asks while it is loaded
                return words.get(word)
            self._words = words
        return self._words.get(word)

    def __getitem__(self, name: str) -> T:
        found = self.ours(name)
        return self.outside[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from self.outside

    def __len__(self) -> int:
        return len(self.own) + len(self.outside)


class Together(Mapping[str, T]):
    """Several registries as one, in which no name stands twice."""

    def __init__(self, *registries: Registry[Any]) -> None:
        self.registries = registries

    @property
    def own(self) -> Mapping[str, T]:
        """Our own things."""
        return {name: thing for registry in self.registries for name, thing in registry.own.items()}

    def __getitem__(self, name: str) -> T:
        for registry in self.registries:
            found: T | None = registry.ours(name) if name in registry.files else None
            if found is not None:
                return found
        own = self.own
        return own[name] if name in own else self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, T]:
        return {name: thing for registry in self.registries for name, thing in registry.items()}


def collect(packages: str | Callable[[], Iterable[str]], constant: str) -> Registry[Any]:
    """Return what each module of some packages declares as `constant`, by its `.name`, in order of the module names.

    Modules whose name begins with `_` are helpers of their neighbours and are passed over. Two things of one name are our
    own mistake. If the constant is one of `SLOTS`, packages outside can add to it. A function of packages is asked when the
    registry is.
    """
    return Registry(constant, (lambda: (packages,)) if isinstance(packages, str) else packages)


def rooms(folder: str) -> Iterator[str]:
    """Yield the packages of a name that lie in the packages of gradlab: `gradlab.lab.queries`, for one."""
    import gradlab

    for room in pkgutil.iter_modules(gradlab.__path__):
        if any(Path(path, room.name, folder, "__init__.py").exists() for path in gradlab.__path__):
            yield f"gradlab.{room.name}.{folder}"


def _modules(package: str) -> list[str]:
    """Return the modules of a package that declare something, in order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(importlib.import_module(package).__path__))
    return [f"{package}.{name}" for name in names if not name.startswith("_")]


def _declared(modules: Iterable[str], constant: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with held_back():
        declared = [(module, listed(getattr(importlib.import_module(module), constant, ()))) for module in modules]
    for module, things in declared:
        for thing in things:
            assert thing.name not in found, f"two declarations of {thing.name}, one of them in {module}"
            found[thing.name] = thing
    return found


def plugins() -> list[Plugin]:
    """Return the entry points of all other packages, with what each gave and what is wrong with it. Loads all of them."""
    rooms = {slot.group: (constant, slot.room) for constant, slot in SLOTS.items()}
    for group, pairs in entries().items():
        if group in rooms:
            constant, room = rooms[group]
            importlib.import_module(room)
            len(_registries[constant])
            continue
        for plugin, _ in pairs:
            keep(plugin, {}, [f"there is no group `{group}`; there are {', '.join(sorted(rooms))}"])
    return accounts()
