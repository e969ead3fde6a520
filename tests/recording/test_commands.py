"""Commands that record, open and check what was recorded."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gradlab.errors import GradlabError
from gradlab.recording.form import LONGEST, RecordingHeader, bundle_of, encoded
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all, record_to
from gradlab.recording.replay import replay
from gradlab.session import build, load
from tests.calling import Call
from tests.recording.making import NEURON, done, lines_of, neuron, recorded


def test_run_records_what_it_did_up_to_what_it_cannot_do(tmp_path: Path, call: Call) -> None:
    out = tmp_path / "out.gradlab"
    assert call("run", neuron(tmp_path), "--record", out, "forward", "undo", "backward")[0] == 2
    assert [(line.kind, line.text) for line in lines_of(out)] == [("do", "forward"), ("do", "undo"), ("end", "")]
    assert call("replay", out) == (0, "3 of 3 lines, same bits\n", "")


def test_run_refuses_to_record_over_a_file_before_it_runs(tmp_path: Path, call: Call) -> None:
    path, out = neuron(tmp_path), tmp_path / "out.gradlab"
    out.write_text("mine", encoding="utf-8")
    assert call("run", path, "--record", out, "forward") == (
        2,
        "",
        f"error: `{out}` is there already; `--force` writes over it\n",
    )
    assert out.read_text(encoding="utf-8") == "mine"
    assert call("run", path, "--record", out, "--force", "forward")[0] == 0
    assert call("replay", out)[1] == "2 of 2 lines, same bits\n"


def test_actions_are_not_run_on_a_recording(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path)
    text = f"error: `{path}` is a recording: `gradlab open` goes on from its end, `gradlab replay` does it again\n"
    assert call("run", path, "forward") == (2, "", text)


def test_nothing_is_written_over_the_file_that_is_read(tmp_path: Path, call: Call) -> None:
    path = neuron(tmp_path)
    refused = (2, "", f"error: `{path}` is the file that is read, and is not written over\n")
    assert call("run", path, "--record", path, "--force", "forward") == refused
    assert call("open", path, "--record", path, "--force") == refused
    assert call("export", "csv", path, path, "--force") == refused
    assert path.read_text(encoding="utf-8") == NEURON


def test_what_is_exported_is_of_the_run_that_was_recorded_or_not_written(tmp_path: Path, call: Call) -> None:
    (tmp_path / "elsewhere").mkdir()
    saved = tmp_path / "elsewhere" / "w.npz"
    deeds = ("train 3", f"save {saved}", "train 2", f"load {saved}", "train 2")
    out, table = recorded(tmp_path, deeds), tmp_path / "a.csv"
    code, said, why = call("export", "csv", out, table)
    assert (code, said) == (2, "")
    assert why.startswith(f"error: line 5, `load {saved}` at 3.f.0, is not as recorded: it cannot be done here: `")
    assert why.endswith("`: a script writes below the folder of `--out` only\n")
    assert not table.exists()
    out.unlink()
    saved.unlink()
    out = recorded(tmp_path, deeds[:3])
    assert call("export", "csv", out, table, "--what", "losses")[2].startswith(f"note: line 3, `save {saved}` at 3.f.0")
    assert len(table.read_text(encoding="utf-8").splitlines()) == 6


def test_of_other_bits_than_the_recorded_ones_what_is_exported_says_so(tmp_path: Path, call: Call) -> None:
    out = recorded(tmp_path, ("train 3", "forward"))
    line = lines_of(out)[0]
    assert line.prints is not None
    out.write_text(out.read_text(encoding="utf-8").replace(line.prints.digest, "0" * 20), encoding="utf-8")
    code, _, said = call("export", "csv", out, tmp_path / "a.csv")
    why = "what is stale, the seed, the mode or the root is another one, or the line was changed"
    assert (code, said.splitlines()[0]) == (
        0,
        f"note: line 2, `train 3` at 3.f.0, is not as recorded: {why}",
    )


def test_a_scenario_that_cannot_be_read_leaves_no_recording(tmp_path: Path, call: Call) -> None:
    path = neuron(tmp_path, NEURON.replace("sigmoid", "sigmiod"))
    assert call("run", path, "--record", tmp_path / "out.gradlab", "forward")[0] == 2
    assert [one.name for one in tmp_path.iterdir()] == ["neuron.md"]


def test_what_ctrl_c_broke_off_is_recorded_to_where_it_had_come(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")

    def interrupt() -> None:
        if lab.position.update > 2:
            raise KeyboardInterrupt

    lab.on_chunk = interrupt
    with pytest.raises(KeyboardInterrupt):
        lab.do("train 100000000")
    lab.on_chunk = None
    close_all(lab)
    assert lines_of(tmp_path / "out.gradlab")[0].stopped
    assert replay(open_recording(tmp_path / "out.gradlab")).difference is None


def test_ctrl_c_while_a_line_is_made_does_not_lose_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    with monkeypatch.context() as patch:
        patch.setattr("gradlab.recording.recorder.fingerprint", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            lab.do("forward")
    close_all(done(lab, ["backward"]))
    assert [line.text for line in lines_of(tmp_path / "out.gradlab")] == ["forward", "backward", ""]
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["2 of 2 lines, same bits"]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_recording_opens_at_its_end_with_its_past_behind_it(tmp_path: Path, call: Call) -> None:
    code, out, err = call("open", recorded(tmp_path))
    assert (code, out.splitlines()[0], err) == (0, "A neuron    float64, seed 0, train, at 11.f.0", "")
    code, out, _ = call("open", tmp_path / "out.gradlab", "--at", "here")
    assert out.splitlines()[0] == "A neuron    float64, seed 0, train, at 0.b.2"
    code, out, _ = call("open", tmp_path / "out.gradlab", "--at", "line 10")
    assert out.splitlines()[0] == "A neuron    float64, seed 0, train, at 1.f.0"
    code, _, err = call("open", tmp_path / "out.gradlab", "--at", "line 99")
    assert code == 2 and "the recording has no line 99: it has 2 to 13" in err


def test_lines_are_of_a_recording_only(tmp_path: Path, call: Call) -> None:
    code, _, err = call("run", neuron(tmp_path), "goto line 3")
    assert code == 2 and "`goto line N` is for a recording that was opened" in err


def test_what_is_not_as_recorded_is_said_when_it_is_opened(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"do":"train 10"', '"do":"train 11"'), encoding="utf-8")
    code, out, err = call("open", path)
    assert (code, out.splitlines()[0]) == (0, "A neuron    float64, seed 0, train, at 12.f.0")
    assert err == "note: line 11, `train 11` at 11.f.0, is not as recorded: here it is at 12.f.0\n"


def test_an_archive_is_no_recording(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "x.gradlab"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "x")
    assert call("replay", path) == (2, "", f"error: `{path}` is an archive\n")


def test_a_planted_member_of_the_data_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    path.write_bytes(encoded(RecordingHeader(NEURON, data={"../planted": "sha256:00"}).record()))
    with zipfile.ZipFile(bundle_of(path), "w") as archive:
        archive.writestr("files/../planted", "x")
    with pytest.raises(GradlabError, match="leads out of the folder"):
        replay(open_recording(path))
    assert not (tmp_path / "planted").exists() and not (tmp_path.parent / "planted").exists()


def test_of_many_numbers_some_are_hashed_and_their_count_is_said(tmp_path: Path) -> None:
    lab = build("x = param(shape=(600, 600), init=normal(1.0))\ny = sum(square(x))\n", backend="plain")
    lab.do(f"record {tmp_path / 'out.gradlab'}")
    close_all(done(lab, ["forward", "backward"]))
    prints = [line.prints for line in lines_of(tmp_path / "out.gradlab") if line.prints is not None]
    assert [(one.kept, one.total) for one in prints] == [(120_001, 360_001), (120_000, 720_000)]
    assert replay(open_recording(tmp_path / "out.gradlab")).difference is None


def test_a_line_of_a_stranger_is_bounded(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"do":"' + b"x" * LONGEST)
    assert call("check", path)[0] == 2
    assert call("replay", path)[2] == f"error: `{path}`, line 14: it is longer than 8 MiB\n"
