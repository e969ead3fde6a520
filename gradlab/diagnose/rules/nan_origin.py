"""Where the first NaN or infinity came up.

Forward: the first op, in the order in which they run, whose output is not finite though all its inputs are; a leaf that is not
finite is an origin, too. If forward is clean, the first backward op that sends something not finite though it was sent finite
numbers. What follows from an origin is not told again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.findings import Evidence, Finding, Rule
from gradlab.op import Array


def find(evidence: Evidence) -> Iterator[Finding]:
    """Return the origin, if there is one."""
    found = _forward(evidence) or _backward(evidence)
    if found is not None:
        yield found


def _forward(evidence: Evidence) -> Finding | None:
    for node in evidence.graph.nodes:
        value = evidence.value(node.index)
        if value is None or _finite(value) or node.op.role == "gradient":
            continue
        if all(_finite(evidence.value(i)) for i in node.inputs):
            where = "is given as it is" if node.is_leaf else f"from finite inputs of `{node.op.name}`"
            return Finding("nan_origin", node.index, f"{_worst(value)} in `{node.name}`{_place(value)}, {where}")
    return None


def _backward(evidence: Evidence) -> Finding | None:
    for index in evidence.order:
        node = evidence.graph.nodes[index]
        incoming = evidence.grad(index)
        if incoming is None or not _finite(incoming):
            continue
        for source in node.inputs:
            sent = evidence.grad(source)
            if sent is not None and not _finite(sent):
                name = evidence.graph.nodes[source].name
                origin = f"sent by `{node.name}` ({node.op.name}), whose gradient is finite"
                return Finding("nan_origin", source, f"{_worst(sent)} in grad({name}){_place(sent)}, {origin}")
    return None


def _finite(array: Array | None) -> bool:
    return array is None or bool(np.isfinite(array).all())


def _worst(array: Array) -> str:
    bad = array[~np.isfinite(array)].reshape(-1)[0]
    return "NaN" if np.isnan(bad) else f"{bad:+}"


def _place(array: Array) -> str:
    if array.shape == ():
        return ""
    first = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
    count = int(np.count_nonzero(~np.isfinite(array)))
    return f" at {first} ({count:,} of {array.size:,} numbers)"


RULE = Rule("nan_origin", find, __doc__ or "")
