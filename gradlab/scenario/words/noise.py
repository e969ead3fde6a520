"""Noise: random numbers, others in every update, the same for the same seed. With `every="run"` they are drawn once.

    noise    Random numbers of a kind: "normal" ones have mean 0 and variance 1, "uniform" ones lie between 0 and 1
    randn    Normal random numbers; it takes the sizes themselves
    rand     Uniform random numbers; it takes the sizes themselves

It is a leaf that nothing changes. What is made of it has a gradient: `mu + sigma * randn(8, 2)` is a sample whose mean and
deviation can be learned.

Source: Kingma & Welling, *Auto-Encoding Variational Bayes*, ICLR 2014.

Example:
    mu, sigma = param(0.0), param(1.0)
    h = mu + sigma * randn(8, 2)
    u, v = noise(shape=3, kind="uniform"), rand(3, every="run")
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED, choice
from gradlab.errors import ArgumentError
from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import shape_of

PARAMETERS = {"shape": REQUIRED, "kind": "normal", "every": "update"}


def run(call: Call) -> Value:
    """Return a leaf of noise."""
    bound = call.bind(PARAMETERS)
    kind = choice("noise", "kind", bound["kind"], ("normal", "uniform"))
    return leaves.noise(call.trace, shape_of("noise", bound["shape"]), kind, call.node, _varies(call, bound["every"]))


def _varies(call: Call, every: Value) -> bool:
    return bool(choice(call.word, "every", every, ("update", "run")) == "update")


def _sized(call: Call) -> Value:
    """Return a leaf of noise whose sizes are the arguments, or a tuple of them."""
    if unknown := set(call.named) - {"every"}:
        raise ArgumentError(f"`{call.word}` takes no argument `{min(unknown)}`: it takes the sizes, and `every`")
    sizes = [arg.value for arg in call.args]
    every = call.named["every"].value if call.named else "update"
    shape = shape_of(call.word, sizes[0] if len(sizes) == 1 else sizes)
    kind = "normal" if call.word == "randn" else "uniform"
    return leaves.noise(call.trace, shape, kind, call.node, _varies(call, every))


WORD = (
    Word("noise", 'noise(shape=…, kind="normal", every="update")', run, __doc__, PARAMETERS),
    Word("randn", 'randn(n, m, …, every="update")', _sized, __doc__),
    Word("rand", 'rand(n, m, …, every="update")', _sized, __doc__),
)
