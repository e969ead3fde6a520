"""The loss and the last activation do not belong together.

    the loss takes          it is given                                 then
    probabilities           a linear output, a ReLU, a tanh             logarithms of numbers below 0 or above 1
    their logarithms        probabilities, or scores                    a loss that falls without end
    logits                  what a ReLU has cut                         a class below 0 is cut off from the gradient
    numbers                 a softmax or sigmoid, for classes           g · z · (1 - z): sure and wrong outputs hardly move
    numbers                 the numbers of more than two classes        class 3 counts as more than class 1
    one row of classes      independent sigmoids, only `t · log p`      a target of 0 sends no gradient: all say 1
    signs, -1 and 1         targets of 0 and 1                          a target of 0 sends no gradient
    several labels          a softmax                                   the probabilities of all labels sum to 1
    yes or no of each unit  a softmax over classes                      1 - p of the others says the same again

A squared error of probabilities, Brier's score, is a proper loss: many networks learn by it, only slower. So this says what it
sees, and it is a fault where a network has not learned and the other loss helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from gradlab.diagnose.bounds import Sides, bounds, dealt, made_of_params, outside, sides
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap, Unwrap
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.op import Array, Op
from gradlab.train.activations import activations

SURE = 1e-3
"""By how much a row of probabilities may miss the sum of 1."""
BROKEN = 14
"""The place among causes of what can never be right; a distance of probabilities may be, and stands behind them."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield at most one finding for each output."""
    for out in (out for out in examination.roles.outputs if out.target >= 0):
        compared = sides(examination.graph, out, made_of_params(examination.graph))
        for ask in (_probabilities, _logarithms, _cut_logits, _silent_zeros, _shared_out, _numbers, _class_numbers):
            if found := ask(examination, out, compared):
                yield found
                break


def _probabilities(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    if out.takes != "probabilities":
        return None
    low, high = bounds(examination.graph, _inside(examination, out, compared))
    targets = examination.first.value(out.target)
    if (low >= 0 and high <= 1) or (out.normalised and low >= 0) or (out.hand and _counts(targets)):
        return None
    return _found(
        examination, out, f"the loss takes probabilities, and {_given(examination, out)} gives {_ends(low, high)}",
        "least and greatest output", "a loss of logits, or a sigmoid or softmax in front of the loss",
    )  # fmt: skip


def _inside(examination: Examination, out: Output, compared: Sides) -> int:
    """Return what is taken for a probability: of a loss by hand what its logarithm is of, without eps, clip and quotient."""
    nodes, bends = examination.graph.nodes, activations(examination.graph)
    if not out.hand:
        return out.node
    at, made = compared.ours, made_of_params(examination.graph)
    while not (node := nodes[at]).is_leaf and at != out.node:
        cut = node.op.kinked and node.op.role == "arithmetic"
        if not cut and (at in bends or node.op.curve_of(node.attrs).range[0] >= 0):
            break
        at = next(i for i in node.inputs if i in made)
    return at


def _counts(targets: Array | None) -> bool:
    """Whether the targets of a loss by hand are no probabilities: then `t · log x` is a likelihood of something else."""
    return targets is not None and bool(np.any(outside(targets, (0.0, 1.0))))


def _logarithms(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    values = examination.first.value(compared.ours)
    if out.takes != "logarithms" or out.hand:  # by hand they are known by what gives them: `log_softmax`, `logsigmoid`
        return None
    if values is None or not values.ndim or not np.isfinite(values).all():
        return None
    sums = np.sum(np.exp(np.asarray(values, np.float64)), axis=-1)
    if np.all(np.abs(sums - 1) <= SURE):
        return None
    fixes = (Fix("put `log_softmax` in its place", (Swap("log_softmax", out.node),)),) if out.head else ()
    return _found(
        examination, out,
        f"the loss takes logarithms of probabilities, and Σ e ** x of a row is {float(np.mean(sums)):.3g}, not 1",
        "Σ e ** x of a row", "log_softmax in front of it, or a loss of logits", fixes, float(np.mean(sums)), 1.0,
    )  # fmt: skip


def _cut_logits(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    low, high = bounds(examination.graph, compared.ours)
    if out.takes != "logits" or not (low >= 0 and high == inf) or out.head is None:
        return None
    values = examination.first.value(out.node)
    share = float(np.mean(values == low)) if values is not None else 0.0
    return _found(
        examination, out,
        f"the loss takes logits of any size, and {_given(examination, out)} cuts them off below {low:g}: {share:.0%} are there",
        "share of the logits at the cut", "the logits as they are", (Fix("make the output linear", (Unwrap(out.head.node),)),),
        share, 0.0,
    )  # fmt: skip


def _silent_zeros(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    """Find targets of 0 that send nothing back, although those of 1 do."""
    targets, grads = examination.first.value(compared.theirs), examination.first.grad(out.source)
    if targets is None or grads is None or targets.shape != grads.shape or examination.roles.task == "regression":
        return None
    if not np.isin(targets, (0.0, 1.0)).all() or not (targets == 0).any() or not np.isfinite(grads).all():
        return None
    if np.any(grads[targets == 0]) or not np.any(grads[targets == 1]):
        return None
    return _found(
        examination, out,
        "a target of 0 sends no gradient, only one of 1 does: an output that always says 1 has the least loss",
        "gradient of the outputs whose target is 0",
        "targets of -1 and 1 for a loss of signs; for classes a softmax, or the part of 1 - t as well", (), 0.0, 0.0,
    )  # fmt: skip


def _shared_out(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    """Find a softmax under a loss that asks each unit for itself."""
    loss, nodes = examination.graph.nodes[out.loss], examination.graph.nodes
    softmax = out.head is not None and nodes[out.head.node].op.applies == "softmax"
    if not softmax or nodes[out.node].shape[-1] < 3 or out.takes != "probabilities" or out.target < 0:
        return None
    labels = examination.roles.task == "multi-label"
    if not labels and (out.hand or not _is_by_unit(loss.op)):
        return None
    what = "several labels may be right at once" if labels else f"`{loss.op.name}` asks each unit for itself, yes or no"
    assert out.head is not None
    change = Unwrap(out.head.node), Swap("bce" if labels else "cross_entropy", out.loss)
    return _found(
        examination, out, f"{what}, and the softmax of `{nodes[out.node].name}` shares out one probability among "
        f"{nodes[out.node].shape[-1]} units",
        "units of the softmax", "a sigmoid for each label" if labels else "`cross_entropy` of the logits",
        (Fix(f"take `{'bce' if labels else 'cross_entropy'}` of the logits", () if out.hand else change),),
        float(nodes[out.node].shape[-1]), 2.0, rank=BROKEN if labels else -1,
    )  # fmt: skip


def _is_by_unit(op: Op) -> bool:
    """Whether a loss of probabilities takes each number for itself: it has a term where the target is 0, too."""
    derivatives = " ".join(op.derivatives)
    return "1 - t" in derivatives


def _numbers(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    roles = examination.roles
    targets = examination.first.value(compared.theirs)
    if out.takes or out.head is None or roles.task != "classes" or not roles.squashes or out.target in roles.both:
        return None
    if targets is None or not np.any(np.ptp(targets, axis=0)):
        return None
    node, loss = examination.graph.nodes[out.node], examination.graph.nodes[out.loss]
    if not (loss.op.role == "loss" or loss.op.operator == "-"):
        return None
    classes = node.shape[-1] if node.shape else 1
    word = "cross_entropy" if out.head.word == "softmax" else "bce"
    swap = (Unwrap(out.head.node), Swap(word, out.loss)) if loss.op.role == "loss" else ()
    return _found(
        examination, out,
        f"classes are learned by the distance of probabilities: `{loss.op.name}` behind `{out.head.word}`, "
        "where a sure and wrong output gets almost no gradient",
        "units of the output", f"`{word}` of the logits", (Fix(f"take `{word}` of the logits", swap, rates=True),), classes,
        rank=-1,
    )  # fmt: skip


def _class_numbers(examination: Examination, out: Output, compared: Sides) -> Finding | None:
    feed = dealt(examination.graph.nodes[out.target]) if out.target >= 0 else None
    if out.takes or feed is None or feed.which != "t" or feed.table.target == "onehot":
        return None
    values = examination.first.value(out.target)
    if feed.table.dataset.classes == 0 or values is None or len(np.unique(values)) < 3:
        return None
    if (values != np.floor(values)).any():  # boxes, say: what a set of classes has beside their numbers
        return None
    if examination.graph.nodes[compared.theirs].shape != values.shape:
        return None
    return _found(
        examination, out,
        f"`{feed.table.dataset.name}` has classes, and their numbers, up to {float(np.max(values)):g}, are learned as amounts",
        "different numbers of the target", "a unit for each class and `cross_entropy`", (), float(len(np.unique(values))), 2.0,
    )  # fmt: skip


def _given(examination: Examination, out: Output) -> str:
    name = examination.graph.nodes[out.node].name
    return f"`{out.head.word}` in `{name}`" if out.head else f"`{name}`, which is linear,"


def _ends(low: float, high: float) -> str:
    return "any number" if low == -inf and high == inf else f"{low:g} to {high:g}"


def _found(
    examination: Examination, out: Output, text: str, statistic: str, help_: str, fixes: tuple[Fix, ...] = (),
    value: float | None = None, threshold: float | None = None, *, rank: int = BROKEN,
) -> Finding:  # fmt: skip
    node = examination.graph.nodes[out.node]
    return Finding(
        text, node.index, "", statistic, value, threshold, 0, (f"what belongs here: {help_}",),
        fixes or (Fix(f"take {help_}"),), rank=rank,
    )  # fmt: skip


DATA = 'x, t = dataset("digits", split="train", batch=32, target="onehot")\nh = relu(dense(x, 32, init=he))\n'
RULE = Rule(
    "loss_activation",
    find,
    reads=("graph", "first", "roles"),
    id="A6",
    statistic="what the loss takes, beside what the ops in front of it can give",
    threshold="a mismatch",
    source="Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010, "
    "sec. 4.1; Nikanjam et al., *NeuraLint*, TOSEM 2021",
    remedy="cross-entropy of logits for classes, squared error of a linear output for measured values",
    traps="a squared error of probabilities learns, too (Brier 1950); several labels at once; probabilities that are divided "
    "by their sum; soft targets",
    faulty=DATA + "p = softmax(dense(h, 10))\nloss = mse(p, t)\nminimize(loss, sgd(0.1))\n",
    healthy=DATA + "y = dense(h, 10)\nloss = cross_entropy(y, t)\nminimize(loss, sgd(0.1))\n",
    updates=300,
    rank=116,
    consequence=True,
    doc=__doc__ or "",
)
