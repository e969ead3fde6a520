"""`python -m tests.long keys`: every key in every panel at four sizes, and a thousand random keys with their reverses."""

from __future__ import annotations

import asyncio
import random
import sys

import click

from tests.tui.driving import opened, press, settle
from tests.tui.test_pressing import LIVE, heard, matrices, neuron, there_and_back

SIZES = ((80, 24), (100, 30), (120, 40), (200, 60))
MOVES = ("step", "layer", "finish", "update", "facet-next", "facet-before", "next-panel", "enlarge")


@click.command("keys", help=__doc__)
@click.option("--seed", default=0, show_default=True)
@click.option("--count", default=1000, show_default=True, help="Random keys, each taken back.")
def COMMAND(seed: int, count: int) -> None:
    """Walk through the table, then there and back; end with 1 at the first thing that is wrong."""
    for size in SIZES:
        silent = asyncio.run(walked(size))
        print("{}x{}".format(*size), *(silent or ["every key in every panel changes something or says why not"]), flush=True)
        if silent:
            sys.exit(1)
    wrong = asyncio.run(returned(seed, count))
    print(*(wrong or [f"{count:,} keys and their reverses: the same digest, chosen number and layout"]))
    sys.exit(1 if wrong else 0)


async def walked(size: tuple[int, int]) -> list[str]:
    """Return the keys that do nothing and say nothing, with their panels."""
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


async def returned(seed: int, count: int) -> list[str]:
    """Return the first key whose reverse leads elsewhere, or nothing."""
    generator = random.Random(seed)
    for make in (neuron, matrices):
        async with opened(make, size=(120, 40)) as (pilot, screen):
            if wrong := await there_and_back(pilot, screen, generator.choices(MOVES, k=count // 2)):
                return wrong
    return []
