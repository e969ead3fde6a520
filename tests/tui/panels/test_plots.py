"""Before a plot is open its panel draws one curve where the loss is all, else each with its letter."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from gradlab.draw.ink import text_of
from gradlab.lab.snapshot import Snapshot
from gradlab.session import Lab, build
from gradlab.tui.moment import Moment
from gradlab.tui.panels.plots import PlotsPanel
from tests.draw.plots.cases import NET
from tests.lab.models import TURNS, XOR, plain
from tests.tui.driving import opened, press, screen_text, settle, type_line


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


def ruled(pilot: Pilot[Any]) -> str:
    """Return the row of the screen with the title of the panel."""
    return next(line for line in screen_text(pilot).splitlines() if "6 plots" in line)


async def open_net(pilot: Pilot[Any], line: str) -> None:
    await type_line(pilot, "forward")
    await type_line(pilot, f"plot {line}")


async def test_a_plot_comes_in_sight_and_its_cursor_leads_to_a_number() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, screen):
        await open_net(pilot, "matrix h")
        panel = screen.query_one(PlotsPanel)
        assert screen.chosen == "plots"
        assert "matrix h" in ruled(pilot)
        await press(pilot, "right", "right", "down", "down")
        assert "▸ h[2, 1] = " in screen_text(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert (screen.moment.nodes[screen.moment.focus].name, screen.moment.element) == ("hidden.h", 5)
        await press(pilot, "home")
        assert "▸ h[0, 0] = " in screen_text(pilot)
        assert panel.rule() == ("matrix h", "1 of 1  P pins")


async def test_a_point_of_a_curve_leads_to_its_update() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, screen):
        await type_line(pilot, "plot curve loss log")
        await type_line(pilot, "train 20")
        await press(pilot, *["right"] * 4)
        assert "update 3" in screen_text(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert str(screen.moment.snapshot.position) == "3.f.0"


async def test_the_facets_are_the_open_plots() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, screen):
        await open_net(pilot, "matrix h")
        await type_line(pilot, "plot hist h")
        assert "hist h" in ruled(pilot)
        await press(pilot, "left_square_bracket")
        assert "matrix h" in ruled(pilot)
        await press(pilot, "left_square_bracket")
        assert "hist h" in ruled(pilot)
        await press(pilot, "left_square_bracket")
        await type_line(pilot, "plot scatter h")
        assert "scatter h" in ruled(pilot), "what is opened is shown, whatever one had turned to"
        await type_line(pilot, "plot close all")
        assert screen.query_one(PlotsPanel).rule() == ("loss", "")


async def test_a_plot_is_drawn_again_at_each_stop_and_says_what_is_pending() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, screen):
        await open_net(pilot, "matrix grad(h)")
        assert "grad(h) is pending" in screen_text(pilot)
        await type_line(pilot, "backward")
        assert "pending" not in screen_text(pilot)
        assert screen.query_one(PlotsPanel).found.problem == ""


async def test_the_rows_of_a_picture_are_not_told_a_second_time() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, _):
        await open_net(pilot, "matrix h")
        await press(pilot, "0")
        assert "› plot matrix h" in screen_text(pilot)
        assert "h, 4 x 2" not in screen_text(pilot)


async def test_words_of_plots_are_completed() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (_, screen):
        _, kinds = screen._words("plot pl")
        _, words = screen._words("plot plane y ov")
        assert "plane" in kinds
        assert {"over", "points", "hidden.h"} <= {*words}


async def test_the_key_of_plots_offers_what_fits_the_chosen_node_the_best_first() -> None:
    async with opened(lambda: build(NET, backend="plain"), size=(100, 30)) as (pilot, screen):
        await type_line(pilot, "forward")
        await type_line(pilot, "focus output.y")
        await press(pilot, "p")
        assert "▸ plot plane output.y points x by t" in screen_text(pilot)
        await press(pilot, "enter")
        assert "plane output.y points x by" in ruled(pilot)
        await type_line(pilot, "focus h")
        await press(pilot, "p", "down", "enter")
        assert screen.query_one(PlotsPanel).found.text == "matrix hidden.h"
