"""One change to a model from outside: `init=he`, `lr=0.5`, `width=64`, `optimizer=adam(0.01)`.

It replaces the argument of that name in every call that has one, gives it to every call of a layer or an optimizer that takes
one, and replaces what a variable of that name is set to. The text of the file stays as it is, and places in errors are its.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from gradlab.errors import ArgumentError, Problem
from gradlab.scenario.fragment import Fragment
from gradlab.scenario.overrides import Change
from gradlab.scenario.parsing import parse_expression
from gradlab.source import Source, did_you_mean


def read_change(text: str) -> Change:
    """Read `NAME=EXPR`. Raises ArgumentError."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name.isidentifier() or not value:
        raise ArgumentError(f"a change is NAME=EXPR, such as `init=he`, got `{text}`")
    _parsed(Change(name, value))
    return Change(name, value)


def _parsed(change: Change) -> ast.expr:
    source = Source("<change>", change.text)
    tree, problem = parse_expression(Fragment.of(source.span(0, len(change.text))))
    if tree is None or problem is not None:
        raise ArgumentError(f"`{change}`: {problem.message if problem else 'this is no expression'}")
    return tree


def apply_changes(tree: ast.Module, changes: Sequence[Change]) -> Iterator[Problem]:
    """Write changes into the tree of a model; return a problem for each that changes nothing."""
    for change in changes:
        writer = _Writer(change.name, _parsed(change))
        writer.visit(tree)
        if not writer.made:
            hint = did_you_mean(change.name, writer.seen)
            known = hint or f"there are {', '.join(sorted(writer.seen)[:20])}"
            yield Problem(f"`{change}` changes nothing: the model has no argument and no variable of that name; {known}")


class _Writer(ast.NodeTransformer):
    """Puts a value in all places of a name. made: how many.   seen: the names there would have been."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value, self.made = name, value, 0
        self.seen: set[str] = set()

    def _at(self, place: ast.AST) -> Any:
        """Return the value as if it stood at a place of the model."""
        import copy

        value = copy.deepcopy(self.value)
        for part in ast.walk(value):
            ast.copy_location(part, place)
        self.made += 1
        return value

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Replace what a variable is set to, and look inside."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        self.seen.update(names)
        if self.name in names:
            node.value = self._at(node.value)
            return node
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace or give an argument, and look inside."""
        self.generic_visit(node)
        order = _parameters(node)
        self.seen.update(order, (k.arg for k in node.keywords if k.arg))
        for keyword in node.keywords:
            if keyword.arg == self.name:
                keyword.value = self._at(keyword.value)
                return node
        if self.name in order:
            position = order.index(self.name)
            if position < len(node.args):
                node.args[position] = self._at(node.args[position])
            else:
                node.keywords.append(ast.copy_location(ast.keyword(self.name, self._at(node)), node))
        return node


def _parameters(node: ast.Call) -> list[str]:
    """Return the arguments, in order, of a layer, an optimizer or `minimize`; other words are not given any."""
    from gradlab.nn.layers import LAYERS
    from gradlab.optim import TUNABLES
    from gradlab.scenario.words.minimize import PARAMETERS

    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in LAYERS:
        return list(LAYERS[name].parameters)
    if name in TUNABLES:
        return list(TUNABLES[name].hyper)
    return list(PARAMETERS) if name == "minimize" else []
