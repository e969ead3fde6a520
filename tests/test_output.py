"""What commands write: numbers that JSON has no words for."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_json_has_words_for_what_is_not_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    from gradlab.commands._output import show_json

    show_json("run", True, [{"value": float("nan"), "more": (float("-inf"), 1.5)}])
    document: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert document["results"] == [{"value": "nan", "more": ["-inf", 1.5]}]
