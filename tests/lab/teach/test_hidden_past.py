"""What an open question asks for is not read out of what was recorded, nor at another position."""

from __future__ import annotations

import pytest

from gradlab.errors import ActionError
from tests.lab.models import XOR, plain


@pytest.mark.parametrize(
    "line",
    [
        "expect history(norm(grad(hidden.W)))[0] > 0",
        "expect best(norm(grad(hidden.W))) > 0",
        "expect at(here, grad(hidden.W)[0, 1]) > 0",
        "watch history(norm(grad(hidden.W)))",
    ],
)
def test_the_past_of_what_is_asked_for_is_hidden_until_it_is_answered(line: str) -> None:
    lab = plain(XOR)
    lab.do("curve norm(grad(hidden.W))\ncurve loss * 2\ntrain 5\nmark here\nforward")
    assert [name for name, _ in lab.snapshot().curves] == ["loss", "norm(grad(hidden.W))", "loss * 2"]
    lab.do("quiz grad(hidden.W)[0, 1]")
    assert [name for name, _ in lab.snapshot().curves] == ["loss", "loss * 2"]
    if line.startswith("watch"):
        assert lab.do(line).lines[0].text.endswith("= ?")
    else:
        with pytest.raises(ActionError, match="the open question asks for"):
            lab.do(line)
    lab.do("backward\nreveal")
    assert [name for name, _ in lab.snapshot().curves] == ["loss", "norm(grad(hidden.W))", "loss * 2"]
