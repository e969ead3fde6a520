"""What training makes small, and how.

    minimize(loss, sgd(0.1))   minimize(loss, adam(lr=1e-3), over="generator")   minimize(loss, sgd, over=["W", "b"])

`over` names layers or parameters; without it, all parameters move. Several `minimize` take turns.
"""

from __future__ import annotations

from gradlab.graph.graph import Node
from gradlab.op import REQUIRED
from gradlab.optim import OPTIMIZERS, Optimizer
from gradlab.scenario.calls import Call
from gradlab.scenario.tracing import Request
from gradlab.scenario.values import Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.source import Span

PARAMETERS = {"loss": REQUIRED, "optimizer": REQUIRED, "over": None}


def run(call: Call) -> Value:
    """Note the request; its nodes are made when the whole model is known."""
    bound = call.bind(PARAMETERS)
    trace, loss, optimizer = call.trace, bound["loss"], bound["optimizer"]
    if not isinstance(loss, Node):
        raise trace.wrong(f"`minimize` takes a node, got {kind_of(loss)}", call.place(PARAMETERS, "loss"))
    if loss.size != 1:
        at = call.place(PARAMETERS, "loss")
        raise trace.shape_problem(
            f"the loss is a single number, got shape {loss.shape}: take its `sum` or `mean`", "minimize", [loss], at
        )
    if not isinstance(optimizer, Optimizer):
        allowed = ", ".join(f"`{name}`" for name in OPTIMIZERS)
        at = call.place(PARAMETERS, "optimizer")
        raise trace.wrong(f"`minimize` takes an optimizer, got {kind_of(optimizer)}", at, f"one of {allowed}")
    trace.requests.append(Request(loss, optimizer, _over(call, bound["over"]), trace.span(call.node)))
    return None


def _over(call: Call, value: Value) -> tuple[tuple[str, Span], ...]:
    """Give the names and where they stand."""
    if value is None:
        return ()
    at = call.place(PARAMETERS, "over")
    names = value if isinstance(value, list | tuple) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        raise call.trace.wrong("`over` is the name of a layer or of a parameter, or a list of them", at)
    return tuple((name, call.trace.span(at)) for name in names)


WORD = Word("minimize", 'minimize(loss, optimizer, over="layer")', run, __doc__)
