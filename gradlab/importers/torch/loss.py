"""Losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._mapping import Mapping, Unmapped

REDUCTIONS = ("none", "mean", "sum")


def _reduction(code: int) -> dict[str, Any]:
    return {} if code == 1 else {"reduction": REDUCTIONS[code]}


def _last(m: Any, x: Any) -> Any:
    """Return x with its classes, which stand on axis 1, on the last one."""
    rank = len(m.shape_of(x))
    return x if rank <= 2 else m.transpose(x, [0, *range(2, rank), 1])


def _classes(op: str, weighted: str = "") -> Any:
    def build(
        m: Any,
        x: Any,
        target: Any,
        weight: Any = None,
        reduction: int = 1,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        **_: Any,
    ) -> Any:
        rows = m.shape_of(target) == m.shape_of(x)
        attrs = _reduction(reduction)
        attrs |= {"label_smoothing": float(label_smoothing)} if label_smoothing else {}
        if not rows and _has(m, target, ignore_index):
            attrs["ignore_index"] = int(ignore_index)
        given = _last(m, x), _last(m, target) if rows else target
        if weight is None:
            return m.call(op, *given, **attrs)
        if not weighted:
            raise Unmapped("weights of classes")
        return m.call(weighted, *given, weight, **attrs)

    return build


def _has(m: Any, target: Any, number: int) -> bool:
    """Whether a target of class numbers has one that counts for nothing."""
    value = m.called.args[1]
    return bool((value.tensor == number).any())


def _two(op: str) -> Any:
    def build(m: Any, x: Any, target: Any, reduction: int = 1, **_: Any) -> Any:
        shape = np.broadcast_shapes(m.shape_of(x), m.shape_of(target))
        return m.call(op, m.expand(x, shape), m.expand(target, shape), **_reduction(reduction))

    return build


def _huber(m: Any, x: Any, target: Any, reduction: int = 1, delta: float = 1.0, **_: Any) -> Any:
    return m.call("huber", x, target, delta=float(delta), **_reduction(reduction))


def _smooth_l1(m: Any, x: Any, target: Any, reduction: int = 1, beta: float = 1.0, **_: Any) -> Any:
    if beta == 0:
        return m.call("mae", x, target, **_reduction(reduction))
    found = m.call("huber", x, target, delta=float(beta), **_reduction(reduction))
    return found if beta == 1 else m.call("div", found, beta)


def _bce(op: str) -> Any:
    def build(m: Any, x: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = 1, **_: Any) -> Any:
        if pos_weight is not None:
            return _positive(m, x, target, pos_weight, weight, reduction)
        if weight is None:
            return m.call(op, x, target, **_reduction(reduction))
        each = m.call("mul", m.call(op, x, target, reduction="none"), weight)
        return each if reduction == 0 else m.call(REDUCTIONS[reduction], each)

    return build


def _positive(m: Any, x: Any, t: Any, pos_weight: Any, weight: Any, reduction: int) -> Any:
    """Return -(p · t · log σ(x) + (1 - t) · log σ(-x))."""
    yes = m.call("mul", m.call("mul", pos_weight, t), m.call("logsigmoid", x))
    no = m.call("mul", m.call("sub", 1, t), m.call("logsigmoid", m.call("neg", x)))
    each = m.call("neg", m.call("add", yes, no))
    each = each if weight is None else m.call("mul", each, weight)
    return each if reduction == 0 else m.call(REDUCTIONS[reduction], each)


def _kl(m: Any, x: Any, target: Any, reduction: int = 1, log_target: bool = False, **_: Any) -> Any:
    """Return Σ t · (log t - x), where t = 0 nothing."""
    if log_target:
        each = m.call("mul", m.call("exp", target), m.call("sub", target, x))
    else:
        safe = m.call("where", m.call("greater", target, 0), target, 1)
        each = m.call("mul", target, m.call("sub", m.call("log", safe), x))
    return each if reduction == 0 else m.call(REDUCTIONS[reduction], each)


def _cosine(m: Any, x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8, **_: Any) -> Any:
    return m.call("cosine_similarity", x1, x2, axis=m.axis(x1, dim))


def _with_total(m: Any, **given: Any) -> Any:
    return _classes("nll")(m, **given), None


MAPPING = (
    Mapping("cross_entropy_loss", _classes("cross_entropy", "weighted_cross_entropy")),
    Mapping("nll_loss", _classes("nll"), ("nll_loss_nd", "nll_loss2d")),
    Mapping("nll_loss_forward", _with_total, ("nll_loss2d_forward",)),
    Mapping("mse_loss", _two("mse")),
    Mapping("l1_loss", _two("mae")),
    Mapping("huber_loss", _huber),
    Mapping("smooth_l1_loss", _smooth_l1),
    Mapping("binary_cross_entropy", _bce("bce_probabilities")),
    Mapping("binary_cross_entropy_with_logits", _bce("bce")),
    Mapping("kl_div", _kl),
    Mapping("cosine_similarity", _cosine),
)
