"""A browser, for what is shown in one: a fixture for whoever imports it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
WITHOUT = "a browser is no dependency: `pip install playwright axe-playwright-python` and a Chromium, then `pytest -m chromium`"
SILENT = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
def chromium(pytestconfig: pytest.Config) -> Iterator[Any]:
    """Return headless Chromium.

    It is closed with its module: while it is open no test can run an event loop of its own. Without one such a test is skipped;
    but `pytest -m chromium` asks for nothing else, and fails.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if pytestconfig.option.markexpr != "chromium":
        pytest.importorskip("playwright", reason=WITHOUT)
        pytest.importorskip("axe_playwright_python", reason=WITHOUT)
        if found is None:
            pytest.skip(WITHOUT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(SILENT))
        yield browser
        browser.close()
