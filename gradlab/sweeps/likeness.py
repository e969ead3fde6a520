"""Two readings of a model that differ in a few numbers only: where these stand, and how others are put there.

A sweep over a rate reads the same graph again and again. Where a model that is read at both ends of the values is alike but for
numbers that are these ends, it is not read for the values between. What would make the graph depend on a value in another way
is looked for in the text: a condition, a comparison, an index, a count or a text that is made with it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from gradlab.graph.graph import Graph, Node
from gradlab.scenario.language import Model
from gradlab.sweeps.values import SPECIAL

Numbers = Mapping[str, float]
"""What names are set to."""
Recipe = Callable[[Numbers], Any]
"""Makes a thing with other numbers in it."""
Ends = Mapping[str, tuple[float, float]]
"""The least and the largest value of each name."""


class Unlike(Exception):
    """Two things differ in more than the numbers that are set."""


def differences(first: Model, second: Model, ends: Ends) -> tuple[list[tuple[int, Recipe]], Recipe | None]:
    """Return the nodes whose feeds differ, with what makes their feeds; and what makes the numbers of the model. Raises Unlike.

    first, second: the model with all names at their first, and at their second end.
    """
    mine, other = first.graph, second.graph
    if len(mine.nodes) != len(other.nodes) or (first.batches, first.epoch) != (second.batches, second.epoch):
        raise Unlike
    if (mine.aliases, mine.objectives, mine.layers) != (other.aliases, other.objectives, other.layers):
        raise Unlike
    found = []
    for a, b in zip(mine.nodes, other.nodes, strict=True):
        if _built(a) != _built(b) or blended(a.attrs, b.attrs, {}) is not None:
            raise Unlike
        recipe = blended(a.feed, b.feed, ends)
        if recipe is not None:
            if a.feed is None or a.feed.varies:
                raise Unlike
            found.append((a.index, recipe))
    return found, blended(first.numbers, second.numbers, ends)


def _built(node: Node) -> tuple[object, ...]:
    return id(node.op), node.inputs, node.shape, node.name, node.key, node.scope, node.phase


def blended(a: Any, b: Any, ends: Ends) -> Recipe | None:
    """Return what makes a thing that is `a` at the first ends, `b` at the second; None where they are alike. Raises Unlike."""
    if a is b:
        return None
    if type(a) is not type(b) or isinstance(a, Graph):
        raise Unlike
    if isinstance(a, float | int) and not isinstance(a, bool):
        return None if a == b else _set(a, b, ends)
    if isinstance(a, np.ndarray):
        return _array(a, b, ends)
    if is_dataclass(a) and not isinstance(a, type):
        return _dataclass(a, b, ends)
    if isinstance(a, Mapping):
        parts = _parts(a, b, ends)
        return None if not parts else lambda v: {**a, **{key: part(v) for key, part in parts.items()}}
    if isinstance(a, tuple | list):
        parts, kind = _parts(dict(enumerate(a)), dict(enumerate(b)), ends), type(a)
        return None if not parts else lambda v: kind(parts[k](v) if k in parts else x for k, x in enumerate(a))
    if a != b:
        raise Unlike
    return None


def _dataclass(a: Any, b: Any, ends: Ends) -> Recipe | None:
    given = [field.name for field in fields(a) if field.init]
    mine, other = ({name: getattr(one, name) for name in given} for one in (a, b))
    parts = _parts(mine, other, ends)
    return None if not parts else lambda v: replace(a, **{name: part(v) for name, part in parts.items()})


def _parts(a: Mapping[Any, Any], b: Mapping[Any, Any], ends: Ends) -> dict[Any, Recipe]:
    """Return what makes those values of a mapping that differ. Raises Unlike."""
    if list(a) != list(b):
        raise Unlike
    found = {key: blended(a[key], b[key], ends) for key in a}
    return {key: recipe for key, recipe in found.items() if recipe is not None}


def _set(a: float, b: float, ends: Ends) -> Recipe:
    """Return what reads the number that is set: of the one name whose ends these are."""
    names = [name for name, pair in ends.items() if pair == (a, b)]
    if len(names) != 1:
        raise Unlike
    name = names[0]
    return lambda v: v[name]


def _array(a: Any, b: Any, ends: Ends) -> Recipe | None:
    if a.shape != b.shape or a.dtype != b.dtype or a.dtype.kind not in "fiub":
        raise Unlike
    apart = (a != b) & ~(np.isnan(a) & np.isnan(b))
    if not apart.any():
        return None
    kind = a.dtype.type
    names = [name for name, (low, high) in ends.items() if (a[apart] == kind(low)).all() and (b[apart] == kind(high)).all()]
    if len(names) != 1:
        raise Unlike
    name = names[0]
    return lambda v: np.where(apart, kind(v[name]), a)


def decides(tree: ast.Module, names: Sequence[str]) -> bool:
    """Return whether the form of a model may depend on what names are set to, as far as its text shows that."""
    read = _reading(tree, {*names})
    return any(_names(part) & read for part in _deciding(tree))


def _reading(tree: ast.Module, names: set[str]) -> set[str]:
    """Return the names, and those of all variables and arguments that are made with one of them."""
    functions = {node.name: {arg.arg for arg in node.args.args} for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    while True:
        before = len(names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and _names(node.value) & names:
                names |= {name for target in node.targets for name in _names(target)}
            elif isinstance(node, ast.For | ast.comprehension) and _names(node.iter) & names:
                names |= _names(node.target)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
                names |= functions[node.func.id] if _names(node) & names else set()
        if len(names) == before:
            return names


def _deciding(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the pieces of a model that decide about its form: conditions, comparisons, indices, counts, texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.Compare | ast.BoolOp | ast.JoinedStr) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            yield node
        elif isinstance(node, ast.Subscript):
            yield node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            yield node


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def between(value: float, ends: tuple[float, float]) -> bool:
    """Return whether a value lies between two ends, and is none that may mean something of its own."""
    return min(ends) <= value <= max(ends) and abs(value) not in SPECIAL
