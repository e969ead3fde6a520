"""What a change writes: an expression in which `_` is what stood there before, and the word of a call the call itself.

`_ / 10` over `lr=0.1` gives `0.01`; `relu(batch_norm(_))` over a call of `relu` puts one around its first argument; `_` alone
takes a call away, and leaves its first argument.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gradlab.errors import ArgumentError
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.overwriting import Piece
from gradlab.scenario.parsing import parse_expression
from gradlab.source import Source

OLD = "_"
LOOSE = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)
"""Expressions that need brackets next to an operator."""


@dataclass(frozen=True)
class Template:
    """A template. text: as it was written; as Python writes it where it has a comment or goes over several lines."""

    text: str

    @classmethod
    def read(cls, text: str, whole: str) -> Template:
        """Return the template of a text. whole: the change that it stands in. Raises ArgumentError."""
        source = Source("<change>", text)
        tree, problem = parse_expression(Fragment.of(source.span(0, len(text))))
        if tree is None or problem is not None:
            raise ArgumentError(f"`{whole}`: {problem.message if problem else 'this is no expression'}")
        return cls(ast.unparse(tree) if "\n" in text or "#" in text else text)

    @cached_property
    def fragment(self) -> Fragment:
        """The text, for the places in it."""
        return Fragment.of(Source("<change>", self.text).span(0, len(self.text)))

    @cached_property
    def tree(self) -> ast.expr:
        """Its syntax tree."""
        tree, _ = parse_expression(self.fragment)
        assert tree is not None, "it was read before"
        return tree

    @property
    def word(self) -> str:
        """The name that it is, if it is nothing else and not what stood there."""
        return self.tree.id if isinstance(self.tree, ast.Name) and self.tree.id != OLD else ""

    @cached_property
    def uses_old(self) -> bool:
        """Whether it takes up what stood there."""
        return any(isinstance(node, ast.Name) and node.id == OLD for node in ast.walk(self.tree))

    @cached_property
    def scales(self) -> bool:
        """Whether it does arithmetic with what stood there, and nothing else."""
        parts = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Name, ast.Constant, ast.expr_context)
        return self.uses_old and all(isinstance(node, parts) for node in ast.walk(self.tree)) and self.word == ""

    def pieces(self, old: Old, beside: ast.AST | None = None) -> tuple[Piece, ...]:
        """Return what is written over something. beside: what that is a part of, which may ask for brackets."""
        if self.scales and (number := old.number) is not None:
            return (_number(self.tree, number),)
        pieces = tuple(self._pieces(self.tree, old, beside))
        loose = isinstance(self.tree, LOOSE) and isinstance(beside, (*LOOSE, ast.Attribute, ast.Subscript))
        return ("(", *pieces, ")") if loose else pieces

    def _pieces(self, node: ast.expr, old: Old, beside: ast.AST | None) -> Iterator[Piece]:
        """Yield the pieces of a part of the template, which stands beside something."""
        if isinstance(node, ast.Name) and node.id == OLD:
            tight = old.loose and isinstance(beside, (*LOOSE, ast.Attribute, ast.Subscript))
            yield from ("(", old.inner, ")") if tight else (old.inner,)
            return
        if old.around is None or not _calls(node, old.word):
            yield from self._in_between(node, old)
            return
        assert isinstance(node, ast.Call), "it calls a word"
        yield (old.around[0], old.inner[0])
        yield from self._pieces(node.args[0], old, node)
        yield (old.inner[1], old.around[1])

    def _in_between(self, node: ast.expr, old: Old) -> Iterator[Piece]:
        """Yield the text of a part, with what stood there in the place of each `_`."""
        span = self.fragment.span(node)
        at = span.start
        for child in sorted(_children(node), key=lambda part: self.fragment.span(part).start):
            place = self.fragment.span(child)
            yield self.text[at : place.start]
            yield from self._pieces(child, old, node)
            at = place.stop
        yield self.text[at : span.stop]


@dataclass(frozen=True, slots=True)
class Old:
    """What stood there. inner: its stretch of the source; of a call that of its first argument.

    node: the tree of that.   around: the stretch of the call.   word: that is called.
    """

    inner: tuple[int, int]
    node: ast.expr
    around: tuple[int, int] | None = None
    word: str = ""

    @property
    def loose(self) -> bool:
        """Whether it needs brackets next to an operator."""
        return isinstance(self.node, LOOSE)

    @property
    def number(self) -> float | None:
        """The number that it is, if it is one."""
        node = self.node
        sign = -1.0 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1.0
        node = node.operand if isinstance(node, ast.UnaryOp) else node
        plain = isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return sign * float(node.value) if plain else None  # type: ignore[attr-defined]


def _calls(node: ast.expr, word: str) -> bool:
    """Whether an expression is a call of a word with one argument, and nothing else."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == word and len(node.args) == 1


def _children(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the outermost expressions within one that may hold a `_`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value


def _number(tree: ast.expr, old: float) -> str:
    """Return the number that arithmetic makes of an old one, with at most 12 digits; what cannot be computed, as a formula."""
    value = _computed(tree, old)
    if value is None:
        text = ast.unparse(tree)
        return text.replace(OLD, f"{old:g}")
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.12g}")


def _computed(tree: ast.expr, old: float) -> float | None:
    if isinstance(tree, ast.Name):
        return old if tree.id == OLD else None
    if isinstance(tree, ast.Constant):
        return float(tree.value) if isinstance(tree.value, int | float) else None
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        inner = _computed(tree.operand, old)
        return None if inner is None else -inner
    if not isinstance(tree, ast.BinOp):
        return None
    left, right = _computed(tree.left, old), _computed(tree.right, old)
    return None if left is None or right is None else _combined(tree.op, left, right)


def _combined(sign: ast.operator, left: float, right: float) -> float | None:
    if isinstance(sign, ast.Div | ast.FloorDiv) and right != 0:
        return left / right if isinstance(sign, ast.Div) else left // right
    if isinstance(sign, ast.Add | ast.Sub):
        return left + right if isinstance(sign, ast.Add) else left - right
    if isinstance(sign, ast.Mult):
        return left * right
    if isinstance(sign, ast.Pow) and abs(right) <= 8 and 0 < left < 1e30:
        return float(left**right)
    return None
