"""Products by letters as they may be written, `einsum("ij->j", x)`, as products of two operands with their letters behind."""

from __future__ import annotations

import ast

from gradlab.errors import ArgumentError, Problem, ScenarioError
from gradlab.ops import OPS
from gradlab.ops.einsum import BEFORE, ONE
from gradlab.scenario.environment import name_of
from gradlab.scenario.fragment import Fragment


def arranged(fragment: Fragment, tree: ast.expr) -> ast.expr:
    """Return an expression in which letters stand behind two operands, as the op has them. Raises ScenarioError."""
    made: ast.expr = _Arranging(fragment).visit(tree)
    return made


class _Arranging(ast.NodeTransformer):
    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the call, or the product of the last two operands of what it stands for."""
        self.generic_visit(node)
        ends = [i for i in (0, len(node.args) - 1) if node.args and _is_text(node.args[i])]
        op = OPS.find(name_of(node.func)) if ends and not node.keywords and isinstance(node.func, ast.Name) else None
        if op is None or op.products is None:
            return node
        letters = node.args[ends[0]]
        operands = [part for part in node.args if part is not letters]
        assert isinstance(letters, ast.Constant)
        try:
            products = op.products(str(letters.value), len(operands))
        except ArgumentError as error:
            raise ScenarioError([Problem(str(error), self.fragment.span(node))]) from None
        made = node
        for left, right, spelled in products:
            pair = [_operand(number, operands, made) for number in (left, right)]
            written = ast.copy_location(ast.Constant(spelled), letters)
            made = ast.copy_location(ast.Call(node.func, [*pair, written], []), node)
        return made


def _operand(number: int, operands: list[ast.expr], before: ast.Call) -> ast.expr:
    """Return what a product multiplies."""
    if number == ONE:
        return ast.copy_location(ast.Constant(1.0), operands[0])
    return before if number == BEFORE else operands[number]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
