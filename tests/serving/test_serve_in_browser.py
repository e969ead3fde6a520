"""`gradlab serve` as a person has it: a browser, a page, keys, and nothing from elsewhere."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyte
import pytest

pytestmark = pytest.mark.usefixtures("textual_serve")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
LESSON = "circuits/sigmoid-neuron"


@contextmanager
def server(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `gradlab serve`, and give its process and the address that it prints."""
    command = [sys.executable, "-m", "gradlab", "serve", *words]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings, start_new_session=True) as process:
        assert process.stdout is not None
        try:
            found = re.fullmatch(r"open (http://127\.0\.0\.1:\d+/\?token=[\w-]{43})\n", process.stdout.readline())
            assert found is not None
            yield process, found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


class Page:
    """A page of the browser, and the terminal on it as what the server sends makes it."""

    def __init__(self, chromium: Any, url: str, others: str = "", width: int = 1100) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 700})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.trouble: list[str] = []
        self.screen = pyte.Screen(200, 60)
        self.stream = pyte.ByteStream(self.screen)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        self.page.on("websocket", self._listen)
        self.answer = self.page.goto(others or url)

    def _listen(self, socket: Any) -> None:
        self.asked.append(socket.url)
        socket.on("framereceived", lambda data: self.stream.feed(data) if isinstance(data, bytes) else None)

    @property
    def text(self) -> str:
        """What stands on the terminal."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, what: str | Callable[[], bool]) -> None:
        """Let the browser work until a text is on the terminal, or something holds."""
        limit = time.monotonic() + PATIENCE
        while not (what() if callable(what) else what in self.text):
            assert time.monotonic() < limit, f"waited for {what!r} in vain:\n{self.text}\n{self.trouble}"
            self.page.wait_for_timeout(20)


def laboratories(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes of a server's laboratories."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8")
    return [int(number) for number in children.split()]


def test_a_key_moves_the_laboratory_and_nothing_comes_from_elsewhere(chromium: Any) -> None:
    with server(LESSON) as (process, url):
        page = Page(chromium, url)
        page.wait_for("0.f.0")
        page.page.keyboard.press("n")
        page.wait_for("0.f.1")
        page.page.keyboard.press("N")
        page.wait_for("0.f.0")
        here = urlsplit(url).netloc
        assert {urlsplit(asked).netloc for asked in page.asked if not asked.startswith("data:")} == {here}
        assert page.page.url == f"http://{here}/", "the token has left the line of the browser"
        assert page.trouble == []
        assert len(laboratories(process)) == 1
        page.context.close()
        while laboratories(process):
            time.sleep(0.02)


def test_only_who_has_the_token_comes_in_and_no_more_than_are_allowed(chromium: Any) -> None:
    with server(LESSON, "--max", "1") as (process, url):
        wrong = Page(chromium, url, url[:-1])
        assert wrong.answer.status == 403
        first = Page(chromium, url)
        first.wait_for("0.f.0")
        second = Page(chromium, url)
        second.page.wait_for_selector("text=1 laboratory is open already")
        first.page.keyboard.press("q")
        first.page.wait_for_selector("text=This laboratory has ended")
        while laboratories(process):
            time.sleep(0.02)
        second.page.click("text=Try again")
        second.wait_for("0.f.0")
        for page in (wrong, first, second):
            page.context.close()


@pytest.mark.parametrize(("width", "least"), [(1100, 80), (640, 80), (500, 80), (380, 60)])
def test_a_narrow_window_has_smaller_letters_and_columns_enough(chromium: Any, width: int, least: int) -> None:
    with server(LESSON) as (_, url):
        page = Page(chromium, url, width=width)
        page.wait_for("graph")
        socket = next(address for address in page.asked if address.startswith("ws:"))
        assert int(parse_qs(urlsplit(socket).query)["width"][0]) >= least
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.trouble == []
        page.context.close()


FOREIGN = """new Promise(done => {
    const socket = new WebSocket("ws://HERE/socket?width=80&height=24");
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""


def test_a_page_from_elsewhere_gets_no_laboratory_though_the_browser_knows_the_cookie(chromium: Any) -> None:
    with server(LESSON) as (process, url):
        page = Page(chromium, url)
        page.wait_for("0.f.0")
        here = urlsplit(url).netloc
        page.context.route("http://evil.example/**", lambda route: route.fulfill(body="<p>evil</p>", content_type="text/html"))
        foreign = page.context.new_page()
        foreign.goto("http://evil.example/")
        assert foreign.evaluate(FOREIGN.replace("HERE", here)) == "refused"
        foreign.goto(f"http://{here.replace('127.0.0.1', 'localhost')}/nothing")
        assert foreign.evaluate(FOREIGN.replace("HERE", here)) == "refused"
        assert len(laboratories(process)) == 1
        page.context.close()


def test_without_a_file_it_is_the_browser_of_scenarios(chromium: Any) -> None:
    with server() as (_, url):
        page = Page(chromium, url)
        page.wait_for("choose a scenario")
        page.wait_for("begin here")
        page.context.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_laboratory_outlives_the_server(chromium: Any, number: int) -> None:
    command = [sys.executable, "-m", "gradlab", "serve", LESSON]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout is not None
        page = Page(chromium, process.stdout.readline().split()[1])
        page.wait_for("0.f.0")
        (laboratory,) = laboratories(process)
        process.send_signal(number)
        process.wait(PATIENCE)
        while Path(f"/proc/{laboratory}").exists():
            time.sleep(0.02)
        page.context.close()
