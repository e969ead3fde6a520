"""Losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch.arithmetic import xlogy

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
        ignored = 0 if rows else _count(m, ignore_index)
        if ignored:
            attrs["ignore_index"] = int(ignore_index)
        given = _last(m, x), _last(m, target) if rows else target
        if weight is not None and not weighted:
            raise Unmapped("weights of classes")
        found = m.call(op, *given, **attrs) if weight is None else m.call(weighted, *given, weight, **attrs)
        none = reduction == 1 and ignored == m.called.args[1].tensor.numel()
        return _of_none(m, found, target, ignore_index) if none else found

    return build


def _count(m: Any, number: int) -> int:
    """Return how many of the class numbers that are aimed at count for nothing."""
    return int((m.called.args[1].tensor == number).sum())


def _of_none(m: Any, loss: Any, target: Any, ignored: int) -> Any:
    """Return the mean of a loss of which all targets are ignored: NaN, 0 / 0, that sends no gradient."""
    m.say(f"all targets of `{m.called.name}` at {m.place} are ignored: PyTorch's mean of none is NaN")
    count = m.call("sum", m.call("not_equal", target, float(ignored)))
    return m.call("add", loss, m.call("sub", m.call("div", count, count), 1))


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


def _bce(op: str, bounded: bool = False) -> Any:
    def build(m: Any, x: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = 1, **_: Any) -> Any:
        if pos_weight is not None:
            return _positive(m, x, target, pos_weight, weight, reduction)
        sure = bounded and _is_sure(m)
        if weight is None and not sure:
            return m.call(op, x, target, **_reduction(reduction))
        each = _bounded(m, x, target) if sure else m.call(op, x, target, reduction="none")
        each = each if weight is None else m.call("mul", each, weight)
        return each if reduction == 0 else m.call(REDUCTIONS[reduction], each)

    return build


LEAST = float(np.float32(1e-12))
"""What p · (1 - p) is at least where PyTorch divides by it, in float32 always; its logarithms are at least -100."""


def _is_sure(m: Any) -> bool:
    """Whether the batch has a probability so near to 0 or 1 that PyTorch bounds its cost or its slope."""
    p = m.called.args[0].numbers
    return bool(((p >= 0) & (p <= 1) & (p * (1 - p) < LEAST)).any())


def _bounded(m: Any, p: Any, t: Any) -> Any:
    """Return -(t · log p + (1 - t) · log(1 - p)) with PyTorch's bounds, which its slopes (p - t) / (p · (1 - p)) have, too."""
    left = m.call("sub", 1, p)
    yes, no = m.call("mul", t, _log(m, p)), m.call("mul", m.call("sub", 1, t), _log(m, left))
    slope = m.call("div", m.call("sub", p, t), m.call("maximum", m.call("mul", p, left), LEAST))
    return m.call("custom", m.call("neg", m.call("add", yes, no)), m.call("mul", m.call("stop_gradient", slope), p))


def _log(m: Any, p: Any) -> Any:
    """Return the logarithm of a probability, -100 at least."""
    none = m.call("equal", p, 0)
    return m.call("where", none, -100, m.call("maximum", m.call("log", m.call("where", none, 1, p)), -100))


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
        each = m.call("sub", xlogy(m, target, target), m.call("mul", target, x))
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
    Mapping("binary_cross_entropy", _bce("bce_probabilities", bounded=True)),
    Mapping("binary_cross_entropy_with_logits", _bce("bce")),
    Mapping("kl_div", _kl),
    Mapping("cosine_similarity", _cosine),
)
