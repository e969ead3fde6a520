"""Pictures of a sweep: what stands where, what is said, what an axis explains, and the same numbers as a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.draw.ink import dump
from gradlab.draw.plots import Ink, Paper
from gradlab.errors import ArgumentError
from gradlab.sweeps.pictures import SweepPicture, picture_of, sweep_page, sweep_rows
from gradlab.sweeps.question import AskedSweep, Result
from gradlab.sweeps.results import Done
from tests.calling import Call
from tests.sweeps.making import ask, scenario

Numbers = Mapping[str, str]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return scenario(tmp_path)


def filled(sweep: AskedSweep, number: Callable[[Numbers, int], float | str]) -> Done:
    """Return results of a sweep: a number for what is set and the seed, or why it failed."""
    done: Done = {}
    for n in range(sweep.plan.size):
        point = sweep.plan.point(n)
        found = number(dict(point.values), point.seed)
        failed = found if isinstance(found, str) else ""
        done[n, point.updates] = Result(
            n, point.updates, () if failed else (float(found),) * len(sweep.question.measures), failed
        )
    return done


def text(picture: SweepPicture, width: int = 60, height: int = 16, ink: Ink = "plain", cursor: Any = None) -> str:
    return dump(sweep_rows(picture, Paper(width, height, ink, cursor)))


def curve(small: Path) -> SweepPicture:
    """Return a curve with its least number in the middle, and a value that fails for one seed."""
    sweep = ask(small, "rate=log(0.001, 10, 5)", seeds=(0, 1, 2))

    def number(values: Numbers, seed: int) -> float | str:
        away = abs(np.log10(float(values["rate"])) + 1)
        return "`loss` is nan, the loss since update 3" if away > 1.9 and seed == 2 else float(0.1 + away / 4 + 0.05 * seed)

    return picture_of(sweep, filled(sweep, number))


@pytest.mark.parametrize("height", [12, 13, 16, 30])
def test_a_picture_keeps_to_its_paper(small: Path, height: int) -> None:
    picture = replace(curve(small), notes=())
    assert [len(text(picture, height=height, cursor=at).splitlines()) for at in (None, (0, 1))] == [height, height]


def test_one_name_is_a_curve_with_the_spread_of_the_seeds(small: Path) -> None:
    drawn = text(curve(small)).splitlines()
    assert drawn[0] == "loss over rate, mean of 3 seeds"
    assert drawn[1].startswith("    +0.650┤") and drawn[9].startswith("    +0.100┤")
    assert [line.index("◆") for line in drawn[1:10] if "◆" in line] == [11 + 24], "the least in the middle"
    assert sum(line.count("●") for line in drawn[:10]) == 4
    assert drawn[9][11] == drawn[9][-1] == "!", "what failed, on the lowest line"
    assert drawn[11].split() == ["0.001", "0.01", "0.1", "1", "10"] and drawn[12].split() == ["rate"]
    assert drawn[14] == "◆ least loss: 0.15 ± 0.041 at rate=0.1"
    assert drawn[15] == "! 2 of 15 points failed: `loss` is nan (2)"


def test_the_band_goes_from_the_least_seed_to_the_largest(small: Path) -> None:
    sweep = ask(small, "rate=lin(1, 3, 3)", seeds=(0, 1))
    flat = picture_of(sweep, filled(sweep, lambda values, seed: [0.0, 1.0][seed] if values["rate"] != "2" else 0.5))
    lines = [line[11:] for line in text(flat, 60, 16).splitlines()[1:11]]
    left, middle = [line[1] for line in lines], [line[24] for line in lines]
    assert all(cell != " " for cell in left), "from the lowest line to the highest"
    assert [k for k, cell in enumerate(middle) if cell != " "] == [5], "on one line where all seeds agree"


def test_two_names_are_a_map_with_its_numbers_and_signs(small: Path) -> None:
    sweep = ask(small, "rate=[0.1, 1]", "spread=[0.5, 1, 2]")

    def number(values: Numbers, seed: int) -> float | str:
        if values["rate"] == "1" and (values["spread"] == "2" or (values["spread"] == "1" and seed)):
            return "out of memory"
        return float(values["rate"]) * float(values["spread"])

    done = filled(sweep, number)
    del done[0, 20], done[1, 20]
    assert text(picture_of(sweep, done)).splitlines() == [
        "loss over rate, spread, mean of 2 seeds",
        "rate       spread",
        "       0.5     1     2",
        " 0.1     ·   0.1◆  0.2",
        "   1   0.5     1!     !",
        "◆ least loss: 0.1 ± 0 at rate=0.1, spread=1",
        "! 3 of 10 points failed: out of memory (3)",
        "· 2 of 12 points are not there yet",
        "of the variance each axis explains by itself: rate 60 %,",
        "spread 0 %; the rest, 40 %, is the axes together, and luck",
    ]


def test_a_large_map_has_a_glyph_for_each_setting_or_block(small: Path) -> None:
    sweep = ask(small, "rate=lin(1, 16, 16)", "spread=lin(1, 40, 40)", seeds=(0,))
    picture = picture_of(sweep, filled(sweep, lambda values, _: float(values["rate"]) + float(values["spread"])))
    whole, blocks = text(picture, 60, 40).splitlines(), text(picture, 30, 14).splitlines()
    assert whole[3] == "   1 ◆▁▁▃▃▃▃▃▃▅▅▅▅▅▅▅▅▅▅▅▅▅▅█████████████████" and whole[19] == "▁▃▅█ loss from 2 to 56"
    assert blocks[3].split()[1][0] == "◆" and "a cell is the mean of 6 x 2 s" in "\n".join(blocks)
    assert "   1 #..:::" in text(picture, 60, 40, "ascii")
    assert text(picture, 60, 40, "ascii").isascii()


def parallel(small: Path) -> SweepPicture:
    sweep = ask(small, "rate=log(1e-4, 1)", "spread=log(0.01, 100)", "width=[2, 3]", seeds=(0,), random=64)
    return picture_of(sweep, filled(sweep, lambda values, _: 1 + abs(np.log10(float(values["rate"])) + 2)))


def test_more_names_are_a_table_with_the_best_first_and_what_each_explains(small: Path) -> None:
    picture = parallel(small)
    lines = dump(sweep_page(picture, 78)).splitlines()
    assert lines[0] == "loss over rate, spread, width"
    heads, explained = lines[1].split(), lines[2].split()
    assert heads == ["loss", "rate", "spread", "width"] and explained[0] == "explains"
    assert int(explained[1]) > 85 and int(explained[3]) < 25 and int(explained[5]) < 10
    numbers = [float(line[2:].split()[0]) for line in lines[3:23]]
    assert numbers == sorted(numbers) and lines[3][0] == "◆" and lines[23] == "… and 44 more settings"
    strips = [line[2:].split()[1].index("●") for line in lines[3:10]]
    assert max(strips) - min(strips) <= 2, "the best have their rate in common"


def test_the_share_is_that_of_the_analysis_of_variance(small: Path) -> None:
    """y = 3a + b on a whole grid: a explains 9/10 of the variance, b 1/10, each of them corrected for chance."""
    sweep = ask(small, "rate=lin(1, 4, 4)", "spread=lin(1, 4, 4)", seeds=(0,))
    picture = picture_of(sweep, filled(sweep, lambda values, _: 3 * float(values["rate"]) + float(values["spread"]) - 20))
    kelley = [1 - (1 - eta) * 15 / 12 for eta in (0.9, 0.1)]
    assert np.allclose(picture.shares, np.maximum(kelley, 0), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_an_axis_without_effect_explains_nothing_beyond_chance(small: Path, seed: int) -> None:
    sweep = ask(small, "rate=log(1e-4, 1)", "spread=log(0.01, 100)", seeds=(0,), random=200, seed=seed)
    noise = np.random.default_rng(seed)
    picture = picture_of(sweep, filled(sweep, lambda values, _: float(noise.normal())))
    assert max(picture.shares) < 0.1


def test_a_run_that_exploded_does_not_flatten_all_others(small: Path) -> None:
    sweep = ask(small, "rate=log(0.001, 10, 5)", seeds=(0,))
    picture = picture_of(
        sweep, filled(sweep, lambda values, _: {"0.001": 0.9, "0.01": 0.5, "0.1": 0.2, "1.0": 0.3}.get(values["rate"], 1e200))
    )
    drawn = text(picture, 90)
    assert "+0.900┤" in drawn and "1 setting lies above 0.9, up to 1e+200: drawn at 0.9, the end of the axis" in drawn


def test_every_place_answers_which_run_it_is(small: Path) -> None:
    for picture in (curve(small), parallel(small)):
        settings = {picture.setting((r, c)) for r in range(picture.size[0]) for c in range(picture.size[1])}
        assert settings == {*range(picture.sweep.plan.settings)}
        for place in ((0, 0), (picture.size[0] - 1, picture.size[1] - 1)):
            setting, point = picture.setting(place), picture.point(place)
            assert setting is not None and point is not None and picture.place(setting) == place
            assert point.values == picture.sweep.plan.values(setting)
            assert all(name in picture.spot(place).text for name, _ in point.values)
    assert [one.seed for one in curve(small).points((0, 1))] == [0, 1, 2]
    assert "▸ rate=0.001   loss 0.625 ± 0.025" in text(curve(small), 78, cursor=(0, 0))
    assert "! 1 of 3 failed: `loss` is nan, the loss since update 3" in curve(small).spot((0, 0)).text


def test_stages_are_lines_and_the_best_is_of_the_longest(small: Path) -> None:
    sweep = ask(small, "rate=[0.1, 0.2, 0.4]", updates=5, seeds=(0,), halving=3)
    done = filled(sweep, lambda values, _: float(values["rate"]))
    done[1, 15] = Result(1, 15, (0.05,))
    picture = picture_of(sweep, done)
    assert picture.size == (2, 3) and picture.best == 1
    assert picture.setting((1, 0)) is None and picture.point((1, 1)) == sweep.plan.point(1, 15)
    assert "◆ least loss: 0.05 at rate=0.2 after 15 updates" in picture.notes


def test_names_that_are_no_numbers_stand_below_their_columns(small: Path) -> None:
    sweep = ask(small, "init=[he, xavier, zeros]", seeds=(0, 1))
    drawn = text(picture_of(sweep, filled(sweep, lambda values, seed: len(values["init"]) + seed))).splitlines()
    foot = next(line for line in drawn if "xavier" in line and "least" not in line)
    assert foot.split() == ["he", "xavier", "zeros"]
    best = next(line for line in drawn[1:] if "◆" in line)
    assert abs(best.index("◆") - foot.index("he")) <= 1


def test_a_list_that_was_drawn_from_has_each_value_once_below(small: Path) -> None:
    sweep = ask(small, "width=[2, 3, 4]", seeds=(0,), random=9)
    drawn = text(picture_of(sweep, filled(sweep, lambda values, _: float(values["width"])))).splitlines()
    assert any(line.split() == ["2", "3", "4"] for line in drawn)


def test_nothing_is_drawn_of_nothing(small: Path) -> None:
    for over in (["rate=[0.1, 1]"], ["rate=[0.1, 1]", "spread=[1, 2]"], ["rate=[0.1, 1]", "spread=[1, 2]", "width=[2, 3]"]):
        sweep = ask(small, *over)
        for done in ({}, filled(sweep, lambda values, seed: "out of memory")):
            picture = picture_of(sweep, done)
            assert picture.best is None and picture.title in text(picture, 78)


def test_a_measure_is_chosen_by_its_text(small: Path) -> None:
    sweep = ask(small, "rate=[0.1, 1]", measure=("loss", "max(y)"))
    assert picture_of(sweep, {}, "max(y)").title.startswith("max(y) over rate")
    with pytest.raises(ArgumentError, match="has not measured `los`: did you mean `loss`"):
        picture_of(sweep, {}, "los")


SIZES = [(40, 10), (24, 8), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ink", ["colour", "mono", "plain", "ascii"])
def test_a_picture_keeps_within_its_paper(small: Path, size: tuple[int, int], ink: Ink) -> None:
    grid = ask(small, "rate=lin(1, 30, 30)", "spread=lin(1, 30, 30)", seeds=(0,))
    for picture in (curve(small), parallel(small), picture_of(grid, filled(grid, lambda values, _: float(values["rate"])))):
        bare = replace(picture, notes=())
        drawn = text(bare, *size, ink, (0, 0)).splitlines()
        assert max(map(len, drawn)) <= size[0] and len(drawn) <= size[1] + 2, f"{picture.kind.name}\n" + "\n".join(drawn)
        assert ink != "ascii" or text(picture, *size, ink).isascii()


def test_the_command_draws_what_came_of_it(call: Call, small: Path) -> None:
    _, out, _ = call("sweep", small, "--over", "rate=[0.01, 60, 0.3]", "--seeds", "0..2", "--updates", 300)
    assert "\n\nloss over rate, mean of 3 seeds" in out and "! 3 of 9 points failed: `loss` is nan (3)" in out
    _, out, _ = call("sweep", small, "--over", "rate=[0.01, 0.3]", "--over", "width=[2, 3]", "--updates", 3, "--ascii")
    assert out.isascii() and "of the variance each axis explains by itself" in out
    assert "over rate" not in call("sweep", small, "--over", "rate=[0.01]", "--updates", 3)[1]


def test_a_figure_is_drawn_of_all_measures(call: Call, small: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    line = ["sweep", small, "--over", "rate=[0.01, 60, 0.3]", "--updates", 300, "--measure", "loss", "--measure", "max(y)"]
    drawn, results = tmp_path / "a.svg", tmp_path / "a.jsonl"
    assert call(*line, "--figure", drawn, "-o", results)[0] == 0
    shown = drawn.read_text()
    assert "loss over rate" in shown and "max(y) over rate" in shown and "1 of 3 points failed" in shown
    code, _, err = call(*line, "--figure", drawn)
    assert code == 2 and "a.svg" in err and drawn.read_text() == shown
    assert call("export", "figure", results, tmp_path / "b.svg")[0] == 0 and (tmp_path / "b.svg").read_text() == shown
    assert call("export", "figure", results, tmp_path / "c.png", "--as", "png", "--of", "max(y)")[0] == 0
    assert (tmp_path / "c.png").read_bytes()[:4] == b"\x89PNG"
    assert "the name of a figure ends with .svg, .pdf, .png, got `a.gif`" in call(*line, "--figure", tmp_path / "a.gif")[2]


def test_a_figure_of_each_kind_has_the_numbers_of_the_text(small: Path) -> None:
    figures = pytest.importorskip("matplotlib.figure")
    sweep = ask(small, "rate=[0.1, 1]", "spread=[0.5, 1, 2]", seeds=(0,))
    grid = picture_of(sweep, filled(sweep, lambda values, _: float(values["rate"]) * float(values["spread"]) - 1))
    axes = figures.Figure().add_subplot()
    grid.kind.figure(grid, axes)
    assert np.allclose(axes.images[0].get_array(), grid.stages[0].mean.reshape(2, 3))
    line, axes = curve(small), figures.Figure().add_subplot()
    line.kind.figure(line, axes)
    assert np.array_equal(axes.lines[0].get_ydata(), line.stages[0].mean)
    several, axes = parallel(small), figures.Figure().add_subplot()
    several.kind.figure(several, axes)
    assert sum(len(drawn.get_xdata()) == 4 for drawn in axes.lines) == 64


def test_without_matplotlib_it_is_said_before_anything_runs(call: Call, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    code, out, err = call("sweep", small, "--over", "rate=[0.01]", "--updates", 3, "--figure", small.with_name("a.svg"))
    assert (code, out) == (2, "") and "figures need the extra `figures`" in err
