"""Matrices that are far from singular."""

from collections.abc import Iterator
from typing import Any

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for n in (1, 2, 5, 12):
        yield ((n, n), (n,)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Rows in any order of a matrix with a strong diagonal, so that pivots have to be looked for."""
    x, y = spaced(rng, shapes, low, high)
    n = len(y)
    for i in range(n):
        x[i, i] += 4.0 * n
    return x[rng.permutation(n)], y


def torch_call(torch: Any, x: Any, y: Any) -> Any:
    return torch.linalg.solve(x, y)


CASES = Cases(
    "solve",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=tuple(
        Refusal(
            shapes,
            {},
            f"`solve` takes a square matrix and a vector as long as its sides, got shapes {shapes[0]} and {shapes[1]}",
        )
        for shapes in (((2, 3), (2,)), ((2, 2), (3,)), ((2,), (2,)), ((2, 2), (2, 1)))
    ),
)
