"""With `weights`, one for each class, it is `weighted_cross_entropy`: a rare class can count more.

Example:
    x, t = dataset("breast_cancer", scale="standard")
    logits = dense(x, 2)
    loss = cross_entropy(logits, t, weights=[1, 5], label_smoothing=0.1)
"""

from __future__ import annotations

from dataclasses import replace

from gradlab.arguments import REQUIRED
from gradlab.manual import usage
from gradlab.ops import OPS
from gradlab.scenario.call import Arg, Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, call_op

PLAIN, WEIGHTED = OPS["cross_entropy"], OPS["weighted_cross_entropy"]
PARAMETERS = {"x": REQUIRED, "t": REQUIRED, **PLAIN.attrs, "weights": None, "sample_weights": None}


def run(call: Call) -> Value:
    """Return the node of the loss: the weights, where there are some, are its third input."""
    bound = call.bind(PARAMETERS)
    names = [name for name in PLAIN.attrs if bound[name] != PLAIN.attrs[name] or name in call.named]
    names += ["sample_weights"] if bound["sample_weights"] is not None else []
    places = {name: call.place(PARAMETERS, name) for name in ("x", "t", "weights", *names)}
    given = {name: Arg(bound[name], places[name]) for name in ("x", "t", *names)}
    if bound["weights"] is None:
        return call_op(PLAIN, replace(call, args=(), named=given))
    return call_op(WEIGHTED, replace(call, args=(), named={**given, "w": Arg(bound["weights"], places["weights"])}))


WORD = Word("cross_entropy", usage("cross_entropy", PARAMETERS), run, __doc__, PARAMETERS)
