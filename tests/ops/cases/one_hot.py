"""Class numbers of every shape."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.op import Array, Shape
from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    for shape in ((), (4,), (2, 3), (0,)):
        yield (shape,), {"classes": 3}
    yield ((2,),), {"classes": 5}


def fill(rng: Rng, shapes: tuple[Shape, ...], low: float, high: float) -> tuple[Array, ...]:
    return (np.asarray(rng.integers(0, 3, shapes[0]), float),)


def torch_call(torch: Any, i: Any, classes: int) -> Any:
    return torch.nn.functional.one_hot(i.long(), classes).double()


def large(elements: int) -> Iterator[Operands]:
    yield ((elements // 256,),), {"classes": 256}


CASES = Cases(
    "one_hot",
    operands,
    fill=fill,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((3,),), {"classes": 0}, "`classes` is a whole number of 1 or more, got 0"),
        Refusal(((3,),), {"classes": 2.0}, "`classes` is a whole number of 1 or more, got 2.0"),
    ),
)
