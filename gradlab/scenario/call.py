"""A call of a word as the word sees it: its arguments, and where they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gradlab.arguments import bind
from gradlab.errors import ArgumentError
from gradlab.scenario.scopes import Scope
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import Value


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument: its value and where it stands."""

    value: Value
    node: ast.expr


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a word, as the word sees it. bind() has been given names and defaults, it gives values."""

    trace: Trace
    word: str
    node: ast.Call
    args: Sequence[Arg]
    named: Mapping[str, Arg]

    def bind(self, parameters: Mapping[str, Any]) -> dict[str, Value]:
        """Bind a value to every parameter. Raises ArgumentError."""
        values = [arg.value for arg in self.args]
        return bind(self.word, parameters, values, {name: arg.value for name, arg in self.named.items()})

    def place(self, parameters: Mapping[str, Any], name: str) -> ast.expr:
        """Return where the argument for a parameter stands, or the whole call."""
        if name in self.named:
            return self.named[name].node
        position = list(parameters).index(name)
        return self.args[position].node if position < len(self.args) else self.node

    def values(self) -> list[Value]:
        """Return the values without names. Raises ArgumentError when there are others."""
        if self.named:
            raise ArgumentError(f"`{self.word}` takes no argument by name, got `{next(iter(self.named))}`")
        return [arg.value for arg in self.args]


@contextmanager
def opened(trace: Trace, scope: Scope, home: Scope | None = None) -> Iterator[Scope]:
    """Make a scope the open one for a while. home: the one that names are shown by, if it is another."""
    with trace.names.at(scope, home):
        yield scope
