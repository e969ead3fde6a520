"""The operations, one file each; a new file here is a new word of the model language."""

from __future__ import annotations

from gradlab.op import Op
from gradlab.registry import collect

OPS: dict[str, Op] = collect(__name__, "OP")
"""Every operation by its name."""

COMPILED: dict[str, Op] = {form.kernel: form for op in OPS.values() if not op.is_leaf for form in op.forms}
"""Every operation that has kernels, and its forms with fewer inputs, by the names of their kernels."""

_BY_WORD: dict[str, Op] = {alias: op for op in OPS.values() for alias in op.aliases} | OPS


def find_op(word: str) -> Op | None:
    """Return the operation of a name or an alias, if there is one."""
    return _BY_WORD.get(word)
