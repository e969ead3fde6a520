"""Small changes of a source, each of which some test should notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
PASSED_OVER = (ast.JoinedStr, ast.Assert, ast.Import, ast.ImportFrom, ast.Raise)
"""No mutants inside these: places in an f-string are not told by Python 3.11; the others are there for our own mistakes."""
SAFEGUARDS = ("strict",)
"""Arguments that are there for our own mistakes."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: text between two places of a file, replaced.

    line: of the change.   statement: line of the innermost statement of a function that holds it, 0 outside of functions.
    """

    path: str
    line: int
    statement: int
    start: int
    end: int
    new: str

    def applied(self, source: bytes) -> bytes:
        """Return the source of the file with the change in it."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Return every mutant of a file, in the order of their places."""
    return list(_Finder(path, source).of_body(ast.parse(source).body, 0))


class _Finder:
    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.begins = [0]
        for line in source.splitlines(keepends=True):
            self.begins.append(self.begins[-1] + len(line))

    def of_body(self, body: list[ast.stmt], depth: int, statement: int = 0) -> Iterator[Mutant]:
        """Yield the mutants of statements. depth: 0 at the top of a module, 1 in a function, 2 in a function within one."""
        for node in body:
            if _is_plain_text(node) or isinstance(node, PASSED_OVER) or _is_for_no_test(node):
                continue
            here = node.lineno if depth == 1 else statement
            inside = min(depth + 1, 2) if isinstance(node, ast.FunctionDef) else depth
            if depth:
                yield from self._removed(node, here)
            for name, value in ast.iter_fields(node):
                yield from self._of_field(node, name, value, here, inside)

    def _of_field(self, node: ast.AST, name: str, value: object, here: int, depth: int) -> Iterator[Mutant]:
        if name in ("annotation", "returns", "decorator_list", "bases") or isinstance(value, PASSED_OVER):
            return
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from self.of_body(value, depth, here)
            return
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, PASSED_OVER) and not _is_safeguard(child):
                yield from self._of_expression(child, here, depth)
        if isinstance(node, (ast.If, ast.While, ast.IfExp)) and name == "test":
            yield self._with(node.test, f"not ({ast.unparse(node.test)})", here)

    def _of_expression(self, node: ast.AST, here: int, depth: int) -> Iterator[Mutant]:
        if isinstance(node, ast.expr):
            for new in _changes(node):
                yield self._with(node, new, here)
        for name, value in ast.iter_fields(node):
            yield from self._of_field(node, name, value, here, depth)

    def _removed(self, node: ast.stmt, here: int) -> Iterator[Mutant]:
        """Yield the statement left out, or what it returns changed."""
        bare = isinstance(node, ast.Assign) and all(isinstance(t, (ast.Name, ast.Tuple)) for t in node.targets)
        if isinstance(node, (ast.Expr, ast.AugAssign, ast.Assign, ast.Continue, ast.Break)) and not bare:
            yield self._with(node, "pass", here)
        if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
            yield self._with(node.value, "None", here)

    def _with(self, node: ast.expr | ast.stmt, new: str, here: int) -> Mutant:
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = self.begins[node.lineno - 1] + node.col_offset
        end = self.begins[node.end_lineno - 1] + node.end_col_offset
        return Mutant(self.path, node.lineno, here, start, end, new)


def _changes(node: ast.expr) -> Iterator[str]:
    """Yield the texts that may stand for an expression."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                changed = copy.deepcopy(node)
                changed.ops[place] = other()
                yield f"({ast.unparse(changed)})"
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield f"({ast.unparse(ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right))})"
    elif isinstance(node, ast.BoolOp):
        yield f"({ast.unparse(ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield from (f"({value + 1})", f"({value - 1})")
    elif isinstance(value, float):
        yield f"({value * 100.0 if value else 1.0!r})"


def _is_plain_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_no_test(node: ast.stmt) -> bool:
    """Whether a statement is `if TYPE_CHECKING` or `if __name__ == "__main__"`."""
    test = ast.unparse(node.test) if isinstance(node, ast.If) else ""
    return test == "TYPE_CHECKING" or test.startswith("__name__")


def _is_safeguard(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in SAFEGUARDS


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
