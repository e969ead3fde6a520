"""Statements of the model language."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from enum import Enum
from keyword import kwlist
from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError, BoundError, Problem, ShapeError
from gradlab.scenario.bounds import Exhausted
from gradlab.scenario.call import opened
from gradlab.scenario.evaluate import evaluate, items_of, operate, poison, truth, unpack
from gradlab.scenario.grammar import ATTRIBUTES, SEPARATORS
from gradlab.scenario.tracing import Trace, Wrong
from gradlab.scenario.values import POISON, Function, kind_of

_LAYER = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_RESERVED = frozenset((*SEPARATORS, *kwlist))
"""What the name of a layer is not where it stands alone, in an expression or a line of the lab language."""


class Flow(Enum):
    """How a statement ended."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


def run_body(trace: Trace, body: Sequence[ast.stmt]) -> Flow:
    """Run statements one after the other until one of them leaves. What is wrong is reported, and the next one runs."""
    for statement in body:
        trace.enter()
        try:
            flow = _HANDLERS.get(type(statement), _not_allowed)(trace, statement)
            if flow is not Flow.NEXT:
                return flow
        except Wrong as error:
            trace.report(error.problem)
            poison(trace, statement)
        except Exhausted as error:
            error.span = error.span or trace.span(statement)
            raise
        except (ArgumentError, ShapeError, BoundError) as error:
            trace.report(Problem(str(error), trace.span(statement)))
            poison(trace, statement)
        finally:
            trace.depth -= 1
    return Flow.NEXT


def _not_allowed(trace: Trace, node: ast.stmt) -> Flow:
    """Pass over what the grammar has reported, and let nothing be said about the names it would have made."""
    poison(trace, node)
    return Flow.NEXT


def _assign(trace: Trace, node: ast.Assign) -> Flow:
    if len(node.targets) == 1 and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
        targets, values = node.targets[0].elts, node.value.elts
        if len(targets) == len(values):
            return _assign_pairs(trace, node, targets, values)
    with _statement(trace, _first_name(node.targets[0])):
        value = evaluate(trace, node.value)
        for target in node.targets:
            unpack(trace, target, value)
    return Flow.NEXT


def _assign_pairs(trace: Trace, node: ast.Assign, targets: list[ast.expr], values: list[ast.expr]) -> Flow:
    """Assign `a, b = x, y`: all values are made before the first is bound."""
    mark, made = len(trace.graph.nodes), []
    for target, value in zip(targets, values, strict=True):
        with _statement(trace, _first_name(target)):
            result = evaluate(trace, value)
            made.append((result, trace.opened))
    around, trace.mark = trace.mark, mark
    try:
        for target, (result, opened_scope) in zip(targets, made, strict=True):
            unpack(trace, target, result)
            if opened_scope is not None:
                trace.frame.sites[_first_name(target)] = opened_scope
    finally:
        trace.mark = around
    return Flow.NEXT


def _first_name(target: ast.AST) -> str:
    if isinstance(target, ast.Name):
        return target.id
    return next((part.id for part in ast.walk(target) if isinstance(part, ast.Name)), "")


class _statement:
    """While it is open, nodes are made by this statement: for its target, and in its layer if it calls one of the library."""

    def __init__(self, trace: Trace, target: str) -> None:
        self.trace = trace
        self.around = (trace.target, trace.mark, trace.opened, trace.library)
        trace.target, trace.mark, trace.opened, trace.library = target, len(trace.graph.nodes), None, []

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        trace, names = self.trace, self.trace.names
        if trace.opened is not None and trace.opened is not names.scope:
            for index, home in enumerate(names.homes[trace.mark :], trace.mark):  # a node too many has no home yet
                if home is names.scope and index not in names.given:
                    names.places[index] = trace.opened
        trace.target, trace.mark, trace.opened, trace.library = self.around


def _augmented(trace: Trace, node: ast.AugAssign) -> Flow:
    if not isinstance(node.target, ast.Name):
        return _not_allowed(trace, node)
    with _statement(trace, node.target.id):
        before = evaluate(trace, ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
        value = operate(trace, type(node.op), before, evaluate(trace, node.value), node)
        trace.bind(node.target.id, value, node.target)
    return Flow.NEXT


def _expression(trace: Trace, node: ast.Expr) -> Flow:
    with _statement(trace, ""):
        evaluate(trace, node.value)
    return Flow.NEXT


def _for(trace: Trace, node: ast.For) -> Flow:
    with _statement(trace, _first_name(node.target)):
        sequence = evaluate(trace, node.iter)
    items, done = items_of(trace, sequence, node.iter), object()
    while True:
        mark, trace.mark = trace.mark, len(trace.graph.nodes)
        try:
            item = next(items, done)
            if item is done:
                break
            unpack(trace, node.target, item)
        finally:
            trace.mark = mark
        flow = run_body(trace, node.body)
        if flow is Flow.BREAK:
            break
        if flow is Flow.RETURN:
            return flow
    return Flow.NEXT


def _if(trace: Trace, node: ast.If) -> Flow:
    test = evaluate(trace, node.test)
    if test is POISON:
        poison(trace, node)
        trace.frame.returned = POISON
        leaves = any(isinstance(part, ast.Return) for part in ast.walk(node))
        return Flow.RETURN if leaves else Flow.NEXT
    return run_body(trace, node.body if truth(trace, test, node.test) else node.orelse)


def _with(trace: Trace, node: ast.With) -> Flow:
    call = node.items[0].context_expr
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "layer":
        return _not_allowed(trace, node)
    if len(call.args) != 1 or call.keywords:
        poison(trace, node)
        raise trace.wrong("`layer` takes a name", call, 'write `with layer("name"):`')
    name = evaluate(trace, call.args[0])
    if name is POISON:
        return run_body(trace, node.body)
    if wrong := _misnamed(name):
        trace.report(trace.wrong(wrong[0], call.args[0], wrong[1]).problem)
        return run_body(trace, node.body)
    with opened(trace, trace.names.open_with(name)):
        return run_body(trace, node.body)


def _misnamed(name: Any) -> tuple[str, str] | None:
    """Return what is wrong with the name of a layer."""
    if not isinstance(name, str) or not _LAYER.fullmatch(name):
        got = f"{name[:40]!r}" if isinstance(name, str) else kind_of(name)
        return "the name of a layer is letters, digits and `_`, with dots between its parts", f"got {got}"
    if name in _RESERVED or not set(ATTRIBUTES).isdisjoint(name.split(".")):
        return f"`{name}` cannot be the name of a layer", "it means something else in an expression or a line of a script"
    return None


def _function(trace: Trace, node: ast.FunctionDef) -> Flow:
    given = node.args
    parameters: dict[str, Any] = {argument.arg: REQUIRED for argument in given.args}
    for argument, default in zip(given.args[len(given.args) - len(given.defaults) :], given.defaults, strict=True):
        parameters[argument.arg] = evaluate(trace, default)
    own = frozenset(_assigned(node)) | frozenset(parameters)
    trace.frame.variables[node.name] = Function(node.name, node, parameters, trace.frame, own)
    return Flow.NEXT


def _assigned(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function binds itself; those of functions and comprehensions in it are their own."""
    found: set[str] = set()
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif not isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            stack += ast.iter_child_nodes(node)
    return found


def _return(trace: Trace, node: ast.Return) -> Flow:
    with _statement(trace, ""):
        trace.frame.returned = evaluate(trace, node.value) if node.value is not None else None
    return Flow.RETURN


_HANDLERS: dict[type[ast.stmt], Callable[[Trace, Any], Flow]] = {
    ast.Assign: _assign, ast.AugAssign: _augmented, ast.Expr: _expression, ast.For: _for, ast.If: _if, ast.With: _with,
    ast.FunctionDef: _function, ast.Return: _return, ast.Pass: lambda *_: Flow.NEXT, ast.Break: lambda *_: Flow.BREAK,
    ast.Continue: lambda *_: Flow.CONTINUE,
}  # fmt: skip
