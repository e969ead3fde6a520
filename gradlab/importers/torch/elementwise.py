"""Operators of one tensor, element by element. Those that have the name of such an op of ours need no mapping."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import CONSTANTS, Mapping


def _to(op: str) -> Any:
    return lambda m, x, **_: m.call(op, x)


MAPPING = (
    Mapping("sgn", _to("sign")),
    Mapping("hardsigmoid", _to("hard_sigmoid"), near=CONSTANTS),
    Mapping("log_sigmoid", _to("logsigmoid")),
    Mapping("log_sigmoid_forward", lambda m, x, **_: (m.call("logsigmoid", x), None)),
    Mapping("rsqrt", lambda m, x, **_: m.call("pow", x, -0.5)),
)
