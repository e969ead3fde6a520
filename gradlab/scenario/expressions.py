"""The expression language of scripts: arithmetic on the values and gradients of nodes.

A reference `h.3`, `t3.h`, `h0.dense.W` is one token: it is read before Python's parser sees the text, as a word of the same
length, so that every place in the tree is a place in the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

from gradlab.errors import Problem, ScenarioError
from gradlab.op import Shape
from gradlab.scenario.arithmetic import evaluate
from gradlab.scenario.environment import DOT, OF_RUNS, QUESTIONS, Environment, asks, is_layered, name_of
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.functions import FUNCTIONS
from gradlab.scenario.grammar import OPERATORS
from gradlab.scenario.parsing import parse_expression
from gradlab.scenario.rehearsal import rehearse
from gradlab.source import Span, did_you_mean

_TOKEN = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?P<range>\d+\.\.\d+)|\.?\d(?:[eE][+-]|[\w.])*"""
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
)
_ALLOWED = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Attribute, ast.Subscript,
            ast.List, ast.Tuple, ast.Slice)  # fmt: skip
_COMPARED = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that an expression may use: of nodes, of numbers and of layers. shapes: of the nodes, by index, if known."""

    nodes: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    shapes: Sequence[Shape] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression. `check` finds what is wrong with it before anything runs, `evaluate` gives its value."""

    span: Span
    fragment: Fragment
    tree: ast.expr

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.span.text

    def at(self, node: ast.AST) -> Span:
        """Return where a piece of it stands."""
        return self.fragment.span(node)

    def part(self, node: ast.expr) -> Expression:
        """Return a piece of it as an expression."""
        return Expression(self.at(node), self.fragment, node)

    def names(self) -> tuple[str, ...]:
        """Return the names of nodes, numbers and layers it uses, each once."""
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and id(node) not in called]
        return tuple(dict.fromkeys(name_of(node) for node in sorted(found, key=lambda n: (n.lineno, n.col_offset))))

    def check(self, known: Known) -> list[Problem]:
        """Return everything that is wrong with the expression, given the names there are."""
        return list(_check(self, self.tree, known)) or rehearse(self, known)

    def evaluate(self, environment: Environment) -> Any:
        """Return the value: a number or an array. Raises ScenarioError, and what the environment raises."""
        return evaluate(self, self.tree, environment)


def read_expression(span: Span) -> Expression:
    """Read an expression. Raises ScenarioError."""
    if not span.text.strip():
        raise ScenarioError([Problem("an expression is missing here", span)])
    fragment = Fragment.of(span, _TOKEN.sub(_as_word, span.text))
    tree, problem = parse_expression(fragment)
    if tree is None:
        assert problem is not None
        raise ScenarioError([problem])
    problems = list(_grammar(fragment, tree))
    if problems:
        raise ScenarioError(problems)
    return Expression(span, fragment, tree)


def _as_word(match: re.Match[str]) -> str:
    """Return a token as Python may read it, in the same number of characters."""
    if match.group("range"):
        return match.group().replace("..", ", ")
    if not match.group("name"):
        return match.group()
    head, dot, last = match.group().rpartition(".")
    if dot and last in ("T", "shape"):
        return head.replace(".", DOT) + dot + last
    return match.group().replace(".", DOT)


def _grammar(fragment: Fragment, tree: ast.expr) -> Iterator[Problem]:
    """Return what is not part of the expression language."""
    keys = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    parts = [part for key in keys for part in (key.elts if isinstance(key, ast.Tuple) else [key])]
    ellipses = {id(part) for part in parts if isinstance(part, ast.Constant) and part.value is Ellipsis}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(node, _ALLOWED):
            yield Problem(
                "this is not part of an expression", fragment.span(node), "numbers, names, functions and arithmetic are"
            )
        elif isinstance(node, ast.Attribute) and node.attr not in ("T", "shape"):
            yield Problem(f"`.{node.attr}` is not part of an expression", fragment.span(node), "`.shape` and `.T` are")
        elif isinstance(node, ast.BinOp) and type(node.op) not in OPERATORS:
            yield Problem(
                "this operator is not part of an expression", fragment.span(node), f"allowed are {' '.join(OPERATORS.values())}"
            )
        elif isinstance(node, ast.Compare) and not all(isinstance(op, _COMPARED) for op in node.ops):
            yield Problem("`in` and `is` are not part of an expression", fragment.span(node), "== != < <= > >= are")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            yield Problem("`~` is not part of an expression", fragment.span(node), "`not` and `-` are")
        elif isinstance(node, ast.Constant) and node.value is Ellipsis and id(node) not in ellipses:
            yield Problem("`...` is no number", fragment.span(node), "it stands between the brackets of an index")
        elif isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str | EllipsisType):
            yield Problem("this is no number", fragment.span(node))
        elif isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
            yield Problem("only functions by their names can be called", fragment.span(node.func))


def _check(expression: Expression, node: ast.expr, known: Known) -> Iterator[Problem]:
    """Check names and calls, from the outside in."""
    if isinstance(node, ast.Name):
        yield from _check_name(expression, node, known)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _check_call(expression, node, node.func.id, known)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Problem("a text is no number", expression.at(node))
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _check(expression, child, known)


def _check_name(expression: Expression, node: ast.Name, known: Known) -> Iterator[Problem]:
    name = name_of(node)
    if name in known.nodes or name in known.numbers:
        return
    if name in known.layers:
        yield Problem(
            f"`{name}` is a layer, not a value", expression.at(node), f"`out({name})`, `delta({name})` or one of its nodes"
        )
    elif name in FUNCTIONS or asks(name):
        yield Problem(f"`{name}` is a function", expression.at(node), f"write `{name}(…)`")
    else:
        yield Problem(f"unknown name `{name}`", expression.at(node), _meant(name, [*known.nodes, *known.numbers]))


def _meant(name: str, known: list[str]) -> str:
    """Say what an unknown name could be: a number that is too large, or a slip of the finger."""
    before, _, last = name.rpartition(".")
    there = sum(re.fullmatch(rf"{re.escape(before)}\.\d+", one) is not None for one in known) if last.isdigit() else 0
    if there:
        return f"there are `{before}.0` to `{before}.{there - 1}`" if there > 1 else f"there is `{before}.0` only"
    return did_you_mean(name, known)


def _check_call(expression: Expression, node: ast.Call, word: str, known: Known) -> Iterator[Problem]:
    if asks(word):
        yield from _check_asking(expression, node, word, known)
    elif word == "on":
        yield from _check_on(expression, node, known)
    elif word == "seeds":
        yield from _check_seeds(expression, node, known)
    elif word in FUNCTIONS:
        yield from _check_function(expression, node, word)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from _check(expression, argument, known)
    else:
        words = [*FUNCTIONS, *QUESTIONS]
        yield Problem(f"unknown function `{name_of(ast.Name(word))}`", expression.at(node.func), did_you_mean(word, words))
        for argument in node.args:
            yield from _check(expression, argument, known)


def _check_function(expression: Expression, node: ast.Call, word: str) -> Iterator[Problem]:
    function = FUNCTIONS[word]
    if not function.low <= len(node.args) <= function.high:
        takes = f"{function.low}" if function.low == function.high else f"{function.low} to {function.high}"
        values = "value" if function.high == 1 else "values"
        yield Problem(f"`{word}` takes {takes} {values}, got {len(node.args)}", expression.at(node))
    for keyword in node.keywords:
        if keyword.arg != "axis" or not function.axis:
            allowed = "it takes `axis`" if function.axis else "it takes none by name"
            yield Problem(f"`{word}` has no argument `{keyword.arg or '**'}`", expression.at(keyword.value), allowed)


def _check_asking(expression: Expression, node: ast.Call, word: str, known: Known) -> Iterator[Problem]:
    """Check `grad(NODE)` and its like: a name, perhaps with an index behind it."""
    what = "a layer or a node" if is_layered(word) else "a node"
    inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if isinstance(inner, ast.Subscript):
        yield from _check(expression, inner.slice, known)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        yield Problem(f"`{word}` takes the name of {what}", expression.at(node), f"`{word}(NAME)`")
        return
    name, names = name_of(inner), [*known.nodes, *(known.layers if is_layered(word) else ())]
    if name in known.numbers and name not in known.nodes:
        yield Problem(f"`{name}` is a number of the model, not {what}", expression.at(inner))
    elif name not in names:
        yield Problem(f"unknown name `{name}`", expression.at(inner), _meant(name, names))


def _check_on(expression: Expression, node: ast.Call, known: Known) -> Iterator[Problem]:
    first = node.args[0] if node.args else None
    split = first.value if isinstance(first, ast.Constant) else None
    if len(node.args) != 2 or node.keywords or split not in ("test", "train", "validation"):
        yield Problem("`on` takes a split and an expression", expression.at(node), '`on("test", EXPR)` or `on("train", EXPR)`')
        return
    yield from _check_inner(expression, node.args[1], "on", OF_RUNS)
    yield from _check(expression, node.args[1], known)


def _check_seeds(expression: Expression, node: ast.Call, known: Known) -> Iterator[Problem]:
    ends = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args[:2]]
    whole = all(isinstance(end, int) and not isinstance(end, bool) for end in ends)
    if len(node.args) != 3 or node.keywords or not whole or not 0 <= int(str(ends[0])) <= int(str(ends[1])):
        yield Problem("`seeds` takes a range of seeds and an expression", expression.at(node), "`seeds(0..4, EXPR)`")
        return
    yield from _check_inner(expression, node.args[2], "seeds", ("seeds",))
    yield from _check(expression, node.args[2], known)


def _check_inner(expression: Expression, inner: ast.expr, word: str, refused: tuple[str, ...]) -> Iterator[Problem]:
    """Refuse another run of the model within one."""
    for part in ast.walk(inner):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in refused:
            yield Problem(f"`{part.func.id}` cannot stand inside `{word}`", expression.at(part))
