"""Products by letters: of matrices and stacks, inner and outer, diagonals, and letters that only one operand has."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    sizes = {"i": 2, "j": 3, "k": 4, "l": 2, "b": 2, "m": 3}
    for letters in (
        "ij,jk->ik",
        "bij,bjk->bik",
        "bij,jk",
        "i,j->ij",
        "ij,ij->",
        "ij,ij->ji",
        "i,i",
        "ij,k->i",
        "ii,i->i",
        "iji,jk->ik",
        "bij,klm->bm",
        " ij , j -> i ",
        ",ij->ji",
        ",->",
        "li,jk->jl",
        "bimj,blmj->bmil",
        "jib,mbi->bmj",
        "bij,bj->bi",
    ):
        x, y = letters.replace(" ", "").partition("->")[0].split(",")
        yield (tuple(sizes[c] for c in x), tuple(sizes[c] for c in y)), {"subscripts": letters}
    for one, other, dotted in (
        ((2, 3), (3, 4), "...j,jk->...k"),
        ((2, 2, 3), (3, 4), "...j,jk"),
        ((2, 1, 2, 3), (4, 3, 2), "...ij,...jk->...ik"),
        ((3,), (2, 3), "...i,...i->..."),
        ((2, 3), (3,), "...,i->i..."),
        ((2, 2, 3), (), "ii...,->i..."),
        ((2, 2), (2, 1), "...,...->..."),
    ):
        yield (one, other), {"subscripts": dotted}
    yield ((0, 3), (3, 2)), {"subscripts": "ij,jk->ik"}
    yield ((2, 0), (0, 2)), {"subscripts": "ij,jk->ik"}


def torch_call(torch: Any, x: Any, y: Any, subscripts: str) -> Any:
    return torch.einsum(subscripts, x, y)


def _refused(letters: Any, text: str) -> Refusal:
    return Refusal(((2, 3), (3, 4)), {"subscripts": letters}, text)


def large(elements: int) -> Iterator[Operands]:
    """Yield the two products of attention with 8 heads, 64 tokens in a row, and a plain one."""
    rows = elements // (64 * 8 * 32)
    heads = (rows, 64, 8, 32)
    yield (heads, heads), {"subscripts": "bqhd,bkhd->bhqk"}
    yield ((rows, 8, 64, 64), heads), {"subscripts": "bhqk,bkhd->bqhd"}
    yield ((elements // 64, 64), (64, 64)), {"subscripts": "ij,jk->ik"}


CASES = Cases(
    "einsum",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        _refused("ij->ij", "`subscripts` is letters of two operands such as \"ij,jk->ik\", got 'ij->ij'"),
        _refused("ij,jk,kl->il", "`subscripts` is letters of two operands such as \"ij,jk->ik\", got 'ij,jk,kl->il'"),
        _refused("...j,jk->k", "`...` stands in an operand and in the result of '...j,jk->k', or in none of them"),
        _refused("ij,jk->...", "`...` stands in an operand and in the result of 'ij,jk->...', or in none of them"),
        _refused("...i...,jk->...", "`subscripts` is letters of two operands such as \"ij,jk->ik\", got '...i...,jk->...'"),
        _refused("..j,jk->k", "`subscripts` is letters of two operands such as \"ij,jk->ik\", got '..j,jk->k'"),
        _refused("...hij,jk->...", "the letters of '...hij,jk->...' do not fit shapes (2, 3) and (3, 4)"),
        Refusal(
            ((3, 3), (3, 4)), {"subscripts": "...i,...i->..."}, "`i` is an axis of 3 and one of 4: shapes (3, 3) and (3, 4)"
        ),
        _refused("...j,...k->...", "`...` is an axis of 2 and one of 3: shapes (2, 3) and (3, 4)"),
        _refused(2, '`subscripts` is a string such as "ij,jk->ik", got 2'),
        _refused("ij,jk->ii", "`i` stands twice in the result of 'ij,jk->ii': a letter is one axis of it"),
        _refused("ij,jk->iz", "`z` of the result of 'ij,jk->iz' is no letter of the operands"),
        _refused("ij,j->i", "the letters 'j' name 1 axes, got shape (3, 4)"),
        _refused("ij,ik->jk", "`i` is an axis of 2 and one of 3: shapes (2, 3) and (3, 4)"),
        Refusal(
            ((1,) * 4, (1,) * 4),
            {"subscripts": "abcd,efgh->a"},
            "`einsum` runs over at most 6 letters, got 8 in 'abcd,efgh->a'",
        ),
    ),
)
