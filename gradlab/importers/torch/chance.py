"""Random numbers and dropout: the numbers that PyTorch drew for this batch are kept."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping, Unmapped

DRAWN = "random, as captured"
NAMES = (
    "rand", "randn", "rand_like", "randn_like", "randint", "randint_like", "randperm", "bernoulli", "bernoulli_", "uniform",
    "uniform_", "normal", "normal_", "normal_functional", "multinomial", "exponential", "exponential_", "random", "random_",
    "poisson", "geometric", "geometric_", "cauchy_", "log_normal_",
)  # fmt: skip


def _native_dropout(m: Any, input: Any, p: float, train: Any = True, **_: Any) -> Any:
    if not train or p == 0:
        return input, None
    mask = m.gave(1) * (1 / (1 - p) if p < 1 else 0.0)
    return m.call("mul", input, KnownTensor(mask, remark=DRAWN, name="mask")), None


def _dropout(m: Any, input: Any, p: float, train: bool, **_: Any) -> Any:
    if not train or p == 0:
        return input
    raise Unmapped("a mask that cannot be had from an export")


def _keep(m: Any, **_: Any) -> Any:
    raise Unmapped("random numbers")


MAPPING = (
    *(Mapping(name, _keep, kept=DRAWN) for name in NAMES),
    Mapping("native_dropout", _native_dropout),
    Mapping("dropout", _dropout, ("alpha_dropout", "feature_dropout", "feature_alpha_dropout")),
)
