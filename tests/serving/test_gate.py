"""Who may come in to `gradlab serve`."""

from __future__ import annotations

import pytest

from gradlab.serving.gate import Gate

HERE = {"Host": "127.0.0.1:8000"}


@pytest.fixture
def gate() -> Gate:
    return Gate(8000)


def test_a_person_who_opens_the_address_comes_from_nowhere(gate: Gate) -> None:
    assert gate.foreign(HERE) == ""
    assert gate.foreign({"Host": "localhost:8000"}) == ""


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", "127.0.0.1:8000.evil.example"]
)
def test_a_name_that_others_let_mean_this_computer_is_refused(gate: Gate, host: str) -> None:
    assert gate.foreign({"Host": host, "Origin": f"http://{host}"}, socket=True) == "this server is not called like that"


ORIGINS = (
    "http://evil.example",
    "null",
    "",
    "https://127.0.0.1:8000",
    "http://127.0.0.1:8001",
    "http://localhost:8000",
    "http://127.0.0.1:8000/",
)


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("socket", [False, True])
def test_a_page_from_elsewhere_is_refused(gate: Gate, origin: str, socket: bool) -> None:
    assert gate.foreign({**HERE, "Origin": origin}, socket=socket) == "that page is not of this server"


def test_a_socket_is_opened_by_a_page_only(gate: Gate) -> None:
    assert gate.foreign(HERE, socket=True) == "that page is not of this server"
    assert gate.foreign({**HERE, "Origin": "http://127.0.0.1:8000"}, socket=True) == ""


def test_tokens_are_long_differ_and_only_the_right_one_is_known(gate: Gate) -> None:
    other = Gate(8000)
    assert len({gate.token, gate.cookie, other.token, other.cookie}) == 4
    assert len(gate.token) >= 43
    assert gate.knows_token(gate.token)
    wrong = ("", gate.cookie, gate.token[:-1], f"{gate.token} ", other.token, "é")
    assert not any(map(gate.knows_token, wrong))


def test_the_token_is_no_cookie(gate: Gate) -> None:
    assert gate.knows_cookie({gate.cookie_name: gate.cookie})
    assert not gate.knows_cookie({gate.cookie_name: gate.token})
    assert not gate.knows_cookie({"other": gate.cookie})
    assert not gate.knows_cookie({})
