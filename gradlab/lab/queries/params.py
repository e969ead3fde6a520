"""How many numbers are learned: in a layer, `params(h0)`, in what a pattern matches, `params("*.b")`, or in all, `params()`.

It is known before anything runs, in a file with `run: never`, too.
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.graph.tape import Tape
from gradlab.lab.queries._sized import sized, total
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking


def size(tape: Tape, node: Node) -> int:
    """Return the elements of a parameter."""
    return node.size if node.op.role == "parameter" else 0


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the sum."""
    return total(asking, environment, size)


QUERY = sized(answer)
