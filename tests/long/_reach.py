"""Which tests run which statements, so that a mutant is tried with the tests that can notice it, and no others."""

from __future__ import annotations

import ast
from pathlib import Path

NAME = "_reached_"
HEAD = f"{NAME} = __import__('builtins').__dict__.setdefault('{NAME}', set()).add"


def instrumented(path: str, source: bytes) -> str:
    """Return a source that notes every statement of a function before it runs it, in a set that is a builtin name."""
    tree = _Noting(path).visit(ast.parse(source))
    place = sum(isinstance(n, ast.Expr) or (isinstance(n, ast.ImportFrom) and n.module == "__future__") for n in tree.body[:2])
    tree.body[place:place] = ast.parse(HEAD).body
    return ast.unparse(ast.fix_missing_locations(tree))


def instrument(root: Path, paths: list[str]) -> None:
    """Instrument files below a folder."""
    for path in paths:
        file = root / path
        file.write_text(instrumented(path, file.read_bytes()), encoding="utf-8")


class _Noting(ast.NodeTransformer):
    """Functions within functions are left as they are: a compiler may want them."""

    def __init__(self, path: str) -> None:
        self.path = path

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = self._noted(node.body)
        return node

    def _noted(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for place, node in enumerate(body):
            if not (place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                found += ast.parse(f"{NAME}(({self.path!r}, {node.lineno}))").body
            found.append(node)
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self._note_within(node)
        return found

    def _note_within(self, node: ast.AST) -> None:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._noted(value))
            elif isinstance(value, list):
                for child in value:
                    if isinstance(child, (ast.ExceptHandler, ast.match_case)):
                        self._note_within(child)
