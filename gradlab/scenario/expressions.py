"""The expression language of scripts: arithmetic on the values and gradients of nodes.

A reference `h.3`, `t3.h`, `h0.dense.W` is one token: it is read before Python's parser sees the text, as a word of the same
length, so that every place in the tree is a place in the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import EllipsisType
from typing import Any

from gradlab.arguments import bind
from gradlab.errors import ArgumentError, Problem, ScenarioError
from gradlab.op import Array, Shape
from gradlab.scenario.arithmetic import evaluate, pick
from gradlab.scenario.effort import counted
from gradlab.scenario.environment import DOT, Environment, name_of, word_of
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.functions import FUNCTIONS, ArrayFunction
from gradlab.scenario.grammar import OPERATORS
from gradlab.scenario.operands import operands_of
from gradlab.scenario.parsing import parse_expression
from gradlab.scenario.products import arranged
from gradlab.scenario.queries import bare_query, call_words, called_query, column_query, find_query
from gradlab.scenario.query import Asking, Operand, Query, meant
from gradlab.scenario.rehearsal import rehearse
from gradlab.source import Span, did_you_mean

_TOKEN = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?P<range>\d+\.\.\d+)"""
    r"|(?P<name>(?:\d+(?:\.\d+)*\.(?!(?:[eE][+-]?\d|[jJ]\b)))?[^\W\d]\w*(?:\.\w+)*)"
    r"|\.?\d(?:[eE][+-]|[\w.])*"
)
_ALLOWED = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Attribute, ast.Subscript,
            ast.List, ast.Tuple, ast.Slice)  # fmt: skip
_COMPARED = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The names that an expression may use: of nodes, of numbers of the model and of layers.

    shapes: of the nodes, by index, if known.   constants: what a script keeps by a name; None for what it has not worked out.
    objectives: the root and the label of each.
    """

    nodes: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    shapes: Sequence[Shape] = ()
    objectives: Sequence[tuple[int, str]] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)

    def keeping(self, constants: Mapping[str, Any]) -> Known:
        """Return the same names and some constants."""
        return replace(self, constants={**self.constants, **constants}) if constants else self


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
        return list(self.problems(self.tree, known)) or rehearse(self, known)

    def problems(self, node: ast.expr, known: Known) -> Iterator[Problem]:
        """Return what is wrong with the names and calls in a piece of it."""
        return _check(self, node, known)

    def operands(self, known: Known, node: ast.expr | None = None) -> Iterator[Operand]:
        """Return what has to be known of a run before it, or a piece of it, can be worked out."""
        return operands_of(self, self.tree if node is None else node, known)

    def query(self, node: ast.Call) -> Query | None:
        """Return the query that a call in it asks, if it asks one."""
        return called_query(node)

    def pick(self, array: Array, key: ast.expr, environment: Environment) -> Array:
        """Return what a key that stands in it takes of an array. Raises as `evaluate` does."""
        return pick(self, array, key, environment)

    def evaluate(self, environment: Environment) -> Any:
        """Return the value: a number or an array. Raises ScenarioError, and what the environment raises."""
        with counted():
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
    return Expression(span, fragment, arranged(fragment, tree))


def _as_word(match: re.Match[str]) -> str:
    """Return a token as Python may read it, in the same number of characters."""
    if match.group("range"):
        return match.group().replace("..", ", ")
    if not match.group("name"):
        return match.group()
    head, dot, last = match.group().rpartition(".")
    if dot and last in ("T", "shape"):
        return word_of(head) + dot + last
    return word_of(match.group())


def _grammar(fragment: Fragment, tree: ast.expr) -> Iterator[Problem]:
    """Return what is not part of the expression language."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = {id(part) for call in calls for part in (*call.args, *(keyword.value for keyword in call.keywords))}
    keys = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    parts = [part for key in keys for part in (key.elts if isinstance(key, ast.Tuple) else [key])]
    ellipses = {id(part) for part in parts if isinstance(part, ast.Constant) and part.value is Ellipsis}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(node, _ALLOWED):
            yield Problem(
                "this is not part of an expression", fragment.span(node), "numbers, names, functions and arithmetic are"
            )
        elif isinstance(node, ast.Attribute) and (problem := _attribute(fragment, node)) is not None:
            yield problem
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
        elif isinstance(node, ast.Constant) and not _is_given(node, given):
            yield Problem("this is no number", fragment.span(node))
        elif isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
            yield Problem("only functions by their names can be called", fragment.span(node.func))


def _is_given(node: ast.Constant, given: set[int]) -> bool:
    """Whether a constant may stand where it does: a number, a text, `...`, or `None` as an argument."""
    return isinstance(node.value, int | float | str | EllipsisType) or (node.value is None and id(node) in given)


def _attribute(fragment: Fragment, node: ast.Attribute) -> Problem | None:
    """Return what is wrong with what stands behind a dot: `.shape`, `.T`, or a column of a query that has some."""
    query = column_query(node.value) if isinstance(node.value, ast.Call) else None
    written = node.attr.replace(DOT, ".")
    if query is not None and query.columns is not None and node.attr not in (columns := [*query.columns()]):
        label = did_you_mean(node.attr, columns) or f"there are {', '.join(columns)}"
        return Problem(f"`{query.name}` has no column `{written}`", fragment.span(node), label)
    if query is None and node.attr not in ("T", "shape"):
        return Problem(f"`.{written}` is not part of an expression", fragment.span(node), "`.shape` and `.T` are")
    return None


def _check(expression: Expression, node: ast.expr, known: Known) -> Iterator[Problem]:
    """Check names and calls, from the outside in."""
    if isinstance(node, ast.Name):
        yield from _check_name(expression, node, known)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _check_call(expression, node, name_of(node.func), known)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and (query := column_query(node.value)):
        yield from query.check(Asking(expression, node.value, node.attr), known)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Problem("a text is no number", expression.at(node))
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _check(expression, child, known)


def _check_name(expression: Expression, node: ast.Name, known: Known) -> Iterator[Problem]:
    name = name_of(node)
    if name in known.nodes or name in known.numbers or name in known.constants:
        return
    if query := bare_query(name, known):
        yield from query.check(Asking.bare(expression, node), known)
        return
    if name in known.layers:
        yield Problem(
            f"`{name}` is a layer, not a value", expression.at(node), f"`out({name})`, `delta({name})` or one of its nodes"
        )
    elif name in FUNCTIONS or find_query(name) is not None:
        yield Problem(f"`{name}` is a function", expression.at(node), f"write `{name}(…)`")
    else:
        yield Problem(
            f"unknown name `{name}`", expression.at(node), meant(name, [*known.nodes, *known.numbers, *known.constants])
        )


def _check_call(expression: Expression, node: ast.Call, word: str, known: Known) -> Iterator[Problem]:
    query = find_query(word)
    if query is not None and query.columns is not None:
        label = f"write `{expression.part(node).text}.{next(iter(query.columns()))}`"
        yield Problem(f"`{word}` gives many numbers: say which", expression.at(node), label)
    elif query is not None:
        yield from query.check(Asking(expression, node), known)
    elif word in FUNCTIONS:
        yield from _check_function(expression, node, word)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if not (FUNCTIONS[word].op is not None and _is_text(argument)):  # which of them take one is seen when it is called
                yield from _check(expression, argument, known)
    else:
        message, near = _unknown(word)
        yield Problem(message, expression.at(node.func), near or "`gradlab ops expressions` lists what an expression can call")
        for argument in node.args:
            yield from _check(expression, argument, known)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _unknown(word: str) -> tuple[str, str]:
    """Return what is wrong with a word that no expression can call, and the one that may be meant."""
    from gradlab.nn.layers import LAYERS
    from gradlab.ops import OPS

    if word in LAYERS or OPS.find(word) is not None:
        return f"`{word}` is a word of models alone: it makes a node, which an expression can name", ""
    return f"unknown function `{word}`", did_you_mean(word, [*call_words()])


def _check_bound(expression: Expression, node: ast.Call, function: ArrayFunction) -> Iterator[Problem]:
    """Check the arguments of an op: by place or by name."""
    named = {keyword.arg or "**": keyword.value for keyword in node.keywords}
    try:
        bind(function.name, function.parameters, node.args, named)
    except ArgumentError as error:
        yield Problem(str(error), expression.at(node))


def _check_function(expression: Expression, node: ast.Call, word: str) -> Iterator[Problem]:
    function = FUNCTIONS[word]
    if function.op is not None:
        yield from _check_bound(expression, node, function)
        return
    if not function.low <= len(node.args) <= function.high:
        takes = f"{function.low}" if function.low == function.high else f"{function.low} to {function.high}"
        values = "value" if function.high == 1 else "values"
        yield Problem(f"`{word}` takes {takes} {values}, got {len(node.args)}", expression.at(node))
    for keyword in node.keywords:
        if keyword.arg != "axis" or not function.axis:
            allowed = "it takes `axis`" if function.axis else "it takes none by name"
            yield Problem(f"`{word}` has no argument `{keyword.arg or '**'}`", expression.at(keyword.value), allowed)
