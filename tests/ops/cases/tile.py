"""As many numbers as axes, fewer and more."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3,),), {"reps": 2}
    yield ((),), {"reps": (2, 3)}
    yield ((2, 3),), {"reps": (2, 2)}
    yield ((2, 3),), {"reps": 3}
    yield ((3,),), {"reps": (2, 1)}
    yield ((2, 1, 3),), {"reps": (1, 4, 2)}
    yield ((2, 2, 2),), {"reps": (2, 2, 2)}
    yield ((2, 3),), {"reps": (0, 2)}
    yield ((0, 3),), {"reps": (2, 2)}
    yield ((2,),), {"reps": ()}


def torch_call(torch: Any, x: Any, reps: Any) -> Any:
    return torch.tile(x, (reps,) if isinstance(reps, int) else reps) + 0.0


CASES = Cases(
    "tile",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"reps": (-1, 2)}, "`reps` says how often, 0 or more for every axis, got (-1, 2)"),
        Refusal(((2, 3),), {"reps": 1.5}, "`reps` holds whole numbers, got 1.5"),
        Refusal(
            ((2,) * 4,),
            {"reps": (2,) * 4},
            "`tile` of shape (2, 2, 2, 2) by (2, 2, 2, 2) walks along too many axes: repeat some of them first",
        ),
    ),
)
