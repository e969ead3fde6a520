"""A statistic that runs along with training: every update moves it a part, `rate`, of the way to a value. No parameter.

It begins at `start` everywhere, is moved by the update phase of every `minimize` whose loss depends on it, and stays as it is
in mode eval. One that no loss reads follows all the same: every `minimize` whose loss depends on what it follows moves it, else
each of them. `scale` multiplies what it follows: n / (n - 1) makes a variance an unbiased one.

Example:
    x = randn(32, 4)
    usual = running(mean(x, axis=0), rate=0.1)
    centred = x - where(mode(), mean(x, axis=0), usual)
    W = param(shape=(4, 1))
    minimize(mean(square(centred @ W - 1)), sgd(0.1))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, number
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value, kind_of
from gradlab.scenario.vocabulary import Word

PARAMETERS = {"of": REQUIRED, "rate": 0.1, "start": 0.0, "scale": 1.0}


def run(call: Call) -> Value:
    """Return the leaf of the statistic."""
    bound = call.bind(PARAMETERS)
    if not isinstance(bound["of"], Node):
        raise call.trace.wrong(f"`running` follows a node, got {kind_of(bound['of'])}", call.place(PARAMETERS, "of"))
    rate = number("running", "rate", bound["rate"], low=0.0, high=1.0)
    start, scale = number("running", "start", bound["start"]), number("running", "scale", bound["scale"])
    found = leaves.running_again(call.trace, bound["of"], scale)
    return found or leaves.running(call.trace, bound["of"], start, rate, scale, call.node)


WORD = Word("running", usage("running", PARAMETERS), run, __doc__, PARAMETERS)
