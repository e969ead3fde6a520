"""The operations, one file each; a new file here is a new word of the model language."""

from __future__ import annotations

from functools import cache

from gradlab.op import Op
from gradlab.registry import Registry, collect

OPS: Registry[Op] = collect(__name__, "OP")
"""Every operation by its name."""


@cache
def compiled_ops() -> dict[str, Op]:
    """Return every operation that has kernels, and its forms with fewer inputs, by the names of their kernels."""
    return {form.kernel: form for op in OPS.values() if not op.is_leaf for form in op.forms}


def find_op(word: str) -> Op | None:
    """Return the operation of a name or an alias, if there is one."""
    return OPS.find(word)
