"""Plots are kept in a recording, and are open again at its end."""

from __future__ import annotations

from pathlib import Path

from gradlab.cli import main
from gradlab.draw.plots import Paper
from gradlab.recording import kept
from gradlab.recording.opening import open_at_end
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all, record_to
from gradlab.recording.replay import replay
from gradlab.session import Lab, load
from tests.recording.making import done, lines_of, neuron

LINES = ("plot hist w", "plot curve w log", "train 5", "plot matrix w", "plot close 1", "forward", "train 2")


def recorded(folder: Path) -> tuple[Lab, Path]:
    """Return a laboratory in which plots were opened, and its recording."""
    out = folder / "plots.gradlab"
    lab = load(neuron(folder), backend="plain")
    record_to(lab, out)
    done(lab, LINES)
    close_all(lab)
    return lab, out


def test_plots_are_views_and_are_open_again_with_what_was_recorded_for_them(tmp_path: Path) -> None:
    lab, path = recorded(tmp_path)
    assert [line.text for line in lines_of(path) if line.kind == "view"] == [one for one in LINES if one.startswith("plot")]
    again = open_at_end(open_recording(path))
    assert [(one.number, one.text) for one in again.plots] == [(2, "curve w log"), (3, "matrix w")]
    mine, other = (one.plots.of(2).picture(one, Paper()) for one in (lab, again))
    assert mine.size == other.size == (1, 7)
    assert [mine.spot((0, k)).text for k in range(7)] == [other.spot((0, k)).text for k in range(7)]
    assert replay(open_recording(path)).lines()[0].endswith("same bits")


def test_a_session_goes_on_with_its_plots(tmp_path: Path) -> None:
    lab = load(neuron(tmp_path), backend="plain")
    kept.keep(lab)
    done(lab, LINES)
    close_all(lab)
    again = kept.resume(kept.latest())
    assert [one.text for one in again.plots] == ["curve w log", "matrix w"]
    close_all(again)


def test_a_recording_as_a_scenario_opens_its_plots(tmp_path: Path) -> None:
    _, path = recorded(tmp_path)
    out = tmp_path / "again.md"
    assert main(["export", "scenario", str(path), str(out)]) == 0
    script = out.read_text(encoding="utf-8").split("```lab\n")[1]
    assert [line for line in script.splitlines() if line.startswith("plot")] == [one for one in LINES if one.startswith("plot")]
    assert main(["check", str(out)]) == 0
