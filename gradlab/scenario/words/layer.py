"""A layer with a name: what is made inside it belongs together, in the graph, the tables and the names of its nodes.

It stands behind `with`. The nodes of a layer in a layer have both names, `encoder.first.h`; a dot in a name means the same,
`layer("encoder.first")`. Tables and `step layer` take the outer one, after the action `layers 2` the inner one. A function that
a model defines with `def` is a layer, too: its first call is `block.0`, the next `block.1`. So is what the library makes for a
variable, outside of any layer and within one: `h = dense(x, 5)` is the layer `h`, or `encoder.h`.

Example:
    x = input(shape=(8, 3))
    with layer("encoder"):
        h = tanh(dense(x, 5))
"""

from __future__ import annotations

from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word


def run(call: Call) -> Value:
    """Refuse: a layer is opened by the statement that it stands in."""
    raise call.trace.wrong("`layer` stands behind `with`", call.node, 'write `with layer("name"):`')


WORD = Word("layer", 'with layer("name"):', run, __doc__)
