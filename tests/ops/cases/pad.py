"""Borders of nothing, of equal and of different widths, with zeros and other numbers."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((3,),), {"widths": 1}
    yield ((),), {"widths": 2}
    yield ((3,),), {"widths": ((2, 0),), "value": 1.5}
    yield ((2, 3),), {"widths": (1, 2)}
    yield ((2, 3),), {"widths": ((0, 1), (2, 1)), "value": -1}
    yield ((2, 1, 3),), {"widths": ((1, 1), 0, [0, 2])}
    yield ((2, 2, 2, 2, 2, 2),), {"widths": (0, 1, 0, 0, (1, 0), 0)}
    yield ((0, 2),), {"widths": 1}
    yield ((2, 3),), {"widths": 0}


def torch_call(torch: Any, x: Any, widths: Any, value: float = 0.0) -> Any:
    listed = [widths] * x.ndim if isinstance(widths, int) else widths
    flat = [n for part in reversed(listed) for n in ((part, part) if isinstance(part, int) else part)]
    return torch.nn.functional.pad(x, flat, value=value) + 0.0


CASES = Cases(
    "pad",
    operands,
    torch=torch_call,
    refuses=(
        Refusal(((2, 3),), {"widths": -1}, "a width is 0 or more, or a pair of such for before and after, got (-1, -1)"),
        Refusal(
            ((2, 3),), {"widths": (0, (1, -2))}, "a width is 0 or more, or a pair of such for before and after, got (1, -2)"
        ),
        Refusal(((2, 3),), {"widths": (0, 0.5)}, "a width is 0 or more, or a pair of such for before and after, got 0.5"),
        Refusal(((3,),), {"widths": (1, 2)}, "`widths` is a number, or for each of the 1 axes a number or a pair, got (1, 2)"),
        Refusal(((3,),), {"widths": None}, "`widths` is a number, or for each of the 1 axes a number or a pair, got None"),
        Refusal(((3,),), {"widths": 1, "value": "0"}, "`value` is a finite number, got '0'"),
    ),
)
