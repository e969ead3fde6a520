"""The pages that `gradlab help` shows: words, actions, terms, whole pages, and the links of lessons to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab import pages
from gradlab.actions import words
from gradlab.actions.help import about, contents, names
from gradlab.errors import ActionError
from gradlab.scenario.links import link_problems
from gradlab.scenario.markdown import read_text
from gradlab.session import build

Call = Callable[..., tuple[int, str, str]]
TERMS = sorted(name for name, path in pages.files().items() if path.parent.name == "terms")
MODEL = "```python model\nx = input(2.0)\n```\n"


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_a_heading_and_a_short_text(name: str) -> None:
    heading, empty, *text = pages.read(name).splitlines()
    assert heading == f"# {pages.title(name)}"
    assert name == pages.title(name).lower().replace(" ", "-")
    assert empty == "" and 1 <= len(text) <= 6
    assert max(map(len, text)) <= 128


def test_every_name_has_something_to_read() -> None:
    assert [name for name in names() if not about(name)] == []


def test_all_that_a_name_means_is_on_its_page() -> None:
    lines = about("update")
    assert "# Update" in lines
    assert any(line.startswith("update ") for line in lines)


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ActionError, match=r"^there is nothing to read about `satrated`; did you mean `saturated`\?$"):
        about("satrated")


def test_the_contents_have_every_action_and_every_page() -> None:
    text = "\n".join(contents())
    assert [name for name in (*words(), *pages.files()) if f"  {name}" not in text] == []


def test_the_lab_shows_the_same(tmp_path: Path) -> None:
    outcome = build("x = input(2.0)\n").do("help saturated")
    assert outcome.page is not None
    assert list(outcome.page.lines) == about("saturated")


def test_a_link_to_a_page_or_a_word_is_right_and_another_is_told_with_its_place() -> None:
    text = f"A unit is [saturated](word:saturated), or [bent](word:tanh), or\n[odd](word:satrated).\n\n{MODEL}"
    (problem,) = link_problems(read_text(text))
    assert problem.message == "there is no page and no word `satrated` to link to"
    assert problem.label == "did you mean `saturated`?"
    assert problem.span is not None
    assert (problem.span.line, problem.span.text) == (2, "satrated")
