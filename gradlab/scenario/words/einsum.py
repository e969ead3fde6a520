"""The letters stand in front, as NumPy and PyTorch have it, or behind the operands, as all other ops have their arguments.

There are one to three operands. Of one the op is a product with 1. Three are two products, one after the other: the first two
operands are multiplied, and what comes out is multiplied with the third.

Example:
    x, y = input(shape=(2, 3)), input(shape=(3, 4))
    z = einsum("ij,jk->ik", x, y)
    same = einsum(x, y, "ij,jk->ik")
    columns = einsum("ij->j", x)
    form = einsum("...i,ij,...j->...", x, param(shape=(3, 3)), x)
"""

from __future__ import annotations

from gradlab.ops import OPS
from gradlab.ops.einsum import BEFORE, ONE, products
from gradlab.scenario.call import Arg, Call
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word, call_op


def run(call: Call) -> Value:
    """Return the node."""
    first = call.args[0].value if call.args else None
    last = call.args[-1].value if call.args else None
    if isinstance(first, str) and not call.named:
        letters, operands = call.args[0], list(call.args[1:])
    elif isinstance(last, str) and not call.named:
        letters, operands = call.args[-1], list(call.args[:-1])
    else:
        return call_op(OPS["einsum"], call)
    made: Arg | None = None
    for left, right, spelled in products(str(letters.value), len(operands)):
        pair = [_operand(number, operands, made) for number in (left, right)]
        made = Arg(_pair(call, pair, Arg(spelled, letters.node)), call.node)
    assert made is not None, "there is a product"
    return made.value


def _operand(number: int, operands: list[Arg], before: Arg | None) -> Arg:
    """Return what a product multiplies."""
    if number == BEFORE:
        assert before is not None, "a product is there"
        return before
    return Arg(1.0, operands[0].node) if number == ONE else operands[number]


def _pair(call: Call, operands: list[Arg], letters: Arg) -> Value:
    return call_op(OPS["einsum"], Call(call.trace, call.word, call.node, [*operands, letters], {}))


WORD = Word("einsum", 'einsum("ij,jk->ik", x, y)', run, __doc__)
