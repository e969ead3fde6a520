"""How many bytes values take: of a layer, `bytes(h0)`, of what a pattern matches, `bytes("*.m")`, or of the model, `bytes()`.

Of parameters and of all that ops compute from them, in the dtype of the file. Gradients take as much again, and what an
optimizer keeps comes on top: a pattern matches that, too. It is known before anything runs, in a file with `run: never`, too.
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.graph.tape import Tape
from gradlab.lab.queries._sized import sized, total
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking


def size(tape: Tape, node: Node) -> int:
    """Return the bytes of a value."""
    return node.size * tape.dtype.itemsize


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the sum."""
    return total(asking, environment, size)


QUERY = sized(answer)
