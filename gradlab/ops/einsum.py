"""Product of two arrays whose axes are named by letters: equal letters run together, letters without a place in z are summed.

    forward  z[…] = Σ x[…] · y[…]
    backward dx[…] = Σ g[…] · y[…],  dy[…] = Σ g[…] · x[…]

"ij,jk->ik" is the matrix product, "ij,ij->i" row by row, "i,j->ij" the outer product, "ii,i->i" takes a diagonal. Without "->"
the letters that occur once are those of z, in the order of the alphabet. `...` stands for all other axes of an operand, which
broadcast and come first in z. Where letters say a matrix product, it is one, and what float32 adds up is as exact as that of
`@`; arrays in which the letters lie in another order are copied for it. All else runs loops.

Arguments:
    subscripts  text: the letters of the axes of x, of y and, behind "->", of z

Source: Einstein, *Die Grundlage der allgemeinen Relativitätstheorie*, Annalen der Physik 354, 1916.
"""

from __future__ import annotations

from math import prod
from string import ascii_letters
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED, shown
from gradlab.errors import ArgumentError, ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._contraction import INTS, LOOPS, contract, contract_back, loop_numbers, matrix_numbers, packed_size
from gradlab.ops._reduce import diagonal
from gradlab.ops._strided import strides_of
from gradlab.terms import Maker, Sends, Term

REST, OTHERS = "...", "αβγδεζ"
"""What stands for all other axes, and the letters that these have here."""
ONE, BEFORE = -1, -2
"""Operands of `products` that are none of those that are given."""


@straight
def forward(x: Array, y: Array, z: Array, *numbers: Any) -> None:
    contract(x, y, z, numbers[-1], *numbers[:-1])


@straight
def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, add_x: bool, add_y: bool, *numbers: Any) -> None:
    contract_back(g, x, y, dx, dy, add_x, add_y, numbers[-1], *numbers[:-1])


def gradient(m: Maker, g: Term, z: Term, x: Term, y: Term, subscripts: str) -> Sends:
    of_x, of_y, out = _in_ascii(_letters(written(subscripts), (x.shape, y.shape), subscripts))
    sizes = dict(zip(out, g.shape, strict=True))
    (left, of_x), (right, of_y) = _once(m, x, of_x, sizes), _once(m, y, of_y, sizes)
    dx, dy = _returned(m, g, left, right, (of_x, of_y, out)), _returned(m, g, right, left, (of_y, of_x, out))
    return _shaped(m, dx, x.shape), _shaped(m, dy, y.shape)


def _in_ascii(parts: tuple[str, str, str]) -> tuple[str, ...]:
    """Return the letters with free ones for those that `...` stands for."""
    free = "".join(letter for letter in ascii_letters if letter not in "".join(parts))
    return tuple(part.translate(str.maketrans(OTHERS, free[: len(OTHERS)])) for part in parts)


def _once(m: Maker, x: Term, letters: str, sizes: dict[str, int]) -> tuple[Term, str]:
    """Return an operand, and its letters, without the axes that are repeated in the result. sizes: of the letters of that."""
    own = [sizes.get(letter, n) == n for letter, n in zip(letters, x.shape, strict=True)]
    shape = tuple(n for n, kept in zip(x.shape, own, strict=True) if kept)
    return _shaped(m, x, shape), "".join(letter for letter, kept in zip(letters, own, strict=True) if kept)


def _shaped(m: Maker, x: Term, shape: Shape) -> Term:
    return x if x.shape == shape else m.reshape(x, shape=shape)


def _returned(m: Maker, g: Term, x: Term, y: Term, letters: tuple[str, str, str]) -> Term:
    """Write down what the product sends to x: products of g with y, on the diagonal of axes of one letter, else repeated."""
    of_x, of_y, out = letters
    met = "".join(letter for letter in dict.fromkeys(of_x) if letter in of_y + out)
    sent = m.einsum(g, y, subscripts=f"{out},{of_y}->{met}")
    first = [of_x.index(letter) == i and letter in met for i, letter in enumerate(of_x)]
    sent = m.reshape(sent, shape=tuple(n if own else 1 for n, own in zip(x.shape, first, strict=True)))
    for axis, letter in enumerate(of_x):
        if of_x.index(letter) < axis:
            n, ends = x.shape[axis], (of_x.index(letter), axis)
            sent = m.where(m.reshape(diagonal(m, n), shape=tuple(n if i in ends else 1 for i in range(x.rank))), sent, 0.0)
    return sent if sent.shape == x.shape else m.expand(sent, shape=x.shape)  # type: ignore[no-any-return]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the sizes of the letters of z; the subscripts are spelled out, but for `...`."""
    text = attrs["subscripts"]
    x, y, out = written(text)
    parts = _letters((x, y, out), shapes, text)
    sizes = _sizes(parts, shapes)
    if len(sizes) > LOOPS:
        raise ShapeError(f"`einsum` runs over at most {LOOPS} letters, got {len(sizes)} in {text!r}")
    attrs["subscripts"] = f"{x},{y}->{out}"
    return tuple(sizes[letter] for letter in parts[2])


def written(subscripts: Any) -> tuple[str, str, str]:
    """Return what is written for x, for y and for z, `...` included. Raises ShapeError."""
    if not isinstance(subscripts, str):
        raise ShapeError(f'`subscripts` is a string such as "ij,jk->ik", got {subscripts!r}')
    operands, arrow, out = subscripts.replace(" ", "").partition("->")
    x, comma, y = operands.partition(",")
    plain = [part.replace(REST, "", 1) for part in (x, y, out)]
    if not comma or not set("".join(plain)) <= set(ascii_letters):
        raise ShapeError(f'`subscripts` is letters of two operands such as "ij,jk->ik", got {subscripts!r}')
    if not arrow:
        out = implied(plain[0] + plain[1], REST in operands)
    _check_result(out.replace(REST, ""), plain[0] + plain[1], subscripts)
    if (REST in out) != (REST in operands):
        raise ShapeError(f"`{REST}` stands in an operand and in the result of {subscripts!r}, or in none of them")
    return x, y, out


def products(subscripts: str, count: int) -> list[tuple[int, int, str]]:
    """Return the products of two operands that stand for one of one to three: the numbers of these, and the letters of both.

    subscripts: of the operands as they are written.   count: how many there are. A number of `ONE` is no operand but 1, one of
    `BEFORE` what the product before gives. Raises ArgumentError.
    """
    text = subscripts.replace(" ", "")
    before, arrow, out = text.partition("->")
    parts = before.split(",")
    if count not in (1, 2, 3) or (count != 2 and len(parts) != count):
        raise ArgumentError(
            f'`einsum` takes letters of one to three operands, and as many operands, `einsum("ij,jk->ik", x, y)`: '
            f"got {count} for {shown(subscripts)}"
        )
    if count == 2:
        return [(0, 1, text)]
    out = out if arrow else implied(before.replace(REST, "").replace(",", ""), REST in before)
    if count == 1:
        return [(0, ONE, f"{before},->{out}")]
    kept = REST * (REST in parts[0] + parts[1]) + _needed(parts[0] + parts[1], parts[2] + out)
    return [(0, 1, f"{parts[0]},{parts[1]}->{kept}"), (BEFORE, 2, f"{kept},{parts[2]}->{out}")]


def _needed(letters: str, later: str) -> str:
    """Return the letters, each once, that are needed later."""
    return "".join(dict.fromkeys(letter for letter in letters if letter != "." and letter in later))


def implied(letters: str, rest: bool) -> str:
    """Return the result of a product that does not say it: the letters that occur once."""
    return REST * rest + "".join(letter for letter in sorted(set(letters)) if letters.count(letter) == 1)


def _check_result(out: str, operands: str, subscripts: str) -> None:
    twice = [letter for letter in out if out.count(letter) > 1]
    if twice:
        raise ShapeError(f"`{twice[0]}` stands twice in the result of {subscripts!r}: a letter is one axis of it")
    lost = [letter for letter in out if letter not in operands]
    if lost:
        raise ShapeError(f"`{lost[0]}` of the result of {subscripts!r} is no letter of the operands")


def _letters(parts: tuple[str, str, str], shapes: tuple[Shape, ...], text: str) -> tuple[str, str, str]:
    """Return the letters of x, of y and of z: the axes that `...` stands for have letters of their own. Raises ShapeError."""
    counts = [
        len(shape) - len(part.replace(REST, "")) if REST in part else 0 for part, shape in zip(parts, shapes, strict=False)
    ]
    if min(counts) < 0 or max(counts) > len(OTHERS):
        raise ShapeError(f"the letters of {text!r} do not fit shapes {shapes[0]} and {shapes[1]}")
    most = max(counts)
    x, y = (part.replace(REST, OTHERS[most - n : most]) for part, n in zip(parts, counts, strict=False))
    return x, y, parts[2].replace(REST, OTHERS[:most])


def _sizes(parts: tuple[str, str, str], shapes: tuple[Shape, ...]) -> dict[str, int]:
    """Return the size of every letter; the axes that `...` stands for broadcast. Raises ShapeError."""
    sizes: dict[str, int] = {}
    for letters, given in zip(parts, shapes, strict=False):
        if len(letters) != len(given):
            raise ShapeError(f"the letters {letters!r} name {len(letters)} axes, got shape {given}")
        for letter, n in zip(letters, given, strict=True):
            known = sizes.setdefault(letter, n)
            if letter in OTHERS and 1 in (known, n):
                sizes[letter] = n if known == 1 else known
            elif known != n:
                what = REST if letter in OTHERS else letter
                raise ShapeError(f"`{what}` is an axis of {known} and one of {n}: shapes {shapes[0]} and {shapes[1]}")
    return sizes


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Multiply matrices where the letters say that, else loop over the letters, those that step far outermost."""
    parts = _letters(written(attrs["subscripts"]), shapes, attrs["subscripts"])
    sizes, arrays = _sizes(parts, shapes), (*shapes, out)
    steps = [{letter: _step(letter, *pair) for letter in sizes} for pair in zip(parts, arrays, strict=True)]
    own = ["".join(n for n, size in zip(*pair, strict=True) if size != 1) for pair in zip(parts, arrays, strict=True)]
    numbers = matrix_numbers(own, {n: size for n, size in sizes.items() if size != 1}, steps)
    views = tuple((prod(shape),) for shape in arrays)
    return Plan(views, numbers, scratch=packed_size(numbers)) if numbers else Plan(views, _looped(sizes, steps))


def _looped(sizes: dict[str, int], steps: list[dict[str, int]]) -> tuple[int, ...]:
    order = sorted(sizes, key=lambda letter: -sum(step[letter] for step in steps))
    rest = LOOPS - len(order)
    ints = [1] * rest + [sizes[letter] for letter in order]
    for step in steps:
        ints += [0] * rest + [step[letter] for letter in order]
    return loop_numbers(ints)


def _step(letter: str, letters: str, shape: Shape) -> int:
    """Return how far a letter steps in an array; it may name several of its axes, and one of size 1 is repeated."""
    axes = zip(letters, shape, strides_of(shape), strict=True)
    return sum(stride for other, n, stride in axes if other == letter and (n != 1 or letter not in OTHERS))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return the multiplications: one for every choice of all letters."""
    parts = _letters(written(attrs["subscripts"]), shapes, attrs["subscripts"])
    return prod(_sizes(parts, shapes).values())


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Return the elements of z that have this one in a term, and the sums of what it is multiplied by there."""
    mark = np.zeros(inputs[k].shape)
    mark.reshape(-1)[e] = 1.0
    other = inputs[1 - k]
    met, slopes = (
        np.einsum(attrs["subscripts"], *((mark, beside) if k == 0 else (beside, mark)))
        for beside in (np.ones(other.shape), other)
    )
    places = np.flatnonzero(met)
    return places, slopes.reshape(-1)[places]


OP = array_op(
    "einsum",
    forward,
    backward,
    inputs=("x", "y"),
    role="weigh",
    title="product by letters",
    symbols='einsum("{subscripts}", {x}, {y})',
    attrs={"subscripts": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=(1, 1, 1),
    local=local,
    ints=INTS,
    scratch=True,
    assigns=True,
    work=work,
    products=products,
    gradient=gradient,
    examples=(
        Example("einsum([[1, 2], [3, 4]], [10, 1], 'ij,j->i')", "[12.0, 34.0]"),
        Example("einsum([1, 2], [3, 4], 'i,i')", "11.0"),
    ),
)
TORCH = "torch.einsum(subscripts, x, y)"
