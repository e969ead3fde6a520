"""Themes: every contrast is computed, and no colour of a sign stands for something else."""

from __future__ import annotations

from math import dist

import pytest
from rich.color import Color

from gradlab.draw.themes import ANSI, THEMES, Theme, channels, mixed
from gradlab.tui.styles import PARTS, colour_of, ground_of, marked_style, style_of

MIXED = [theme for theme in THEMES.values() if not theme.native]
GROUNDS = ("ground", "bar", "selection")
SIGNS = {"positive", "negative", "hanging", *(role for role in PARTS if role.startswith("heat") and role != "heat0")}
LEAST = {"contrast": 7.0}
"""What text has in a theme; others have 4.5."""


def luminance(colour: str) -> float:
    """Return the relative luminance, as WCAG 2 defines it."""
    parts = [c / 255 for c in channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB, where equal distances look equally far."""
    parts = [c / 255 for c in channels(colour)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    x, y, z = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )  # fmt: skip
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert lab("#ff0000") == pytest.approx((53.2, 80.1, 67.2), abs=0.2)


@pytest.mark.parametrize("theme", MIXED, ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", PARTS)
def test_every_role_is_legible_on_every_ground(role: str, theme: Theme) -> None:
    ink = colour_of(PARTS[role], theme)
    found = {ground: contrast(ink, getattr(theme, ground)) for ground in GROUNDS}
    assert min(found.values()) >= LEAST.get(theme.name, 4.5), (ink, found)


@pytest.mark.parametrize("theme", MIXED, ids=lambda theme: theme.name)
def test_edges_are_seen_on_every_ground_they_stand_on(theme: Theme) -> None:
    assert contrast(theme.border, theme.ground) >= 3
    assert contrast(theme.border, theme.bar) >= 3


@pytest.mark.parametrize("theme", MIXED, ids=lambda theme: theme.name)
def test_blue_and_orange_are_signs_and_nothing_else(theme: Theme) -> None:
    signs = [lab(theme.positive), lab(theme.negative)]
    for role in PARTS.keys() - SIGNS:
        assert {"positive", "negative"}.isdisjoint(PARTS[role][:2]), role
    for name in ("text", "dim", "accent", "good", "bad"):
        assert min(dist(lab(getattr(theme, name)), sign) for sign in signs) >= 20, name
    assert min(dist(lab(theme.accent), sign) for sign in signs) >= 25
    assert dist(*signs) >= 60


@pytest.mark.parametrize("theme", MIXED, ids=lambda theme: theme.name)
def test_levels_of_a_map_are_further_from_nothing_the_larger_the_number(theme: Theme) -> None:
    for sign in "+-":
        shades = [style_of(f"map {sign}{k} 0", theme).color for k in range(1, 5)]
        known = [shade.get_truecolor().hex for shade in shades if shade is not None]
        far = [contrast(shade, theme.bar) for shade in known]
        assert far == sorted(far)
        assert len(set(known)) == 4


@pytest.mark.parametrize("role", PARTS)
def test_the_theme_of_the_terminal_uses_its_sixteen_colours_alone(role: str) -> None:
    style = style_of(role, ANSI)
    assert style.color is not None
    assert style.color.is_default or (style.color.number or 0) < 16
    assert style.bgcolor is None


def test_without_colour_a_mark_is_reverse_video() -> None:
    assert marked_style(ANSI).reverse
    assert style_of("hanging", ANSI).reverse
    assert style_of("dim", ANSI).dim


@pytest.mark.parametrize("theme", [*THEMES.values()], ids=lambda theme: theme.name)
def test_textual_has_every_theme_with_the_variables_of_the_stylesheet(theme: Theme) -> None:
    ground = ground_of(theme)
    assert (ground.name, ground.dark, ground.ansi) == (theme.name, theme.dark, theme.native)
    assert {"ground", "bar", "selection", "ink", "dim", "accent", "rim", "veil"} <= ground.variables.keys()
    if not theme.native:
        assert all(Color.parse(ground.variables[name]) for name in ("ground", "rim"))


def test_a_mix_goes_from_the_first_colour_to_the_second() -> None:
    assert [mixed("#000000", "#ff8000", share) for share in (0, 0.5, 1)] == ["#000000", "#804000", "#ff8000"]
