"""Functions of expressions that ask the run: what is checked before anything runs, what is needed, and what they give."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from gradlab import manual
from gradlab.errors import Problem
from gradlab.scenario.environment import Environment, Part, name_of
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known


class Operand(NamedTuple):
    """What has to be known before an expression can be worked out.

    what: "value", "grad" or "update" of a node, or "run": the run has to stand where it is asked.
    name, part: of which node; part is "z" or "out" where `name` may be a layer.
    """

    what: Literal["value", "grad", "update", "run"]
    name: str = ""
    part: Part = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A call of a query as it stands in an expression. column: what stands behind it, `std` of `stats(h3).std`, else ""."""

    expression: Expression
    node: ast.Call
    column: str = ""

    @classmethod
    def bare(cls, expression: Expression, node: ast.Name) -> Self:
        """Return the call that a word without brackets stands for."""
        return cls(expression, ast.copy_location(ast.Call(node, [], []), node))

    @property
    def word(self) -> str:
        """The name of the query."""
        assert isinstance(self.node.func, ast.Name)
        return name_of(self.node.func)

    def wrong(self, message: str, at: ast.AST | None = None, label: str = "") -> Problem:
        """Return a problem at a place of the expression, by default at the call."""
        return Problem(message, self.expression.at(self.node if at is None else at), label)

    def text(self, place: int) -> str | None:
        """Return an argument that is a text; None where it is none."""
        found = self.node.args[place] if place < len(self.node.args) else None
        return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None

    def inner(self, place: int) -> Expression:
        """Return an argument as an expression."""
        return self.expression.part(self.node.args[place])

    def check(self, place: int, known: Known) -> Iterator[Problem]:
        """Return what is wrong with an argument that is an expression."""
        return self.expression.problems(self.node.args[place], known)

    def refuse(self, place: int, *words: str) -> Iterator[Problem]:
        """Return a problem for each call of some functions within an argument."""
        for part in ast.walk(self.node.args[place]):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and name_of(part.func) in words:
                yield self.wrong(f"`{name_of(part.func)}` cannot stand inside `{self.word}`", part)


def whole_run(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return that the run has to stand where it is asked."""
    yield Operand("run")


@dataclass(frozen=True, slots=True)
class Query:
    """A function of expressions that asks the run; a file of a package `queries` declares it as `QUERY`.

    takes: its arguments, as `usage` shows them.   doc: the text of its page.
    check(asking, known): what is wrong with a call, before anything runs.
    answer(asking, environment): its value; raises ArgumentError, ScenarioError, and what the environment raises.
    operands(asking, known): what has to be known for it; by default the run has to stand where it is asked.
    rehearse: in place of `answer` when an expression is worked out on zeros as it is read; raises Unknown.
    columns(): what can stand behind a call, `.std`; then one of them has to.
    bare: it takes nothing and is written without brackets, as a number is; a node of its name goes before it.
    part: of a layer, where a call stands for one of its nodes, so that `grad` can ask for it.
    """

    name: str
    takes: Mapping[str, Any]
    doc: str
    check: Callable[[Asking, Known], Iterator[Problem]]
    answer: Callable[[Asking, Environment], Any]
    operands: Callable[[Asking, Known], Iterator[Operand]] = whole_run
    rehearse: Callable[[Asking, Environment], Any] | None = None
    columns: Callable[[], Iterable[str]] | None = None
    part: Part = ""
    bare: bool = False
    written: str = ""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names of its arguments."""
        return self.takes

    @property
    def usage(self) -> str:
        """How it is written: `grad(name)`."""
        return self.written or (self.name if self.bare else manual.usage(self.name, self.takes))


def query(answer: Callable[[Asking, Environment], Any], takes: Mapping[str, Any], **rest: Any) -> Query:
    """Return a query with the name and the doc of the file that `answer` stands in; a last `_` of the name is left out."""
    module = inspect.getmodule(answer)
    name = answer.__module__.rpartition(".")[2].rstrip("_")
    return Query(name, takes, inspect.cleandoc((module and module.__doc__) or ""), answer=answer, **rest)


def meant(name: str, known: list[str]) -> str:
    """Say what an unknown name could be: a number that is too large, or a slip of the finger."""
    before, _, last = name.rpartition(".")
    there = sum(re.fullmatch(rf"{re.escape(before)}\.\d+", one) is not None for one in known) if last.isdigit() else 0
    if there:
        return f"there are `{before}.0` to `{before}.{there - 1}`" if there > 1 else f"there is `{before}.0` only"
    return did_you_mean(name, known)
