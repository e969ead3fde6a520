"""The screen of a sweep: what is seen of a file that grows, what keys do, and from a run into the laboratory and back."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from gradlab.sweeps.question import Result
from gradlab.sweeps.results import SweepFile, read_sweep
from gradlab.sweeps.sweeping import Sweeping
from gradlab.tui.app import GradlabApp
from gradlab.tui.keymap import COMMANDS
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.screens.sweep import SweepScreen
from tests.sweeps.making import TEXT, ask, scenario
from tests.tui.driving import comes_up, laboratory, screen_text, settle

SIZES = [(20, 5), (40, 12), (80, 24), (100, 30), (120, 40), (200, 60)]


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """The file of a sweep of three rates, two spreads and two seeds, in which nothing is random but the weights."""
    return swept(tmp_path, "rate=[0.1, 0.3, 60]", "spread=[0.5, 2.0]", updates=230, measure=("loss", "mean(h)"))


def swept(folder: Path, *over: str, name: str = "a.jsonl", **wish: Any) -> Path:
    """Return the file of a sweep that was run to its end."""
    out = folder / name
    file = SweepFile(out, ask(scenario(folder), *over, **wish))
    with np.errstate(all="ignore"):
        Sweeping(file.sweep, file).run()
    file.close()
    return out


def made_up(folder: Path, *over: str, failed: str = "", **wish: Any) -> Path:
    """Return the file of a sweep whose numbers nobody has run."""
    out = folder / "b.jsonl"
    file = SweepFile(out, ask(scenario(folder), *over, **wish))
    plan = file.sweep.plan
    points = (plan.point(number) for number in range(plan.size))
    file.add((point, Result(point.number, point.updates, (float(point.number % 97),), failed)) for point in points)
    file.close()
    return out


@asynccontextmanager
async def seeing(
    path: Path, size: tuple[int, int] = (100, 30), command: Sequence[str] = ()
) -> AsyncIterator[tuple[Pilot[Any], SweepScreen]]:
    """Run the app on the file of a sweep, with everything read."""
    app = GradlabApp(home=lambda: SweepScreen(path, command))
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, SweepScreen)
        while screen.sight is None or screen.sight.state == "reading":
            await pilot.pause(0.01)
        await pilot.pause()
        yield pilot, screen


async def seen(pilot: Pilot[Any], screen: SweepScreen) -> None:
    """Wait until what is wanted is seen."""
    while screen.sight is None or screen.sight.wanted != screen.wanted:
        await pilot.pause(0.01)
    await pilot.pause()


def front(pilot: Pilot[Any]) -> object:
    """Return the screen that is in front."""
    return pilot.app.screen


async def until_ended(pilot: Pilot[Any], screen: SweepScreen) -> None:
    """Wait until nothing runs here."""
    while screen.running:
        await pilot.pause(0.05)


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_every_size_and_says_how_far_it_is(grid: Path, size: tuple[int, int]) -> None:
    async with seeing(grid, size) as (pilot, screen):
        rows = screen_text(pilot).split("\n")
        assert len(rows) <= size[1] and max(map(len, rows)) <= size[0]
        assert any("12 of 12"[: size[0] - 8] in line for line in rows)
        assert screen.listing.display or screen.canvas.display
        if size[0] >= 80:
            assert all(part in "\n".join(rows) for part in ("small.md", "settings · the least loss first", "⏎ open the run"))


async def test_the_best_is_chosen_and_the_arrows_choose_in_the_picture_and_in_the_list(grid: Path) -> None:
    async with seeing(grid) as (pilot, screen):
        best = screen.listed[0].setting
        assert screen.chosen == (best, 230) and screen.follows
        before = screen_text(pilot)
        await pilot.press("up", "up", "left")
        assert screen.chosen == (0, 230) and "▸ rate=0.1, spread=0.5" in screen_text(pilot)
        await pilot.press("left")
        assert "the picture ends here" in screen_text(pilot)
        await pilot.press("right", "down")
        assert screen.chosen == (3, 230)
        await pilot.press("tab", "end")
        assert screen.chosen is not None and screen.listed[-1].setting == screen.chosen[0]
        assert "failed" in screen_text(pilot).split("\n")[-3]
        await pilot.press("tab", "b")
        assert screen_text(pilot) == before


async def test_measures_axes_seeds_and_orders_are_chosen_and_taken_back(grid: Path) -> None:
    async with seeing(grid) as (pilot, screen):
        before = screen_text(pilot)
        await pilot.press("right_square_bracket")
        await seen(pilot, screen)
        assert "settings · the least mean(h) first" in screen_text(pilot)
        await pilot.press("left_square_bracket", "a")
        await seen(pilot, screen)
        assert "loss over rate at spread=" in screen_text(pilot)
        await pilot.press("A")
        await seen(pilot, screen)
        first = screen.run_at
        await pilot.press("s")
        assert screen.run_at == 1 - first and f"seed {1 - first}" in screen_text(pilot)
        await pilot.press("S", "o")
        assert "the largest loss first" in screen_text(pilot)
        await pilot.press("o", "o", "z")
        assert not screen.listing.display
        await pilot.press("z", "b")
        assert screen_text(pilot) == before


async def test_enter_opens_that_very_run_and_leaving_it_comes_back(grid: Path) -> None:
    async with seeing(grid) as (pilot, screen):
        await pilot.press("up", "up", "left", "s", "enter")
        point, result = screen.runs[screen.run_at]
        while not isinstance(pilot.app.screen, Laboratory) or pilot.app.screen.thread is None:
            await pilot.pause(0.01)
        await settle(pilot)
        assert await comes_up(pilot, "a run of the sweep: rate=0.1, spread=0.5")
        lab = laboratory(pilot).thread._lab  # type: ignore[union-attr]
        assert lab is not None and lab.run.seed == point.seed
        lab.do("train 230")
        assert result is not None and lab.value("loss") == pytest.approx(result.measured[0], rel=1e-9)
        await pilot.press("Q")
        assert front(pilot) is screen and screen.chosen == (0, 230)


async def test_where_data_have_changed_the_run_is_refused_above_the_sweep(tmp_path: Path) -> None:
    text = TEXT.replace('dataset("xor", target="column")', 'csv("numbers.csv", columns=["a"], t="b")').replace(
        "mse(y, t)", "mse(y[:, 0], t)"
    )
    (tmp_path / "numbers.csv").write_text("a,b\n0,1\n1,0\n")
    file = SweepFile(tmp_path / "a.jsonl", ask(scenario(tmp_path, text), "rate=[0.1]", updates=2))
    Sweeping(file.sweep, file).run()
    file.close()
    (tmp_path / "numbers.csv").write_text("a,b\n0,1\n1,1\n")
    async with seeing(tmp_path / "a.jsonl") as (pilot, screen):
        await pilot.press("enter")
        assert await comes_up(pilot, "have changed since the sweep")
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_a_file_that_grows_is_followed_and_the_best_with_it(grid: Path) -> None:
    lines = grid.read_bytes().splitlines(keepends=True)
    grid.write_bytes(b"".join(lines[:2]) + lines[2][:9])
    async with seeing(grid) as (pilot, screen):
        assert screen.sight is not None and screen.sight.state == "broken"
        assert "1 of 12 points" in screen_text(pilot) and "c goes on" in screen_text(pilot)
        grid.write_bytes(b"".join(lines))
        assert await comes_up(pilot, "12 of 12 points", 2000)
        assert screen.chosen == (screen.listed[0].setting, 230)


async def test_what_another_process_runs_says_so(grid: Path) -> None:
    lines = grid.read_bytes().splitlines(keepends=True)
    grid.write_bytes(b"".join(lines[:5]))
    file = SweepFile(grid, read_sweep(grid)[0])
    async with seeing(grid) as (pilot, _):
        assert "another process runs it" in screen_text(pilot)
        await pilot.press("escape")
        assert "ctrl+c there stops it" in screen_text(pilot)
        await pilot.press("c")
        assert "it runs already" in screen_text(pilot)
        file.close()
        assert await comes_up(pilot, "c goes on", 2000)


async def test_what_is_missing_is_run_and_its_end_is_seen(grid: Path) -> None:
    whole = read_sweep(grid)[1]
    grid.write_bytes(b"".join(grid.read_bytes().splitlines(keepends=True)[:5]))
    async with seeing(grid) as (pilot, screen):
        await pilot.press("c")
        assert screen.running and await comes_up(pilot, "esc stops, what is done is kept", 2000)
        await until_ended(pilot, screen)
        assert await comes_up(pilot, "12 of 12 points", 2000)
    found = read_sweep(grid)[1]
    assert {place: one.measured for place, one in found.items() if not one.failed} == {
        place: one.measured for place, one in whole.items() if not one.failed
    }


@pytest.mark.skipif(sys.platform == "win32", reason="it is ended, not interrupted, there")
async def test_what_runs_here_is_stopped_and_what_is_done_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    SweepFile(out, ask(scenario(tmp_path), "rate=log(1e-3, 0.3, 4000)", updates=2000)).close()
    async with seeing(out) as (pilot, screen):
        await pilot.press("c")
        while not read_sweep(out)[1]:
            await pilot.pause(0.05)
        await pilot.press("q")
        assert "is running, and stops. Leave?" in screen_text(pilot)
        await pilot.press("n", "escape")
        assert "stopping" in screen_text(pilot)
        await until_ended(pilot, screen)
        assert screen.child is not None and screen.child.problem == ""
    assert 0 < len(read_sweep(out)[1]) < 8000


async def test_a_sweep_whose_scenario_has_changed_does_not_go_on_and_says_why(grid: Path) -> None:
    grid.write_bytes(b"".join(grid.read_bytes().splitlines(keepends=True)[:5]))
    scenario(grid.parent, TEXT + "\n")
    async with seeing(grid) as (pilot, _):
        await pilot.press("c")
        assert await comes_up(pilot, "has changed since", 4000)
        await pilot.press("escape")
        grid.with_name("small.md").unlink()
        await pilot.press("c")
        assert "is gone" in screen_text(pilot)


async def test_where_all_points_failed_the_reasons_stand_in_the_place_of_the_picture(tmp_path: Path) -> None:
    async with seeing(made_up(tmp_path, "rate=[0.1, 0.3]", failed="out of memory")) as (pilot, _):
        assert "all 4 points that are done have failed" in screen_text(pilot)
        await pilot.press("f")
        assert "why points failed" in screen_text(pilot) and "4  out of memory" in screen_text(pilot)


async def test_a_sweep_without_results_says_so(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    SweepFile(out, ask(scenario(tmp_path), "rate=[0.1, 0.3]")).close()
    async with seeing(out) as (pilot, _):
        assert "no result yet" in screen_text(pilot) and "0 of 4 points" in screen_text(pilot)
        for command in COMMANDS:
            if command.scope == "sweep" and command.name not in ("sweep-go-on", "sweep-quit", "sweep-quit-now"):
                await pilot.press(command.keys[0], "escape")
        assert "no result yet" in screen_text(pilot)


async def test_ten_thousand_points_are_scrolled_and_that_is_said(tmp_path: Path) -> None:
    path = made_up(tmp_path, "rate=lin(0.001, 1, 5000)", seeds=(0, 1))
    async with seeing(path) as (pilot, screen):
        await pilot.press("tab", "end", "pageup")
        text = screen_text(pilot)
        assert "of 5,000" in text and "10,000 of 10,000 points" in text
        assert screen.listing.at == 4989


async def test_every_key_in_the_foot_can_be_clicked(grid: Path) -> None:
    async with seeing(grid, (200, 40)) as (pilot, screen):
        for words, said in (
            ("o order", "the largest loss first"),
            ("tab list", "tab picture"),
            ("f why failed", "why points failed"),
        ):
            foot = screen_text(pilot).split("\n")[-1]
            await pilot.click("#footer", offset=(foot.index(words), 0))
            await pilot.pause()
            assert said in screen_text(pilot)
        await pilot.press("escape")
        await pilot.click("#settings", offset=(3, 4))
        assert screen.listing.at == 2
        await pilot.press("question_mark")
        assert "how to read it" in screen_text(pilot) and "As long as nobody chooses" in screen_text(pilot)


async def test_a_file_that_goes_away_is_told_and_the_screen_stays(grid: Path) -> None:
    async with seeing(grid) as (pilot, _):
        grid.unlink()
        assert await comes_up(pilot, "cannot read", 2000)
        assert "small.md" in screen_text(pilot)


@pytest.mark.parametrize("over", [("rate=[0.1, 0.3]",), ("rate=[0.1, 0.3]", "spread=[1, 2]", "width=[2, 3]")])
@pytest.mark.parametrize("plain", ["NO_COLOR", "ascii"])
async def test_it_is_legible_without_colours_and_in_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: tuple[str, ...], plain: str
) -> None:
    path = made_up(tmp_path, *over)
    if plain == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    app = GradlabApp(home=lambda: SweepScreen(path), glyphs="ascii" if plain == "ascii" else "all")
    async with app.run_test(size=(100, 30)) as pilot:
        assert await comes_up(pilot, "settings", 2000)
        text = screen_text(pilot)
        assert "open the run" in text
        if plain == "ascii":
            lines = [app._glyph_filter.apply(list(line), app.screen.styles.background) for line in
                     app.screen._compositor.render_strips()]  # fmt: skip
            assert all(segment.text.isascii() for line in lines for segment in line)
