"""Losses of class numbers, by logarithms of probabilities or by what those are made of."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _nll(c: NodeCall, log_p: OnnxStep) -> OnnxStep:
    """Return the loss of logarithms of probabilities. log_p: (n, classes, …), the class numbers: (n, …)."""
    t, classes = c.x(1), log_p.shape[1]
    ignored = c.attr("ignore_index")
    counts = None if ignored is None else c.m.not_equal(t, float(ignored))
    rows = c.m.one_hot(t if counts is None else t * counts, classes=classes)  # an ignored number may be none of a class
    hot = c.m.transpose(rows, (0, rows.rank - 1, *range(1, rows.rank - 1)))
    if counts is not None:
        hot = hot * c.m.reshape(counts, (t.shape[0], 1, *t.shape[1:]))
    if c.has(2):
        hot = hot * c.m.reshape(c.x(2), (classes, *(1,) * (log_p.rank - 2)))
    loss = -c.m.sum(hot * log_p, axis=1)
    how = c.attr("reduction", "mean")
    if how == "none":
        return loss
    return c.m.sum(loss) / c.m.sum(hot) if how == "mean" else c.m.sum(loss)


def _cross_entropy(c: NodeCall) -> tuple[OnnxStep, ...]:
    x, how = c.x(), c.attr("reduction", "mean")
    if x.rank == 2 and how == "mean" and not c.has(2) and c.attr("ignore_index") is None and not c.wants(1):
        return (c.m.cross_entropy(x, c.x(1)),)
    log_p = c.m.log_softmax(x, axis=1)
    return _nll(c, log_p), log_p


MAPPING = (
    OnnxMapping("NegativeLogLikelihoodLoss", lambda c: _nll(c, c.x())),
    OnnxMapping("SoftmaxCrossEntropyLoss", _cross_entropy),
)
