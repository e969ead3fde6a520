"""Windows in volumes whose borders count, and windows whose borders do not."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.convolutions import functional
from tests.ops.pools import VOLUMES, calls


def operands(rng: Rng) -> Iterator[Operands]:
    yield from calls(VOLUMES)(rng)
    yield from calls(VOLUMES, count_include_pad=False)(rng)


CASES = Cases(
    "avg_pool3d",
    operands,
    torch=functional("avg_pool3d"),
    refuses=(
        Refusal(
            ((1, 4, 4, 4),), {"kernel_size": 2, "count_include_pad": None}, "`count_include_pad` is True or False, got None"
        ),
    ),
)
