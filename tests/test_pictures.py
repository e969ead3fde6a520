"""The pictures of the README show the program as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pictures import FOLDER, PICTURES, Picture

README = Path(__file__).parent.parent / "README.md"
AGAIN = "`python -m tests.long pictures` draws them again: look at them"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_shows_the_program_as_it_is(picture: Picture) -> None:
    assert words(picture.draw()) == words(picture.path.read_text(encoding="utf-8")), AGAIN


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_asks_for_nothing_from_elsewhere(picture: Picture) -> None:
    text = picture.path.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "@font-face" not in text
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) == {"http://www.w3.org/2000/svg", "https://www.textualize.io"}


def test_the_readme_shows_all_of_them_and_no_others() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(f".github/pictures/{picture.name}.svg" for picture in PICTURES)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{picture.name}.svg" for picture in PICTURES)


def words(svg: str) -> list[str]:
    """Return what is drawn, line by line, with its colours; where fonts are as wide as others it stands elsewhere."""
    return re.findall(r"<text class=\"([^\"]*)\"[^>]*>([^<]*)</text>|<rect fill=\"(#\w+)\"", svg)
