"""How many multiplications of weights with values one forward pass takes: `macs(conv1)`, `macs("conv*")`, or in all, `macs()`.

Those of convolutions and products are counted, each with the addition behind it, for the whole batch; what works number by
number is not. It is known before anything runs, in a file with `run: never`, too.
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.graph.tape import Tape
from gradlab.lab.queries._sized import sized, total
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.query import Asking


def size(tape: Tape, node: Node) -> int:
    """Return the multiplications of an op that weighs."""
    return int(tape.work[node.index]) if node.op.role == "weigh" else 0


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the sum."""
    return total(asking, environment, size)


QUERY = sized(answer)
