"""The letters stand in front, as NumPy and PyTorch have it, or behind the operands, as all other ops have their arguments.

Example:
    x, y = input(shape=(2, 3)), input(shape=(3, 4))
    z = einsum("ij,jk->ik", x, y)
    same = einsum(x, y, "ij,jk->ik")
"""

from __future__ import annotations

from gradlab.errors import ArgumentError
from gradlab.ops import OPS
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, call_op


def run(call: Call) -> Value:
    """Return the node."""
    if not call.args or not isinstance(call.args[0].value, str):
        return call_op(OPS["einsum"], call)
    letters, *operands = call.args
    if len(operands) != 2 or call.named:
        raise ArgumentError(
            f'`einsum` takes letters and two operands, `einsum("ij,jk->ik", x, y)`, got {len(operands)} operands'
        )
    return call_op(OPS["einsum"], Call(call.trace, call.word, call.node, [*operands, letters], {}))


WORD = Word("einsum", 'einsum("ij,jk->ik", x, y)', run, __doc__)
