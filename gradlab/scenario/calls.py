"""Calls: of the model's own functions, and of the words that the registries give."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from gradlab.arguments import bind
from gradlab.op import Op
from gradlab.scenario import foreign, leaves, vocabulary
from gradlab.scenario.bounds import MAX_CALLS, Exhausted
from gradlab.scenario.call import Arg, Call, opened
from gradlab.scenario.scopes import Scope
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import POISON, Frame, Function, Pairs, Shared, Value, is_static, kind_of


def call(trace: Trace, node: ast.Call, args: Sequence[Arg], named: Mapping[str, Arg]) -> Value:
    """Return the value of a call. Raises Wrong, ArgumentError."""
    if not isinstance(node.func, ast.Name):
        return POISON
    name = node.func.id
    found, value = trace.frame.find(name)
    if value is POISON or name in trace.poisoned:
        return POISON
    if isinstance(value, Function):
        return _call_function(trace, value, args, named, trace.names.open_call)
    if isinstance(value, Shared):
        return _call_shared(trace, value, node, args, named)
    if isinstance(value, Op):
        return _run(partial(vocabulary.call_op, value), Call(trace, value.name, node, args, named))
    if found:
        raise trace.wrong(f"`{name}` is {kind_of(value)}, not a function", node.func)
    run = vocabulary.find_word(name)
    if run is None:
        functions = {n for n in trace.frame.names() if isinstance(trace.frame.find(n)[1], Function)}
        hint = foreign.hint_of_call(name, functions | vocabulary.known_words())
        raise trace.wrong(f"unknown function `{name}`", node.func, hint or "`gradlab ops` lists the words")
    return _run(run, Call(trace, name, node, args, named))


def _run(run: Callable[[Call], Value], called: Call) -> Value:
    """Run a word, unless one of its arguments could not be made."""
    given = (*called.args, *called.named.values())
    if any(arg.value is POISON for arg in given):
        return POISON
    word = vocabulary.own_words().get(called.word)
    for arg in given:
        if isinstance(arg.value, Pairs) and not (word is not None and word.patterns):
            raise called.trace.wrong(
                f"`{called.word}` takes no dictionary", arg.node, "`minimize` does, of patterns for parameters"
            )
    return run(called)


def _call_shared(trace: Trace, shared: Shared, node: ast.Call, args: Sequence[Arg], named: Mapping[str, Arg]) -> Value:
    """Call a function or a layer with the parameters of its first call. Raises Wrong, ArgumentError."""
    if shared.call is not None:
        raise trace.wrong(f"`{shared.name}` is shared, and calls itself", node, "its parameters are made by one call")
    if shared.broken or any(arg.value is POISON for arg in (*args, *named.values())):
        return POISON
    by_place = dict(zip(shared.of.parameters, args, strict=False))
    named = {**{name: arg for name, arg in shared.given.items() if name not in by_place}, **named}
    shared.call, shared.first, shared.asked = node, shared.first or trace.span(node), 0
    shared.broken, problems = not shared.begun, len(trace.problems)  # until the first call has gone well
    trace.sharing.append(shared)
    try:
        value = _turn(trace, shared, node, args, named)
        if len(trace.problems) == problems:
            leaves.complete(trace, shared)
            leaves.end_reading(trace, shared)
            shared.broken = False
    finally:
        trace.sharing.pop()
        shared.call = None
    if not shared.begun:
        shared.given = {name: arg for name, arg in {**by_place, **named}.items() if is_static(arg.value)}
    shared.begun = True
    return value


def _turn(trace: Trace, shared: Shared, node: ast.Call, args: Sequence[Arg], named: Mapping[str, Arg]) -> Value:
    """Run one call of what is shared, in a scope of its number."""
    if isinstance(shared.of, Function):
        return _call_function(trace, shared.of, args, named, lambda _: trace.names.open_turn(shared.scope))
    called = Call(trace, shared.of.name, node, args, named)
    return vocabulary.call_layer(shared.of, called, trace.names.open_turn(shared.scope))


def _call_function(
    trace: Trace, function: Function, args: Sequence[Arg], named: Mapping[str, Arg], scope_of: Callable[[str], Scope]
) -> Value:
    """Run a function of the model: its nodes are in a scope of its name, its variables are its own."""
    values = [arg.value for arg in args]
    bound = bind(function.name, function.parameters, values, {name: arg.value for name, arg in named.items()})
    frame, mark = Frame(function.frame, own=function.own), trace.mark
    if trace.calls >= MAX_CALLS:
        raise Exhausted(f"`{function.name}`: functions call one another more than {MAX_CALLS} deep")
    trace.calls += 1
    around, trace.frame = trace.frame, frame
    try:
        with opened(trace, scope_of(function.name)) as scope:
            trace.names.frames.append((scope, frame))
            trace.mark = len(trace.graph.nodes)
            for name, value in bound.items():
                trace.bind(name, value, function.node)
            trace.run_body(function.node.body)
    finally:
        trace.frame, trace.mark = around, mark
        trace.calls -= 1
    return frame.returned
