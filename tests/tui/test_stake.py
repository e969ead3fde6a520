"""What is said to be lost when somebody leaves: what was trained and edited, not where the run stands."""

from __future__ import annotations

import pytest

from gradlab.axis.journal import BackwardAgain, Deed, SwitchMode, Turn
from gradlab.axis.position import Position
from gradlab.tui.stake import Stake
from tests.tui.driving import LESSON, lab_of, opened, press, screen_text, type_line

AT = Position()
EDIT, OTHER = (SwitchMode(AT, text, "eval") for text in ("mode eval", "mode train"))
TRAINED = LESSON.replace("f = sigmoid(dot)", "f = sigmoid(dot)\nminimize(f, sgd(lr=0.1))")


def test_going_back_loses_no_update_and_going_there_again_makes_none() -> None:
    stake = Stake()
    for made in (50, 0, 20, 50):
        stake.note(made, [], mine=True)
        assert stake.told() == ("50 updates", "are kept nowhere")
    stake.note(51, [], mine=True)
    assert stake.updates == 51


def test_an_edit_in_the_middle_leaves_what_was_trained_before_it() -> None:
    stake = Stake()
    stake.note(50, [], mine=True)
    stake.note(20, [], mine=True)
    stake.note(20, [EDIT], mine=True)
    assert stake.told() == ("what was edited and 20 updates", "are kept nowhere")
    stake.note(20, [], mine=True)
    assert stake.told() == ("20 updates", "are kept nowhere")


def test_what_the_lesson_does_is_not_lost_nor_what_is_saved() -> None:
    stake = Stake()
    stake.note(30, [EDIT], mine=False)
    assert stake.told() is None
    stake.note(31, [EDIT], mine=True)
    assert stake.told() == ("1 update", "is kept nowhere")
    stake.note(31, [EDIT, OTHER], mine=True, saved=True)
    assert stake.told() is None
    stake.note(32, [EDIT, OTHER], mine=True)
    assert stake.told() == ("1 update", "is kept nowhere")


@pytest.mark.parametrize("deed", [BackwardAgain(AT, "backward f", 3), Turn(AT, "train 1 of f", 0, 1)])
def test_what_only_says_what_is_worked_out_is_no_edit(deed: Deed) -> None:
    stake = Stake()
    stake.note(0, [deed], mine=True)
    assert stake.told() is None


@pytest.mark.usefixtures("nowhere")
async def test_after_going_back_leaving_asks_for_all_that_was_trained() -> None:
    async with opened(lambda: lab_of(TRAINED)) as (pilot, _):
        await type_line(pilot, "train 3")
        await type_line(pilot, "goto 0.f.0")
        await press(pilot, "q")
        assert "3 updates are kept nowhere. Leave?" in screen_text(pilot)
        await pilot.press("y")
    assert pilot.app.return_value == 0
