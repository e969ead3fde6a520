"""What an expression needs to know of a run before it can be worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradlab.scenario.environment import name_of
from gradlab.scenario.queries import bare_query, called_query, column_query
from gradlab.scenario.query import Asking, Operand

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known


def operands_of(expression: Expression, node: ast.AST, known: Known) -> Iterator[Operand]:
    """Return what a piece of an expression asks for."""
    if isinstance(node, ast.Name):
        query = bare_query(name_of(node), known)
        asked = (Operand("value", name_of(node)),) if query is None else query.operands(Asking.bare(expression, node), known)
        yield from asked
        return
    if isinstance(node, ast.Call):
        query = called_query(node)
        if query is not None:
            yield from query.operands(Asking(expression, node), known)
            return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and (query := column_query(node.value)):
        yield from query.operands(Asking(expression, node.value, node.attr), known)
        return
    parts = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else None
    for part in ast.iter_child_nodes(node) if parts is None else parts:
        yield from operands_of(expression, part, known)
