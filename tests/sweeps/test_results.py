"""The file of a sweep: nothing that was done is lost, nothing is there twice, and no other sweep is added to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gradlab.errors import GradlabError
from gradlab.sweeps.question import AskedSweep, Result
from gradlab.sweeps.results import SweepFile, read_sweep
from gradlab.sweeps.standing import SweepStanding
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.table import array_of, grid_of, rows_of
from tests.sweeps.making import TEXT, ask, bits, scenario


class Enough(Exception):
    """Raised where a test breaks a sweep off."""


def swept(sweep: AskedSweep, path: Path, stop: int = 10**9) -> Sweeping:
    """Run a sweep into a file; break it off behind some results."""

    def told(standing: SweepStanding) -> None:
        if standing.found >= stop:
            raise Enough

    file = SweepFile(path, sweep)
    sweeping = Sweeping(sweep, file, told)
    try:
        sweeping.run()
    except Enough:
        pass
    finally:
        file.close()
    return sweeping


@pytest.fixture
def sweep(tmp_path: Path) -> AskedSweep:
    return ask(scenario(tmp_path), "rate=[0.3, 0.1, 60]", measure=("loss", "rate * 1"), updates=230)


def test_a_sweep_that_was_broken_off_anywhere_goes_on(sweep: AskedSweep, tmp_path: Path) -> None:
    whole = swept(sweep, tmp_path / "whole.jsonl")
    text = (tmp_path / "whole.jsonl").read_bytes()
    assert len(text.splitlines()) == 1 + sweep.plan.size == 7
    ends = [k for k in range(len(text)) if text[k : k + 1] == b"\n"]
    for cut in {0, 1, 40, *(end + by for end in ends for by in (-3, 0, 1, 9))}:
        part = tmp_path / "part.jsonl"
        part.write_bytes(text[:cut])
        again = swept(sweep, part)
        assert bits(again.done) == bits(whole.done)
        lines = [json.loads(line) for line in part.read_text().splitlines()]
        assert [line["number"] for line in lines[1:]] == list(range(6))
        assert again.standing.found == 6 - max(0, text[:cut].count(b"\n") - 1)


def test_what_is_read_is_what_was_made(sweep: AskedSweep, tmp_path: Path) -> None:
    made = swept(sweep, tmp_path / "a.jsonl", stop=5)
    found, done = read_sweep(tmp_path / "a.jsonl")
    assert (found.plan, found.question) == (sweep.plan, sweep.question)
    assert bits(done) == bits(made.done) and len(done) == 5
    assert [line["failed"][:15] for line in map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines()[1:])][3:] == [
        "", "`loss` is nan, "]  # fmt: skip


@pytest.mark.parametrize(
    ("over", "low", "high"),
    [("width=[2, 200, 100000]", {"memory": 1 << 20}, {"memory": 8 << 20}),
     ("rate=[0.1, 60, 0.3]", {"timeout": 1e-6}, {"timeout": 60})],
)  # fmt: skip
def test_what_failed_by_a_limit_is_run_again_with_a_higher_one_and_nothing_else(
    tmp_path: Path, over: str, low: dict[str, float], high: dict[str, float]
) -> None:
    path = scenario(tmp_path)
    first = swept(ask(path, over, updates=300, seeds=(0,), **low), tmp_path / "a.jsonl")
    limited = {place for place, result in first.done.items() if result.limit}
    assert limited and all(result.failed for result in first.done.values() if result.limit)
    same = SweepFile(tmp_path / "a.jsonl", ask(path, over, updates=300, seeds=(0,), **low))
    same.close()
    assert (same.again, len(same.done)) == (0, 3)
    again = swept(ask(path, over, updates=300, seeds=(0,), **high), tmp_path / "a.jsonl")
    assert again.standing.found == len(limited) and len(again.done) == 3
    assert (tmp_path / "a.jsonl").read_text().count("\n") == 1 + 3 + len(limited)
    found = read_sweep(tmp_path / "a.jsonl")[1]
    assert bits(found) == bits(swept(ask(path, over, updates=300, seeds=(0,), **high), tmp_path / "b.jsonl").done)
    assert [bool(result.limit) for result in found.values()].count(True) == ("memory" in high)


@pytest.mark.parametrize(
    ("over", "wish", "told"),
    [
        ("rate=[0.3, 0.1, 60]", {"updates": 231}, "the updates: there 230, here 231"),
        ("rate=[0.3, 0.1]", {}, "what it goes over: there rate=[0.3, 0.1, 60], here rate=[0.3, 0.1]"),
        ("rate=[0.3, 0.1, 60]", {"seeds": (0,)}, "the seeds: there [0, 1], here [0]"),
        ("rate=[0.3, 0.1, 60]", {"measure": ("loss",)}, 'what is measured: there ["loss", "rate * 1"], here ["loss"]'),
        ("rate=[0.3, 0.1, 60]", {"backend": "plain"}, 'the backend: there "jit", here "plain"'),
        ("rate=[0.3, 0.1, 60]", {"halving": 2}, "the halving: there null, here 2"),
    ],
)
def test_the_file_of_another_sweep_is_refused(
    sweep: AskedSweep, tmp_path: Path, over: str, wish: dict[str, object], told: str
) -> None:
    swept(sweep, tmp_path / "a.jsonl", stop=2)
    before = (tmp_path / "a.jsonl").read_bytes()
    other = ask(tmp_path / "small.md", over, **{"measure": ("loss", "rate * 1"), "updates": 230, **wish})  # type: ignore[arg-type]
    with pytest.raises(GradlabError) as error:
        SweepFile(tmp_path / "a.jsonl", other)
    assert str(error.value).splitlines()[1:] == [f"  {told}"]
    assert (tmp_path / "a.jsonl").read_bytes() == before


def test_a_changed_scenario_and_changed_data_are_named(tmp_path: Path) -> None:
    text = TEXT.replace('dataset("xor", target="column")', 'csv("points.csv", columns=["a"], t="b")')
    text = text.replace("mse(y, t)", "mse(y, reshape(t, (3, 1)))")
    (tmp_path / "points.csv").write_text("a,b\n1,2\n2,3\n4,5\n")
    sweep = ask(scenario(tmp_path, text), "rate=[0.3]")
    assert sweep.question.data.keys() == {"points.csv"}
    swept(sweep, tmp_path / "a.jsonl", stop=1)
    (tmp_path / "points.csv").write_text("a,b\n1,2\n2,3\n4,6\n")
    scenario(tmp_path, text + "\nmore\n")
    with pytest.raises(GradlabError) as error:
        SweepFile(tmp_path / "a.jsonl", ask(tmp_path / "small.md", "rate=[0.3]"))
    assert "small.md` has changed since" in str(error.value) and "`points.csv` have changed since" in str(error.value)


def test_data_that_change_while_it_runs_end_it(tmp_path: Path) -> None:
    text = TEXT.replace('dataset("xor", target="column")', 'csv("points.csv", columns=["a"], t="b")')
    (tmp_path / "points.csv").write_text("a,b\n1,2\n2,3\n4,5\n")
    sweep = ask(scenario(tmp_path, text.replace("mse(y, t)", "mse(y, reshape(t, (3, 1)))")), "init=[he, zeros]")
    file = SweepFile(tmp_path / "a.jsonl", sweep)

    def change(standing: SweepStanding) -> None:
        (tmp_path / "points.csv").write_text("a,b\n1,2\n2,3\n4,6\n")

    with pytest.raises(GradlabError, match=r"`points.csv` has changed since the sweep was begun"):
        Sweeping(sweep, file, change).run()
    file.close()
    assert len(read_sweep(tmp_path / "a.jsonl")[1]) == 2  # the seeds of the model that was read


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hello\n", "is no sweep"),
        (b'{"gradlab": 1}\n', "is no sweep"),
        (b"\xff\xfe\n", "is no sweep"),
        (b'{"gradlab-sweep": 2}\n', "form 2"),
        (b'{"gradlab-sweep": 1, "data": 3}\n', "cannot be read"),
    ],
)
def test_a_file_that_is_something_else_stays_as_it_is(sweep: AskedSweep, tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(GradlabError, match=told):
        SweepFile(tmp_path / "a.jsonl", sweep)
    assert (tmp_path / "a.jsonl").read_bytes() == content


@pytest.mark.parametrize("broken", ["{}", "no JSON", '{"number": 99, "updates": 230, "key": ""}', "[1]", '{"number": "a"}'])
def test_a_line_in_the_midst_that_is_no_result_is_refused(sweep: AskedSweep, tmp_path: Path, broken: str) -> None:
    swept(sweep, tmp_path / "a.jsonl", stop=3)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    lines[2] = broken
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    with pytest.raises(GradlabError, match="line 3 is no result"):
        read_sweep(tmp_path / "a.jsonl")
    with pytest.raises(GradlabError, match="line 3 is no result"):
        SweepFile(tmp_path / "a.jsonl", sweep)


@pytest.mark.parametrize(
    "head", ['{"gradlab-sweep": 1}', '{"gradlab-sweep": 1, "random": null, "over": {"a": "lin(1"}}', "{}", ""]
)
def test_a_head_that_cannot_be_read_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.jsonl").write_text(f"{head}\n")
    with pytest.raises(GradlabError, match="sweep"):
        read_sweep(tmp_path / "a.jsonl")


def test_two_cannot_write_to_one_file(sweep: AskedSweep, tmp_path: Path) -> None:
    file = SweepFile(tmp_path / "a.jsonl", sweep)
    with pytest.raises(GradlabError, match="another sweep is writing"):
        SweepFile(tmp_path / "a.jsonl", sweep)
    file.close()
    SweepFile(tmp_path / "a.jsonl", sweep).close()


def test_the_best_third_goes_on_three_times_as_long(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=log(1e-4, 0.3, 9)", updates=10, halving=3)
    assert list(sweep.plan.stages()) == [(9, 10), (3, 30), (1, 90)] and sweep.plan.runs == 26
    sweeping = swept(sweep, tmp_path / "a.jsonl")
    straight = ask(tmp_path / "small.md", "rate=log(1e-4, 0.3, 9)", updates=90)
    means = grid_of(straight, swept(straight, tmp_path / "b.jsonl").done)["loss"]
    last = {place: result for place, result in sweeping.done.items() if place[1] == 90}
    assert {number // 2 for number, _ in last} == {int(np.argmin(means))}
    assert all(bits(last)[place] == bits(swept(straight, tmp_path / "b.jsonl").done)[place] for place in last)
    for stop in (5, 18, 20, 24, 25):
        assert bits(swept(sweep, tmp_path / f"{stop}.jsonl", stop=stop).done) != bits(sweeping.done)
        assert bits(swept(sweep, tmp_path / f"{stop}.jsonl").done) == bits(sweeping.done)


def test_the_array_and_the_tables_say_the_same(sweep: AskedSweep, tmp_path: Path) -> None:
    done = swept(sweep, tmp_path / "a.jsonl").done
    array, grid, rows = array_of(sweep, done), grid_of(sweep, done), rows_of(sweep, done)
    assert array.dtype.names == ("number", "rate", "seed", "updates", "loss", "rate * 1", "failed")
    assert array["rate"].tolist() == [0.3, 0.3, 0.1, 0.1, 60, 60] == array["rate * 1"].tolist()
    assert array["seed"].tolist() == [0, 1] * 3 and bool(array["failed"][-1]) and not array["failed"][0]
    means = array["loss"].reshape(3, 2).mean(axis=1)
    assert grid["loss"][:2].tolist() == means[:2].tolist() == [row.means[0] for row in rows[:2]]
    assert np.isnan(grid["loss"][2]) and rows[2].failed == 2 and rows[2].rank[1] == np.inf
    assert grid["rate"].tolist() == [0.3, 0.1, 60]


def test_a_grid_has_an_axis_for_each_name_and_drawn_settings_one(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    grid = ask(path, "rate=[0.1, 0.2, 0.3]", "init=[he, zeros]", seeds=(0,), updates=3)
    found = grid_of(grid, swept(grid, tmp_path / "a.jsonl").done)
    assert found["loss"].shape == (3, 2) and "init" not in found
    assert array_of(grid, read_sweep(tmp_path / "a.jsonl")[1])["init"].tolist() == ["he", "zeros"] * 3
    drawn = ask(path, "rate=log(1e-3, 0.3)", "width=[2, 3]", seeds=(0, 1), updates=3, random=4, seed=7)
    found = grid_of(drawn, swept(drawn, tmp_path / "b.jsonl").done)
    assert found["loss"].shape == found["rate"].shape == found["width"].shape == (4,)
    assert drawn.plan.values(2) == ask(path, "rate=log(1e-3, 0.3)", "width=[2, 3]", random=9, seed=7).plan.values(2)


def test_a_result_that_came_twice_is_written_once(sweep: AskedSweep, tmp_path: Path) -> None:
    file = SweepFile(tmp_path / "a.jsonl", sweep)
    point = sweep.plan.point(1)
    for measured in ((0.5, 1.0), (0.7, 1.0)):
        file.add([(point, Result(1, 230, measured))])
    file.close()
    assert read_sweep(tmp_path / "a.jsonl")[1][1, 230].measured == (0.5, 1.0)
