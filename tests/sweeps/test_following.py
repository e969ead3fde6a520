"""The file of a sweep, followed while it grows; and from its points into the laboratory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.errors import GradlabError
from gradlab.sweeps.following import SweepTail
from gradlab.sweeps.opening import command_line, lab_of_point, scenario_file, within_bounds
from gradlab.sweeps.results import SweepFile, is_written, read_sweep
from gradlab.sweeps.slices import slice_of, slices
from gradlab.sweeps.sweeping import Sweeping
from gradlab.sweeps.table import rows_of
from tests.sweeps.making import TEXT, ask, scenario


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The file of a sweep of two names and two seeds."""
    out = tmp_path / "a.jsonl"
    file = SweepFile(out, ask(scenario(tmp_path), "rate=[0.1, 0.3, 0.5]", "spread=[0.5, 2.0]", updates=5))
    Sweeping(file.sweep, file).run()
    file.close()
    return out


def test_a_file_is_followed_cut_at_every_byte(whole: Path, tmp_path: Path) -> None:
    lines = whole.read_bytes().splitlines(keepends=True)
    growing = tmp_path / "b.jsonl"
    growing.write_bytes(lines[0])
    tail = SweepTail(growing)
    assert not tail.read() and tail.whole and tail.standing.found == 0
    growing.write_bytes(b"".join(lines[:3]))
    for cut in range(0, len(lines[3]), 7):
        growing.write_bytes(b"".join(lines[:3]) + lines[3][:cut])
        tail.read()
        assert len(tail.done) == 2
    growing.write_bytes(whole.read_bytes())
    assert tail.read() and tail.done == read_sweep(whole)[1]
    assert sorted(tail.rows(), key=lambda one: one.setting) == rows_of(*read_sweep(whole))
    assert (tail.standing.done, tail.standing.found) == (12, 12)


def test_a_long_file_is_read_in_parts_and_only_what_comes_then_is_fresh(whole: Path) -> None:
    tail = SweepTail(whole)
    assert [(tail.read(most=5), tail.whole, len(tail.done)) for _ in range(3)] == [
        (True, False, 5), (True, False, 10), (True, True, 12),
    ]  # fmt: skip
    assert tail.standing.found == 0


def test_a_file_that_became_shorter_is_read_anew_and_a_point_that_was_run_again_replaces_the_one_before(whole: Path) -> None:
    tail = SweepTail(whole)
    tail.read()
    lines = whole.read_bytes().splitlines(keepends=True)
    whole.write_bytes(b"".join(lines[:4]))
    tail.read()
    assert len(tail.done) == tail.standing.done == 3
    worse = lines[1].replace(b'"failed": ""', b'"failed": "out of memory"')
    whole.write_bytes(b"".join(lines[:4]) + worse)
    tail.read()
    assert (tail.standing.done, tail.standing.failed) == (3, 1) and tail.done[0, 5].failed == "out of memory"


def test_what_is_no_sweep_and_what_is_gone_is_said(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(GradlabError, match="is no sweep"):
        SweepTail(scenario(tmp_path))
    tail = SweepTail(whole)
    whole.unlink()
    with pytest.raises(GradlabError, match="cannot read"):
        tail.read()


@pytest.mark.skipif(os.name == "nt", reason="no locks there")
def test_whether_somebody_writes_is_known_and_looking_keeps_nobody_from_it(whole: Path) -> None:
    sweep = read_sweep(whole)[0]
    assert not is_written(whole)
    file = SweepFile(whole, sweep)
    assert is_written(whole)
    file.close()
    assert not is_written(whole)


def test_the_command_that_goes_on_asks_for_the_same_sweep(whole: Path) -> None:
    sweep = read_sweep(whole)[0]
    command = command_line(sweep, whole)
    assert command[1:4] == ["-m", "gradlab", "sweep"] and "--seeds=0..1" in command
    lines = whole.read_bytes()
    whole.write_bytes(b"".join(lines.splitlines(keepends=True)[:4]))
    assert main(command[3:]) == 0
    assert read_sweep(whole)[1].keys() == {(number, 5) for number in range(12)}


def test_a_run_is_opened_with_its_values_its_seed_and_the_text_of_the_sweep(whole: Path, tmp_path: Path) -> None:
    sweep, done = read_sweep(whole)
    point = sweep.plan.point(7)
    for change in ("", "# another text\n", None):
        path = tmp_path / "small.md"
        path.unlink() if change is None else path.write_text(TEXT + change, encoding="utf-8")
        lab = lab_of_point(sweep, point, whole)
        opening = " ".join(lab.opening)
        assert ("has changed since" in opening, "is gone" in opening) == (bool(change), change is None)
        assert "rate=0.3, spread=2, seed 1" in opening
        lab.do("train 5")
        assert lab.value("loss") == pytest.approx(done[7, 5].measured[0], rel=1e-12)
    assert scenario_file(sweep.question, whole) is None
    with pytest.raises(GradlabError, match="is gone"):
        command_line(sweep, whole)


def test_a_run_on_data_that_have_changed_is_refused(tmp_path: Path) -> None:
    text = TEXT.replace('dataset("xor", target="column")', 'csv("numbers.csv", columns=["a"], t="b")').replace(
        "mse(y, t)", "mse(y[:, 0], t)"
    )
    (tmp_path / "numbers.csv").write_text("a,b\n0,1\n1,0\n")
    out = tmp_path / "a.jsonl"
    file = SweepFile(out, ask(scenario(tmp_path, text), "rate=[0.1, 0.3]", updates=2))
    file.close()
    sweep = read_sweep(out)[0]
    assert lab_of_point(sweep, sweep.plan.point(1), out).run.seed == 1
    (tmp_path / "numbers.csv").write_text("a,b\n0,1\n1,1\n")
    with pytest.raises(GradlabError, match=r"the data `numbers\.csv` have changed since the sweep"):
        lab_of_point(sweep, sweep.plan.point(1), out)


def test_a_file_by_a_stranger_chooses_neither_the_folder_of_the_data_nor_the_memory(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "numbers.csv").write_text("a,b\n0,1\n1,0\n")
    text = TEXT.replace('dataset("xor", target="column")', 'csv("numbers.csv", columns=["a"], t="b")').replace(
        "mse(y, t)", "mse(y[:, 0], t)"
    )
    out = inside / "a.jsonl"
    SweepFile(out, ask(scenario(outside, text), "rate=[0.1, 0.3]", updates=2, memory=64 << 30)).close()
    sweep = read_sweep(out)[0]
    assert lab_of_point(sweep, sweep.plan.point(1), out).memory == 2 << 30
    assert any("--max-memory=2147483648" in word for word in command_line(within_bounds(sweep), out))
    (outside / "small.md").unlink()  # as on a computer that has no such scenario, but has such a file
    with pytest.raises(GradlabError, match=r"numbers\.csv"):
        lab_of_point(sweep, sweep.plan.point(1), out)


def test_a_slice_has_the_numbers_of_the_settings_that_it_goes_through(whole: Path) -> None:
    sweep, done = read_sweep(whole)
    assert slices(sweep.plan) == [(), (0,), (1,)]
    part = slice_of(sweep, done, (0,), 3)
    assert list(part.settings) == [1, 3, 5] and [axis.name for axis in part.sweep.plan.axes] == ["rate"]
    assert part.done[5, 5].measured == done[11, 5].measured
    drawn = ask(whole.with_name("small.md"), "rate=log(0.1, 1)", "spread=[1, 2]", random=4, updates=5)
    assert slices(drawn.plan) == [()]
