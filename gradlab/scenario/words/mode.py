"""The mode as a number: 1 in training, 0 when the model is used. The action `mode train|eval` changes it.

All calls give one node, which is called `mode`. `on("test", …)` is evaluated in mode eval.

Example:
    x = input(shape=(4, 3))
    y = x * where(mode(), 1, 0.5)
"""

from __future__ import annotations

from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word


def run(call: Call) -> Value:
    """Return the leaf of the mode."""
    call.bind({})
    return leaves.switch(call.trace, call.node)


WORD = Word("mode", "mode()", run, __doc__)
