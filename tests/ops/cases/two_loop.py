"""Pairs of steps and changes that bend the right way, and empty ones."""

from collections.abc import Iterator
from typing import Any

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng, spaced


def operands(rng: Rng) -> Iterator[Operands]:
    for m, n in ((1, 1), (1, 3), (4, 3), (3, 8)):
        yield ((n,), (m, n), (m, n)), {}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    """Changes are steps times a matrix that is nearly diagonal; of many pairs the first is none."""
    x, s, y = spaced(rng, shapes, low, high)
    y = s * rng.uniform(0.5, 3.0, len(x)) + 0.01 * y
    if len(s) > 2:
        s[0] = y[0] = 0.0
    return x, s, y


def torch_call(torch: Any, x: Any, s: Any, y: Any) -> Any:
    """The inverse Hessian as a whole matrix, updated pair by pair."""
    unit, pairs = torch.eye(len(x), dtype=x.dtype), [(a, b) for a, b in zip(s, y, strict=True) if a @ b != 0]
    h = unit * (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1])
    for a, b in pairs:
        left = unit - torch.outer(a, b) / (a @ b)
        h = left @ h @ left.T + torch.outer(a, a) / (a @ b)
    return -(h @ x)


CASES = Cases(
    "two_loop",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=tuple(
        Refusal(
            shapes,
            {},
            "`two_loop` takes a vector and two matrices with rows as long as it,"
            f" got shapes {shapes[0]}, {shapes[1]} and {shapes[2]}",
        )
        for shapes in (((2,), (3, 3), (3, 3)), ((2,), (3, 2), (2, 2)), ((2, 1), (3, 2), (3, 2)))
    ),
)
