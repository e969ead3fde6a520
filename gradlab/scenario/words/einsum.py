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

from gradlab.arguments import shown
from gradlab.errors import ArgumentError
from gradlab.ops import OPS
from gradlab.ops.einsum import REST, implied
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
    text = str(letters.value).replace(" ", "")
    parts = text.partition("->")[0].split(",")
    if len(operands) not in (1, 2, 3) or (len(operands) != 2 and len(parts) != len(operands)):
        raise ArgumentError(
            f'`einsum` takes letters of one to three operands, and as many operands, `einsum("ij,jk->ik", x, y)`: '
            f"got {len(operands)} for {shown(letters.value)}"
        )
    return _product(call, text, operands, letters)


def _product(call: Call, text: str, operands: list[Arg], letters: Arg) -> Value:
    """Return the node of one or of two products."""
    if len(operands) == 2:
        return _pair(call, operands, Arg(text, letters.node))
    before, arrow, out = text.partition("->")
    parts = before.split(",")
    if len(operands) == 1:
        spelled = f"{before},->{out if arrow else implied(before.replace(REST, ''), REST in before)}"
        return _pair(call, [operands[0], Arg(1.0, operands[0].node)], Arg(spelled, letters.node))
    out = out if arrow else implied(before.replace(REST, "").replace(",", ""), REST in before)
    kept = REST * (REST in parts[0] + parts[1]) + _letters_of(parts[0] + parts[1], parts[2] + out)
    inner = _pair(call, operands[:2], Arg(f"{parts[0]},{parts[1]}->{kept}", letters.node))
    return _pair(call, [Arg(inner, call.node), operands[2]], Arg(f"{kept},{parts[2]}->{out}", letters.node))


def _letters_of(letters: str, needed: str) -> str:
    """Return the letters, each once, that are needed later."""
    return "".join(dict.fromkeys(letter for letter in letters if letter != "." and letter in needed))


def _pair(call: Call, operands: list[Arg], letters: Arg) -> Value:
    return call_op(OPS["einsum"], Call(call.trace, call.word, call.node, [*operands, letters], {}))


WORD = Word("einsum", 'einsum("ij,jk->ik", x, y)', run, __doc__)
