"""One number, or an array of one shape, for each node whose name a pattern matches, in the order of the graph.

`each("h*.W", rms(grad(it)))`: `it` is the node. Where no node matches, it is each layer that does: `each("*.h1", delta(it))`.
In a pattern `*` stands for any characters, dots too, `?` for one, `[0-9]` for one of several. All names of a node are tried,
and it counts once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError, Problem
from gradlab.graph.patterns import compiled, names_matching
from gradlab.op import Array
from gradlab.scenario.environment import Environment, Unknown, name_of, word_of
from gradlab.scenario.query import Asking, Operand, query
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known

LARGEST = 20_000
"""Elements of all nodes together with which it is worked out when it is read."""


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call: of what is wrong for several nodes, what is for the first of them."""
    pattern = asking.text(0)
    if len(asking.node.args) != 2 or asking.node.keywords or not pattern:
        yield asking.wrong("`each` takes a pattern and an expression", None, '`each("*.W", rms(it))`')
        return
    inside = [*asking.refuse(1, "each")]
    if inside:
        yield from inside
        return
    found = expressions_of(asking, known)
    if not found:
        near = did_you_mean(pattern.replace("*", ""), [*known.nodes, *known.layers])
        yield asking.wrong(
            f"`{pattern}` matches no node and no layer", asking.node.args[0], near or "`*` stands for any characters"
        )
    if all(name_of(part) != "it" for part in ast.walk(asking.node.args[1]) if isinstance(part, ast.Name)):
        yield asking.wrong("`it` does not stand in this expression", asking.node.args[1], "`it` is each node that matches")
        return
    yield from next((problems for _, one in found if (problems := [*one.problems(one.tree, known)])), [])


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the values one behind the other. Raises ArgumentError where they are of several shapes."""
    found = expressions_of(asking, environment.known)
    if not found:
        raise ArgumentError(f"`{asking.text(0)}` matches no node and no layer here")
    values = {name: np.asarray(one.evaluate(environment)) for name, one in found}
    first = next(iter(values))
    other = next((name for name, value in values.items() if value.shape != values[first].shape), None)
    if other is not None:
        shapes = f"{values[first].shape} of `{first}` and {values[other].shape} of `{other}`"
        raise ArgumentError(f"`each` needs one shape of all nodes, got {shapes}: take a number of each, such as `rms(it)`")
    return np.stack([*values.values()])


def operands(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return what each of the nodes asks for."""
    for _, one in expressions_of(asking, known):
        yield from one.operands(known)


def rehearse(asking: Asking, environment: Environment) -> Array:
    """Return what it gives for zeros. Raises Unknown where that would be much work."""
    known = environment.known
    if sum(prod(known.shapes[known.nodes[name]]) for name, _ in expressions_of(asking, known) if name in known.nodes) > LARGEST:
        raise Unknown
    return answer(asking, environment)


@lru_cache(maxsize=64)
def expressions_of(asking: Asking, known: Known) -> tuple[tuple[str, Expression], ...]:
    """Return, for each node that matches, or each layer where no node does, its name and the expression with that for `it`."""
    inner = asking.inner(1)
    pattern = asking.text(0) or ""
    names = names_matching(known.nodes, pattern) or tuple(filter(compiled(pattern).match, known.layers))
    return tuple((name, replace(inner, tree=_Named(name, known).visit(deepcopy(inner.tree)))) for name in names)


class _Named(ast.NodeTransformer):
    """Puts a name in the place of `it`, unless a node of the model is called so."""

    def __init__(self, name: str, known: Known) -> None:
        self.word = "it" if "it" in known.nodes else word_of(name)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Return the name of the node for `it`."""
        return ast.copy_location(ast.Name(self.word), node) if node.id == "it" else node


QUERY = query(
    answer, {"pattern": REQUIRED, "expression": REQUIRED}, check=check, operands=operands, rehearse=rehearse,
)  # fmt: skip
