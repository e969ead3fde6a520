"""A recording that is done again: the same bits, or the first line that differs, with numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradlab.errors import GradlabError
from gradlab.recording.player import Player, ReplayOptions
from gradlab.recording.reader import open_recording
from gradlab.recording.replay import replay
from tests.calling import Call
from tests.recording.making import DEEDS, NEURON, recorded

XOR = ("train 100", "forward", "backward", "update")


def edited(path: Path, old: str, new: str) -> Path:
    """Change a text in the lines of a recording, behind its header."""
    head, _, lines = path.read_text(encoding="utf-8").partition("\n")
    assert old in lines
    path.write_text(f"{head}\n{lines.replace(old, new, 1)}", encoding="utf-8")
    return path


def test_what_was_recorded_has_the_same_bits_when_it_is_done_again(tmp_path: Path, call: Call) -> None:
    assert call("replay", recorded(tmp_path)) == (0, "11 of 11 lines, same bits\n", "")


@pytest.mark.parametrize(("made", "other"), [("plain", "jit"), ("jit", "plain")])
def test_another_machine_is_named_with_the_first_number_that_differs(tmp_path: Path, made: str, other: str) -> None:
    path = recorded(tmp_path, XOR, "mlp/xor-trained", made)
    assert replay(open_recording(path)).lines() == ["5 of 5 lines, same bits"]
    found = replay(open_recording(path), ReplayOptions(backend=other))
    lines = found.lines()
    assert found.difference is not None and found.difference.at is not None
    assert lines[0] == "line 2, `train 100` at 100.f.0, is not as recorded"
    assert re.fullmatch(r"    \S+\[\d+, \d+\]  recorded (-?\d\.\d+), here (-?\d\.\d+)", lines[1])
    assert found.difference.recorded != found.difference.here
    assert re.fullmatch(r"    \d+ of 127 numbers differ, by up to \d\.?\d*e-1[5-7]", lines[2])
    assert lines[3:] == [f"    backend: recorded with {made}, here {other}", "    0 lines before it are as recorded"]


@pytest.mark.parametrize(("made", "other"), [("plain", "jit"), ("jit", "plain")])
def test_a_changed_model_runs_on_the_recorded_machine_whichever_kernels_are_ready(
    tmp_path: Path, made: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prefer(backend: str) -> None:
        monkeypatch.setattr("gradlab.lab.backend.choose", lambda _, name="auto": backend if name == "auto" else name)

    prefer(made)
    path = recorded(tmp_path, ("train 10", "change tanh=sigmoid", "train 100"), "mlp/xor-trained", "auto")
    prefer(other)
    player = Player(open_recording(path))
    player.to_end()
    assert player.lab.run.machine.backend == made
    assert replay(open_recording(path)).lines() == ["4 of 4 lines, same bits"]


def test_the_numbers_of_a_difference_are_those_of_the_two_machines(tmp_path: Path) -> None:
    path = recorded(tmp_path, XOR, "mlp/xor-trained", "plain")
    found = replay(open_recording(path), ReplayOptions(backend="jit")).difference
    assert found is not None and found.recorded is not None
    node, _, index = found.node.partition("[")
    at = tuple(int(part) for part in index.rstrip("]").split(","))
    for backend, number in (("plain", found.recorded), ("jit", found.here)):
        player = Player(open_recording(path), ReplayOptions(backend=backend))
        next(player.steps())
        assert float(player.lab.value(node)[at]) == number


def test_a_tolerance_compares_numbers_instead_of_bits(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path, XOR, "mlp/xor-trained", "plain")
    assert call("replay", path, "--backend", "jit", "--tol", "1e-12") == (0, "4 of 4 lines, within 1e-12\n", "")
    edited(path, '"root":0.3995', '"root":0.3996')
    assert call("replay", path, "--tol", "1e-6")[0] == 1
    assert call("replay", path, "--tol", "1e-3")[0] == 0


def test_a_changed_deed_is_found_where_it_stands(tmp_path: Path, call: Call) -> None:
    code, out, _ = call("replay", edited(recorded(tmp_path), '"set w = 5"', '"set w = 6"'))
    assert (code, out.splitlines()) == (
        1,
        [
            "line 3, `set w = 6` at 0.f.4, is not as recorded",
            "    w",
            "    1 line before it is as recorded",
        ],
    )


def test_a_changed_number_of_updates_is_found_by_the_position(tmp_path: Path) -> None:
    path = edited(recorded(tmp_path), '"train 10"', '"train 11"')
    assert replay(open_recording(path)).lines()[0] == (
        "line 11, `train 11` at 11.f.0, is not as recorded: here it is at 12.f.0"
    )


@pytest.mark.parametrize(
    ("deed", "other"), [("seed 3", "seed 4"), ("mode eval", "mode train"), ("backward f", "backward loss")]
)
def test_a_change_that_moves_no_number_is_found(tmp_path: Path, deed: str, other: str) -> None:
    path = edited(recorded(tmp_path, ["forward", deed]), f'"{deed}"', f'"{other}"')
    assert replay(open_recording(path)).lines()[0].startswith(f"line 3, `{other}` at 0.")


def test_a_changed_hash_of_everything_is_found(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'"end":"..', '"end":"00', text), encoding="utf-8")
    assert replay(open_recording(path)).lines()[0].endswith("is not as recorded: the hash of everything is another one")


def test_a_deed_that_cannot_be_done_here_says_so(tmp_path: Path) -> None:
    path = edited(recorded(tmp_path), '"set w = 5"', '"set v = 5"')
    assert replay(open_recording(path)).lines()[0] == (
        "line 3, `set v = 5` at 0.f.4, is not as recorded: it cannot be done here: unknown name `v`"
    )


def test_json_and_junit_say_the_same(tmp_path: Path, call: Call) -> None:
    path = edited(recorded(tmp_path), '"train 10"', '"train 11"')
    code, out, _ = call("replay", path, "--json", "--junit", tmp_path / "report.xml")
    result = json.loads(out)["results"][0]
    assert (code, result["same"], result["difference"]["number"], result["difference"]["at"]) == (1, 8, 11, "11.f.0")
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite[0][0].text == "line 11: train 11: line 11, `train 11` at 11.f.0, is not as recorded: here it is at 12.f.0"


def test_check_takes_a_recording_and_finds_those_of_a_folder(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path)
    code, out, _ = call("check", path)
    assert code == 0 and re.fullmatch(r"ok      \S+  11 ok  \d+\.\d\d s", out.splitlines()[0])
    edited(path, '"train 10"', '"train 11"')
    code, out, _ = call("check", tmp_path)
    assert code == 1 and "FAILED" in out and "\n        line 11, `train 11` at 11.f.0, is not as recorded" in out


def test_data_are_compared_by_their_hash(tmp_path: Path) -> None:
    text = NEURON.replace("w, x = param(2.0), input(-1.0)", 'w, x = param(2.0), csv("x.csv")')
    (tmp_path / "x.csv").write_text("a,b\n1.0,2.0\n3.0,4.0\n", encoding="utf-8")
    scenario = tmp_path / "data.md"
    scenario.write_text(
        text.replace("loss = square(f - 1.0)", "loss = mean(square(f - 1.0))").replace("quiz f\n", ""), encoding="utf-8"
    )
    path = recorded(tmp_path, DEEDS, scenario)
    assert list(open_recording(path).header.data) == ["x.csv"]
    assert replay(open_recording(path)).difference is None
    (tmp_path / "x.csv").write_text("a,b\n1.0,2.0\n3.0,5.0\n", encoding="utf-8")
    with pytest.raises(GradlabError, match=r"`x\.csv` is not the file that was recorded: it was sha256:"):
        replay(open_recording(path))
    (tmp_path / "x.csv").unlink()
    with pytest.raises(GradlabError, match=r"the recording reads data that are not here: there is no file `x\.csv`"):
        replay(open_recording(path))


def test_a_scenario_is_no_recording(tmp_path: Path, call: Call) -> None:
    recorded(tmp_path)
    path = tmp_path / "neuron.md"
    assert call("replay", path) == (2, "", f"error: `{path}` is no recording: `gradlab check` runs a scenario\n")
    assert call("replay", tmp_path / "none") == (
        2,
        "",
        f"error: cannot read `{tmp_path / 'none'}`: no such file or directory\n",
    )


def test_a_backend_that_is_not_here_is_said(tmp_path: Path, call: Call) -> None:
    path = recorded(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"backend":"plain"', '"backend":"abacus"', 1), encoding="utf-8")
    code, _, err = call("replay", path)
    assert code == 2 and err.startswith("error: it was recorded on a backend that is not here:") and "`abacus`" in err
    assert call("replay", path, "--backend", "plain")[0] == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [('{"skip":true,"at":"11.f.0"}', "no question is open"), ('{"page":true}', "no page of the lesson comes next")],
)
def test_what_cannot_be_skipped_or_turned_is_said(tmp_path: Path, line: str, why: str) -> None:
    path = recorded(tmp_path, ["train 11"])
    pages = '{"page":true}\n'
    path.write_text(path.read_text(encoding="utf-8") + pages + f"{line}\n", encoding="utf-8")
    assert replay(open_recording(path)).lines()[0].endswith(f"is not as recorded: it cannot be done here: {why}")
