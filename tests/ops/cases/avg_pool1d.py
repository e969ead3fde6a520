"""Windows whose borders count, and windows whose borders do not."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal, Rng
from tests.ops.convolutions import functional
from tests.ops.pools import REACHING_SIGNALS, SIGNALS, calls


def operands(rng: Rng) -> Iterator[Operands]:
    yield from calls((*SIGNALS, *REACHING_SIGNALS))(rng)
    yield from calls((*SIGNALS, *REACHING_SIGNALS), count_include_pad=False)(rng)


CASES = Cases(
    "avg_pool1d",
    operands,
    torch=functional("avg_pool1d"),
    refuses=(Refusal(((1, 4),), {"kernel_size": 2, "count_include_pad": 1}, "`count_include_pad` is True or False, got 1"),),
)
