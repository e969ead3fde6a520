"""Random numbers that are functions: the same seed, key and update give the same bits, whatever was drawn before.

A Philox counter is keyed by a hash of (seed, key, update), so that a node drawn elsewhere changes nothing. NumPy's bit
generator gives the raw words, which it promises never to change; what is made of them is ours: NumPy may change its own.

Source: Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011; Box & Muller, 1958.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.op import Shape

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Order = npt.NDArray[np.int64]


class _Keyed(threading.local):
    """One Philox generator a thread, that is begun anew for every key: making a new one takes ten times as long (17 us).

    `np.random` takes 10 ms to be imported: where nothing is drawn, nobody waits for it.
    """

    @cached_property
    def philox(self) -> np.random.Philox:
        """The generator."""
        return np.random.Philox(key=0)

    @cached_property
    def start(self) -> Any:
        """Its state at the beginning."""
        return self.philox.state

    def generator(self, key: bytes) -> np.random.Philox:
        """Return the generator at the beginning of the stream of a key of 16 bytes."""
        self.start["state"]["key"] = np.frombuffer(key, np.dtype("<u8"))
        self.philox.state = self.start
        return self.philox


_KEYED = _Keyed()


@dataclass(frozen=True, slots=True)
class Stream:
    """The random numbers of one key in one update. Asking twice gives the same; asking for more begins with the same.

    key: usually the path of a node (`h0.W`).
    """

    seed: int
    key: str
    update: int = 0

    def child(self, name: str) -> Stream:
        """Return another stream of the same owner, for a second, independent draw."""
        return Stream(self.seed, f"{self.key}/{name}", self.update)

    def raw(self, n: int) -> Words:
        """Return n words of 64 random bits."""
        # The key comes last: it is the only part that could hold a separator.
        digest = blake2b(f"{self.seed}:{self.update}:{self.key}".encode(), digest_size=16).digest()
        return np.asarray(_KEYED.generator(digest).random_raw(n), np.uint64)

    def uniform(self, shape: Shape) -> Floats:
        """Return numbers uniform in (0, 1), both ends left out, as odd multiples of 2^-53."""
        return _unit(self.raw(prod(shape))).reshape(shape)

    def normal(self, shape: Shape) -> Floats:
        """Return numbers with mean 0 and variance 1, by Box and Muller's transform of pairs; none is beyond 8.6."""
        n = prod(shape)
        u = _unit(self.raw(n + n % 2)).reshape(-1, 2)
        radius, angle = np.sqrt(-2.0 * np.log(u[:, 0])), 2.0 * np.pi * u[:, 1]
        pairs = np.empty_like(u)
        pairs[:, 0], pairs[:, 1] = radius * np.cos(angle), radius * np.sin(angle)
        return pairs.reshape(-1)[:n].reshape(shape)


@dataclass(frozen=True, slots=True)
class Noise:
    """A feed of random numbers.   kind: "normal" or "uniform".   varies: whether they are new ones in every update."""

    shape: Shape
    key: str
    kind: str = "normal"
    varies: bool = True

    def value(self, seed: int, update: int) -> Floats:
        """Return the numbers of an update."""
        stream = Stream(seed, self.key, update if self.varies else 0)
        return stream.normal(self.shape) if self.kind == "normal" else stream.uniform(self.shape)


@dataclass(frozen=True, slots=True)
class Integers:
    """A feed of random whole numbers from low to high - 1, all alike probable, new ones in every update."""

    shape: Shape
    key: str
    low: int
    high: int
    varies: bool = True

    def value(self, seed: int, update: int) -> Floats:
        """Return the numbers of an update."""
        return self.low + np.floor(Stream(seed, self.key, update).uniform(self.shape) * (self.high - self.low))


def raw(seed: int, key: str, update: int, n: int) -> Words:
    """Return n words of 64 random bits."""
    return Stream(seed, key, update).raw(n)


def uniform(seed: int, key: str, update: int, shape: Shape) -> Floats:
    """Return numbers uniform in (0, 1), both ends left out."""
    return Stream(seed, key, update).uniform(shape)


def normal(seed: int, key: str, update: int, shape: Shape) -> Floats:
    """Return numbers with mean 0 and variance 1."""
    return Stream(seed, key, update).normal(shape)


@lru_cache(maxsize=16)
def permutation(seed: int, epoch: int, n: int, key: str = "") -> Order:
    """Return the numbers 0 to n-1 in the order of an epoch: that of as many raw words. The array is read-only."""
    # No node's name has a colon, so that no parameter shares the words.
    order = np.argsort(Stream(seed, f"permutation:{key}", epoch).raw(n), kind="stable").astype(np.int64)
    order.flags.writeable = False
    return order


def _unit(words: Words) -> Floats:
    # All 53 bits and half a step on top would round the largest up to 1: hence 52 bits and a last one that is set.
    odd = (words >> np.uint64(11)) | np.uint64(1)
    return odd.view(np.int64).astype(np.float64) * 2.0**-53  # below 2^53: signed ones convert twice as fast
