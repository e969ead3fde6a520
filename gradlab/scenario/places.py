"""Where in a model something of a name stands: arguments, variables, calls; and where it could be written.

A place within the model is told by a line, by a stretch of a line, or by the variable or layer that it makes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.scenario.fragment import Fragment
from gradlab.source import Span

_AT = re.compile(r"(\d+)(?::(\d+)(?:-(?:(\d+):)?(\d+))?)?|([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class Within:
    """A part of a file. line, column: from 1, where it begins; column 0 for the whole line.

    end: line and column behind its last character, or None.   name: of a variable or a layer, instead of all that.
    """

    line: int = 0
    column: int = 0
    end: tuple[int, int] | None = None
    name: str = ""

    @classmethod
    def read(cls, text: str) -> Within | None:
        """Read `12`, `12:5`, `12:5-20`, `12:5-14:3` or `NAME`; None for what is none of these."""
        found = _AT.fullmatch(text)
        if found is None or len(text) > 60:
            return None
        line, column, last, end, name = found.groups()
        if name:
            return cls(name=name)
        stop = None if end is None else (int(last or line), int(end))
        return cls(int(line), int(column or 0), stop)

    def holds(self, span: Span) -> bool:
        """Whether an expression stands there: begins in the line, at the column, or is the very stretch."""
        line, column = span.source.place(span.start)
        if line != self.line or (self.column and column != self.column):
            return False
        return self.end is None or span.source.place(span.stop) == self.end


def at(span: Span) -> str:
    """Return a stretch as `Within` reads it."""
    (line, column), (last, end) = span.source.place(span.start), span.source.place(span.stop)
    return f"{line}:{column}-{end}" if last == line else f"{line}:{column}-{last}:{end}"


class Places:
    """The nodes of a model's tree, with what each stands in."""

    def __init__(self, fragment: Fragment, tree: ast.Module) -> None:
        self.fragment = fragment
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: list[ast.AST] = []
        stack: list[ast.AST] = [tree]
        while stack:
            node = stack.pop()
            self.nodes.append(node)
            if isinstance(node, ast.JoinedStr):
                continue  # Python 3.11 does not say where in it something stands
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                stack.append(child)

    def within(self, where: Within | None) -> list[ast.AST]:
        """Return the nodes that stand at a place of the file, or that make a variable or a layer; without a place all."""
        if where is None:
            return self.nodes
        if where.name:
            return [node for node in self.nodes if self._makes(node, where.name)]
        return [node for node in self.nodes if hasattr(node, "lineno") and where.holds(self.fragment.span(node))]

    def _makes(self, node: ast.AST, name: str) -> bool:
        """Whether a node stands in the statement that binds a variable, or in the layer or the function of a name."""
        while True:
            if isinstance(node, ast.Assign) and any(name in names_in(target) for target in node.targets):
                return True
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return True
            if isinstance(node, ast.With) and any(_is_named(item.context_expr, name) for item in node.items):
                return True
            if node not in self.parents:
                return False
            node = self.parents[node]


def _is_named(node: ast.expr, name: str) -> bool:
    """Whether an expression is a call with a name as its first argument: `layer("encoder")`; `layer(f"h{k}")` has many."""
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if isinstance(first, ast.JoinedStr):
        parts = (re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"\w+" for one in first.values)
        return re.fullmatch("".join(parts), name) is not None
    return isinstance(first, ast.Constant) and first.value == name


def names_in(target: ast.expr) -> list[str]:
    """Return the variables that a target of an assignment binds."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in names_in(part)]
    return [target.id] if isinstance(target, ast.Name) else []


def parameters_of(word: str, *, all_words: bool) -> Mapping[str, Any]:
    """Return the arguments of a word with their defaults, in their order.

    all_words: of any word, not only of a layer, of an optimizer and what belongs to it, of data and of `minimize`.
    """
    from gradlab.nn.initializers import INITIALIZERS
    from gradlab.nn.layers import LAYERS
    from gradlab.ops import find_op
    from gradlab.optim import TUNABLES
    from gradlab.scenario.vocabulary import own_words

    if word in LAYERS:
        return LAYERS[word].parameters
    if word in TUNABLES:
        return TUNABLES[word].hyper
    own = own_words().get(word)
    if own is not None and (all_words or "optimizer" in own.parameters or _reads_data(own.parameters)):
        return own.parameters
    if not all_words:
        return {}
    op = find_op(word)
    if op is not None and not op.is_leaf:
        return op.parameters
    return INITIALIZERS[word].parameters if word in INITIALIZERS else {}


def _reads_data(parameters: Mapping[str, Any]) -> bool:
    return "batch" in parameters and "shape" not in parameters


def default_text(value: Any) -> str | None:
    """Return how a default is written in a model, or None where it cannot be."""
    if value is REQUIRED:
        return None
    if value is None or isinstance(value, bool | str):
        return repr(value).replace("'", '"')
    if isinstance(value, int | float):
        return f"{value:g}"
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else None


def calls(nodes: list[ast.AST]) -> Iterator[tuple[ast.Call, str]]:
    """Yield calls with the words that are called."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id
