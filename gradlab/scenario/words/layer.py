"""A layer with a name: what is made inside it belongs together, in the graph, the tables and the names of its nodes.

It stands behind `with`. A layer in a layer has both names, and `step layer` walks to the end of one. A function that a model
defines with `def` is a layer, too, and so is every layer of the library that is given to a variable: `h = dense(x, 5)` is `h`.

Example:
    x = input(shape=(8, 3))
    with layer("encoder"):
        h = tanh(dense(x, 5))
"""

from __future__ import annotations

from gradlab.scenario.calls import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word


def run(call: Call) -> Value:
    """Refuse: a layer is opened by the statement that it stands in."""
    raise call.trace.wrong("`layer` stands behind `with`", call.node, 'write `with layer("name"):`')


WORD = Word("layer", 'with layer("name"):', run, __doc__)
