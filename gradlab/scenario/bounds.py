"""How large a scenario may be, and the one place where what it has used is counted (SEMANTICS §7)."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.errors import MEMORY, BoundError
from gradlab.source import Span

MAX_FILE = 1 << 20
"""Bytes of a scenario file."""
MAX_HEAD = 16 << 10
"""Characters of the front matter."""
MAX_NESTING = 100
"""Brackets, blocks and calls within one another."""
MAX_CHAIN = 1_000
"""Operations in one expression."""
MAX_TOKENS = 400_000
"""Words, numbers and signs of a model or an expression."""
MAX_STEPS = 1_000_000
"""Expressions and statements that the interpreter runs, repeated ones counted again."""
MAX_LIST = 1_000_000
"""Elements of a list."""
MAX_ELEMENTS = 50_000_000
"""Elements that arithmetic of a script may make."""
MAX_AXES = 8
"""Axes of an array that stands in a model or comes from a file."""
DEALT, IN_ARENA = 2, 3
"""How often numbers of a file are there: as they are read and dealt out; or as they are read, as a value, as a gradient."""
MAX_STRING = 10_000
"""Characters of a string."""
MAX_MEMORY = 2 << 30
"""Bytes of all values and gradients."""
MAX_PROBLEMS = 100
"""Problems shown of one file."""
LARGEST_INT = (1 << 63) - 1


MAX_CALLS = 100
"""Calls of a model's functions within one another."""
MAX_DEPTH = 1_200
"""Expressions and statements within one another, those of called functions counted in."""


class Exhausted(BoundError):
    """A bound of the whole model is reached: reading it stops here."""

    span: Span | None = None


@dataclass(slots=True)
class Budget:
    """What a trace may still use: steps of the interpreter, bytes of arenas and of data.

    arenas: whether values and gradients will be allocated.
    """

    memory: int = MAX_MEMORY
    steps: int = MAX_STEPS
    used: int = 0
    arenas: bool = True

    @property
    def left(self) -> int:
        """Bytes that are not used yet."""
        return max(0, self.memory - self.used)

    def step(self, count: int = 1) -> None:
        """Count steps. Raises Exhausted when there are none left."""
        self.steps -= count
        if self.steps < 0:
            raise Exhausted(f"the model takes more than {MAX_STEPS:,} steps to read; is a loop too long?")

    def reserve(self, elements: int, itemsize: int) -> None:
        """Count the value and the gradient of a node. Raises Exhausted before anything is allocated."""
        self.values(2 * elements * itemsize)

    def values(self, size: int) -> None:
        """Count bytes of an arena. Raises Exhausted."""
        if self.arenas:
            self.spend(size)

    def room(self, size: int) -> None:
        """Raise Exhausted when so many more bytes of an arena are too many."""
        if self.arenas:
            self.check(size)

    def spend(self, size: int) -> None:
        """Count bytes. Raises Exhausted."""
        self.used += size
        self.check(0)

    def check(self, size: int) -> None:
        """Raise Exhausted when so many more bytes are too many."""
        if self.used + size > self.memory:
            needed, allowed = mebibytes(self.used + size), mebibytes(self.memory)
            raise Exhausted(f"values and gradients need at least {needed}{MEMORY}{allowed} MiB")


def mebibytes(size: int) -> str:
    """Return a number of bytes in MiB, small ones with two digits."""
    return f"{size / 2**20:,.0f}" if size >= 10 << 20 else f"{size / 2**20:.2g}"


def check_int(value: int) -> int:
    """Return a whole number of at most 64 bits. Raises BoundError."""
    if not -LARGEST_INT - 1 <= value <= LARGEST_INT:
        raise BoundError("a whole number is larger than 64 bits")
    return value


def check_elements(count: int) -> int:
    """Return how many elements a result is about to have. Raises BoundError."""
    if count > MAX_ELEMENTS:
        raise BoundError(f"the result would have {count:,} elements, allowed are {MAX_ELEMENTS:,}")
    return count


def check_length(length: int) -> int:
    """Return the length of a list that is about to be made. Raises BoundError."""
    if length > MAX_LIST:
        raise BoundError(f"a list of {length:,} elements, allowed are {MAX_LIST:,}")
    return length


def check_string(length: int) -> int:
    """Return the length of a string that is about to be made. Raises BoundError."""
    if length > MAX_STRING:
        raise BoundError(f"a string of {length:,} characters, allowed are {MAX_STRING:,}")
    return length
