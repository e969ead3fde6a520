"""The whole program in ASCII, at the smallest usual size."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import gradlab
from gradlab.draw.canvas_module import HINT
from gradlab.draw.glyphs import GlyphSet
from gradlab.session import Lab
from gradlab.tui.app import GradlabApp
from gradlab.tui.widgets.internals import shown_strips
from tests.tui.driving import LESSON, MATRICES, lab_of, laboratory, settle, type_line

SCENARIOS: dict[str, Callable[[], Lab]] = {
    "neuron": lambda: lab_of(LESSON.replace("squashing", "squashing (日本語, e\u0301)"), "δ ≤ π²"),
    "matrices": lambda: lab_of(MATRICES),
    "xor": lambda: gradlab.load("mlp/xor-trained", backend="plain"),
}
OVER = ("question_mark", "ctrl+p")
"""What opens a screen over the laboratory."""


def alien(lines: list[str]) -> list[str]:
    """Return the lines that are not all ASCII."""
    return [line for line in lines if not line.isascii()]


@pytest.mark.parametrize("glyphs", ["ascii", "narrow"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_every_panel_is_drawn_in_the_glyphs_of_the_terminal(name: str, glyphs: GlyphSet) -> None:
    app = GradlabApp(make=SCENARIOS[name], glyphs=glyphs)
    async with app.run_test(size=(80, 24)) as pilot:
        while laboratory(pilot).thread is None:
            await pilot.pause()
        await settle(pilot)
        for key in ("f", "f", "n"):
            await pilot.press(key)
            await settle(pilot)
        seen: dict[str, list[str]] = {}
        for panel in laboratory(pilot).panels:
            laboratory(pilot).choose(panel)
            await settle(pilot)
            seen[panel] = [strip.text for strip in shown_strips(app.screen)]
        for key in OVER:
            await pilot.press(key)
            await settle(pilot)
            seen[key] = [strip.text for strip in shown_strips(app.screen)]
            await pilot.press("escape")
    assert all(len(lines) == 24 for lines in seen.values())
    for place, lines in seen.items():
        if glyphs == "ascii":
            assert alien(lines) == [], place
            assert {len(line) for line in lines} == {80}, place
        else:
            assert not set("".join(lines)) & {*map(chr, range(0x2800, 0x2900)), *"▁▂▃▄▅▆▇█▏▎▍▌▋▊▉▀▓"}, place


async def test_keys_without_a_letter_are_words_and_no_other_key() -> None:
    app = GradlabApp(make=SCENARIOS["xor"], glyphs="ascii")
    async with app.run_test(size=(100, 30)) as pilot:
        while laboratory(pilot).thread is None:
            await pilot.pause()
        await settle(pilot)
        for key in ("slash", "escape", "5"):
            await pilot.press(key)
            await settle(pilot)
            text = "\n".join(strip.text for strip in shown_strips(app.screen))
            told = {"slash": "enter go", "5": "enter large"}.get(key, "space line")
            assert told in text, key
            assert not re.search(r"< (unfold|go|large)", text), key
            assert "_ line" not in text


async def test_the_enter_key_is_a_word_in_the_lists_of_plots_and_on_frames_of_modules() -> None:
    app = GradlabApp(make=SCENARIOS["matrices"], glyphs="ascii")
    async with app.run_test(size=(100, 30)) as pilot:
        while laboratory(pilot).thread is None:
            await pilot.pause()
        await settle(pilot)
        await type_line(pilot, "focus hidden.h")
        await pilot.press("p")
        await settle(pilot)
        text = "\n".join(strip.text for strip in shown_strips(app.screen))
        assert "enter plot   esc closes" in text
        await pilot.press("escape")
    assert HINT.isascii()
