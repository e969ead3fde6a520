"""Queries of the name of a node or a layer, perhaps with an index behind it: `grad(W)`, `grad(W[0, 1])`, `grad(z(h))[3]`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradlab.errors import Problem
from gradlab.op import Array
from gradlab.scenario.environment import Environment, Part, name_of
from gradlab.scenario.query import Asking, Operand, meant

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known


class Subject(NamedTuple):
    """What a query is asked of. part: of a layer, where `name` may be one.   key: the index behind the name, or None."""

    name: str
    part: Part
    key: ast.expr | None


def named(asking: Asking, part: Part = "") -> Subject:
    """Return what a call that was checked is asked of. part: of a layer that stands there by itself."""
    inner: ast.expr = asking.node.args[0]
    key: ast.expr | None = None
    if isinstance(inner, ast.Subscript):
        key, inner = inner.slice, inner.value
    if isinstance(inner, ast.Call):
        found = named(Asking(asking.expression, inner), _part_of(asking, inner))
        return found if key is None else found._replace(key=key)
    assert isinstance(inner, ast.Name)
    return Subject(name_of(inner), part, key)


def _part_of(asking: Asking, inner: ast.Call) -> Part:
    """Return the part of a layer that a call within the call stands for; "" if it stands for none."""
    query = asking.expression.query(inner)
    return "" if query is None else query.part


def answered(asking: Asking, environment: Environment, part: Part, read: Callable[[str, Part], Array]) -> Array:
    """Return what is read of a node, and of it what the index takes."""
    of = named(asking, part)
    whole = read(of.name, of.part)
    return whole if of.key is None else asking.expression.pick(whole, of.key, environment)


def check(layers: bool, parts: bool, asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call. layers, parts: whether a layer can stand there, and `z(LAYER)` or `out(LAYER)`."""
    what = "a layer or a node" if layers else "a node"
    inner = asking.node.args[0] if len(asking.node.args) == 1 and not asking.node.keywords else None
    if isinstance(inner, ast.Subscript):
        yield from asking.expression.problems(inner.slice, known)
        inner = inner.value
    if parts and isinstance(inner, ast.Call) and _part_of(asking, inner):
        yield from asking.expression.problems(inner, known)
    elif not isinstance(inner, ast.Name):
        yield asking.wrong(f"`{asking.word}` takes the name of {what}", None, f"`{asking.word}(NAME)`")
    else:
        yield from _check_name(asking, inner, known, layers, what)


def _check_name(asking: Asking, inner: ast.Name, known: Known, layers: bool, what: str) -> Iterator[Problem]:
    name, names = name_of(inner), [*known.nodes, *(known.layers if layers else ())]
    if name in known.numbers and name not in known.nodes:
        yield asking.wrong(f"`{name}` is a number of the model, not {what}", inner)
    elif name in known.constants and name not in names:
        yield asking.wrong(f"`{name}` is a constant of the script, not {what}", inner)
    elif name not in names:
        yield asking.wrong(f"unknown name `{name}`", inner, meant(name, names))


OF_NODE = partial(check, False, False)
OF_NODE_OR_PART = partial(check, False, True)
OF_LAYER = partial(check, True, False)


def needs(what: Literal["value", "grad", "update"], part: Part, asking: Asking, known: Known) -> Iterator[Operand]:
    """Return what has to be known: of what the call is asked of, and for the index behind it."""
    of = named(asking, part)
    if of.key is not None:
        yield from asking.expression.operands(known, of.key)
    yield Operand(what, of.name, of.part)
