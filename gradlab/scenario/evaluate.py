"""Expressions of the model language: from a syntax tree to a node or a static value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from gradlab.errors import ArgumentError, BoundError, Problem, ShapeError
from gradlab.graph.graph import Node
from gradlab.nn.layers import LAYERS, Layer
from gradlab.op import Op
from gradlab.ops import OPS
from gradlab.optim.tunable import Schedule
from gradlab.scenario import calls, foreign, indexing, members, static
from gradlab.scenario.bounds import Exhausted, check_int, check_length, check_string
from gradlab.scenario.call import Arg
from gradlab.scenario.grammar import ATTRIBUTES, OPERATORS, unknown_attribute
from gradlab.scenario.parsing import chain
from gradlab.scenario.tracing import Trace, Wrong
from gradlab.scenario.values import POISON, Data, Frame, Pairs, Value, kind_of
from gradlab.scenario.vocabulary import CONSTANTS, find_value, known_words, own_words
from gradlab.source import did_you_mean

T = TypeVar("T")
BINARY: dict[str, Op] = {op.operator: op for op in OPS.own.values() if op.operator and len(op.inputs) == 2}
_DURING = "`where(x > 0, y, z)` decides while the network runs; `*` is `and` of two masks"
DYNAMIC = (Node, Data, Schedule)
"""What becomes a node as soon as something is computed with it."""
_NUMBERS = {name for name, constant in CONSTANTS.items() if constant.value is not None}
UNARY: dict[str, Op] = {op.operator: op for op in OPS.own.values() if op.operator and len(op.inputs) == 1}


def evaluate(trace: Trace, node: ast.expr) -> Value:
    """Return the value of an expression. What is wrong is reported, and the value is poison."""
    trace.enter()
    try:
        return _HANDLERS.get(type(node), _not_allowed)(trace, node)
    except Wrong as error:
        trace.report(error.problem)
    except Exhausted as error:
        error.span = error.span or trace.span(node)
        raise
    except (ArgumentError, ShapeError, BoundError) as error:
        trace.report(Problem(str(error), trace.span(node)))
    finally:
        trace.depth -= 1
    return POISON


def _not_allowed(trace: Trace, node: ast.expr) -> Value:
    """Return poison: the grammar has reported it."""
    return POISON


def _constant(trace: Trace, node: ast.Constant) -> Value:
    value = node.value
    if isinstance(value, bool) or value is None or value is Ellipsis:
        return value
    if isinstance(value, int):
        return check_int(value)
    if isinstance(value, str):
        check_string(len(value))
    return value if isinstance(value, float | str) else POISON


def _name(trace: Trace, node: ast.Name) -> Value:
    found, value = trace.frame.find(node.id)
    if found:
        return value
    if node.id in trace.poisoned:
        return POISON
    if node.id in CONSTANTS:
        return CONSTANTS[node.id].value
    value = find_value(node.id)
    if value is not None:
        return value
    if node.id in known_words():
        raise trace.wrong(f"`{node.id}` is a word that is called", node, f"write `{node.id}(…)`")
    near = did_you_mean(node.id, trace.frame.names() | _NUMBERS)
    raise trace.wrong(f"unknown name `{node.id}`", node, near or foreign.meant(node.id))


def _list(trace: Trace, node: ast.List) -> Value:
    values = [evaluate(trace, element) for element in node.elts]
    return POISON if any(v is POISON for v in values) else values


def _tuple(trace: Trace, node: ast.Tuple) -> Value:
    values = tuple(evaluate(trace, element) for element in node.elts)
    return POISON if any(v is POISON for v in values) else values


def _dictionary(trace: Trace, node: ast.Dict) -> Value:
    pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    made = [(evaluate(trace, key), evaluate(trace, value)) for key, value in pairs]
    return POISON if len(pairs) < len(node.keys) else _pairs(trace, made, pairs)


def _dictionary_comprehension(trace: Trace, node: ast.DictComp) -> Value:
    made = _all_of(trace, node.generators, lambda: (evaluate(trace, node.key), evaluate(trace, node.value)))
    return _pairs(trace, made, [(node.key, node.value)] * len(made))


def _pairs(trace: Trace, made: list[tuple[Value, Value]], places: list[tuple[ast.expr, ast.expr]]) -> Value:
    """Return a dictionary of keys and values. Raises Wrong for a key that is no string."""
    keys, values = [key for key, _ in made], [value for _, value in made]
    if any(part is POISON for part in (*keys, *values)):
        return POISON
    for key, (place, _) in zip(keys, places, strict=True):
        if not isinstance(key, str):
            raise trace.wrong(f"the keys of a dictionary are strings, got {kind_of(key)}", place)
    return Pairs(tuple(keys), tuple(values), tuple(key for key, _ in places), tuple(value for _, value in places))


def _binary(trace: Trace, node: ast.BinOp) -> Value:
    links = chain(node)
    first = next(links)
    assert isinstance(first, ast.expr)
    value = evaluate(trace, first)
    for link in links:
        assert isinstance(link, ast.BinOp)
        trace.budget.step()
        other = evaluate(trace, link.right)
        value = operate(trace, type(link.op), value, other, link)
    return value


def operate(trace: Trace, kind: type[ast.operator], x: Value, y: Value, at: ast.BinOp | ast.AugAssign) -> Value:
    """Return x (operator) y: a node as soon as one of them is one."""
    if x is POISON or y is POISON or kind not in OPERATORS:
        return POISON
    if not isinstance(x, DYNAMIC) and not isinstance(y, DYNAMIC):
        try:
            return static.binary(kind, x, y)
        except (ArgumentError, BoundError) as error:
            raise trace.wrong(str(error), at) from None
    symbol = OPERATORS[kind]
    if symbol not in BINARY:
        raise trace.wrong(f"`{symbol}` is for whole numbers that are known before the run, got a node", at)
    left = at.left if isinstance(at, ast.BinOp) else at.target
    right = at.right if isinstance(at, ast.BinOp) else at.value
    return trace.add(BINARY[symbol], [trace.node(x, left), trace.node(y, right)], dict(BINARY[symbol].attrs), at)


def _unary(trace: Trace, node: ast.UnaryOp) -> Value:
    value = evaluate(trace, node.operand)
    if value is POISON or isinstance(node.op, ast.Invert):
        return POISON
    if isinstance(node.op, ast.Not):
        return not truth(trace, value, node.operand)
    if isinstance(value, DYNAMIC):
        operand = trace.node(value, node.operand)
        return operand if isinstance(node.op, ast.UAdd) else trace.add(UNARY["-"], [operand], {}, node)
    return static.negative(static.negative(value)) if isinstance(node.op, ast.UAdd) else static.negative(value)


def truth(trace: Trace, value: Value, at: ast.AST) -> bool:
    """Return whether a static value holds. Raises Wrong for a node: its value is not known before the run."""
    if isinstance(value, DYNAMIC):
        raise trace.wrong("a condition is decided before the run, got a node", at, _DURING)
    return bool(value)


def _boolean(trace: Trace, node: ast.BoolOp) -> Value:
    value: Value = None
    for operand in node.values:
        value = evaluate(trace, operand)
        if value is POISON:
            return POISON
        if truth(trace, value, operand) != isinstance(node.op, ast.And):
            return value
    return value


def _compare(trace: Trace, node: ast.Compare) -> Value:
    """Return True or False of static values; with a node in it a mask, of a chain the product of its masks."""
    left, left_node = evaluate(trace, node.left), node.left
    mask: Node | None = None
    for kind, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(trace, right_node)
        if left is POISON or right is POISON:
            return POISON
        if _is_mask(kind, left, right):
            symbol = static.symbol(type(kind))
            if symbol not in BINARY:
                raise trace.wrong(f"`{symbol}` looks into a list that is known before the run, got a node", node)
            left, right = trace.node(left, left_node), trace.node(right, right_node)
            holds = trace.add(BINARY[symbol], [left, right], {}, node)
            mask = holds if mask is None else trace.add(BINARY["*"], [mask, holds], {}, node)
        elif not static.compare(type(kind), left, right):
            return False
        left, left_node = right, right_node
    return True if mask is None else mask


def _is_mask(kind: ast.cmpop, left: Value, right: Value) -> bool:
    return not isinstance(kind, ast.Is | ast.IsNot) and isinstance(left, DYNAMIC) | isinstance(right, DYNAMIC)


def _conditional(trace: Trace, node: ast.IfExp) -> Value:
    test = evaluate(trace, node.test)
    if test is POISON:
        return POISON
    return evaluate(trace, node.body if truth(trace, test, node.test) else node.orelse)


def _call(trace: Trace, node: ast.Call) -> Value:
    args = [Arg(_layer_of(trace, node, argument) or evaluate(trace, argument), argument) for argument in node.args]
    named = {k.arg: Arg(evaluate(trace, k.value), k.value) for k in node.keywords if k.arg is not None}
    if len(named) < len(node.keywords):
        return POISON
    return calls.call(trace, node, args, named)


def _layer_of(trace: Trace, call: ast.Call, argument: ast.expr) -> Layer | None:
    """Return the layer of the library that an argument names, of a word that takes one."""
    if not isinstance(argument, ast.Name) or not isinstance(call.func, ast.Name) or trace.frame.find(argument.id)[0]:
        return None
    word = own_words().get(call.func.id)
    return LAYERS.get(argument.id) if word is not None and word.takes_layers else None


def _attribute(trace: Trace, node: ast.Attribute) -> Value:
    if node.attr not in ATTRIBUTES:
        return _member(trace, node)
    value = evaluate(trace, node.value)
    if value is POISON:
        return POISON
    if not isinstance(value, Node | Data):
        raise trace.wrong(f"`.{node.attr}` is of a node, got {kind_of(value)}", node)
    of = trace.node(value, node.value)
    if node.attr == "classes":
        return _classes(trace, of, node)
    return of.shape if node.attr == "shape" else trace.add(OPS["transpose"], [of], dict(OPS["transpose"].attrs), node)


def _classes(trace: Trace, of: Node, at: ast.Attribute) -> int:
    """Return how many labels the numbers of a leaf have. Raises Wrong."""
    if "labels" not in of.attrs:
        raise trace.wrong("`.classes` counts the labels of texts that come from a file", at)
    return len(of.attrs["labels"])


def _member(trace: Trace, node: ast.Attribute) -> Value:
    """Return a node of a layer (`h.W`). Raises Wrong."""
    first: ast.expr = node
    while isinstance(first, ast.Attribute) and first.attr not in ATTRIBUTES:
        first = first.value
    if not isinstance(first, ast.Name):
        return POISON
    found = members.member(trace, node)
    if found is not None:
        return found
    if evaluate(trace, first) is POISON:
        return POISON
    message, label = unknown_attribute(node)
    raise trace.wrong(message, node, foreign.meant(node.attr) or label)


def _subscript(trace: Trace, node: ast.Subscript) -> Value:
    value, key = evaluate(trace, node.value), _key(trace, node.slice)
    if value is POISON or key is POISON:
        return POISON
    if hasattr(value, "member"):
        return value.member(trace, key, node)
    if not isinstance(value, Node | Data):
        return static.subscript(value, key)
    of = trace.node(value, node.value)
    indexing.refuse_nodes(trace, key, node.slice)
    return indexing.take(trace, of, key, node) if indexing.has_lists(key) else trace.add(OPS["index"], [of], {"key": key}, node)


def _key(trace: Trace, node: ast.expr) -> Value:
    if isinstance(node, ast.Tuple):
        parts = tuple(_key(trace, part) for part in node.elts)
        return POISON if any(part is POISON for part in parts) else parts
    if not isinstance(node, ast.Slice):
        return evaluate(trace, node)
    ends = [None if part is None else evaluate(trace, part) for part in (node.lower, node.upper, node.step)]
    return POISON if any(end is POISON for end in ends) else slice(*ends)


def _comprehension(trace: Trace, node: ast.ListComp | ast.GeneratorExp) -> Value:
    values = _all_of(trace, node.generators, lambda: evaluate(trace, node.elt))
    return POISON if any(value is POISON for value in values) else values


def _all_of(trace: Trace, generators: list[ast.comprehension], make: Callable[[], T]) -> list[T]:
    """Return what is made for each element of a comprehension. Raises Exhausted where they are too many."""
    frame = trace.frame
    trace.frame = Frame(frame)
    try:
        made: list[T] = []
        for _ in _iterations(trace, generators):
            made.append(make())
            check_length(len(made))
    finally:
        trace.frame = frame
    return made


def _iterations(trace: Trace, generators: list[ast.comprehension]) -> Iterator[None]:
    """Bind the variables of a comprehension, once for each of its elements."""
    first, rest = generators[0], generators[1:]
    for item in items_of(trace, evaluate(trace, first.iter), first.iter):
        unpack(trace, first.target, item, silent=True)
        tests = [evaluate(trace, test) for test in first.ifs]
        if all(test is POISON or truth(trace, test, at) for test, at in zip(tests, first.ifs, strict=True)):
            if rest:
                yield from _iterations(trace, rest)
            else:
                yield


def items_of(trace: Trace, value: Value, at: ast.expr) -> Iterator[Value]:
    """Return what a loop runs over; of poison once poison, so that the body is checked. Raises Wrong, Exhausted."""
    if value is POISON:
        yield POISON
        return
    if isinstance(value, Node | Data):
        of = trace.node(value, at)
        if not of.shape:
            raise trace.wrong("a loop runs over the first axis of a node, and a single number has none", at)
        for i in range(of.shape[0]):
            yield trace.add(OPS["index"], [of], {"key": i}, at)
        return
    try:
        sequence = static.sequence_of(value)
    except ArgumentError as error:
        raise trace.wrong(str(error), at) from None
    if len(sequence) > trace.budget.steps:
        trace.budget.step(len(sequence))
    for item in sequence:
        trace.budget.step()
        yield item


def unpack(trace: Trace, target: ast.expr, value: Value, silent: bool = False) -> None:
    """Bind a target to a value; a tuple of targets to its elements. `silent` bindings name no nodes. Raises Wrong."""
    if isinstance(target, ast.Name):
        if silent:
            trace.frame.variables[target.id] = value
        else:
            trace.bind(target.id, value, target)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = [POISON] * len(target.elts) if value is POISON else list(_parts(trace, target, value))
        for part, element in zip(target.elts, parts, strict=True):
            unpack(trace, part, element, silent)


def _parts(trace: Trace, target: ast.Tuple | ast.List, value: Value) -> Iterator[Value]:
    count = len(target.elts)
    got = value.shape[0] if isinstance(value, Node) and value.shape else None
    if isinstance(value, list | tuple | range | str):
        got = len(value)
    if got != count:
        poison(trace, target)
        had = f"{kind_of(value)} of {got}" if got is not None else kind_of(value)
        raise trace.wrong(f"{count} names are given a value each, got {had}", target)
    return items_of(trace, value, target)


def poison(trace: Trace, tree: ast.AST) -> None:
    """Bind every name that a piece of the model would have bound to poison."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            trace.frame.variables[part.id] = POISON
        elif isinstance(part, ast.FunctionDef):
            trace.frame.variables[part.name] = POISON
        elif isinstance(part, ast.alias):
            trace.frame.variables[(part.asname or part.name).split(".")[0]] = POISON


def _string(trace: Trace, node: ast.JoinedStr) -> Value:
    parts = [evaluate(trace, part) for part in node.values]
    if any(part is POISON for part in parts):
        return POISON
    text = "".join(parts)
    check_string(len(text))
    return text


def _formatted(trace: Trace, node: ast.FormattedValue) -> Value:
    value = evaluate(trace, node.value)
    if value is POISON or node.format_spec is not None or node.conversion != -1:
        return POISON
    return static.text_of(value)


_HANDLERS: dict[type[ast.expr], Callable[[Trace, Any], Value]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _list, ast.Tuple: _tuple, ast.Dict: _dictionary, ast.BinOp: _binary,
    ast.UnaryOp: _unary, ast.BoolOp: _boolean, ast.Compare: _compare, ast.IfExp: _conditional, ast.Call: _call,
    ast.Attribute: _attribute, ast.Subscript: _subscript, ast.ListComp: _comprehension, ast.GeneratorExp: _comprehension,
    ast.DictComp: _dictionary_comprehension,
    ast.JoinedStr: _string, ast.FormattedValue: _formatted,
}  # fmt: skip
