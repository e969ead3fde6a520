"""Layers of rows, vectors and stacks of rows, with and without bias."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for lead in ((), (1,), (5,), (0,), (2, 3)):
        yield ((*lead, 3), (4, 3), (4,)), {}
        yield ((*lead, 3), (4, 3)), {}
    yield ((6, 8), (5, 8), (5,)), {}
    yield ((2, 0), (3, 0), (3,)), {}
    yield ((2, 3), (0, 3), (0,)), {}


def torch_call(torch: Any, x: Any, w: Any, b: Any = None) -> Any:
    return torch.nn.functional.linear(x, w, b)


def large(elements: int) -> Iterator[Operands]:
    yield ((elements // 64, 64), (64, 64), (64,)), {}
    yield ((elements // 64, 64), (64, 64)), {}


CASES = Cases(
    "linear",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(
            ((2, 3), (5, 4), (5,)),
            {},
            "`linear` weighs the 3 numbers of each row of x, W of shape (5, 4) has weights for 4",
        ),
        Refusal(((2, 4), (5, 4), (1, 5)), {}, "the bias of a layer with W of shape (5, 4) has shape (5,), got (1, 5)"),
        Refusal(((), (4, 5)), {}, "`linear` takes x of shape (…, n) and W of (m, n), got () and (4, 5)"),
    ),
)
