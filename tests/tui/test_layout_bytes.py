"""What a change of panel or layout sends to the terminal, and how often the screen is painted for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import gradlab
from gradlab.tui.screens.laboratory import Laboratory
from tests.tui.driving import settle
from tests.tui.emulated import Emulated, emulated, know_the_driver

LAYOUT_BYTES, OVERLAY_BYTES = 20_000, 12_000
DIGITS = "5566788990011223344"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_driver(monkeypatch)


async def sent(shown: Emulated, key: str) -> int:
    """Press a key and return how many bytes were sent for it."""
    shown.take()
    await shown.pilot.press(key)
    await settle(shown.pilot)
    return len(shown.take().encode())


def p95(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.95)]


@pytest.mark.parametrize("name", ["circuits/sigmoid-neuron", "mlp/xor-trained"])
async def test_a_change_of_panel_or_layout_sends_few_bytes(name: str) -> None:
    async with emulated(lambda: gradlab.load(name), (120, 40)) as (shown, screen):
        await sent(shown, "f")
        sizes = [await sent(shown, key) for key in DIGITS]
        for perspective in ("debug", "train", "teach", "compare", "teach"):
            shown.take()
            screen.show_perspective(perspective)
            await settle(shown.pilot)
            sizes.append(len(shown.take().encode()))
        assert p95(sizes) <= LAYOUT_BYTES, sizes
        assert shown.differences() == []


async def test_help_and_palette_send_few_bytes() -> None:
    async with emulated(lambda: gradlab.load("circuits/sigmoid-neuron"), (120, 40)) as (shown, _):
        sizes = [await sent(shown, key) for key in ("question_mark", "escape", "ctrl+p", "escape")]
        assert max(sizes) <= OVERLAY_BYTES, sizes


@contextmanager
def counted(screen: Laboratory) -> Iterator[list[str]]:
    """Give the list of the layouts and the updates of the whole screen that are made meanwhile."""
    compositor: Any = screen._compositor
    made: list[str] = []
    kept = {name: getattr(compositor, name) for name in ("reflow", "render_full_update")}

    def counting(name: str) -> Any:
        def run(*arguments: Any, **options: Any) -> Any:
            made.append(name)
            return kept[name](*arguments, **options)

        return run

    for name in kept:
        setattr(compositor, name, counting(name))
    try:
        yield made
    finally:
        for name in kept:
            delattr(compositor, name)


async def test_another_layout_is_laid_out_once_and_a_change_of_the_keys_not_at_all() -> None:
    async with emulated(lambda: gradlab.load("mlp/xor-trained"), (120, 40)) as (shown, screen):
        for perspective in ("debug", "teach"):  # what comes in sight for the first time lays out its scrollbars
            screen.show_perspective(perspective)
            await settle(shown.pilot)
        with counted(screen) as made:
            screen.show_perspective("debug")
            await settle(shown.pilot)
        assert made == ["reflow"]
        with counted(screen) as made:
            await sent(shown, "2")
        assert made == []
