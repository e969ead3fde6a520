"""The page of a lesson, as a person sees it: in a browser, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gradlab.exporters._page.page import page_of
from gradlab.recording.performance import Performance

ONE_QUESTION = Path(__file__).parent / "one_question.md"


@cache
def page_text(name: str) -> str:
    """Return the page of a lesson."""
    return page_of(Performance(name))


@contextmanager
def shown(chromium: Any, tmp_path: Path, name: str) -> Iterator[tuple[Any, list[str]]]:
    """Give a lesson's page in a browser, and all requests and console messages, which must be the file alone."""
    file = tmp_path / "page.html"
    file.write_text(page_text(name), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    page.goto(file.as_uri())
    yield page, heard
    assert heard == [file.as_uri()]
    page.close()


def press(page: Any, key: str, times: int = 1) -> str:
    """Press a key and return what the status says."""
    for _ in range(times):
        page.keyboard.press(key)
    return str(page.inner_text("#told"))


def numbers(page: Any) -> str:
    """Return all that stands in the graph, and which box is marked."""
    return str(
        page.evaluate("[...document.querySelectorAll('svg g')].map(g => g.getAttribute('class') + g.textContent).join()")
    )


def test_the_arrow_keys_step_forth_and_back_to_the_same_numbers(chromium: Any, tmp_path: Path) -> None:
    with shown(chromium, tmp_path, str(ONE_QUESTION)) as (page, _):
        seen = [(press(page, "ArrowRight", 0), numbers(page))]
        seen += [(press(page, "ArrowRight"), numbers(page)) for _ in range(12)]
        assert len(dict(seen)) > 9
        for before in reversed(seen[:-1]):
            assert (press(page, "ArrowLeft"), numbers(page)) == before


def test_a_question_holds_the_rest_until_it_is_answered(chromium: Any, tmp_path: Path) -> None:
    with shown(chromium, tmp_path, str(ONE_QUESTION)) as (page, _):
        assert press(page, "End").endswith("The rest follows your answer.")
        assert "0.25" not in page.inner_text(".lesson")
        assert press(page, "ArrowRight").endswith("The rest follows your answer.")
        field = page.locator(".question input").first
        field.focus()
        page.keyboard.type("0.9")
        page.keyboard.press("Enter")
        assert "Not yet" in page.inner_text(".question form")
        field.fill("1/4")
        page.keyboard.press("Enter")
        assert "Right: loss_line = 0.25" in page.inner_text(".question form")
        assert "straight line says 0.5" in page.inner_text(".lesson")
        page.keyboard.press("End")
        assert "The rest" not in page.inner_text("#told")


def test_choices_bets_and_reasons_can_be_answered_without_a_mouse(chromium: Any, tmp_path: Path) -> None:
    with shown(chromium, tmp_path, "errata/adam-as-printed") as (page, _):
        total = page.locator(".question").count()
        for number in range(total):
            press(page, "End")
            form = page.locator(".question form").nth(number)
            assert form.is_visible()
            form.get_by_role("button", name="Show it").focus()
            page.keyboard.press("Enter")
        page.keyboard.press("End")
        assert "follows your answer" not in page.inner_text("#told")
        assert page.get_by_role("button", name="Forth").is_disabled()


@pytest.mark.parametrize("name", ["mlp/xor-trained", "init/tanh-small", "errata/adam-as-printed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_finds_nothing_serious(chromium: Any, tmp_path: Path, name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with shown(chromium, tmp_path, name) as (page, heard):
        page.emulate_media(color_scheme=scheme)
        press(page, "ArrowRight", 6)
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert found == []
        heard[:] = heard[:1]  # what the examination itself asks for
