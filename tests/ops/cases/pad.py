"""Borders of nothing, of equal and of different widths, with zeros and other numbers."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng

MODES = ("reflect", "replicate", "circular")


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
    for mode in MODES:
        yield ((4,),), {"widths": 3, "mode": mode}
        yield ((2, 3),), {"widths": ((1, 0), (1, 2)), "mode": mode}
        yield ((2, 1, 3),), {"widths": (0, 0, (2, 1)), "mode": mode}
        yield ((2, 2, 2, 1, 2, 3),), {"widths": (0, 1, 0, 0, (1, 0), 1), "mode": mode}
        yield ((2, 0),), {"widths": (1, 0), "mode": mode}
        yield ((),), {"widths": 2, "mode": mode}


def torch_call(torch: Any, x: Any, widths: Any, value: float = 0.0, mode: str = "constant") -> Any:
    listed = [widths] * x.ndim if isinstance(widths, int) else widths
    if mode != "constant":
        return axis_by_axis(torch, x, listed, mode)
    flat = [n for part in reversed(listed) for n in ((part, part) if isinstance(part, int) else part)]
    return torch.nn.functional.pad(x, flat, value=value) + 0.0


def axis_by_axis(torch: Any, x: Any, widths: Any, mode: str) -> Any:
    """Pad one axis after the other with PyTorch, which pads images alone, and those with elements."""
    for axis, part in enumerate(widths):
        before, after = (part, part) if isinstance(part, int) else part
        if before or after:
            moved = x.movedim(axis, -1)
            flat = moved.reshape(1, moved[..., :1].numel(), moved.shape[-1])
            wide = torch.nn.functional.pad(flat, (before, after), mode=mode) if flat.numel() else flat
            x = wide.reshape((*moved.shape[:-1], moved.shape[-1] + before + after)).movedim(-1, axis)
    return x + 0.0


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
        Refusal(
            ((3,),),
            {"widths": 3, "mode": "reflect"},
            '`pad` with mode="reflect" has a border of at most 2 along axis 0 of 3, got 3',
        ),
        Refusal(
            ((2, 3),),
            {"widths": (0, (0, 4)), "mode": "circular"},
            '`pad` with mode="circular" has a border of at most 3 along axis 1 of 3, got 4',
        ),
        Refusal(
            ((0,),), {"widths": 1, "mode": "replicate"}, '`pad` with mode="replicate" has nothing to repeat: axis 0 has size 0'
        ),
        Refusal(
            ((0,),),
            {"widths": 1, "mode": "reflect"},
            '`pad` with mode="reflect" has a border of at most 0 along axis 0 of 0, got 1',
        ),
        Refusal(
            ((3,),),
            {"widths": 1, "mode": "edge"},
            "`mode` is 'constant' or 'reflect' or 'replicate' or 'circular', got 'edge'",
        ),
        Refusal(
            ((3,),),
            {"widths": 1, "mode": "reflect", "value": 2},
            '`value` is what a border of mode="constant" holds, got 2 for mode="reflect"',
        ),
        Refusal(((3,),), {"widths": 1, "value": "0"}, "`value` is a finite number, got '0'"),
    ),
)
