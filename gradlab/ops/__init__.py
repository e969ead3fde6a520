"""The operations, one file each; a new file here is a new word of the model language."""

from __future__ import annotations

from gradlab.op import Op
from gradlab.registry import Registry, collect

OPS: Registry[Op] = collect(__name__, "OP")
"""Every operation by its name."""


def find_op(word: str) -> Op | None:
    """Return the operation of a name or an alias, if there is one."""
    return OPS.find(word)
