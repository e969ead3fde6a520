"""`python -m tests.long keys`: every key in every panel at four sizes, and a thousand random keys with their reverses.

A process a core; four minutes of CPU.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import click

from gradlab.session import Lab
from tests.tui.driving import opened, press, settle
from tests.tui.test_pressing import LIVE, heard, matrices, neuron, there_and_back

SIZES = ((80, 24), (100, 30), (120, 40), (200, 60))
MOVES = ("step", "layer", "finish", "update", "facet-next", "facet-before", "next-panel", "enlarge")
MODELS: tuple[Callable[[], Lab], ...] = (neuron, matrices)
PIECE = 100
"""Random keys in a session, each taken back."""


@click.command("keys", help=__doc__)
@click.option("--seed", default=0, show_default=True)
@click.option("--count", default=1000, show_default=True, help="Random keys, each taken back.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def COMMAND(seed: int, count: int, jobs: int) -> None:
    """Walk through the table, then there and back; end with 1 if anything is wrong."""
    wrong = False
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running = [pool.submit(walk, size) for size in SIZES]
        running += [pool.submit(return_trip, *trip) for trip in trips(seed, count)]
        for one in as_completed(running):
            name, found = one.result()
            print(f"{name}: {', '.join(found) or 'ok'}", flush=True)
            wrong |= bool(found)
    sys.exit(wrong)


def walk(size: tuple[int, int]) -> tuple[str, list[str]]:
    """Return a size, and the keys that do nothing and say nothing in it, with their panels."""
    return "every key in every panel at {}x{}".format(*size), asyncio.run(silent_keys(size))


async def silent_keys(size: tuple[int, int]) -> list[str]:
    silent = []
    async with opened(matrices, size=size) as (pilot, screen):
        await press(pilot, "f", "f")
        for kind in screen.kinds:
            for command in LIVE:
                screen.choose(kind.name)
                await settle(pilot)
                if not await heard(pilot, screen, command.keys[0]):
                    silent.append(f"{command.path} in {kind.name}")
    return silent


def trips(seed: int, count: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number of a model, a seed, and how many random keys are pressed in one session."""
    for number, start in enumerate(range(0, count, PIECE)):
        yield number % len(MODELS), seed + number, min(PIECE, count - start)


def return_trip(model: int, seed: int, count: int) -> tuple[str, list[str]]:
    """Return what was done, and the first key whose reverse leads elsewhere, or nothing."""
    return f"{count} random keys from seed {seed} and back in {MODELS[model].__name__}", asyncio.run(
        returned(model, seed, count)
    )


async def returned(model: int, seed: int, count: int) -> list[str]:
    async with opened(MODELS[model], size=(120, 40)) as (pilot, screen):
        return await there_and_back(pilot, screen, random.Random(seed).choices(MOVES, k=count))
