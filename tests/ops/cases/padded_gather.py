"""Tables of which one row is padding; it is asked for, and it is not."""

from collections.abc import Iterator
from typing import Any

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.cases.gather import fill

TAKES = "`padding_idx` is the number of a row, from 0 to 3, got"


def operands(rng: Rng) -> Iterator[Operands]:
    yield ((5,), (3,)), {"padding_idx": 4}
    yield ((4, 3), (9,)), {"padding_idx": 0}
    yield ((4, 3), ()), {"padding_idx": 1}
    yield ((2, 3), (2, 3)), {"padding_idx": 1}
    yield ((3, 2, 2), (4,)), {"padding_idx": 2}
    yield ((4, 3), (0,)), {"padding_idx": 2}
    yield ((4, 0), (2,)), {"padding_idx": 2}


def torch_call(torch: Any, x: Any, i: Any, padding_idx: int) -> Any:
    """Look up in a table of rows, the padding's of which is 0, as PyTorch's begins."""
    padding = torch.arange(x.shape[0]) == padding_idx
    table = torch.where(padding[:, None], 0.0, x.reshape(x.shape[0], -1))
    return torch.nn.functional.embedding(i.long(), table, padding_idx=padding_idx).reshape(*i.shape, *x.shape[1:])


CASES = Cases(
    "padded_gather",
    operands,
    fill=fill,
    torch=torch_call,
    refuses=(
        Refusal(((), (3,)), {"padding_idx": 0}, "`gather` takes rows of a table, got one number"),
        Refusal(((4, 2), (3,)), {"padding_idx": 4}, f"{TAKES} 4"),
        Refusal(((4, 2), (3,)), {"padding_idx": -1}, f"{TAKES} -1"),
        Refusal(((4, 2), (3,)), {"padding_idx": True}, f"{TAKES} True"),
    ),
)
