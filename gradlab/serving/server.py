"""The server: a page for whoever comes with the token, and a laboratory for each page, as many as are allowed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from aiohttp import WSMsgType, web

from gradlab.errors import GradlabError
from gradlab.serving.gate import ADDRESS, Gate
from gradlab.serving.guest import Guest
from gradlab.serving.page import ENTERED, FULL, HEADERS, PAGE, POLICY, assets

LONGEST = 1 << 16
"""Bytes of a message from a page."""
PULSE = 15.0
"""Seconds after which a page that does not answer is gone."""
WIDE, HIGH = (20, 500), (5, 300)
"""Columns and rows that a page may ask for."""
FONT = 16
TOKEN_MISSING = "the address that `gradlab serve` has printed has a token behind it: open that one\n"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is served. command: starts a laboratory.   most: how many at once.   idle: seconds that one stays without a key."""

    command: Sequence[str]
    title: str
    most: int = 4
    idle: float = 3600.0


class Server:
    """Answers requests. offer: what it serves.   port: where it listens."""

    def __init__(self, offer: Offer, port: int) -> None:
        self.offer, self.gate, self.files = offer, Gate(port), assets()
        self.url = f"http://{ADDRESS}:{port}/?token={self.gate.token}"
        self.guests: set[Guest] = set()
        self.open = 0

    def app(self) -> web.Application:
        """Return the application."""
        made = web.Application(client_max_size=LONGEST)
        answers = {"/": self._page, "/socket": self._socket, "/assets/{name}": self._asset, "/{rest:.*}": self._nothing}
        made.add_routes([web.get(path, self._guarded(answer)) for path, answer in answers.items()])
        made.on_shutdown.append(self._close)
        return made

    @property
    def is_full(self) -> bool:
        """Whether no more laboratories may be opened."""
        return self.open >= self.offer.most

    async def _close(self, _app: web.Application) -> None:
        await asyncio.gather(*(guest.end() for guest in self.guests))

    # ---- who comes in ----------------------------------------------------------------------------------------------

    def _guarded(self, answer: Answer) -> Answer:
        """Return what lets a request in or refuses it, and puts on every answer what a browser has to keep to."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            made = self._refusal(request) or await answer(request)
            if not made.prepared:
                made.headers.update(self._headers(request))
            return made

        return guarded

    def _headers(self, request: web.Request) -> dict[str, str]:
        host = request.headers.get("Host", "")
        return {**HEADERS, "Content-Security-Policy": POLICY.format(host=host if host in self.gate.hosts else ADDRESS)}

    def _refusal(self, request: web.Request) -> web.Response | None:
        """Return the answer to a request that is not let in, or None."""
        why = self.gate.foreign(request.headers, socket=request.path == "/socket")
        if not why and not self.gate.knows_cookie(request.cookies) and not self._has_token(request):
            why = TOKEN_MISSING.rstrip()
        return web.Response(status=403, text=f"{why}\n") if why else None

    def _has_token(self, request: web.Request) -> bool:
        return request.path == "/" and self.gate.knows_token(request.query.get("token", ""))

    # ---- what there is ---------------------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page; the first time a cookie takes the place of the token, which leaves the line of the browser."""
        if "token" in request.query:
            if not self._has_token(request):
                return web.Response(status=403, text=TOKEN_MISSING)
            there = web.Response(text=ENTERED, content_type="text/html")
            there.set_cookie(self.gate.cookie_name, self.gate.cookie, httponly=True, samesite="Strict", path="/")
            return there
        if self.is_full:
            return web.Response(status=503, text=FULL.format(text=escape(self._full())), content_type="text/html")
        shown = PAGE.format(title=escape(self.offer.title), host=request.headers["Host"], font=FONT)
        return web.Response(text=shown, content_type="text/html")

    def _full(self) -> str:
        count = self.offer.most
        are = "laboratory is" if count == 1 else "laboratories are"
        return f"{count} {are} open already, and no more may be. Close one first."

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        found = self.files.get(request.match_info["name"])
        return await self._nothing(request) if found is None else web.Response(body=found[0], content_type=found[1])

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=404, text="there is nothing here\n")

    # ---- a laboratory ----------------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Start a laboratory, and carry to and fro until one side has left."""
        if self.is_full:
            return web.Response(status=503, text=f"{self._full()}\n")
        self.open += 1
        guest = Guest(self.offer.command)
        page = web.WebSocketResponse(heartbeat=PULSE, max_msg_size=LONGEST)
        page.headers.update(self._headers(request))
        try:
            await page.prepare(request)
            await guest.start(_between(request.query.get("width"), WIDE), _between(request.query.get("height"), HIGH))
            self.guests.add(guest)
            await self._carry(page, guest)
        finally:
            await asyncio.shield(self._leave(guest))
            with contextlib.suppress(ConnectionError):
                await page.close()
        return page

    async def _leave(self, guest: Guest) -> None:
        """End a laboratory, and give its place to another."""
        try:
            await guest.end()
        finally:
            self.guests.discard(guest)
            self.open -= 1

    async def _carry(self, page: web.WebSocketResponse, guest: Guest) -> None:
        ways = [asyncio.create_task(way) for way in (_shown(page, guest), self._typed(page, guest))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _typed(self, page: web.WebSocketResponse, guest: Guest) -> None:
        """Hand on what a page sends, until it goes away, or nobody types for long."""
        with contextlib.suppress(TimeoutError):
            while True:
                message = await asyncio.wait_for(page.receive(), self.offer.idle)
                if message.type is not WSMsgType.TEXT:
                    return
                await _hand_on(message.data, guest, page)


async def _shown(page: web.WebSocketResponse, guest: Guest) -> None:
    """Hand on what a laboratory draws."""
    with contextlib.suppress(ConnectionError):
        async for data in guest.drawn():
            await page.send_bytes(data)


async def _hand_on(text: str, guest: Guest, page: web.WebSocketResponse) -> None:
    """Do what a message of a page asks for: `["stdin", TEXT]`, `["resize", {"width", "height"}]` … Others are passed over."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    match found:
        case ["stdin", str(keys)]:
            await guest.type(keys)
        case ["resize", {"width": int(wide), "height": int(high)}]:
            await guest.tell("resize", width=_between(wide, WIDE), height=_between(high, HIGH))
        case ["focus" | "blur" as what, *_]:
            await guest.tell(what)
        case ["ping", str(when)]:
            await page.send_json(["pong", when])


def _between(given: object, bounds: tuple[int, int]) -> int:
    """Return a number of cells; the least for what is none."""
    try:
        return max(bounds[0], min(int(str(given)), bounds[1]))
    except ValueError:
        return bounds[0]


def listen(port: int) -> socket.socket:
    """Return a socket of this computer alone; port 0 is any free one. Raises GradlabError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((ADDRESS, port))
    except OSError as error:
        made.close()
        raise GradlabError(f"error: port {port} of {ADDRESS}: {(error.strerror or str(error)).lower()}") from None
    return made


async def serve(offer: Offer, port: int, said: Callable[[str], None]) -> None:
    """Serve until a signal ends it. said: is told the address, once somebody listens there. Raises GradlabError."""
    with listen(port) as place:
        server = Server(offer, place.getsockname()[1])
        runner = web.AppRunner(server.app(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, place).start()
            said(server.url)
            await _told_to_end()
        finally:
            await runner.cleanup()


async def _told_to_end() -> None:
    """Wait for a signal that ends the program."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    await ended.wait()
