"""Searches stop where a walk does, in phases, with frozen layers, and where gradients of several batches make a step."""

from __future__ import annotations

import pytest

from gradlab.session import Lab, build
from tests.lab.models import TURNS, XOR

GATHERED = XOR.replace("adam(lr=0.1)", "adam(lr=0.1), accumulate=3")
CASES = {
    "gathered": (GATHERED, [], ["loss < 0.25", "norm(grad(hidden.W)) < 0.02", "rms(update(hidden.W)) > 0", "steps == 7"]),
    "handed": (TURNS, ["train 4 of q", "goto 0"], ["p < 8", "q < 18", "update(a)[0] > 0", "abs(a[0] - 1) > 0.1"]),
    "frozen": (TURNS, ["goto 3", "freeze a", "goto 0"], ["q < 5", "update(b)[1] < 0", "updates == 9"]),
}


def walked(lab: Lab, text: str, updates: int) -> str:
    """Step through all positions to the first at which all is known of the update and it holds; return that."""
    while lab.position.update < updates:
        lab.do("step")
        told = lab.do(f"expect {text}")
        if told.ok and "past" not in str(told):
            return str(lab.position)
    return "nowhere"


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", CASES)
def test_a_search_stops_where_a_walk_does(name: str, backend: str) -> None:
    model, deeds, texts = CASES[name]
    for text in texts:
        lab, other = build(model, backend=backend), build(model, backend="plain")
        for one in (lab, other):
            one.do("\n".join(deeds) or "goto 0")
        lab.do(f"run until {text} for 40 updates")
        place = walked(other, text, 40)
        assert place != "nowhere", text
        assert str(lab.position) == place, text
