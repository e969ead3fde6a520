"""What stands behind a dot in a model: parameters and other nodes of a layer that was made before (`h.W`, `judge.h.b`)."""

from __future__ import annotations

import ast

from gradlab.graph.graph import Node
from gradlab.scenario.names import Names
from gradlab.scenario.scopes import Scope
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import Shared
from gradlab.source import did_you_mean


def member(trace: Trace, node: ast.Attribute) -> Node | None:
    """Return the node that a chain of names means, or None where the first of them is no layer. Raises Wrong."""
    first, *rest = _chain(node)
    scope = _scope_of(trace, first)
    if scope is None:
        return None
    for label in rest[:-1]:
        inner = _within(trace.names, scope, label)
        if inner is None:
            raise trace.wrong(f"there is no `{label}` in `{ast.unparse(node)}`", node)
        scope = inner
    held = _members(trace.names, scope)
    if rest[-1] not in held:
        near = did_you_mean(rest[-1], held) or (f"it has {', '.join(f'`{name}`' for name in held)}" if held else "")
        raise trace.wrong(f"`{ast.unparse(node.value)}` has no `{rest[-1]}`", node, near)
    return trace.graph.nodes[held[rest[-1]]]


def _chain(node: ast.expr) -> list[str]:
    """Return the names of `a.b.c`; the grammar lets no others pass."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    assert isinstance(node, ast.Name)
    return [node.id, *names]


def _scope_of(trace: Trace, name: str) -> Scope | None:
    """Return the layer of a variable, or the one that `with layer` opened under a name that no variable has."""
    found, value = trace.frame.find(name)
    if isinstance(value, Shared):
        return value.scope
    if found:
        return trace.frame.site(name)
    return trace.names.scope.inner.get(name) or trace.names.root.inner.get(name)


def _within(names: Names, scope: Scope, label: str) -> Scope | None:
    """Return the last scope of a label within another one."""
    inside = (one for one in reversed(names.scopes) if one.parent is scope and one.label == label)
    return next(inside, None)


def _members(names: Names, scope: Scope) -> dict[str, int]:
    """Return the nodes of a scope by name: what its variables hold, then what its layers named, outer calls first."""
    found = dict(scope.last)
    scopes = (scope, scope.lasting())
    inside = [
        (0 if given.call is None else given.call.depth, index)
        for index, given in names.given.items()
        if names.homes[index] in scopes or names.owners[index] in scopes
    ]
    for _, index in sorted(inside):
        found.setdefault(names.given[index].name, index)
    return found
