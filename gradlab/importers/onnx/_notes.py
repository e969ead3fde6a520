"""What a reader has to know of a model of ONNX: weights that are one or two, numbers that the data decided, what is rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gradlab.importers.onnx._names import is_lost, label_of
from gradlab.importers.program import Leaf, OpCall, Program

MOST = 10
"""Names that are listed."""
MOST_LAYERS = 4


def told(program: Program, frozen: Mapping[str, None], rounded: Mapping[str, None]) -> Iterator[str]:
    """Yield what there is to say.

    frozen: names of values that were computed from the data.   rounded: of values that are whole numbers near to others.
    """
    if frozen:
        yield f"computed from the data of this batch, and the same for all others: {_listed(frozen)}"
    if rounded:
        yield f"rounded to whole numbers, so that no gradient flows back through them: {_listed(rounded)}"
    yield from _read_twice(program)
    yield from _written_twice(program)


def _listed(names: Mapping[str, None]) -> str:
    return ", ".join(f"`{label_of(name)}`" for name in list(names)[:MOST]) + (", …" if len(names) > MOST else "")


def _read_twice(program: Program) -> Iterator[str]:
    """Yield what there is to say of parameters that several layers read: exporters put equal weights into one."""
    readers: dict[Leaf, dict[str, None]] = {}
    for item in program.items:
        for leaf in item.inputs if isinstance(item, OpCall) else ():
            if isinstance(leaf, Leaf) and leaf.kind == "parameter":
                readers.setdefault(leaf, {})[item.scope] = None
    for leaf, scopes in readers.items():
        if len(scopes) > 1 and "" not in scopes:
            layers = ", ".join(f"`{scope}`" for scope in list(scopes)[:MOST_LAYERS])
            yield (
                f"`{label_of(_name(leaf))}` is read by {len(scopes)} layers and is one parameter, its gradient the sum of "
                f"theirs: {layers}{', …' if len(scopes) > MOST_LAYERS else ''}"
            )


def _written_twice(program: Program) -> Iterator[str]:
    """Yield what there is to say of matrices with the same numbers: exporters write a weight that is tied once for each use."""
    alike: dict[object, list[Leaf]] = {}
    for item in program.items:
        if isinstance(item, Leaf) and item.kind == "parameter" and item.array.ndim > 1 and item.array.size > 1:
            low, high = item.array.min(), item.array.max()
            if low < high:
                alike.setdefault((*sorted(item.array.shape), float(low), float(high)), []).append(item)
    for group in alike.values():
        for names in _same(group):
            listed = " and ".join(names[:MOST_LAYERS]) + (", …" if len(names) > MOST_LAYERS else "")
            yield (
                f"{listed} have the same numbers, and the file does not say whether they are one weight that is tied: here "
                f"they are {len(names)} parameters, and the gradient of one that is tied is the sum of theirs"
            )


def _same(group: list[Leaf]) -> Iterator[list[str]]:
    """Yield the names of those that have the same numbers, element by element or transposed."""
    while len(group) > 1:
        first, *others = group
        plain = [leaf for leaf in others if np.array_equal(first.array, leaf.array)]
        turned = [
            leaf for leaf in others if leaf not in plain and first.array.ndim == 2 and np.array_equal(first.array, leaf.array.T)
        ]
        if plain or turned:
            keys = {leaf.key for leaf in (first, *plain, *turned)}
            names = [
                f"`{label_of(_name(leaf, by_key=len(keys) > len(plain) + len(turned)))}`" for leaf in (first, *plain, *turned)
            ]
            yield [*names[: len(plain) + 1], *(f"{name} (transposed)" for name in names[len(plain) + 1 :])]
        group = [leaf for leaf in others if leaf not in plain and leaf not in turned]


def _name(leaf: Leaf, *, by_key: bool = True) -> str:
    """Return the name of a parameter in its file, or else, where it is lost or not its alone, in its layer."""
    return (
        leaf.key
        if by_key and leaf.key and not is_lost(leaf.key)
        else ".".join(part for part in (leaf.scope, leaf.name) if part)
    )
