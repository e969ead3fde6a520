"""Positions: how they are written, which there are, and what lies between two of them."""

from __future__ import annotations

import pytest

from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.session import Lab
from tests.lab.models import BATCHES, NEURON, TURNS, XOR, plain


def walked(lab: Lab, *lines: str) -> list[str]:
    """Return the position after each line."""
    found = []
    for line in lines:
        lab.do(line)
        found.append(str(lab.position))
    return found


def test_positions_are_ordered_as_the_axis_runs() -> None:
    listed = [Position(1), Position(0, "u", 1), Position(0, "b", 0), Position(0, "f", 2)]
    assert [str(at) for at in sorted(listed)] == ["0.f.2", "0.b.0", "0.u.1", "1.f.0"]


def test_stepping_from_the_end_of_forward_runs_the_first_backward_op_and_back_takes_it_apart() -> None:
    lab = plain(NEURON)
    assert walked(lab, "forward", "step", "back", "back", "step") == ["0.f.5", "0.b.1", "0.b.0", "0.f.4", "0.f.5"]


def test_the_end_of_an_update_is_the_beginning_of_the_next() -> None:
    lab = plain(XOR)
    before_last = f"0.u.{lab.snapshot().counts[2] - 1}"
    assert walked(lab, "goto 0.u.end", "back", "step", "goto 2.u.0") == ["1.f.0", before_last, "1.f.0", "2.u.0"]


def test_units_go_forth_and_back() -> None:
    lab = plain(XOR)
    forth = ["step phase", "step phase", "step phase", "step layer", "step layer", "step 2 update", "step 3"]
    assert walked(lab, *forth) == ["0.f.5", "0.b.5", "1.f.0", "1.f.2", "1.f.4", "3.f.0", "3.f.3"]
    assert walked(lab, "back layer", "back phase", "back update", "back 2 phase") == ["3.f.2", "3.f.0", "2.f.0", "1.b.0"]


def test_an_epoch_is_as_many_updates_as_there_are_whole_batches() -> None:
    lab = plain(BATCHES)
    assert walked(lab, "step epoch", "train 2 epochs", "back epoch") == [f"{lab.model.epoch}.f.0", f"{3 * lab.model.epoch}.f.0",
                                                                       f"{2 * lab.model.epoch}.f.0"]  # fmt: skip


def test_many_ops_at_once_cross_updates() -> None:
    lab, other = plain(TURNS), plain(TURNS)
    lab.do("step 100")
    for _ in range(100):
        other.do("step")
    assert lab.position == other.position
    assert lab.digest() == other.digest()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("goto 0.b.9", "0.b.9 is beyond the end: the backward phase of update 0 has 5 ops, 0.b.0 to 0.b.5"),
        ("goto 1.f.0", "1.f.0 is beyond the end: without `minimize` all positions lie in update 0, up to 0.b.5"),
        ("goto 0.u.1", "there is no update phase: the model has no `minimize`"),
        ("step update", None),
        ("update", "there is no update: the model has no `minimize`"),
        ("train 3", "nothing to train: the model has no `minimize`"),
        ("back", "already at the beginning of the run, 0.f.0"),
    ],
)
def test_a_position_that_is_not_there_is_refused_with_what_is_allowed(line: str, text: str | None) -> None:
    lab = plain(NEURON)
    if text is None:
        assert walked(lab, line) == ["0.b.5"]
        text = "0.b.5 is the end: without `minimize` there is one update, which ends with its backward phase"
    with pytest.raises(ActionError) as caught:
        lab.do(line)
    assert str(caught.value) == f"error: {text}\n  --> <action>:1:1\n  |\n1 | {line}\n  | {'^' * len(line)}"


def test_more_ops_than_can_be_counted_are_refused() -> None:
    with pytest.raises(ActionError, match="10000000000 is too many ops at once"):
        plain(XOR).do("step 10**10")


def test_a_million_ops_are_found_at_once() -> None:
    lab = plain(TURNS)
    assert lab.run.timeline.forth(Position(), "op", 1_000_000).update > 30_000


def test_a_mark_can_be_gone_to() -> None:
    lab = plain(NEURON)
    assert walked(lab, "goto 0.b.2", "mark half-way", "forward", "goto half-way") == ["0.b.2", "0.b.2", "0.f.5", "0.b.2"]
