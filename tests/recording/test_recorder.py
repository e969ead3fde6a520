"""What a recorder writes: a line for whatever happens, as it happens."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.errors import ActionError, GradlabError
from gradlab.recording.form import RecordedLine
from gradlab.recording.player import Player
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all, record_to
from gradlab.recording.replay import replay
from gradlab.recording.surroundings import array_hash
from gradlab.recording.writer import LineWriter
from gradlab.session import Lab, build, load
from tests.recording.making import DEEDS, NEURON, done, lines_of, neuron, recorded


def told(lines: list[RecordedLine]) -> list[tuple[str, str, str]]:
    return [(line.kind, line.text, str(line.at)) for line in lines]


def test_every_deed_is_a_line_with_the_place_where_it_ended(tmp_path: Path) -> None:
    assert told(lines_of(recorded(tmp_path))) == [
        ("do", "forward", "0.f.4"),
        ("do", "set w = 5", "0.f.4"),
        ("do", "step 2", "0.b.2"),
        ("do", "mark here", "0.b.2"),
        ("mark", "here", "0.b.2"),
        ("view", "show health", "None"),
        ("do", "back", "0.b.1"),
        ("do", "backward", "0.b.4"),
        ("do", "update", "1.f.0"),
        ("do", "train 10", "11.f.0"),
        ("do", "expect w > 0", "11.f.0"),
        ("end", "", "11.f.0"),
    ]


def test_the_header_says_what_was_run_on_what(tmp_path: Path) -> None:
    header = open_recording(recorded(tmp_path)).header
    assert (header.text, header.scenario, header.backend, header.dtype) == (NEURON, "neuron.md", "plain", "float64")
    assert header.threads == 1 and header.cpu and header.blas and header.version and header.created.endswith("+00:00")


def test_a_line_takes_at_most_300_bytes(tmp_path: Path) -> None:
    path = recorded(tmp_path, ("train 10000", "forward", "backward", "step 3", *DEEDS), "mlp/xor-trained")
    assert max(len(line) for line in path.read_bytes().splitlines()[1:]) <= 300


def test_a_long_training_is_one_line(tmp_path: Path) -> None:
    assert told(lines_of(recorded(tmp_path, ["train 10000"])))[:-1] == [("do", "train 10000", "10000.f.0")]


def test_what_fails_is_recorded_with_the_reason(tmp_path: Path) -> None:
    line = lines_of(recorded(tmp_path, ["backward", "undo"]))[1]
    assert (line.text, line.error, line.stopped) == ("undo", "nothing to undo", False)


def test_what_is_no_action_is_not_recorded(tmp_path: Path) -> None:
    assert told(lines_of(recorded(tmp_path, ["frward", "forward"])))[0] == ("do", "forward", "0.f.4")


def stopped_in_its_midst(lab: Lab, action: str) -> None:
    """Do an action, and stop it some updates later."""
    lab.on_chunk = lambda: lab.cancel() if lab.position.update > 2 else None
    with pytest.raises(ActionError, match="stopped at"):
        lab.do(action)
    lab.on_chunk = None


@pytest.mark.parametrize("action", ["train 100000000", "train 100000000 of loss", "run until w > 1e9 for 100000000 updates"])
def test_what_was_broken_off_is_replayed_to_where_it_had_come(tmp_path: Path, action: str) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    stopped_in_its_midst(lab, action)
    done(lab, ["forward", "back 2"])
    close_all(lab)
    line = lines_of(tmp_path / "out.gradlab")[0]
    assert line.stopped and line.at is not None and line.at.update > 0
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["4 of 4 lines, same bits"]


def test_answers_skips_and_pages_of_a_lesson_are_recorded_and_replayed(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    lab.turn()
    lab.next_line()
    lab.next_line()
    lab.do("answer 3")
    lab.skip_question()
    lab.next_line()
    close_all(lab)
    lines = lines_of(tmp_path / "out.gradlab")
    assert [(line.kind, line.text, line.line) for line in lines[:-1]] == [
        ("page", "", 0),
        ("do", "forward", 14),
        ("do", "quiz f", 15),
        ("do", "answer 3", 0),
        ("skip", "", 0),
        ("do", "step 2", 16),
    ]
    player = Player(open_recording(tmp_path / "out.gradlab"))
    assert replay(player.recording, player=player).lines() == ["6 of 6 lines, same bits"]
    again = player.lab
    assert (again.turned, again.here, again.cursor_line, again.flow) == (lab.turned, lab.here, lab.cursor_line, lab.flow)


def test_a_recording_that_begins_late_has_what_happened_before(tmp_path: Path) -> None:
    lab = done(load(neuron(tmp_path), backend="plain"), ["train 3", "set w = 1", "forward"])
    lab.do(f"record {tmp_path / 'late.gradlab'}")
    lab.do("backward")
    assert str(lab.do("record stop")) == "late.gradlab holds 6 lines"
    assert [line.kind for line in lines_of(tmp_path / "late.gradlab")] == ["do", "do", "do", "full", "do", "end"]
    assert replay(open_recording(tmp_path / "late.gradlab")).lines() == ["3 of 3 lines, same bits"]


def test_what_python_does_by_no_action_is_said_when_it_is_replayed(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    lab.do(f"record {tmp_path / 'out.gradlab'}")
    lab.train(3)
    lab.set("w", 4.0)
    lab.do("forward")
    close_all(lab)
    assert [line.kind for line in lines_of(tmp_path / "out.gradlab")] == ["do", "outside", "do", "end"]
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == [
        "line 3, `outside` at 3.f.0, is not as recorded: something was done here by no action line, which cannot be done again",
        "    1 line before it is as recorded",
    ]


def test_a_change_of_machine_is_a_line_and_each_stretch_is_replayed_on_its_own(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    done(lab, ["train 5", "forward"])
    lab.use("jit")
    done(lab, ["backward", "train 5"])
    close_all(lab)
    lines = lines_of(tmp_path / "out.gradlab")
    assert told(lines)[2:4] == [("backend", "jit", "5.f.4"), ("do", "backward", "5.b.4")]
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["5 of 5 lines, same bits"]


def test_every_thousand_lines_everything_is_hashed(tmp_path: Path) -> None:
    lines = lines_of(recorded(tmp_path, ["step"] * 1001))
    assert [number for number, line in enumerate(lines) if line.kind == "full"] == [1000]


def test_a_second_writer_is_refused_and_a_lock_left_by_the_dead_is_not_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    (tmp_path / "x.gradlab.lock").write_text("4194304")
    first = LineWriter(path)
    with pytest.raises(GradlabError, match=r"`.*x\.gradlab` is being written to by another recorder"):
        LineWriter(path, start=0)
    first.close()
    LineWriter(path, start=0).close()
    assert [one.name for one in tmp_path.iterdir()] == ["x.gradlab"]


def test_a_file_that_is_there_is_never_written_over_unless_that_is_said(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    before, lab = path.read_bytes(), load(tmp_path / "neuron.md", backend="plain")
    with pytest.raises(GradlabError, match=r"out\.gradlab` is there already; `--force` writes over it"):
        record_to(lab, path)
    with pytest.raises(ActionError, match="is there already, and is not written over"):
        lab.do(f"record {path}")
    assert path.read_bytes() == before
    record_to(lab, path, force=True)
    close_all(lab)
    assert told(lines_of(path)) == [("end", "", "0.f.0")]


class FullDisk:
    """Stands for `os.write` on a disk that has room for some bytes."""

    def __init__(self, room: int) -> None:
        self.room, self.write = room, os.write

    def __call__(self, file: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = self.write(file, data[: self.room])
        self.room -= taken
        return taken


def test_a_full_disk_ends_the_recording_and_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    record_to(lab, tmp_path / "out.gradlab")
    lab.do("forward")
    size = (tmp_path / "out.gradlab").stat().st_size
    monkeypatch.setattr("gradlab.recording.writer.os.write", FullDisk(20))
    said = lab.do("step")
    path = tmp_path / "out.gradlab"
    assert said.lines[0].text == f"cannot write `{path}`: no space left on device; the recording ends here, what is in it stays"
    assert lab.do("step").ok
    assert path.stat().st_size == size and told(lines_of(path)) == [("do", "forward", "0.f.4")]


def test_a_run_whose_recording_is_not_whole_says_so_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.gradlab"
    monkeypatch.setattr("gradlab.recording.writer.os.write", FullDisk(900))
    assert main(["run", str(neuron(tmp_path)), "--record", str(path), "forward", "step", "step"]) == 2
    assert capsys.readouterr().err == f"error: the recording is not whole: cannot write `{path}`: no space left on device\n"
    assert lines_of(path)[0].text == "forward"


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, before = load(neuron(tmp_path), backend="plain"), recorded(tmp_path).read_bytes()
    monkeypatch.setattr("gradlab.recording.writer.os.write", FullDisk(20))
    with pytest.raises(GradlabError, match="no space left"):
        record_to(lab, tmp_path / "new.gradlab")
    monkeypatch.setattr("gradlab.recording.writer.os.write", FullDisk(20))
    with pytest.raises(GradlabError, match="no space left"):
        record_to(lab, tmp_path / "out.gradlab", force=True)
    done(lab, ["step"] * 10)
    monkeypatch.setattr("gradlab.recording.writer.os.write", FullDisk(1000))
    with pytest.raises(GradlabError, match="no space left"):
        record_to(lab, tmp_path / "new.gradlab")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["neuron.md", "out.gradlab"]
    assert (tmp_path / "out.gradlab").read_bytes() == before


def test_a_model_without_a_page_and_its_arrays_are_recorded(tmp_path: Path) -> None:
    import numpy as np

    x = np.array([[1.0, 2.0], [3.0, -4.0]])
    lab = build("x = input(shape=(2, 2))\ny = sum(square(x))\n", data={"x": x}, backend="plain")
    lab.do(f"record {tmp_path / 'out.gradlab'} with data")
    done(lab, ["forward", "backward", "record stop"])
    header = json.loads((tmp_path / "out.gradlab").read_bytes().splitlines()[0])
    assert header["model"] is True and header["arrays"] == {"x": array_hash(x)}
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["3 of 3 lines, same bits"]
    (tmp_path / "out.gradlab.data.zip").unlink()
    with pytest.raises(GradlabError, match="was made with an array for `x`, which is not in it"):
        replay(open_recording(tmp_path / "out.gradlab"))


def test_another_text_is_a_line_and_deeds_are_done_again_by_name(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    recorder = record_to(lab, tmp_path / "out.gradlab")
    done(lab, ["set w = 3", "train 2"])
    other = load(neuron(tmp_path, NEURON.replace("sgd(0.5)", "sgd(0.25)")), backend="plain")
    recorder.move_to(done(other, ["set w = 3", "train 2"]))
    done(other, ["forward"])
    close_all(other)
    assert [line.kind for line in lines_of(tmp_path / "out.gradlab")] == ["do", "do", "text", "do", "end"]
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["4 of 4 lines, same bits"]


def test_a_script_records_below_the_folder_of_out_only(tmp_path: Path) -> None:
    from gradlab.outputs import Outputs

    text = NEURON.replace("forward\nquiz f\nstep 2", "record ../x.gradlab\nrecord sub/x.gradlab\nforward")
    lab = load(neuron(tmp_path, text), backend="plain")
    lab.outputs = Outputs(tmp_path / "out")
    with pytest.raises(ActionError, match=r"`../x.gradlab`: a script writes below the folder of `--out` only"):
        lab.next_line()
    lab.next_line()
    lab.next_line()
    close_all(lab)
    assert told(lines_of(tmp_path / "out" / "sub" / "x.gradlab"))[0] == ("do", "forward", "0.f.4")


def test_a_recording_that_begins_late_knows_how_deep_layers_were_at_first(tmp_path: Path) -> None:
    inner = "  with layer('b'):\n    h = tanh(tanh(x))\n  with layer('c'):\n    h = tanh(h)\n"
    text = f"x = input(1.0)\nwith layer('a'):\n{inner}loss = square(h)\n"
    lab = done(build(text, backend="plain"), ["step layer", "layers 2", "back 9", "step layer"])
    assert str(lab.position) == "0.f.2"
    lab.do(f"record {tmp_path / 'out.gradlab'}")
    close_all(lab)
    assert replay(open_recording(tmp_path / "out.gradlab")).lines() == ["2 of 2 lines, same bits"]


def test_a_translation_is_replayed_with_the_settings_of_its_lesson(tmp_path: Path) -> None:
    head = "title: A neuron\nseed: 5\nmode: eval\ndtype: float32\n"
    body = NEURON.partition("# A neuron")[2].replace("param(2.0)", "param(shape=(), init=normal(1.0))")
    (tmp_path / "x.md").write_text(f"---\n{head}---\n# A neuron{body}", encoding="utf-8")
    (tmp_path / "x.de.md").write_text(f"---\ntitle: Ein Neuron\n---\n# Ein Neuron{body}", encoding="utf-8")
    path = recorded(tmp_path, DEEDS, tmp_path / "x.de.md")
    header = open_recording(path).header
    assert (header.seed, header.mode, header.dtype, header.scenario) == (5, "eval", "float32", "x.de.md")
    assert replay(open_recording(path)).difference is None


def test_a_mistake_of_ours_ends_the_recording_and_not_the_action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    recorder = record_to(lab, tmp_path / "out.gradlab")
    monkeypatch.setattr("gradlab.recording.recorder.fingerprint", lambda *_: 1 / 0)
    said = lab.do("forward")
    assert said.lines[0].text.startswith("ZeroDivisionError: division by zero; the recording ends here")
    assert recorder.problem and said.lines[1].text.startswith("0.f.4  forward")
