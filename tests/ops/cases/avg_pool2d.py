"""Windows whose borders count, and windows whose borders do not."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.convolutions import functional
from tests.ops.pools import IMAGES, REACHING, calls, refusals


def operands(rng: Rng) -> Iterator[Operands]:
    yield from calls((*IMAGES, *REACHING))(rng)
    yield from calls((*IMAGES, *REACHING), count_include_pad=False)(rng)


CASES = Cases(
    "avg_pool2d",
    operands,
    torch=functional("avg_pool2d"),
    refuses=(
        *refusals("avg_pool2d"),
        Refusal(((1, 4, 4),), {"kernel_size": 2, "count_include_pad": 1}, "`count_include_pad` is True or False, got 1"),
    ),
)
