"""Nonlinearities with numbers of their own."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import CONSTANTS, Mapping, Unmapped
from gradlab.importers.torch.chance import DRAWN


def _gelu(m: Any, x: Any, approximate: str = "none", **_: Any) -> Any:
    if approximate == "none":
        return m.call("gelu", x)
    cube = m.call("mul", m.call("pow", x, 3), 0.044715)
    bent = m.call("tanh", m.call("mul", m.call("add", x, cube), sqrt(2 / pi)))
    return m.call("mul", m.call("mul", x, 0.5), m.call("add", bent, 1))


def _leaky(m: Any, x: Any, negative_slope: Any = 0.01, **_: Any) -> Any:
    return m.call("leaky_relu", x, slope=float(negative_slope))


def _elu(m: Any, x: Any, alpha: Any = 1, scale: Any = 1, input_scale: Any = 1, **_: Any) -> Any:
    if input_scale != 1:
        raise Unmapped("`elu` with a scale of its input")
    bent = m.call("elu", x, alpha=float(alpha))
    return bent if scale == 1 else m.call("mul", bent, scale)


def _celu(m: Any, x: Any, alpha: Any = 1.0, **_: Any) -> Any:
    return m.call("mul", m.call("elu", m.call("mul", x, 1 / alpha)), alpha) if alpha != 1 else m.call("elu", x)


def _prelu(m: Any, x: Any, weight: Any, **_: Any) -> Any:
    slopes, rank = m.shape_of(weight), len(m.shape_of(x))
    if len(slopes) == 1 and slopes[0] > 1 and rank > 2:
        weight = m.reshape(weight, (*slopes, *(1,) * (rank - 2)))
    return m.call("prelu", x, weight)


def _softplus(m: Any, x: Any, beta: Any = 1, threshold: Any = 20, **_: Any) -> Any:
    if beta == 1:
        return m.call("softplus", x)
    return m.call("div", m.call("softplus", m.call("mul", x, beta)), beta)


def _glu(m: Any, x: Any, dim: int = -1, **_: Any) -> Any:
    return m.call("glu", x, axis=m.axis(x, dim))


def _threshold(m: Any, x: Any, threshold: Any, value: Any, **_: Any) -> Any:
    return m.call("where", m.call("less_equal", x, threshold), value, x)  # NaN stays NaN


def _softshrink(m: Any, x: Any, lambd: Any = 0.5, **_: Any) -> Any:
    return m.call("sub", x, m.call("clip", x, low=-float(lambd), high=float(lambd)))


def _rrelu(m: Any, x: Any, noise: Any = None, lower: Any = 0.125, upper: Any = 1 / 3, training: bool = False, **_: Any) -> Any:
    if not training:
        return m.call("leaky_relu", x, slope=(float(lower) + float(upper)) / 2)
    given, made = m.called.args[0].numbers, m.called.outputs[0].numbers
    slopes = (made / given).where(given != 0, 1.0).detach().numpy().copy()
    return m.call("mul", x, KnownTensor(slopes, remark=DRAWN, name="slopes"))


MAPPING = (
    Mapping("rrelu_with_noise", _rrelu, ("rrelu", "rrelu_with_noise_functional")),
    Mapping("gelu", _gelu),
    Mapping("leaky_relu", _leaky),
    Mapping("elu", _elu),
    Mapping("celu", _celu, near=CONSTANTS),
    Mapping("prelu", _prelu, ("_prelu_kernel",)),
    Mapping("softplus", _softplus),
    Mapping("glu", _glu),
    Mapping("threshold", _threshold),
    Mapping("softshrink", _softshrink),
)
