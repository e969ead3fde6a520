"""Noise: normal numbers with mean 0 and variance 1, others in every update, the same for the same seed.

noise(shape=(8, 2))
"""

from __future__ import annotations

from gradlab.graph.random import Noise
from gradlab.op import REQUIRED
from gradlab.ops import OPS
from gradlab.scenario.calls import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import shape_of


def run(call: Call) -> Value:
    """Give a leaf of noise."""
    shape = shape_of("noise", call.bind({"shape": REQUIRED})["shape"])
    node = call.trace.add(OPS["noise"], [], {}, call.node, shape=shape)
    call.trace.late_feeds.append((node, lambda key: Noise(shape, key)))
    return node


WORD = Word("noise", "noise(shape=…)", run, __doc__)
