"""A function or a layer whose parameters are made once, by the first call, and used again by every later one.

    judge = shared(critic)              critic: a `def` of this model
    unit = shared(dense, units=8)       or a layer of the library; what is given here holds for every call
    yes, no = judge(real), judge(fake)

The parameters are `judge.W` and so on; the nodes of each call are a layer of their own, `judge.0`, `judge.1` …, with constants
and noise of their own. A running statistic belongs to all calls: each that a loss depends on moves it, one after the other.
Numbers that a later call does not give are those of the first. A call that would need parameters of other shapes, or more or
fewer, is an error.

Example:
    real, z = randn(16, 2), noise(shape=(16, 3))
    def critic(x):
        h = leaky_relu(dense(x, 8), 0.2)
        return dense(h, 1)
    judge = shared(critic)
    with layer("generator"):
        fake = dense(z, 2)
    yes, no = judge(real), judge(fake)
    minimize(mean(softplus(-yes)) + mean(softplus(no)), adam(0.01), over="judge")
    minimize(mean(softplus(-no)), adam(0.01), over="generator")

Example:
    x = randn(4, 6)
    unit = shared(dense, units=6)
    for k in range(3):
        x = tanh(unit(x))
"""

from __future__ import annotations

from gradlab.errors import ArgumentError
from gradlab.nn.layers import Layer
from gradlab.scenario.call import Call
from gradlab.scenario.values import Function, Shared, Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.source import did_you_mean


def run(call: Call) -> Value:
    """Return what is called in place of the function. Raises ArgumentError, Wrong."""
    if len(call.args) != 1:
        raise ArgumentError("`shared` takes one function or layer, and arguments for it by name")
    of = call.args[0].value
    if not isinstance(of, Function | Layer):
        what = f"`shared` takes a function of this model or a layer of the library, got {kind_of(of)}"
        raise call.trace.wrong(what, call.args[0].node, "`shared(dense)`, or the name of a `def`")
    for name in call.named:
        if name not in of.parameters:
            near = did_you_mean(name, of.parameters)
            raise call.trace.wrong(f"`{of.name}` has no argument `{name}`", call.named[name].node, near)
    target = call.trace.target or of.name
    return Shared(target, of, call.trace.names.open_shared(target), dict(call.named))


WORD = Word("shared", "shared(function, …)", run, __doc__, takes_layers=True)
