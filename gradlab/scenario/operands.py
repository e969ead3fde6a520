"""What an expression needs to know of a run before it can be worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradlab.scenario.environment import name_of
from gradlab.scenario.queries import called_query
from gradlab.scenario.query import Asking, Operand

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known


def operands_of(expression: Expression, node: ast.AST, known: Known) -> Iterator[Operand]:
    """Return what a piece of an expression asks for."""
    if isinstance(node, ast.Name):
        yield Operand("value", name_of(node))
        return
    if isinstance(node, ast.Call):
        query = called_query(node)
        if query is not None:
            yield from query.operands(Asking(expression, node), known)
            return
    parts = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else None
    for part in ast.iter_child_nodes(node) if parts is None else parts:
        yield from operands_of(expression, part, known)
