"""What training makes small, and how: the update phase moves the parameters by an optimizer.

Several take turns. `train 500 of loss` lets one of them have the turn for a while.

Around the optimizer stand, in this order, `accumulate`, `clip`, `l2` and `average`.

Groups: `{"*.b": adam(1e-3), "*": adamw(1e-3)}` moves parameters by different optimizers in one update. A pattern is tried
on all names of a parameter: `*` stands for any characters, dots too, `?` for one, `[0-9]` for one of several. A name without
such a character is that of a parameter or a layer. The first that fits counts; what gets `none` does not move. A pattern that
gets no parameter is an error, and so is a parameter without a pattern. The numbers of an optimizer that stands there several
times are `adam.0.lr`, `adam.1.lr`, in written order, those of one that stands there once `sgd.lr`; what all share is called
`minimize.t`, `minimize.clip.norm`. `l2={"*.W": 1e-4}` is a penalty for some parameters only.

Accumulation: with `accumulate=4` an update is still one batch. In three of four, phase u adds the gradient to `W.acc` and
does nothing else; in the fourth the optimizer makes a step with the mean of four, and `W.acc` is 0 again. Schedules, averages
and the t of Adam count steps. The number divides the batches of an epoch. All batches have equally many samples, so the mean of
their gradients is the gradient of one batch of all samples, where the loss is a mean over samples. Where it is a mean over what
a mask lets through, `count=sum(mask)` says what a batch counts for, and Σ count · gradient / Σ count is taken; it is NaN where
nothing counts.

The rate while it trains: in the lab `set sgd.lr = 0.01` changes it from here on, `train 100` goes on with it, and `undo`
takes it back; `set adam.0.lr` is that of the first group. A rate with a schedule is computed anew in each update: `set
sgd.lr.start = 0.01` changes what it is computed from. A rate can be a node of the model: with `lr = const(0.1)` and `sgd(lr)`,
`set lr = 0.01` changes it wherever it is read.

Arguments:
    loss        a node of a single number: what becomes small
    optimizer   an optimizer, or a dictionary of patterns and optimizers: how parameters are moved
    over        text, or a list of texts: layers and parameters that move, or patterns; None: all
    freeze      text, or a list of texts: layers and parameters that do not move, or patterns; None: none
    clip        a clip, or a number for `clip_norm`: bounds the gradient; None: nothing does
    l2          number, from 0, or schedule, or a dictionary of patterns and such: l2 · W is added to the gradient; None:
                nothing is
    average     an average, or a number for `ema`: follows the parameters, as `W.avg`; None: nothing does
    accumulate  whole, from 1: batches whose mean gradient is taken for a step
    count       a node of a single number: what a batch counts for among those that are accumulated; None: all count alike
    times       whole, from 1 to 1000000: updates that it makes in a round, where several take turns

Known as: lr_scheduler: minimize(loss, sgd(step_decay(0.1, every=30))); param_groups:
minimize(loss, {"*.b": adam, "*": sgd}).

Example:
    x, t = dataset("iris", split="train", batch=30)
    with layer("encoder"):
        h = tanh(dense(x, 8))
    loss = cross_entropy(dense(h, 3), t)
    minimize(loss, adam(lr=0.01), over="encoder")
    minimize(loss, sgd(step_decay(0.1, every=30)), freeze="encoder", clip=1.0, l2=1e-4, average=0.995)

Example:
    x, t = dataset("iris", split="train", batch=30)
    h = layer_norm(tanh(dense(x, 8)))
    y = dense(h, 3)
    loss = cross_entropy(y, t)
    minimize(loss, {"*.W": adamw(1e-3, decay=0.1), "*": adam(1e-3)}, accumulate=2, clip=1.0)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from gradlab.arguments import REQUIRED, whole
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.optim import AVERAGES, CLIPS, OPTIMIZERS, Joint, Optimizer, Recipe, Tunable
from gradlab.optim.tunable import Schedule
from gradlab.scenario.call import Call
from gradlab.scenario.tracing import Assigned, MinimizeRequest
from gradlab.scenario.values import Pairs, Value, is_number, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.source import Span

PARAMETERS = {
    "loss": REQUIRED, "optimizer": REQUIRED, "over": None, "freeze": None, "clip": None, "l2": None, "average": None,
    "accumulate": 1, "count": None, "times": 1,
}  # fmt: skip
PLAIN = ("clip", "average", "accumulate", "count", "over", "freeze", "loss", "times")
"""Arguments that are no dictionary."""
MOST_TIMES = 1_000_000


def run(call: Call) -> Value:
    """Note the request; its nodes are made when the whole model is known."""
    bound = call.bind(PARAMETERS)
    trace, loss = call.trace, bound["loss"]
    for name in PLAIN:
        if isinstance(bound[name], Pairs):
            raise trace.wrong(f"`{name}` of `minimize` is no dictionary", call.place(PARAMETERS, name))
    if not isinstance(loss, Node):
        raise trace.wrong(f"`minimize` takes a node, got {kind_of(loss)}", call.place(PARAMETERS, "loss"))
    if loss.size != 1:
        at = call.place(PARAMETERS, "loss")
        raise trace.shape_problem(
            f"the loss is a single number, got shape {loss.shape}: take its `sum` or `mean`", "minimize", [loss], at
        )
    optimizers = _assigned(call, "optimizer", bound["optimizer"], _optimizer)
    recipe = Recipe(
        _part(call, "clip", bound["clip"], CLIPS, "clip_norm"),
        average=_part(call, "average", bound["average"], AVERAGES, "ema"),
        accumulate=whole("minimize", "accumulate", bound["accumulate"]),
        count=_count(call, bound["count"], bound["accumulate"]),
    )
    over, freeze = (_names(call, name, bound[name]) for name in ("over", "freeze"))
    l2 = _assigned(call, "l2", bound["l2"], _l2) if bound["l2"] is not None else ()
    at_accumulate = trace.span(call.place(PARAMETERS, "accumulate"))
    times = whole("minimize", "times", bound["times"], low=1, high=MOST_TIMES)
    request = MinimizeRequest(loss, optimizers, over, trace.span(call.node), freeze, l2, recipe, at_accumulate, times)
    trace.requests.append(request)
    return None


def _assigned(call: Call, name: str, value: Value, read: Callable[[Call, str, Value, ast.AST], Any]) -> tuple[Assigned, ...]:
    """Return what the parameters get: one for all, or one for each pattern of a dictionary."""
    at = call.place(PARAMETERS, name)
    if not isinstance(value, Pairs):
        return (Assigned("", read(call, name, value, at), call.trace.span(at)),)
    if not value.keys:
        raise call.trace.wrong(f"`{name}` of `minimize` is an empty dictionary", at)
    found = []
    for key, given, place, behind in zip(value.keys, value.values, value.key_places, value.value_places, strict=True):
        if not key:
            raise call.trace.wrong("an empty pattern matches nothing", place)
        got = None if given is None else read(call, name, given, behind)
        if isinstance(got, Joint):
            message = f"`{got.name}` moves all parameters together: it cannot be one of several"
            raise call.trace.wrong(message, behind)
        found.append(Assigned(key, got, call.trace.span(place)))
    return tuple(found)


def _optimizer(call: Call, name: str, value: Value, at: ast.AST) -> Any:
    if not isinstance(value, Optimizer | Joint):
        raise call.trace.wrong(f"`minimize` takes an optimizer, got {_kind(value)}", at, _one_of(OPTIMIZERS))
    return value


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


def _l2(call: Call, name: str, value: Value, at: ast.AST) -> Any:
    """Return the weight of the squared parameters: a number or a schedule."""
    if isinstance(value, Schedule):
        return value.complete()
    if isinstance(value, Node) and value.shape == ():
        return value
    if not is_number(value) or not 0 <= value < float("inf"):
        got = f"{value:g}" if is_number(value) else _kind(value)
        raise call.trace.wrong(f"`l2` of `minimize` is a number from 0 up or a schedule, got {got}", at)
    return float(value)


def _count(call: Call, value: Value, batches: Value) -> Node | None:
    """Return the node of what a batch counts for."""
    if value is None or isinstance(value, Node):
        if value is not None and batches == 1:
            at = call.place(PARAMETERS, "count")
            raise call.trace.wrong("`count` is what a batch counts for among several: it needs `accumulate`", at)
        return value
    at = call.place(PARAMETERS, "count")
    raise call.trace.wrong(f"`count` of `minimize` is a node, what this batch counts for, got {kind_of(value)}", at)


def _kind(value: Value) -> str:
    return f"`{value.name}`" if isinstance(value, Tunable) else kind_of(value)


def _one_of(words: Mapping[str, Any]) -> str:
    return "one of " + ", ".join(f"`{name}`" for name in words)


WORD = Word("minimize", usage("minimize", PARAMETERS), run, __doc__, PARAMETERS, patterns=True)
