"""Glyphs for terminals that do not have all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len

import gradlab
from gradlab.axis.position import State
from gradlab.draw.canvas_box import Plate, Reading, box_rows
from gradlab.draw.glyphs import BLOCKS, BRAILLE, HANGING, OURS, STEPS, GlyphSet, spelled, spelled_out, usual_glyphs
from gradlab.draw.ink import text_of
from gradlab.draw.ramp import ramp
from gradlab.lab.snapshot import Brief
from gradlab.scenario import shelf

ROOMS = ("draw", "tui", "lab", "actions", "train")


def written() -> set[str]:
    """Return all characters that stand in what draws and speaks, and in the lessons, but for combining ones."""
    room = Path(gradlab.__file__).parent
    texts = [path.read_text("utf-8") for name in ROOMS for path in (room / name).rglob("*.py")]
    lessons = [path for name in shelf.names() if (path := shelf.find(name)) is not None]
    return {letter for text in (*texts, *(path.read_text("utf-8") for path in lessons)) for letter in text if cell_len(letter)}


def test_everything_that_is_written_has_an_ascii_form_of_the_same_width() -> None:
    for letter in written():
        found = spelled(letter, "ascii")
        assert found.isascii(), letter
        assert len(found) == cell_len(letter), letter


def test_what_is_drawn_becomes_no_sign_and_no_digit() -> None:
    drawn = {**OURS, **BLOCKS, **{chr(code): spelled(chr(code), "ascii") for code in BRAILLE}}
    assert {glyph for glyph, likeness in drawn.items() if likeness in set("+-0123456789=")} == set("─━┄┈═╌╴╶−–—")


@pytest.mark.parametrize(("shape", "likeness"), [
    ("▁▂▃▄▅▆▇█", "..ooOO@@"), ("⠤⠥⠉⡇⣿ ", ".:'|| "),
    ("▸◂✓✗", "><vX"), ("│─╭", "|-."), ("δ +1 · 0 ∅", "d +1 . 0 /"), ("x²", "x^"),
    ("日本é", "????e"), ("plain", "plain"),
])  # fmt: skip
def test_a_shape_becomes_the_one_most_like_it(shape: str, likeness: str) -> None:
    assert spelled(shape, "ascii") == likeness
    assert spelled(shape, "all") == shape


def test_a_ramp_keeps_its_sign_and_its_order() -> None:
    def seen(value: float) -> str:
        glyph, role = ramp(value, 1.0)
        return spelled(glyph, "ascii", role)

    assert [seen(share / 7) for share in range(1, 8)] == [*"..ooOO@"]
    assert [seen(-share / 7) for share in range(1, 8)] == [*"''\"\"^^%"]
    assert seen(0) == " "
    assert seen(float("nan")) == "!"


def test_a_terminal_without_blocks_keeps_its_letters_and_lines() -> None:
    assert spelled("│ δ ▁▇ ⣿ ▸", "narrow") == "│ δ .@ | ▸"
    assert all(spelled(step, "narrow", HANGING).isascii() for step in STEPS)


def test_a_text_without_cells_says_more() -> None:
    assert spelled_out("x² ≤ √n → ½", "ascii") == "x^2 <= sqrt n -> 1/2"
    assert spelled_out("x² ≤ √n", "narrow") == "x² ≤ √n"


@pytest.mark.parametrize(("environment", "glyphs"), [
    ({}, "all"), ({"LANG": "C.UTF-8"}, "all"), ({"LANG": "de_DE.utf8", "TERM": "xterm-256color"}, "all"),
    ({"LANG": "C"}, "ascii"), ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, "ascii"),
    ({"LC_CTYPE": "en_US.ISO-8859-1"}, "ascii"), ({"TERM": "linux"}, "narrow"), ({"TERM": "vt100"}, "ascii"),
    ({"TERM": "linux", "LC_ALL": "C"}, "ascii"),
    ({"GRADLAB_ASCII": "1"}, "ascii"),
])  # fmt: skip
def test_the_environment_tells_which_glyphs_there_are(environment: Mapping[str, str], glyphs: GlyphSet) -> None:
    assert usual_glyphs(environment) == glyphs


def test_a_box_is_one_row_in_brackets() -> None:
    plate = Plate("b", "mul", (), form="bracket")
    brief = Brief(6.0, 0.25, (1, 1))

    def drawn(reading: Reading) -> str:
        return text_of(box_rows(plate, reading, plate.width, -1, ())[0])

    assert drawn(Reading(State.DONE, State.PENDING, brief)) == "[ b mul v  +6.000  ]"
    assert drawn(Reading(State.DONE, State.FINAL, brief, focused=True, arrived="δ")) == "[>b mul δ  +0.2500◂]"
    assert drawn(Reading(State.DONE, State.PENDING, brief, current=True)) == "{ b mul v  +6.000  }"
    assert drawn(Reading(State.PENDING, State.PENDING, None, following=True)) == "( b mul v   ·      )"
    assert len(drawn(Reading())) == plate.width
