"""Sessions that are kept without being asked, and gone on with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.errors import GradlabError
from gradlab.recording import kept
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all
from gradlab.recording.replay import replay
from gradlab.session import Lab, load
from tests.long.kills import kill
from tests.recording.making import done, lines_of, neuron

DEEDS = ("forward", "set w = 5", "mark here", "train 3")


def session(folder: Path, *deeds: str) -> Lab:
    """Return a laboratory that is kept."""
    lab = load(neuron(folder), backend="plain")
    kept.keep(lab)
    return done(lab, deeds)


def test_a_session_in_which_nothing_was_done_leaves_no_file(tmp_path: Path) -> None:
    close_all(session(tmp_path))
    assert kept.sessions() == []


def test_a_session_is_kept_for_its_user_alone(tmp_path: Path) -> None:
    close_all(session(tmp_path, *DEEDS))
    (path,) = kept.sessions()
    assert kept.folder().stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    assert [line.text for line in lines_of(path)[:4]] == ["forward", "set w = 5", "mark here", "here"]


def test_only_what_is_found_again_is_said_to_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close_all(session(tmp_path, "forward"))
    assert kept.keeps_something()
    monkeypatch.setenv("GRADLAB_STATE_DIR", str(tmp_path / "elsewhere"))
    assert not kept.keeps_something()


def test_the_last_twenty_are_kept(tmp_path: Path) -> None:
    for number in range(22):
        close_all(session(tmp_path, f"step {number + 1}"))
        os.utime(kept.sessions()[0], ns=(number, number))
    assert [lines_of(path)[0].text for path in kept.sessions()] == [f"step {n}" for n in range(22, 2, -1)]


def test_a_session_goes_on_where_it_ended_in_the_same_file(tmp_path: Path) -> None:
    close_all(session(tmp_path, *DEEDS))
    lab = kept.resume(kept.latest())
    assert str(lab.position) == "3.f.0" and lab.marks["here"].op == 4
    done(lab, ["back 2 update", "undo", "forward"])
    close_all(lab)
    (path,) = kept.sessions()
    assert [line.kind for line in lines_of(path)] == ["do", "do", "do", "mark", "do", "end", "do", "do", "do", "end"]
    assert replay(open_recording(path)).lines() == ["10 of 10 lines, same bits"]


def test_a_session_that_was_broken_off_goes_on_behind_its_last_whole_line(tmp_path: Path) -> None:
    close_all(session(tmp_path, *DEEDS))
    (path,) = kept.sessions()
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b'{"t"') + 30])
    lab = kept.resume(kept.latest())
    lab.do("forward")
    close_all(lab)
    assert [line.kind for line in lines_of(path)] == ["do", "do", "do", "mark", "do", "do", "end"]
    assert replay(open_recording(path)).difference is None


def test_a_session_that_somebody_is_in_is_not_opened_twice(tmp_path: Path) -> None:
    lab = session(tmp_path, *DEEDS)
    with pytest.raises(GradlabError, match="no session is kept"):
        kept.latest()
    close_all(lab)
    assert kept.latest().header.scenario == str(tmp_path / "neuron.md")


def test_the_session_of_a_scenario_is_found(tmp_path: Path) -> None:
    close_all(session(tmp_path, *DEEDS))
    other = load("circuits/sigmoid-neuron", backend="plain")
    kept.keep(other)
    close_all(done(other, ["forward"]))
    assert kept.latest("circuits/sigmoid-neuron").header.scenario == "circuits/sigmoid-neuron"
    assert kept.latest(str(tmp_path / "neuron.md")).header.scenario == str(tmp_path / "neuron.md")
    with pytest.raises(GradlabError, match="no session of `mlp/xor-trained` is kept"):
        kept.latest("mlp/xor-trained")


def test_resuming_says_what_is_kept_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", "--resume"]) == 2
    assert capsys.readouterr().err == ("error: no session is kept: what is done in the terminal is, the last 20 times\n")


def test_where_nothing_can_be_written_the_laboratory_works_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GRADLAB_STATE_DIR", str(tmp_path / "file"))
    lab = load(neuron(tmp_path), backend="plain")
    keeper = kept.keep(lab)
    said = lab.do("forward")
    assert said.ok and keeper.problem
    assert said.lines[0].text.startswith(f"cannot write `{tmp_path / 'file' / 'sessions'}`: ")
    assert "cannot write" not in str(lab.do("step"))


def test_a_process_that_is_killed_loses_nothing_that_was_done() -> None:
    tally = kill(30, seed=0)
    assert tally.lines() == ["30 killed, 0 lost something, 0 had other bits"]
