"""One feature alone tells the target, and would not when the model is used.

Either it does so in the training rows only: it was made from the labels, or is filled in afterwards; the held-out rows show it.
Or it numbers the rows, in a file that is sorted by class: then held-out rows, which were drawn from between, are right as well,
and new data are not. What a feature tells is the accuracy, or R², of the best answer in each of twenty ranges of it; of the
numbers of rows, one less the share of places at which the class changes from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.rule import Rule

TOLD, KEPT, BINS, FEWEST, MOST = 0.98, 0.5, 20, 40, 1_000
"""What it tells of the training rows, how much of that is left on held-out ones; ranges, rows at least, features at most."""
Floats = npt.NDArray[np.float64]


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the first such feature."""
    roles = examination.roles
    if roles.target < 0 or roles.task not in ("classes", "regression") or roles.both:
        return
    target = examination.begun.values(roles.target)
    for index in roles.inputs:
        values = examination.begun.values(index)
        if values.ndim == 2 and FEWEST <= len(values) == target.size and 1 < values.shape[1] <= MOST:
            yield from list(_asked(examination, index, np.asarray(values, np.float64), target.reshape(-1)))[:1]


def _asked(examination: Examination, index: int, values: Floats, target: Floats) -> Iterator[Finding]:
    classes = examination.roles.task == "classes"
    name = examination.graph.nodes[index].name
    for feature in range(values.shape[1]):
        edges = np.unique(np.quantile(values[:, feature], np.linspace(0, 1, BINS + 1)[1:-1]))
        answers = _answers(np.digitize(values[:, feature], edges), target, classes)
        told = _score(answers[np.digitize(values[:, feature], edges)], target, classes)
        numbered = _is_numbering(values[:, feature])
        if numbered and classes:
            told = max(told, 1 - float(np.mean(np.diff(target[np.argsort(values[:, feature])]) != 0)))
        if told <= TOLD:
            continue
        kept = None if numbered else _kept(examination, index, feature, edges, answers, classes)
        if not numbered and (kept is None or kept >= KEPT * told):
            continue
        why = "it numbers the rows" if numbered else f"of held-out rows it tells {max(kept or 0.0, 0.0):.0%}"
        yield Finding(
            f"feature {feature} of `{name}` alone tells {told:.0%} of the target, and {why}",
            node=index,
            statistic="what one feature tells of the training rows beyond a constant answer",
            value=told,
            threshold=TOLD,
            at=0,
            fixes=(Fix(f"leave feature {feature} out"),),
        )


def _answers(place: npt.NDArray[np.int64], target: Floats, classes: bool) -> Floats:
    """Return the best answer in each range: the most frequent class, or the mean."""
    whole = _best(target, classes)
    return np.array([_best(target[place == k], classes) if (place == k).any() else whole for k in range(BINS + 1)])


def _best(target: Floats, classes: bool) -> float:
    if not classes:
        return float(np.mean(target))
    names, counts = np.unique(target, return_counts=True)
    return float(names[np.argmax(counts)])


def _score(answers: Floats, target: Floats, classes: bool) -> float:
    """Return how much of what is possible beyond a constant answer the answers reach."""
    if classes:
        base = float(np.mean(target == _best(target, True)))
        return (float(np.mean(answers == target)) - base) / (1 - base) if base < 1 else 0.0
    around = float(np.var(target))
    return 1 - float(np.mean((answers - target) ** 2)) / around if around > 0 else 0.0


def _kept(examination: Examination, index: int, feature: int, edges: Floats, answers: Floats, classes: bool) -> float | None:
    """Return what the same answers are worth on held-out rows; None where there are none."""
    if examination.held_out is None:
        return None
    run = examination.lab.twins.held_out(examination.held_out.split, backward=False).run
    nodes = [run.graph.find(examination.graph.nodes[i].name) for i in (index, examination.roles.target)]
    if nodes[0] is None or nodes[1] is None:
        return None
    values, target = run.machine.value(nodes[0].index), run.machine.value(nodes[1].index).reshape(-1)
    return _score(answers[np.digitize(values[:, feature], edges)], target, classes)


def _is_numbering(values: Floats) -> bool:
    """Whether numbers are those of rows: all different, a whole number of equal steps apart, most of the steps taken."""
    steps = np.diff(np.sort(values))
    if not (steps > 0).all():
        return False
    whole = steps / steps.min()
    return bool(np.allclose(whole, np.round(whole), atol=1e-4)) and float(whole.sum()) < 2 * len(values)


ROWS = 'for k in range(200)], split="train", batch=20)\n'
LABEL = "t = input([[1 if k >= 100 else 0] " + ROWS
NET = "h = relu(dense(x, 8, init=he))\ny = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "label_leak",
    find,
    reads=("graph", "roles", "begun"),
    id="F3",
    statistic="what the best answer in each of twenty ranges of one feature is worth, on training and on held-out rows",
    threshold="0.98 of what is possible, and less than half of it on held-out rows, or a feature that numbers the rows",
    source="Kaufman, Rosset & Perlich, *Leakage in data mining*, TKDD 2012; a proposal",
    remedy="leave the feature out",
    traps="easy data, in which one feature is enough on held-out rows, too; the axis of time of a curve, which stands alone",
    faulty="x = input([[(0.618034 * k) % 1, k / 100 - 1] " + ROWS + LABEL + NET,
    healthy="x = input([[(0.618034 * k) % 1, (0.5 if k >= 100 else -0.5) + 0.4 * ((0.754878 * k) % 1)] " + ROWS + LABEL + NET,
    updates=200,
    rank=125,
    status="proposal",
    doc=__doc__ or "",
)
