"""Without `u` a leaf of new uniform numbers is made for it, others in every update, the same for the same seed.

Example:
    x = input(shape=(8, 3))
    token = sample(softmax(dense(x, 10)))
    reward = one_hot(token, 10)
"""

from __future__ import annotations

from dataclasses import replace

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.manual import usage
from gradlab.ops import OPS
from gradlab.ops._arguments import one_axis
from gradlab.scenario import leaves
from gradlab.scenario.call import Arg, Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, call_op

PARAMETERS = {"p": REQUIRED, "u": None, "axis": -1}


def run(call: Call) -> Value:
    """Return the node of the class numbers."""
    bound = call.bind(PARAMETERS)
    at = {name: call.place(PARAMETERS, name) for name in PARAMETERS}
    p, u = call.trace.node(bound["p"], at["p"]), bound["u"]
    if u is None:
        try:
            axis = one_axis(bound["axis"], p.shape)
        except ShapeError as error:
            raise call.trace.shape_problem(str(error), "sample", [p], call.node) from None
        u = leaves.noise(call.trace, (*p.shape[:axis], *p.shape[axis + 1 :]), "uniform", call.node)
    given = {name: Arg(value, at[name]) for name, value in (("p", p), ("u", u), ("axis", bound["axis"]))}
    return call_op(OPS["sample"], replace(call, args=(), named=given))


WORD = Word("sample", usage("sample", PARAMETERS), run, __doc__, PARAMETERS)
