"""How much of an op is done by Python itself where there are no kernels: what its functions go through number by number."""

from __future__ import annotations

import dis
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

from gradlab.op import Op


def goes_number_by_number(op: Op) -> bool:
    """Whether a loop stands in what `forward` runs: on arrays that is Python's own, half a microsecond a number."""
    return op.kind == "array" and op.forward is not None and _loops(op.forward)


@cache
def _loops(function: Callable[..., Any]) -> bool:
    return isinstance(function, FunctionType) and _loop_in(function, set())


def _loop_in(function: FunctionType, seen: set[FunctionType]) -> bool:
    if function in seen:
        return False
    seen.add(function)
    if any(step.opname == "FOR_ITER" for step in dis.get_instructions(function)):
        return True
    called = (function.__globals__.get(name) for name in function.__code__.co_names)
    home = function.__module__.rpartition(".")[0]
    own = [other for other in called if isinstance(other, FunctionType) and other.__module__.rpartition(".")[0] == home]
    return any(_loop_in(other, seen) for other in own)
