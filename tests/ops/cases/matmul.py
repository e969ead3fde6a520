"""Vectors, matrices and stacks of them."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3,), (3,)), {}
    yield ((3,), (3, 2)), {}
    yield ((2, 3), (3,)), {}
    yield ((5, 7), (7, 3)), {}
    yield ((1, 1), (1, 1)), {}
    yield ((0, 3), (3, 2)), {}
    yield ((2, 0), (0, 3)), {}
    yield ((2, 3), (3, 0)), {}
    yield ((2, 3, 4), (2, 4, 5)), {}
    yield ((2, 3, 4), (4, 5)), {}
    yield ((3, 4), (2, 4, 2)), {}
    yield ((2, 3, 4), (4,)), {}
    yield ((4,), (2, 4, 3)), {}
    yield ((2, 2, 3, 2), (2, 2, 2, 3)), {}
    yield ((1, 3, 2), (2, 2, 2, 3)), {}
    yield ((0, 3, 2), (2, 3)), {}
    yield ((2, 3), (0, 3, 2)), {}
    yield ((2, 1, 3, 2), (1, 3, 2, 4)), {}
    yield ((2, 1, 3, 2), (3, 2, 4)), {}
    yield ((2, 1, 2, 1, 2), (1, 3, 1, 2, 1)), {}
    yield ((2, 3, 1, 2, 2), (2, 1, 2, 2, 1)), {}
    yield ((3, 1, 1, 2), (2, 2)), {}
    yield ((1, 1, 1, 2), (1, 2, 2)), {}
    yield ((0, 1, 3, 2), (1, 2, 2, 4)), {}
    yield ((2, 1, 3, 2), (0, 2, 4)), {}
    for _ in range(3):
        n, k, m = (int(q) for q in rng.integers(1, 7, 3))
        yield ((n, k), (k, m)), {}


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return x @ y


def large(elements: int) -> Iterator[Operands]:
    yield ((elements // 512, 512), (512, 512)), {}
    yield ((elements // 64, 64), (64, 64)), {}
    yield ((elements // 2048, 32, 64), (elements // 2048, 64, 32)), {}


CASES = Cases(
    "matmul",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(
            ((5, 10), (3, 10)),
            {},
            "cannot multiply (5, 10) @ (3, 10): the last size of the first, 10, is not 3, the rows of the second",
        ),
        Refusal(((), (3,)), {}, "`@` multiplies vectors and matrices, got shapes () and (3,): use `*` for a single number"),
        Refusal(
            ((2, 3, 4), (3, 4, 5)),
            {},
            "cannot multiply (2, 3, 4) @ (3, 4, 5): the stacks (2,) and (3,) do not broadcast",
        ),
        Refusal(
            ((2, 1, 2, 1, 1, 1), (1, 2, 1, 2, 1, 1)),
            {},
            "cannot multiply (2, 1, 2, 1, 1, 1) @ (1, 2, 1, 2, 1, 1): the stacks (2, 1, 2, 1) and (1, 2, 1, 2) "
            "repeat in more than 3 turns",
        ),
    ),
)
