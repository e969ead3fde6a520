"""One number of several."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _over(op: str) -> Any:
    def build(m: Any, x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
        return _reduced(m, op, x, dim, keepdim)

    return build


def _reduced(m: Any, op: str, x: Any, dim: Any, keepdim: bool, **more: Any) -> Any:
    axes, attrs = m.axes(x, dim), dict(more)
    if axes is not None:
        attrs["axis"] = axes[0] if len(axes) == 1 else axes
    if keepdim:
        attrs["keepdims"] = True
    return m.call(op, x, **attrs)


def _spread(op: str) -> Any:
    def build(
        m: Any, x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, correction: Any = None, **_: Any
    ) -> Any:
        ddof = int(unbiased) if correction is None else int(correction)
        return _reduced(m, op, x, dim, keepdim, **({"ddof": ddof} if ddof else {}))

    return build


def _correction(
    m: Any, x: Any, dim: Any = None, correction: Any = None, keepdim: bool = False, unbiased: Any = None, **_: Any
) -> Any:
    ddof = (1 if correction is None else int(correction)) if unbiased is None else int(unbiased)
    return _reduced(m, "var", x, dim, keepdim, **({"ddof": ddof} if ddof else {})), _reduced(m, "mean", x, dim, keepdim)


def _extreme(op: str, pick: str, both: str) -> Any:
    """Return the mapping of `max` in its three forms: of all, along an axis with the places, of two tensors."""

    def build(m: Any, x: Any, dim: Any = None, keepdim: bool = False, other: Any = None, **_: Any) -> Any:
        if other is not None:
            return m.call(both, x, other)
        if dim is None:
            return m.call(op, x)
        axis = m.axis(x, dim)
        if m.shape_of(x) == ():
            return x, None
        places = m.call(pick, x, axis=axis, keepdims=True)
        taken = m.call("take_along_axis", x, places, axis=axis)
        if keepdim:
            return taken, places
        shape = tuple(n for k, n in enumerate(m.shape_of(x)) if k != axis)
        return m.reshape(taken, shape), m.reshape(places, shape)

    return build


def _place(op: str) -> Any:
    def build(m: Any, x: Any, dim: Any = None, keepdim: bool = False, **_: Any) -> Any:
        return m.call(op, x, **({} if dim is None else {"axis": m.axis(x, dim)}), **({"keepdims": True} if keepdim else {}))

    return build


def _norm(m: Any, x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False, p: Any = None, **_: Any) -> Any:
    kind = ord if p is None else p
    return norm_of(m, x, 2.0 if kind in (None, "fro") else float(kind), dim, keepdim)


def norm_of(m: Any, x: Any, order: float, dim: Any, keepdim: bool) -> Any:
    """Return (Σ |x| ** order) ** (1 / order) over axes: the greatest |x| for infinity. Raises Unmapped."""
    if order in (1, 2):
        return _reduced(m, "norm", x, dim, keepdim, **({"ord": 1} if order == 1 else {}))
    size = m.call("abs", x)
    if order in (float("inf"), float("-inf")):
        return _reduced(m, "max" if order > 0 else "min", size, dim, keepdim)
    if order <= 0:
        raise Unmapped(f"a norm of order {order:g}")
    total = _reduced(m, "sum", m.call("pow", size, order), dim, keepdim)
    none = m.call("equal", total, 0.0)  # no slope there: PyTorch sends 0, one of its subgradients
    return m.call("where", none, 0.0, m.call("pow", m.call("where", none, 1.0, total), 1 / order))


def _axis(op: str) -> Any:
    return lambda m, x, dim, **_: m.call(op, x, axis=m.axis(x, dim))


MAPPING = (
    *(Mapping(name, _over(op)) for name, op in
      {"sum": "sum", "mean": "mean", "prod": "prod", "amax": "max", "amin": "min", "logsumexp": "logsumexp", "any": "max",
       "all": "min"}.items()),
    Mapping("var", _spread("var")),
    Mapping("std", _spread("std")),
    Mapping("var_mean", _correction),
    Mapping("max", _extreme("max", "argmax", "maximum")),
    Mapping("min", _extreme("min", "argmin", "minimum")),
    Mapping("argmax", _place("argmax")),
    Mapping("argmin", _place("argmin")),
    Mapping("linalg_vector_norm", _norm, ("norm", "frobenius_norm")),
    Mapping("cumsum", _axis("cumsum")),
    Mapping("cumprod", _axis("cumprod")),
    Mapping("softmax", _axis("softmax"), ("_softmax",)),
    Mapping("log_softmax", _axis("log_softmax"), ("_log_softmax",)),
)  # fmt: skip
