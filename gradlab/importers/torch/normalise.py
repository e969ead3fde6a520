"""Normalisation of batches, samples and groups."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping, Unmapped


def _batch_norm(
    m: Any,
    input: Any,
    *,
    weight: Any = None,
    bias: Any = None,
    running_mean: Any = None,
    running_var: Any = None,
    training: bool = True,
    momentum: Any = 0.1,
    eps: float = 1e-5,
    **_: Any,
) -> Any:
    shape = m.shape_of(input)
    small = (shape[1],) if len(shape) == 2 else (shape[1], *(1,) * (len(shape) - 2))
    if training:
        mean, var = _statistics(m, input, running_mean, running_var, momentum)
    else:
        mean, var = (_shaped(m, one, small) for one in (running_mean, running_var))
    made = m.call("standardize", input, mean, var, eps=float(eps))
    if weight is None and bias is None:
        return made
    scale = m.reshape(weight, small) if weight is not None else 1.0
    return m.call("scale_shift", made, scale, m.reshape(bias, small) if bias is not None else 0.0)


def _statistics(m: Any, x: Any, running_mean: Any, running_var: Any, momentum: Any) -> tuple[Any, Any]:
    """Return mean and variance that are used: of the batch while training, in mode eval what runs along with it."""
    shape = m.shape_of(x)
    mean = m.call("channel_mean", x)
    var = m.call("channel_var", x, mean)
    if not isinstance(running_mean, KnownTensor) or not running_mean.key:
        return mean, var
    n = prod(shape) // max(1, shape[1])
    usual_mean = m.running(mean, running_mean, float(momentum), 1.0)
    usual_var = m.running(var, running_var, float(momentum), n / max(1, n - 1))
    mode = m.mode()
    return m.call("where", mode, mean, usual_mean), m.call("where", mode, var, usual_var)


def _shaped(m: Any, one: Any, shape: Any) -> Any:
    return KnownTensor(one.array.reshape(shape), one.key, one.remark) if isinstance(one, KnownTensor) else m.reshape(one, shape)


def _functional(m: Any, **given: Any) -> Any:
    return *_native(m, **given), None, None


def _native(m: Any, **given: Any) -> Any:
    axes = tuple(one for one in range(len(m.shape_of(given["input"]))) if one != 1)
    return _batch_norm(m, **given), *(_saved(m, given["input"], axes, given["eps"]) if given["training"] else (None, None))


def _saved(m: Any, x: Any, axes: tuple[int, ...], eps: float) -> tuple[Any, Any]:
    """Return the mean, and 1 by the deviation, that an operator keeps for its backward pass, if that is a part of this one."""
    if not m.keeps(1, 2):
        return None, None
    deviation = m.call("pow", m.call("add", m.call("var", x, axis=axes), float(eps)), -0.5)
    return m.reshape(m.call("mean", x, axis=axes), m.out_shape(1)), m.reshape(deviation, m.out_shape(2))


def _updating(m: Any, **given: Any) -> Any:
    return *_native(m, **(given | {"training": True})), None


def _evaluating(m: Any, **given: Any) -> Any:
    return _batch_norm(m, **(given | {"training": False})), None, None


def _filled(number: float, shape: Any) -> KnownTensor:
    return KnownTensor(np.full(shape, number))


def _layer_norm(
    m: Any, input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5, **_: Any
) -> Any:
    shape = tuple(normalized_shape)
    gamma = _filled(1.0, shape) if weight is None else weight
    beta = _filled(0.0, shape) if bias is None else bias
    return m.call("layer_norm", input, gamma, beta, eps=float(eps))


def _group_norm(m: Any, input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, **_: Any) -> Any:
    channels = (m.shape_of(input)[1],)
    gamma = _filled(1.0, channels) if weight is None else weight
    beta = _filled(0.0, channels) if bias is None else bias
    return m.call("group_norm", input, gamma, beta, groups=int(num_groups), eps=float(eps))


def _native_layer_norm(m: Any, **given: Any) -> Any:
    rank, behind = len(m.shape_of(given["input"])), len(given["normalized_shape"])
    return _layer_norm(m, **given), *_saved(m, given["input"], tuple(range(rank - behind, rank)), given["eps"])


def _native_group_norm(m: Any, input: Any, group: int, eps: float, **given: Any) -> Any:
    n = m.shape_of(input)[0]
    made = _group_norm(m, input, group, given.get("weight"), given.get("bias"), eps)
    groups = m.reshape(input, (n, group, prod(m.shape_of(input)) // (n * group))) if m.keeps(1, 2) else input
    return made, *_saved(m, groups, (2,), eps)


def _instance_norm(
    m: Any, input: Any, weight: Any = None, bias: Any = None, use_input_stats: bool = True, eps: float = 1e-5, **_: Any
) -> Any:
    if not use_input_stats:
        raise Unmapped("`instance_norm` with running statistics")
    return _group_norm(m, input, m.shape_of(input)[1], weight, bias, eps)


def _rms_norm(m: Any, input: Any, normalized_shape: Any, weight: Any = None, eps: Any = None, **_: Any) -> Any:
    shape = tuple(normalized_shape)
    small = 2.0**-23 if eps is None and m.program.dtype == "float32" else 2.0**-52 if eps is None else float(eps)
    return m.call("rms_norm", input, _filled(1.0, shape) if weight is None else weight, eps=small)


def _weight_norm(m: Any, v: Any, g: Any, dim: int = 0, **_: Any) -> Any:
    axes = tuple(one for one in range(len(m.shape_of(v))) if one != dim)
    length = m.call("norm", v, axis=axes[0] if len(axes) == 1 else axes, keepdims=True)
    return m.call("mul", v, m.call("div", g, length))


MAPPING = (
    Mapping("_weight_norm", _weight_norm),
    Mapping("_weight_norm_interface", lambda m, **given: (_weight_norm(m, **given), None)),
    Mapping("batch_norm", _batch_norm),
    Mapping("_native_batch_norm_legit_functional", _functional),
    Mapping("native_batch_norm", _native, ("_native_batch_norm_legit", "cudnn_batch_norm")),
    Mapping("_batch_norm_with_update", _updating, ("_batch_norm_with_update_functional",)),
    Mapping("_native_batch_norm_legit_no_training", _evaluating, ("_batch_norm_no_update",)),
    Mapping("layer_norm", _layer_norm),
    Mapping("native_layer_norm", _native_layer_norm),
    Mapping("group_norm", _group_norm),
    Mapping("native_group_norm", _native_group_norm),
    Mapping("instance_norm", _instance_norm),
    Mapping("rms_norm", _rms_norm, ("_fused_rms_norm",)),
)
