"""Layers of rows, vectors and stacks of rows."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (0,), (2, 3)):
        yield ((*lead, 3), (3, 4), (4,)), {}
    yield ((6, 8), (8, 5), (5,)), {}
    yield ((2, 0), (0, 3), (3,)), {}
    yield ((2, 3), (3, 0), (0,)), {}


def torch_call(torch: Any, x: Any, w: Any, b: Any) -> Any:
    return x @ w + b


def large(elements: int) -> Iterator[Operands]:
    yield ((elements // 64, 64), (64, 64), (64,)), {}
    yield ((elements // 512, 512), (512, 512), (512,)), {}


CASES = Cases(
    "affine",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3), (4, 5), (5,)), {}, "cannot multiply (2, 3) @ (4, 5): the last size of x, 3, is not 4, the rows of W"),
        Refusal(((2, 4), (4, 5), (1, 5)), {}, "the bias of a layer with W of shape (4, 5) has shape (5,), got (1, 5)"),
        Refusal(((), (4, 5), (5,)), {}, "`affine` takes x of shape (…, n), W of (n, m) and b of (m,), got (), (4, 5) and (5,)"),
    ),
)
