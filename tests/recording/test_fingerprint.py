"""What a line keeps of the numbers of a deed."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.axis.position import Position
from gradlab.recording.fingerprint import written
from gradlab.session import Lab, build

MODEL = """
x, w = input([1.0, -2.0, 3.0]), param([0.5, 0.25, -1.0])
y = tanh(x * w)
loss = sum(y)
minimize(loss, sgd(lr=0.1))
"""


def lab_at(*actions: str) -> Lab:
    lab = build(MODEL, backend="plain")
    for action in actions:
        lab.do(action)
    return lab


@pytest.mark.parametrize("stride", [1, 2, 5])
@pytest.mark.parametrize("actions", [("forward",), ("forward", "backward"), ("step update", "step 2"), ("step update", "back")])
def test_the_numbers_of_the_places_are_taken_one_array_after_the_other(actions: tuple[str, ...], stride: int) -> None:
    run = lab_at(*actions).run
    for edited in (False, True):
        places = written(run, Position(run.at.update), edited=edited)
        numbers, counts = places.numbers(run, stride)
        arrays = [place.array(run).reshape(-1)[::stride] for place in places]
        assert counts.tolist() == [array.size for array in arrays]
        assert np.array_equal(numbers, np.concatenate(arrays), equal_nan=True)
        assert places.sizes(run).tolist() == [place.array(run).size for place in places]


def test_a_deed_that_goes_on_wrote_what_its_ops_did_and_one_that_goes_back_all_that_is_seen() -> None:
    run = lab_at("forward", "step 2").run
    assert written(run, Position(0, "b", 0), edited=False)[0].name(run) == "grad(y)"
    everything = {place.name(run) for place in written(run, Position(0, "b", 3), edited=False)}
    assert {"x", "w", "y", "loss", "grad(y)", "grad(loss)"} <= everything
