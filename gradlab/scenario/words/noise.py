"""Noise: random numbers, others in every update, the same for the same seed.

    noise    Random numbers of a kind: "normal" ones have mean 0 and variance 1, "uniform" ones lie between 0 and 1
    randn    Normal random numbers; it takes the sizes themselves
    rand     Uniform random numbers; it takes the sizes themselves

It is a leaf that nothing changes. What is made of it has a gradient: `mu + sigma * randn(8, 2)` is a sample whose mean and
deviation can be learned.

Source: Kingma & Welling, *Auto-Encoding Variational Bayes*, ICLR 2014.

Example:
    mu, sigma = param(0.0), param(1.0)
    h = mu + sigma * randn(8, 2)
    u, v = noise(shape=3, kind="uniform"), rand(3)
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, choice
from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import shape_of

PARAMETERS = {"shape": REQUIRED, "kind": "normal"}


def run(call: Call) -> Value:
    """Return a leaf of noise."""
    bound = call.bind(PARAMETERS)
    kind = choice("noise", "kind", bound["kind"], ("normal", "uniform"))
    return leaves.noise(call.trace, shape_of("noise", bound["shape"]), kind, call.node)


def _sized(call: Call) -> Value:
    """Return a leaf of noise whose sizes are the arguments, or a tuple of them."""
    sizes = call.values()
    shape = shape_of(call.word, sizes[0] if len(sizes) == 1 else sizes)
    return leaves.noise(call.trace, shape, "normal" if call.word == "randn" else "uniform", call.node)


WORD = (
    Word("noise", 'noise(shape=…, kind="normal")', run, __doc__, PARAMETERS),
    Word("randn", "randn(n, m, …)", _sized, __doc__),
    Word("rand", "rand(n, m, …)", _sized, __doc__),
)
