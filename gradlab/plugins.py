"""Plug-ins: what other packages add by entry points, and an account of it.

An entry point is taken if it can be loaded, if what it gives is of the kind of our own things, and if its names are free. Our
own names win; of two packages that give the same name neither has it, so that the order of installing means nothing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

T = TypeVar("T")

OFF = "GRADLAB_NO_PLUGINS"
"""The environment variable that leaves out all plug-ins, in this process and in those that it starts."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point of another package.

    package, version: whose it is.   words: the names of what was taken.   problem: why something was left out, or "".
    """

    package: str
    version: str
    group: str
    entry: str
    words: tuple[str, ...] = ()
    problem: str = ""

    @property
    def giver(self) -> str:
        """The package and its version."""
        return f"{self.package} {self.version}".strip()


def words_of(thing: Any) -> tuple[str, ...]:
    """Return the name of a thing, and its other names if it has some."""
    return (thing.name, *getattr(thing, "aliases", ()))


def told(error: BaseException) -> str:
    """Return an error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def listed(declared: Any) -> tuple[Any, ...]:
    """Return the things that a module declares: one, or a tuple of them."""
    return declared if isinstance(declared, tuple) else (declared,)


_known: dict[tuple[str, str, str], Plugin] = {}
_givers: dict[int, tuple[Any, Plugin]] = {}
_told: set[Plugin] = set()


def are_off() -> bool:
    """Whether all plug-ins are left out."""
    return os.environ.get(OFF, "0") not in ("", "0")


@cache
def entries() -> dict[str, list[tuple[Plugin, EntryPoint]]]:
    """Return the entry points of all packages that have one for gradlab, by their group."""
    folders = [] if are_off() else [folder for path in sys.path for folder in _described(path or ".")]
    if not folders:
        return {}
    from importlib.metadata import PathDistribution

    found: dict[str, list[tuple[Plugin, EntryPoint]]] = {}
    seen: set[str] = set()
    for folder in folders:
        try:
            package, pairs = _read(PathDistribution(folder))
        except Exception as error:  # noqa: BLE001  whatever a package says about itself, the program goes on
            keep(Plugin(folder.stem, "", "gradlab", "entry_points.txt"), {}, [f"`{folder}` cannot be read: {told(error)}"])
            continue
        for plugin, entry in pairs if package not in seen else ():
            found.setdefault(entry.group, []).append((plugin, entry))
        seen.add(package)
    return {group: sorted(entries, key=lambda pair: (pair[0].package, pair[0].entry)) for group, entries in found.items()}


def _read(one: Distribution) -> tuple[str, list[tuple[Plugin, EntryPoint]]]:
    """Return the name of a package and its entry points for gradlab."""
    package, version = one.metadata["Name"] or "?", one.metadata["Version"] or "?"
    mine = [entry for entry in one.entry_points if entry.group.startswith("gradlab.")]
    return package, [(Plugin(package, version, entry.group, entry.name), entry) for entry in mine]


def _described(path: str) -> list[Path]:
    """Return the folders that describe packages with an entry point for gradlab, among those in a folder of `sys.path`.

    Python's own `importlib.metadata` takes 30 ms to be imported: where there is no plug-in, nobody waits for it.
    """
    found = []
    try:
        with os.scandir(path) as files:
            names = sorted(file.name for file in files if file.name.endswith((".dist-info", ".egg-info")))
    except OSError:
        return []
    for name in names:
        with suppress(OSError):
            if b"[gradlab." in Path(path, name, "entry_points.txt").read_bytes():
                found.append(Path(path, name))
    return found


def admitted(group: str, constant: str, own: Mapping[str, T], reserved: Iterable[str]) -> dict[str, T]:
    """Return what packages outside add to our own things, and keep an account of it.

    reserved: words that they may not take, beside those of our own things.
    """
    taken = {*reserved, *(word for thing in own.values() for word in words_of(thing))}
    kinds = tuple({type(thing) for thing in own.values()})
    offers = [(plugin, *_loaded(entry, constant, kinds)) for plugin, entry in entries().get(group, ())]
    claims: dict[str, list[Plugin]] = {}
    for plugin, things, _ in offers:
        for word in {word for thing in things for word in words_of(thing)}:
            claims.setdefault(word, []).append(plugin)
    found: dict[str, T] = {}
    for plugin, things, problem in offers:
        refusals = {thing.name: _clash(thing, taken, claims) for thing in things}
        accepted = {thing.name: thing for thing in things if not refusals[thing.name]}
        found.update(accepted)
        keep(plugin, accepted, [problem, *refusals.values()])
    return found


def keep(plugin: Plugin, accepted: Mapping[str, Any], problems: Iterable[str]) -> None:
    """Keep in mind what was taken from an entry point, and why something was not."""
    done = replace(plugin, words=tuple(accepted), problem="; ".join(filter(None, problems)))
    _known[plugin.package, plugin.group, plugin.entry] = done
    _givers.update({id(thing): (thing, done) for thing in accepted.values()})


def _loaded(entry: EntryPoint, constant: str, kinds: tuple[type, ...]) -> tuple[tuple[Any, ...], str]:
    """Return what an entry point gives that is of the kind of our own things, and what is wrong with the rest."""
    try:
        given = entry.load()
        if isinstance(given, ModuleType):
            given = getattr(given, constant)
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a plug-in does wrong, the program goes on
        return (), f"`{entry.value}` cannot be loaded: {told(error)}"
    things = listed(given)
    for thing in things:
        if kinds and not isinstance(thing, kinds):
            wanted = " or ".join(sorted(kind.__name__ for kind in kinds))
            return (), f"`{entry.value}` gives a thing of type {type(thing).__name__}, not {wanted}"
        name = getattr(thing, "name", None)
        if not isinstance(name, str) or not re.fullmatch(r"[^\W\d][\w-]*", name):
            return (), f"`{entry.value}` gives a thing whose name is {name!r:.40}: a name is letters, digits, `_` and `-`"
    return things, ""


def _clash(thing: Any, taken: Collection[str], claims: Mapping[str, list[Plugin]]) -> str:
    """Say why a thing is left out on account of its names; "" when it is not."""
    for word in words_of(thing):
        lead = f"`{thing.name}` is left out: " + ("" if word == thing.name else "its other name ")
        if word in taken:
            return f"{lead}`{word}` is a name of gradlab's own"
        if len(claims[word]) > 1:
            givers = " and ".join(f"`{one.entry}` of {one.giver}" for one in claims[word])
            return f"{lead}`{word}` is given by {givers}"
    return ""


def giver(thing: Any) -> str:
    """Return the package that a thing is from and its version; "" for what is our own."""
    known = _givers.get(id(thing))
    return known[1].giver if known is not None else ""


def complain(thing: Any, problem: str) -> None:
    """Keep in mind that something about a thing of another package was left out."""
    if known := _givers.get(id(thing)):
        key = known[1].package, known[1].group, known[1].entry
        before = _known[key]
        if problem not in before.problem:
            _known[key] = replace(before, problem="; ".join(filter(None, (before.problem, problem))))


def accounts() -> list[Plugin]:
    """Return what is known of all entry points that were looked at; whoever asks has been told of their problems."""
    _told.update(_known.values())
    return [_known[key] for key in sorted(_known)]


def learn(found: Iterable[Plugin]) -> None:
    """Take note of what another process has left out."""
    for one in found:
        _known.setdefault((one.package, one.group, one.entry), one)


def untold() -> list[Plugin]:
    """Return what was left out so far and was not told yet; loads nothing."""
    fresh = [one for one in _known.values() if one.problem and one not in _told]
    _told.update(fresh)
    return fresh
