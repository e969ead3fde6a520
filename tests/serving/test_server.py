"""The server of `gradlab serve`, asked by a client that may say what no browser says."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradlab.errors import GradlabError
from gradlab.serving import guest
from tests.serving import guest_program

pytestmark = pytest.mark.usefixtures("textual_serve")
PROGRAM = str(Path(guest_program.__file__))


@dataclass
class Served:
    """A server and a client. address: without what is behind the port.   folder: where laboratories say who they are."""

    server: Any
    client: Any
    address: str
    folder: Path

    @property
    def cookies(self) -> dict[str, str]:
        gate = self.server.gate
        return {gate.cookie_name: gate.cookie}

    async def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        async with self.client.get(self.address + path, headers=headers, cookies=self.cookies, allow_redirects=False) as found:
            return found.status, (await found.read()).decode("utf-8", "replace")

    @asynccontextmanager
    async def page(self, origin: str = "", query: str = "?width=80&height=24") -> AsyncIterator[Any]:
        headers = {"Origin": origin or self.address, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        async with self.client.ws_connect(f"{self.address}/socket{query}", headers=headers) as socket:
            yield socket

    @property
    def processes(self) -> list[int]:
        """The laboratories that were started, and what they have started."""
        notes = list(self.folder.iterdir())
        return [int(note.name) for note in notes] + [int(note.read_text(encoding="utf-8") or 0) for note in notes]

    async def until_gone(self) -> None:
        while any(map(alive, self.processes)) or self.server.open:
            await asyncio.sleep(0.01)


def alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@asynccontextmanager
async def serving(aiohttp: Any, folder: Path, *words: str, most: int = 2, idle: float = 600.0) -> AsyncIterator[Served]:
    from gradlab.serving.server import Offer, Server, listen

    with listen(0) as place:
        port = place.getsockname()[1]
        server = Server(Offer([sys.executable, PROGRAM, str(folder), *words], "t<i>tle", most, idle), port)
        runner = aiohttp.web.AppRunner(server.app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await aiohttp.web.SockSite(runner, place).start()
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
                yield Served(server, client, f"http://127.0.0.1:{port}", folder)
        finally:
            await runner.cleanup()


@pytest.fixture
async def served(aiohttp: Any, tmp_path: Path) -> AsyncIterator[Served]:
    import aiohttp.web

    async with serving(aiohttp, tmp_path) as found:
        yield found


async def test_the_token_is_needed_once_and_then_a_cookie_stands_for_it(served: Served) -> None:
    async with served.client.get(served.server.url) as first:
        assert first.status == 200
        cookie = first.cookies[served.server.gate.cookie_name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
        assert cookie.value == served.server.gate.cookie
    status, page = await served.get()
    assert status == 200
    assert "<title>t&lt;i&gt;tle</title>" in page


@pytest.mark.parametrize("token", ["", "x", "%00", "é"])
async def test_a_wrong_token_opens_nothing(served: Served, token: str) -> None:
    for path in (f"/?token={token}", f"/socket?token={served.server.gate.token}", "/assets/textual.js", "/", "/nothing"):
        async with served.client.get(served.address + path) as found:
            assert found.status == 403, path


async def test_what_comes_from_elsewhere_is_refused_though_it_has_the_cookie(served: Served) -> None:
    assert (await served.get(Host="evil.example"))[0] == 403
    assert (await served.get(Origin="http://evil.example"))[0] == 403
    with pytest.raises(Exception, match="403"):
        async with served.page("http://evil.example"):
            pass
    assert served.processes == []


async def test_nothing_but_its_own_few_files_is_handed_out(served: Served) -> None:
    for name in served.server.files:
        assert (await served.get(f"/assets/{name}"))[0] == 200
    for path in (
        "/assets/",
        "/assets/..%2f..%2fpyproject.toml",
        "/assets/%2fetc%2fpasswd",
        "/etc/passwd",
        "/assets/page.css/x",
    ):
        assert (await served.get(path))[0] == 404, path


async def test_every_answer_forbids_to_load_from_elsewhere_and_to_be_framed(served: Served) -> None:
    for path in ("/", "/assets/page.css", "/nothing", served.server.url.removeprefix(served.address)):
        async with served.client.get(served.address + path, cookies=served.cookies) as found:
            policy = found.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "frame-ancestors 'none'" in policy
            assert found.headers["Cache-Control"] == "no-store"


async def test_keys_go_to_the_laboratory_and_what_it_draws_comes_back(served: Served) -> None:
    async with served.page() as page:
        assert await page.receive_bytes() == b"80x24"
        await page.send_str('["stdin", "né"]')
        assert (await page.receive_bytes()).decode() == "<né>"
        await page.send_str('["resize", {"width": 1000000, "height": 40}]')
        assert await page.receive_bytes() == b'<{"type": "resize", "width": 500, "height": 40}>'


@pytest.mark.parametrize(
    "nonsense", ["", "[", "[" * 50_000, "7", '["stdin"]', '["stdin", 7]', '["resize", {"width": "x"}]', '["quit"]']
)
async def test_nonsense_from_a_page_is_passed_over(served: Served, nonsense: str) -> None:
    async with served.page(query="?width=x") as page:
        assert await page.receive_bytes() == b"20x5"
        await page.send_str(nonsense)
        await page.send_str('["stdin", "n"]')
        assert await page.receive_bytes() == b"<n>"


async def test_no_more_laboratories_than_are_allowed_are_opened(served: Served) -> None:
    async with served.page() as one, served.page() as two:
        await one.receive_bytes()
        await two.receive_bytes()
        status, page = await served.get()
        assert status == 503
        assert "2 laboratories are open already, and no more may be. Close one first." in page
        with pytest.raises(Exception, match="503"):
            async with served.page():
                pass
    await served.until_gone()
    assert len(served.processes) == 4
    assert (await served.get())[0] == 200


async def test_a_page_that_is_closed_takes_its_processes_with_it(served: Served) -> None:
    async with served.page() as page:
        await page.receive_bytes()
        assert all(map(alive, served.processes))
    await served.until_gone()


async def test_a_laboratory_that_leaves_closes_its_page(served: Served) -> None:
    async with served.page() as page:
        await page.receive_bytes()
        await page.send_str('["stdin", "q"]')
        assert (await page.receive()).type.name in ("CLOSE", "CLOSING", "CLOSED")
    await served.until_gone()


async def test_what_does_not_leave_is_killed(aiohttp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import aiohttp.web

    monkeypatch.setattr(guest, "LEAVING", 0.05)
    async with serving(aiohttp, tmp_path, "stubborn") as served:
        async with served.page() as page:
            await page.receive_bytes()
        await served.until_gone()


async def test_a_laboratory_at_which_nobody_types_is_closed(aiohttp: Any, tmp_path: Path) -> None:
    import aiohttp.web

    async with serving(aiohttp, tmp_path, idle=0.05) as served, served.page() as page:
        while (await page.receive()).type.name not in ("CLOSE", "CLOSING", "CLOSED"):
            pass
        await served.until_gone()


async def test_when_the_server_ends_so_do_all(aiohttp: Any, tmp_path: Path) -> None:
    import aiohttp.web

    async with serving(aiohttp, tmp_path) as served, served.page() as page:
        await page.receive_bytes()
    assert len(served.processes) == 2
    await served.until_gone()


def test_a_port_that_is_taken_is_said_so(aiohttp: Any) -> None:
    from gradlab.serving.server import listen

    with listen(0) as place:
        place.listen()
        port = place.getsockname()[1]
        with pytest.raises(GradlabError, match=f"error: port {port} of 127.0.0.1: address already in use"):
            listen(port)


def test_it_listens_on_this_computer_alone(aiohttp: Any) -> None:
    from gradlab.serving.server import listen

    with listen(0) as place:
        assert place.getsockname()[0] == "127.0.0.1"
