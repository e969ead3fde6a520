"""Who may come in: pages of this server alone, and whoever knows the token that was printed.

A page from elsewhere can send requests to 127.0.0.1, too, and with a name of its own that it lets mean 127.0.0.1 it can even
read the answers. So a request has to name this server in `Host`, and what a page sends has to come from a page of ours
(`Origin`). The token is needed once; then a cookie stands for it, which is sent by pages of ours only.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")
STRENGTH = 32
"""Bytes of the token and of the cookie."""


class Gate:
    """Lets requests in, or says why not. port: of the server."""

    def __init__(self, port: int) -> None:
        self.hosts = tuple(f"{name}:{port}" for name in NAMES)
        self.token, self.cookie = secrets.token_urlsafe(STRENGTH), secrets.token_urlsafe(STRENGTH)
        self.cookie_name = f"gradlab-{port}"

    def foreign(self, headers: Mapping[str, str], *, socket: bool = False) -> str:
        """Return why a request does not come from here, or "". socket: whether it opens one, which only a page may."""
        host, origin = headers.get("Host", ""), headers.get("Origin")
        if host not in self.hosts:
            return "this server is not called like that"
        if (socket or origin is not None) and origin != f"http://{host}":
            return "that page is not of this server"
        return ""

    def knows_token(self, given: str) -> bool:
        """Return whether it is the token, in a time that tells nothing of it."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def knows_cookie(self, cookies: Mapping[str, str]) -> bool:
        """Return whether the cookie that stands for the token is among some."""
        return hmac.compare_digest(cookies.get(self.cookie_name, "").encode(), self.cookie.encode())
