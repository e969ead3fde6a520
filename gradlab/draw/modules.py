"""The modules of a graph: its scopes, one in another, and the update phase, which is one of them.

Every beginning of a path of scopes is a module, named by it: `block0`, `block0.att`. What a person has unfolded is a set of
such names. Where very many stand side by side, neighbours are put together into stretches, which can be unfolded alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from gradlab.lab.snapshot import NodeInfo

UPDATE = "update phase"
"""The name of the module of the update: no scope can be called so."""
MANY = 150
"""More than so many boxes side by side are put together into stretches,"""
STRETCHES = 100
"""so many of them at most."""

FLAT_UPDATE = 200
"""So many nodes of the update stand side by side where the modules of the model are not put together."""

Path = tuple[str, ...]


@dataclass(slots=True)
class Module:
    """A module. name: the whole path, with dots.   path: its parts.   nodes: all that stand in it, rising.

    inner: the modules that stand in it, by the next part of their paths.
    """

    name: str
    path: Path
    nodes: list[int] = field(default_factory=list)
    inner: dict[str, Module] = field(default_factory=dict)


def paths_of(infos: Sequence[NodeInfo]) -> list[Path]:
    """Return for each node the path of modules that it stands in; a node of the update stands in that of its parameter."""
    homes = {info.name: (*_parts(info.scope), _last(info)) for info in infos if info.phase != "u" and info.is_leaf}
    return [(UPDATE, *_home(info.name, homes)) if info.phase == "u" else _parts(info.scope) for info in infos]


def _parts(scope: str) -> Path:
    return tuple(scope.split(".")) if scope else ()


def _last(info: NodeInfo) -> str:
    """Return the name of a node within its scope."""
    return info.name.removeprefix(f"{info.scope}.")


def _home(name: str, homes: Mapping[str, Path]) -> Path:
    """Return the path of the leaf whose name a node of the update begins with, else the first part of its own name."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        found = homes.get(".".join(parts[:end]))
        if found is not None:
            return found
    return (parts[0],)


def modules(paths: Sequence[Path]) -> dict[str, Module]:
    """Return all modules by their names, those that hold others first."""
    found: dict[str, Module] = {}
    for node, path in enumerate(paths):
        above: Module | None = None
        for depth in range(1, len(path) + 1):
            name = ".".join(path[:depth])
            module = found.get(name)
            if module is None:
                module = found[name] = Module(name, path[:depth])
                if above is not None:
                    above.inner[path[depth - 1]] = module
            module.nodes.append(node)
            above = module
    return found


def unfolded_to_layers(found: Mapping[str, Module]) -> frozenset[str]:
    """Return the modules of the model that hold other modules: with these unfolded, each box is a layer that holds none."""
    return frozenset(name for name, one in found.items() if one.inner and one.path[0] != UPDATE and not _is_wrapper(one))


def _is_wrapper(module: Module) -> bool:
    """Whether all that stands in a module stands in one other, which holds none."""
    inner = [*module.inner.values()]
    return len(inner) == 1 and len(inner[0].nodes) == len(module.nodes) and (not inner[0].inner or _is_wrapper(inner[0]))


def alike(name: str, found: Mapping[str, Module]) -> frozenset[str]:
    """Return a module and those beside it that are built alike, with as many nodes and the same modules in them."""
    one = found.get(name)
    if one is None:
        return frozenset((name,))
    shape = _build(one)
    return frozenset(other.name for other in found.values() if other.path[:-1] == one.path[:-1] and _build(other) == shape)


def _build(module: Module) -> tuple[object, ...]:
    return len(module.nodes), *((name, _build(inner)) for name, inner in module.inner.items())


def made_of(infos: Sequence[NodeInfo], inner: Iterable[str]) -> str:
    """Return what a module is made of: the modules in it, or else its ops, `32 → 128, gelu, 128 → 32`."""
    names = list(inner)
    if len(names) > 1:
        return ", ".join(names)
    leaves = {info.index: info for info in infos if info.is_leaf}
    words = (_word(info, leaves) for info in infos if not info.is_leaf)
    return ", ".join(dict.fromkeys(word for word in words if word))


def _word(info: NodeInfo, leaves: Mapping[int, NodeInfo]) -> str:
    """Return an op in a word; one that weighs by how many numbers it makes of how many."""
    for place, source in enumerate(info.inputs):
        if source not in leaves or leaves[source].role != "parameter":
            continue
        shape = leaves[source].shape
        if info.role == "weigh" and len(shape) == 2:
            return "{} → {}".format(*(shape if place else shape[::-1]))  # x @ W, or W @ x
        if info.role == "weigh" and len(shape) > 2:
            return f"{info.op} {shape[1]} → {shape[0]}"
        if info.role == "shape" and len(info.inputs) == 2 and len(shape) == 2:
            return f"{info.op} {shape[0]} → {shape[1]}"
    return "" if info.role == "shape" else info.op


def counts(infos: Iterable[NodeInfo]) -> tuple[int, int]:
    """Return how many learned numbers and how many ops a module has."""
    numbers = ops = 0
    for info in infos:
        ops += not info.is_leaf
        if info.role == "parameter":
            numbers += prod(info.shape)
    return numbers, ops


def short(name: str) -> str:
    """Return the name of a module as it stands on its box: the last part of it."""
    return "update" if name == UPDATE else name if is_stretch(name) else name.rpartition(".")[2]


def stretch_name(first: int, last: int) -> str:
    """Return the name of a stretch, by the first and the last of its nodes: no scope can be called so."""
    return f"nodes {first} … {last}"


def is_stretch(name: str) -> bool:
    """Whether a module is a stretch."""
    return name.startswith("nodes ")


def stretches(groups: Sequence[Sequence[int]]) -> list[int] | None:
    """Return for each of many groups, in an order in which they can be run, the number of its stretch; None for a few."""
    if len(groups) <= MANY:
        return None
    size = -(-len(groups) // STRETCHES)
    return [place // size for place in range(len(groups))]
