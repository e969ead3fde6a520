"""A picture of the screen, or of one panel: its cells as SVG, which Rich writes, or as pixels."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.segment import Segment, Segments
from rich.terminal_theme import TerminalTheme
from textual.strip import Strip

from gradlab.draw.themes import DARK, THEMES, channels, mixed
from gradlab.errors import GradlabError
from gradlab.tui.exporters._stage import Stage

if TYPE_CHECKING:
    from PIL.Image import Image
    from rich.style import Style

FONT, WIDE, HIGH = 20, 12, 24
"""Size of the font, and pixels of a cell."""
BRAILLE = 0x2800
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each dot of a braille character, by its bit."""

SIXTEEN: list[tuple[int, int, int]] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
]  # fmt: skip
"""The terminal's own colours in a picture: those of xterm."""
DIMMED = 0.35
"""How far what a terminal dims is on the way to its ground."""

at_option = click.Option(
    ["--at"], metavar="POS", default="", help="The position: UPDATE.PHASE.OP, a mark, or `line N` of a recording; else the end."
)
panel_option = click.Option(["--panel"], metavar="NAME", default="", help="One panel alone, by its name.")


async def taken(stage: Stage, at: str, panel: str) -> list[Strip]:
    """Return the lines of the screen at a position, or those of one panel. Raises GradlabError."""
    screen = stage.screen
    if at:
        await stage.do(f"goto {at}")
    if panel:
        if panel not in screen.panels:
            raise GradlabError(f"error: there is no panel `{panel}`: there are {', '.join(screen.panels)}")
        screen.enlarge(panel)
    stage.close_line()
    await stage.settle()
    lines = stage.strips()
    if not panel:
        return lines
    x, y, wide, high = screen.panels[panel].region
    return [line.crop(x, x + wide) for line in lines[y : y + high]]


def as_svg(lines: Sequence[Strip], title: str, theme: str) -> str:
    """Return lines as SVG that asks for nothing from elsewhere."""
    wide = max((line.cell_length for line in lines), default=1)
    console = Console(
        width=wide, height=len(lines), file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    console.print(Segments([part for line in lines for part in (*line, Segment.line())]), end="", soft_wrap=True)
    return re.sub(
        r"\s*@font-face \{.*?\}",
        "",
        console.export_svg(title=title, theme=_terminal(theme), unique_id="gradlab"),
        flags=re.DOTALL,
    )


def as_image(lines: Sequence[Strip], theme: str) -> Image:
    """Return lines as pixels. Raises GradlabError without what draws them."""
    try:
        import matplotlib
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise GradlabError("error: PNG needs the extra `figures`: `pip install 'gradlab[figures]'`") from None
    fonts = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSansMono"
    plain, bold = (ImageFont.truetype(f"{fonts}{kind}.ttf", FONT) for kind in ("", "-Bold"))
    wide = max((line.cell_length for line in lines), default=1)
    own = _terminal(theme)
    image = Image.new("RGB", (wide * WIDE, len(lines) * HIGH), own.background_color.hex)
    pen = ImageDraw.Draw(image)
    for y, line in enumerate(lines):
        x = 0
        for text, style, _ in line:
            ink, paper = _colours(style, own)
            pen.rectangle((x * WIDE, y * HIGH, (x + Strip([Segment(text)]).cell_length) * WIDE - 1, (y + 1) * HIGH - 1), paper)
            font = bold if style is not None and style.bold else plain
            for letter in text:
                _glyph(pen, letter, (x * WIDE, y * HIGH), font, ink)
                x += Strip([Segment(letter)]).cell_length
    return image


def _terminal(theme: str) -> TerminalTheme:
    """Return the colours of a terminal that a theme is drawn in: its own where it has some, else light on dark."""
    named = THEMES[theme]
    shown = DARK if named.native else named
    return TerminalTheme(channels(shown.ground), channels(shown.text), SIXTEEN[:8], SIXTEEN[8:])


def _colours(style: Style | None, own: TerminalTheme) -> tuple[str, str]:
    """Return ink and paper of a style, as `#rrggbb`."""
    ink, paper = own.foreground_color.hex, own.background_color.hex
    if style is None:
        return ink, paper
    if style.color is not None:
        ink = style.color.get_truecolor(own).hex
    if style.bgcolor is not None:
        paper = style.bgcolor.get_truecolor(own, foreground=False).hex
    if style.dim:
        ink = mixed(ink, paper, DIMMED)
    return (paper, ink) if style.reverse else (ink, paper)


def _glyph(pen: Any, letter: str, place: tuple[int, int], font: Any, ink: str) -> None:
    """Draw one character; the font has no braille, so its dots are drawn one by one."""
    x, y = place
    pattern = ord(letter[0]) - BRAILLE
    if not 0 <= pattern < 256:
        pen.text((x, y), letter, ink, font=font)
        return
    for bit, (column, row) in enumerate(DOTS):
        if pattern >> bit & 1:
            left, top = x + 2 + 6 * column, y + 2 + 6 * row
            pen.rectangle((left, top, left + 2, top + 2), ink)
