"""Shapes that repeat along new axes and along old ones."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((),), {"shape": (2, 3)}
    yield ((3,),), {"shape": (2, 3)}
    yield ((2, 1),), {"shape": (2, 3)}
    yield ((2, 1, 3),), {"shape": (4, 2, 2, 3)}
    yield ((3,),), {"shape": 3}
    yield ((1, 3),), {"shape": (0, 3)}


def torch_call(torch: Any, x: Any, shape: Any) -> Any:
    return torch.broadcast_to(x, (shape,) if isinstance(shape, int) else shape)


def large(elements: int) -> Iterator[Operands]:
    yield ((256,),), {"shape": (elements // 256, 256)}
    yield ((elements // 256, 1),), {"shape": (elements // 256, 256)}


CASES = Cases(
    "expand",
    operands,
    large=large,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"shape": (3,)}, "shape (2, 3) cannot be repeated to (3,)"),
        Refusal(((2, 3),), {"shape": (4, 3)}, "shapes (2, 3) and (4, 3) do not broadcast"),
        Refusal(((2, 3),), {"shape": (-1, 3)}, "`shape` has sizes of 0 or more, got (-1, 3)"),
    ),
)
