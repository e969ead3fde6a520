"""Before a plot is open its panel draws one curve where the loss is all, else each with its letter."""

from __future__ import annotations

from gradlab.draw.ink import text_of
from gradlab.lab.snapshot import Snapshot
from gradlab.session import Lab
from gradlab.tui.moment import Moment
from gradlab.tui.panels.plots import PlotsPanel
from tests.lab.models import TURNS, XOR, plain


def heads(lab: Lab) -> list[str]:
    panel = PlotsPanel()
    found = lab.snapshot()
    panel.moment = Moment(snapshot=Snapshot(losses=found.losses, curves=found.curves))
    return [text_of(line).rstrip() for line in panel.draw(70)[:2]]


def test_one_objective_alone_is_one_curve() -> None:
    lab = plain(XOR)
    lab.do("train 5")
    assert heads(lab)[0].startswith("loss +0.2")


def test_what_is_recorded_is_a_curve_beside_the_loss() -> None:
    lab = plain(XOR)
    lab.do("curve hidden.b[0]\ntrain 5")
    first, second = heads(lab)
    assert first == "update 4 · log axis"
    assert [part.rsplit(" ", 1)[0] for part in second.split("   ")] == ["a loss", "b hidden.b[0]"]


def test_several_objectives_are_a_curve_each() -> None:
    lab = plain(TURNS)
    lab.do("train 5")
    assert [part.rsplit(" ", 1)[0] for part in heads(lab)[1].split("   ")] == ["a p", "b q"]
