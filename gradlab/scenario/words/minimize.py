"""What training makes small, and how: the update phase moves the parameters by an optimizer.

`over` names the layers or parameters that move, `freeze` those that do not; without them, all do. Several take turns: a round
has `times` updates of each. `train 500 of loss` lets one of them have the turn for a while.

Around the optimizer stand, in this order: `clip` bounds the gradient (a number: `clip_norm`, the norm of all gradients
together), `l2` adds l2 · W to it, and `average` follows the parameters (a number: `ema`) as `W.avg`.

Example:
    x, t = dataset("iris", split="train", batch=30)
    with layer("encoder"):
        h = tanh(dense(x, 8))
    loss = cross_entropy(dense(h, 3), t)
    minimize(loss, adam(lr=0.01), over="encoder")
    minimize(loss, sgd(step_decay(0.1, every=30)), freeze="encoder", clip=1.0, l2=1e-4, average=0.995)
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from gradlab.arguments import REQUIRED, whole
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.optim import AVERAGES, CLIPS, OPTIMIZERS, Joint, Optimizer, Recipe, Tunable
from gradlab.optim.tunable import Schedule
from gradlab.scenario.call import Call
from gradlab.scenario.tracing import MinimizeRequest
from gradlab.scenario.values import Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.source import Span

PARAMETERS = {
    "loss": REQUIRED, "optimizer": REQUIRED, "over": None, "freeze": None, "clip": None, "l2": None, "average": None,
    "times": 1,
}  # fmt: skip
MOST_TIMES = 1_000_000


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
    if not isinstance(optimizer, Optimizer | Joint):
        at = call.place(PARAMETERS, "optimizer")
        raise trace.wrong(f"`minimize` takes an optimizer, got {_kind(optimizer)}", at, _one_of(OPTIMIZERS))
    recipe = Recipe(
        _part(call, "clip", bound["clip"], CLIPS, "clip_norm"),
        _l2(call, bound["l2"]),
        _part(call, "average", bound["average"], AVERAGES, "ema"),
    )
    over, freeze = (_names(call, name, bound[name]) for name in ("over", "freeze"))
    times = whole("minimize", "times", bound["times"], low=1, high=MOST_TIMES)
    trace.requests.append(MinimizeRequest(loss, optimizer, over, trace.span(call.node), freeze, recipe, times))
    return None


def _names(call: Call, name: str, value: Value) -> tuple[tuple[str, Span], ...]:
    """Return the names and where they stand."""
    if value is None:
        return ()
    at = call.place(PARAMETERS, name)
    names = value if isinstance(value, list | tuple) else [value]
    if not names or not all(isinstance(part, str) for part in names):
        raise call.trace.wrong(f"`{name}` is the name of a layer or of a parameter, or a list of them", at)
    return tuple((part, call.trace.span(at)) for part in names)


def _part(call: Call, name: str, value: Value, words: Mapping[str, Any], of_number: str) -> Any:
    """Return the clip or the average of an argument; a number is short for one of them."""
    if value is None:
        return None
    if is_number(value):
        return words[of_number](value)
    if not isinstance(value, Tunable) or value.name not in words:
        at: ast.AST = call.place(PARAMETERS, name)
        raise call.trace.wrong(f"`{name}` of `minimize` is a number or a word for it, got {_kind(value)}", at, _one_of(words))
    return value.complete()


def _l2(call: Call, value: Value) -> Any:
    """Return the weight of the squared parameters: a number or a schedule."""
    if value is None or isinstance(value, Schedule):
        return value if value is None else value.complete()
    if not is_number(value) or not 0 <= value < float("inf"):
        got = f"{value:g}" if is_number(value) else _kind(value)
        at = call.place(PARAMETERS, "l2")
        raise call.trace.wrong(f"`l2` of `minimize` is a number from 0 up or a schedule, got {got}", at)
    return float(value)


def _kind(value: Value) -> str:
    return f"`{value.name}`" if isinstance(value, Tunable) else kind_of(value)


def _one_of(words: Mapping[str, Any]) -> str:
    return "one of " + ", ".join(f"`{name}`" for name in words)


WORD = Word("minimize", usage("minimize", PARAMETERS), run, __doc__, PARAMETERS)
