"""The words of the model language. All come from registries: a new file there is a new word here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.graph.graph import Filled, Node
from gradlab.nn.initializers import INITIALIZERS, Initializer
from gradlab.nn.layers import LAYERS, Layer
from gradlab.op import Array, Op, Shape
from gradlab.ops import OPS, find_op
from gradlab.optim import TUNABLES, Tunable
from gradlab.plugins import words_of
from gradlab.registry import Registry, collect
from gradlab.scenario import leaves
from gradlab.scenario.names import Given
from gradlab.scenario.scopes import Scope
from gradlab.scenario.values import Data, Value, is_number
from gradlab.scenario.weighing import weighed

if TYPE_CHECKING:
    from gradlab.scenario.call import Arg, Call


@dataclass(frozen=True, slots=True)
class Constant:
    """A name that has a value of its own.   doc: the text of its page."""

    name: str
    value: float | None
    doc: str

    @property
    def usage(self) -> str:
        """How it is written."""
        return self.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}


CONSTANTS: dict[str, Constant] = {
    constant.name: constant
    for constant in (
        Constant("pi", math.pi, f"The number {math.pi}.\n\nExample:  x = const(2 * pi)"),
        Constant("inf", math.inf, "Infinity.\n\nExample:  masked = where(const([1, 0]), const([0.5, 2]), -inf)"),
        Constant("nan", math.nan, "Not a number: what comes of 0 / 0.\n\nExample:  missing = const([1.5, nan])"),
        Constant(
            "none",
            None,
            "Nothing: what parameters get that do not move, or have no penalty.\n\nExample:\n"
            '    w, b = param(1.0), param(0.5)\n    minimize((w + b) ** 2, {"w": sgd(0.1), "*": none})',
        ),
    )
}
"""Names that have a value of their own."""
NUMBERS = {constant.name: constant.value for constant in CONSTANTS.values() if isinstance(constant.value, float)}
"""Those whose value is a number, so that expressions know them, too."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the model language that is no op, layer, initializer or optimizer.

    name: as it is written.   usage: how it is called.   run(call) gives its value; raises ArgumentError, Wrong.
    parameters: names and defaults of its arguments, of a word that takes them by name.
    patterns: whether it takes dictionaries, from patterns for parameters to values, and says itself where.
    takes_layers: whether a layer of the library can be given to it by its name.
    """

    name: str
    usage: str
    run: Callable[[Call], Value]
    doc: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    patterns: bool = False
    takes_layers: bool = False


@cache
def own_words() -> Registry[Word]:
    """Return the words that are no op, layer, initializer or optimizer, and those that are more than the op of their name."""
    return collect("gradlab.scenario.words", "WORD")


def reserved_words() -> frozenset[str]:
    """Return gradlab's own words, which no package outside can take: a model means the same whatever is installed."""
    ops = {word for op in OPS.own.values() for word in words_of(op)}
    return frozenset(ops | set(own_words()) | set(LAYERS.own) | set(INITIALIZERS.own) | set(TUNABLES.own) | set(CONSTANTS))


@cache
def known_words() -> frozenset[str]:
    """Return every word that can be called."""
    ops = {word for op in OPS.values() if not op.is_leaf and not op.update_only for word in words_of(op)}
    return frozenset(ops | set(own_words()) | set(LAYERS) | set(INITIALIZERS) | set(TUNABLES))


@cache
def is_documented(name: str) -> bool:
    """Return whether a name is a word of the language, so that a model cannot take it."""
    return name in known_words() or name in CONSTANTS


def find_value(name: str) -> Value:
    """Return the value of a word that needs no call (`init=he`, `act=relu`), or None."""
    return INITIALIZERS.get(name) or TUNABLES.get(name) or _function(name)


def _function(name: str) -> Op | None:
    """Return the op of a word that takes one node or two, element by element, and needs nothing else."""
    op = find_op(name)
    usable = op is not None and op.kind == "elementwise" and len(op.inputs) <= 2 and not op.update_only
    return op if op is not None and usable and REQUIRED not in op.attrs.values() else None


def find_word(name: str) -> Callable[[Call], Value] | None:
    """Return what runs when a word is called, if there is such a word."""
    own = own_words().get(name)
    if own is not None:
        return own.run
    if name in LAYERS:  # before the ops: a layer may bear the name of the op that it gives parameters to
        return lambda call: call_layer(LAYERS[name], call)
    op = find_op(name)
    if op is not None and not op.is_leaf and not op.update_only:
        return lambda call: call_op(op, call)
    value = find_value(name)
    return None if value is None else lambda call: _call_value(value, call)


def call_op(op: Op, call: Call) -> Value:
    """Make the node of an op: values for its inputs, then static arguments. Raises ArgumentError, Wrong."""
    parameters = op.parameters
    bound = call.bind(parameters)
    if bound.get("sample_weights") is not None:
        return weighed(call_op, op, call, bound)
    while op.short and bound[op.inputs[-1]] is None:
        op = op.short
    letters = tuple(letter.rstrip("*") for letter in op.inputs)
    attrs = {name: bound[name] for name in op.attrs}
    for name, value in attrs.items():
        if isinstance(value, Node | Data):
            raise call.trace.wrong(f"`{name}` of `{op.name}` is known before the run, got a node", call.place(parameters, name))
    if op.variadic:
        inputs = _listed(op, call, bound[letters[0]], call.place(parameters, letters[0]))
    else:
        inputs = [call.trace.node(bound[letter], call.place(parameters, letter)) for letter in letters]
    return call.trace.add(op, inputs, attrs, call.node)


def _listed(op: Op, call: Call, value: Value, at: Any) -> list[Node]:
    """Return the inputs of an op that takes a list of them."""
    if not isinstance(value, list | tuple):
        raise call.trace.wrong(f"`{op.name}` takes a list: `{op.name}([x, y])`", at)
    return [call.trace.node(part, at) for part in value]


def _call_value(value: Any, call: Call) -> Value:
    """Return an initializer, an optimizer or what belongs to one other arguments."""
    given = (*zip(value.parameters, call.args, strict=False), *call.named.items())
    for name, arg in given:
        if not is_number(arg.value) and not isinstance(arg.value, Tunable) and not _fits(value, name, arg.value):
            raise call.trace.wrong(f"`{call.word}` takes numbers that are known before the run", arg.node)
    return value(*(arg.value for arg in call.args), **{name: arg.value for name, arg in call.named.items()})


def _fits(value: Any, name: str, given: Value) -> bool:
    """Return whether an argument takes something else than a number: nothing, a list of numbers, a node of the model."""
    if given is None:
        return name in value.parameters and value.parameters[name] is None
    if isinstance(given, list | tuple):
        return name in getattr(value, "lists", ())
    return isinstance(given, Node) and isinstance(value, Tunable) and value.takes_schedule(name)


def _counted(scope: Scope, word: str) -> int:
    number = scope.counts.get(word, 0)
    scope.counts[word] = number + 1
    return number


class _Maker:
    """What a library layer builds with: nodes of a scope, parameters with the layer's names for them."""

    def __init__(self, call: Call, scope: Scope, home: Scope) -> None:
        self.call, self.library = call, call.trace.library_call(call.word, call.node)
        self.k = self.n = _counted(scope, call.word)
        if home is not scope:
            self.n = _counted(home, call.word)

    def param(self, name: str, shape: Shape, init: Initializer) -> Node:
        """Return a new parameter."""
        self.library.learns = True
        found = leaves.again(self.call.trace, "param", shape, name)
        return found or self.named(name, leaves.parameter(self.call.trace, shape, init, self.call.node))

    def op(self, name: str, inputs: Any, **attrs: Any) -> Node:
        """Return a new node."""
        op = OPS[name]
        return self.call.trace.add(op, inputs, {**op.attrs, **attrs}, self.call.node)

    def constant(self, value: float | Array, shape: Shape = ()) -> Node:
        """Return a constant."""
        trace = self.call.trace
        if isinstance(value, np.ndarray):
            return trace.leaf("const", value.astype(trace.dtype), self.call.node)
        if shape == ():
            return trace.node(value, self.call.node)
        node = trace.add(OPS["const"], [], {}, self.call.node, shape=shape)
        node.feed = Filled(shape, float(value), trace.dtype)
        return node

    def noise(self, name: str, shape: Shape, kind: str) -> Node:
        """Return new random numbers."""
        return self.named(name, leaves.noise(self.call.trace, shape, kind, self.call.node))

    def running(self, name: str, of: Node, start: float, rate: float, scale: float = 1.0) -> Node:
        """Return a new running statistic."""
        how = {"rate": rate, "scale": scale}
        found = leaves.running_again(self.call.trace, of, how, name)
        return found or self.named(name, leaves.running(self.call.trace, of, start, how, self.call.node))

    def mode(self) -> Node:
        """Return the switch between training and use."""
        return leaves.switch(self.call.trace, self.call.node)

    def named(self, name: str, node: Node) -> Node:
        """Name a node."""
        self.call.trace.names.given[node.index] = Given(self.call.word, self.k, name, self.n, self.library)
        return node

    def scope(self, name: str) -> AbstractContextManager[Scope]:
        """Open a scope."""
        from gradlab.scenario.call import opened

        names = self.call.trace.names
        return opened(self.call.trace, names.within(names.scope, name), names.within(names.home, name))


def _value(call: Call, arg: Arg) -> Value:
    """Return an argument of a layer; data become an input."""
    return call.trace.node(arg.value, arg.node) if isinstance(arg.value, Data) else arg.value


def call_layer(layer: Layer, call: Call, scope: Scope | None = None) -> Value:
    """Build a layer of the library in a scope, by default in the open one, or in one named after the statement's target."""
    from gradlab.scenario.call import opened

    trace = call.trace
    args = [_value(call, arg) for arg in call.args]
    named = {name: _value(call, arg) for name, arg in call.named.items()}
    inputs = [value for value in (*args, *named.values()) if isinstance(value, Node)]
    scope, home = (scope, scope) if scope is not None else trace.library_scopes(call.word)
    with opened(trace, scope, home):
        maker = _Maker(call, scope, home)
        try:
            return layer(maker, *args, **named)
        except ShapeError as error:
            raise trace.shape_problem(str(error), call.word, inputs, call.node) from None
