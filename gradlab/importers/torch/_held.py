"""What modules hold, and what that holds in turn: boxes, objects of the person's own, generators of random numbers.

It is found without a call of the person's code: no attribute is asked for, nothing is compared. Objects of Python's own library
stay closed, and so do objects that hold a lock, a thread, a file or the like: they are used at other places, too, at any time.
Iterators cannot be brought back: how far they have come is not known.
"""

from __future__ import annotations

import random
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import CellType, FunctionType, MemberDescriptorType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

MOST = 10_000
"""Things that are looked at beyond what modules hold themselves."""
ATOMS = frozenset({int, float, complex, bool, str, bytes, type(None), type, slice, range})
"""Classes of what holds nothing and never changes."""
INSTANCE = 1 << 9
"""The bit of a class that was made by a statement `class`."""
OWN = __name__.partition(".")[0]
LIBRARY = sys.stdlib_module_names | {OWN}
SHARED = frozenset({"_thread", "threading", "_io", "queue", "_queue", "socket", "_socket", "multiprocessing", "asyncio"})
"""Modules of Python whose objects have to do with what runs beside the program, or lies outside of it."""
NOTHING = object()
"""In the place of a slot without a value."""


@dataclass(frozen=True, slots=True)
class BoxMethods:
    """How a kind of box is read, emptied and filled: as that kind does it, whatever a class of the person's own makes of it."""

    read: Callable[[Any], Iterable[Any]]
    clear: Callable[[Any], None]
    fill: Callable[[Any, list[Any]], None]

    def refill(self, box: Any, content: list[Any]) -> None:
        """Let a box hold what it held; what did not change is not touched."""
        now = [*self.read(box)]
        if len(now) != len(content) or not all(map(_same, now, content)):
            self.clear(box)
            self.fill(box, content)


BOXES: Mapping[type, BoxMethods] = {
    OrderedDict: BoxMethods(OrderedDict.items, OrderedDict.clear, OrderedDict.update),
    dict: BoxMethods(dict.items, dict.clear, dict.update),
    list: BoxMethods(list.__iter__, list.clear, list.extend),
    set: BoxMethods(set.__iter__, set.clear, set.update),
    deque: BoxMethods(deque.__iter__, deque.clear, deque.extend),
    bytearray: BoxMethods(bytearray.__iter__, bytearray.clear, bytearray.extend),
}
"""The first that a class comes of is its way."""


@dataclass(slots=True)
class HeldThings:
    """What was found. boxes: with how they are read and what they hold.   objects: with their attributes, by name.

    slots: values of attributes that stand in no dictionary, with their descriptors.   cells, names: what functions have of the
    variables around them, and of those of their file.   states: of generators of random numbers, with what sets them.
    near, far: tensors and arrays, the near ones held by modules and by what stands in them.
    """

    boxes: list[tuple[Any, BoxMethods, list[Any]]] = field(default_factory=list)
    objects: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    slots: list[tuple[Any, MemberDescriptorType, Any]] = field(default_factory=list)
    cells: list[tuple[CellType, Any]] = field(default_factory=list)
    names: list[tuple[dict[str, Any], str, Any]] = field(default_factory=list)
    states: list[tuple[Callable[[Any], None], Any]] = field(default_factory=list)
    near: list[Any] = field(default_factory=list)
    far: list[Any] = field(default_factory=list)

    def put_back(self) -> None:
        """Let all be as it was, but for the numbers in tensors and arrays; what did not change is not touched."""
        for attributes, kept in self.objects:
            put_attributes(attributes, kept)
        for one, slot, value in self.slots:
            _put_slot(one, slot, value)
        for cell, content in self.cells:
            if _in_cell(cell) is not content and content is not NOTHING:
                cell.cell_contents = content
        for variables, name, value in self.names:
            if variables.get(name) is not value:
                variables[name] = value
        for box, way, content in self.boxes:
            way.refill(box, content)
        for put, state in self.states:
            put(state)


def held_by(roots: Iterable[Any], known: Iterable[Any], aside: Sequence[Any] = ()) -> HeldThings:
    """Return what is held. roots: what modules hold.   known: what is kept already.   aside: what holds things beside them."""
    found, seen = HeldThings(), {id(one): one for one in known}
    level, depth, left = [*roots], 0, MOST
    while level or depth < 2:
        following: list[Any] = []
        for one in level:
            if type(one) not in ATOMS and id(one) not in seen:
                seen[id(one)] = one
                following += _kept(found, one, found.near if depth < 2 else found.far)
        level, depth = following[:left], depth + 1
        left -= len(level)
        level += aside if depth == 2 else []
    return found


def _kept(found: HeldThings, one: Any, numbers: list[Any]) -> list[Any]:
    """Keep what one thing holds, and return that."""
    kind, inner = type(one), list[Any]()
    way = next((way for base, way in BOXES.items() if issubclass(kind, base)), None)
    if way is not None:
        content = [*way.read(one)]
        found.boxes.append((one, way, content))
        inner += [value for _, value in content] if issubclass(kind, dict) else [] if kind is bytearray else content
    elif issubclass(kind, tuple | frozenset):
        inner += [*(tuple if issubclass(kind, tuple) else frozenset).__iter__(one)]
    elif _is_array(kind):
        numbers.append(one)
        return inner
    elif (state := _state(one, kind)) is not None:
        found.states.append(state)
        return inner
    own = kind.__flags__ & INSTANCE and _package(kind) not in LIBRARY and not issubclass(kind, type | ModuleType)
    if own or kind is SimpleNamespace:
        inner += _attributes(found, one, kind)
    return inner or _of_function(found, one, kind)


def _of_function(found: HeldThings, one: Any, kind: type) -> list[Any]:
    """Keep what a function has of the variables around it, and return that; of a method and the like what it is of."""
    if kind is MethodType:
        return [one.__self__, one.__func__]
    if kind is partial:
        return [one.func, *one.args, *one.keywords.values()]
    package = str(one.__module__).partition(".")[0] if kind is FunctionType else "builtins"
    if package != OWN and package in LIBRARY | {"torch"}:
        return []
    cells, variables = [(cell, _in_cell(cell)) for cell in one.__closure__ or ()], one.__globals__ if package != OWN else {}
    names = [(variables, name, variables[name]) for name in one.__code__.co_names if name in variables]
    found.cells += cells
    found.names += names
    inner = [*(content for _, content in cells), *(value for _, _, value in names)]
    return [*inner, *(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values()]


def _in_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return NOTHING


def _attributes(found: HeldThings, one: Any, kind: type) -> list[Any]:
    """Keep the attributes of an object, and return their values."""
    attributes = object.__getattribute__(one, "__dict__") if kind.__dictoffset__ else {}
    attributes = attributes if isinstance(attributes, dict) else {}
    ways = [base.__dict__ for base in kind.__mro__ if base.__flags__ & INSTANCE and "__slots__" in base.__dict__]
    slots = [(way, _slot(one, way)) for places in ways for way in places.values() if type(way) is MemberDescriptorType]
    inner = [*dict.values(attributes), *(value for _, value in slots)]
    if any(_package(type(value)) in SHARED for value in inner):
        return []
    found.objects.append((attributes, dict(attributes)))
    found.slots += [(one, way, value) for way, value in slots]
    return inner


def _package(kind: type) -> str:
    """Return the outermost module that a class is from."""
    return str(kind.__module__).partition(".")[0]


def _is_array(kind: type) -> bool:
    import torch

    return issubclass(kind, torch.Tensor | np.ndarray)


def _state(one: Any, kind: type) -> tuple[Callable[[Any], None], Any] | None:
    """Return what sets a generator of random numbers, and its state; None of what is none."""
    import torch

    if issubclass(kind, torch.Generator):
        return one.set_state, one.get_state()
    if issubclass(kind, random.Random) and not issubclass(kind, random.SystemRandom):
        return partial(random.Random.setstate, one), random.Random.getstate(one)
    if issubclass(kind, np.random.RandomState):
        return one.set_state, one.get_state()
    if issubclass(kind, np.random.Generator):
        return partial(setattr, one.bit_generator, "state"), one.bit_generator.state
    return None


def put_attributes(now: dict[str, Any], kept: dict[str, Any]) -> None:
    """Let a dictionary of attributes be as it was; what did not change is not touched."""
    for name in [name for name in now if name not in kept]:
        dict.__delitem__(now, name)
    dict.update(now, {name: one for name, one in kept.items() if name not in now or dict.__getitem__(now, name) is not one})


def _slot(one: Any, slot: MemberDescriptorType) -> Any:
    try:
        return slot.__get__(one, type(one))
    except AttributeError:
        return NOTHING


def _put_slot(one: Any, slot: MemberDescriptorType, value: Any) -> None:
    """Let a slot hold what it held."""
    if _slot(one, slot) is not value:
        if value is NOTHING:
            slot.__delete__(one)
        else:
            slot.__set__(one, value)


def _same(one: Any, other: Any) -> bool:
    """Whether two entries are one: of a dictionary key and value."""
    if type(one) is tuple and type(other) is tuple and len(one) == len(other) == 2:
        return all(a is b for a, b in zip(one, other, strict=True))
    return one is other
