"""Another text of the model in the session: what was done goes on in it, and `undo` brings back what there was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.errors import ActionError
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import record_to
from gradlab.recording.replay import replay
from gradlab.scenario.changes import read_change
from gradlab.scenario.model import build as build_scenario
from gradlab.scenario.overrides import Overrides
from gradlab.session import Lab, build

MODEL = """\
x, t = dataset("moons", n=60, batch=15, scale="standard", target="column")
h = sigmoid(dense(x, 4))
k = tanh(dense(h, 3))
y = dense(k, 1)
loss = bce(y, t)
minimize(loss, sgd(0.5))
"""
OTHER = MODEL.replace("sigmoid", "relu")


def test_the_changed_model_is_that_of_the_changed_text() -> None:
    lab, other = build(MODEL), build(OTHER)
    lab.do("train 10")
    before = lab.digest()
    said = str(lab.do("change sigmoid=relu"))
    assert "+    2  h = relu(dense(x, 4))" in said and "-    2  h = sigmoid(dense(x, 4))" in said
    other.do("train 10")
    assert lab.digest() == other.digest() != before
    assert lab.scenario.document.source.text == OTHER
    lab.do("undo")
    assert lab.digest() == before and lab.scenario.document.source.text == MODEL
    lab.do("redo")
    assert lab.digest() == other.digest()


@pytest.mark.parametrize("at", ["0.f.3", "2.b.4", "3.f.0", "2.u.2"])
def test_it_stands_at_the_same_place(at: str) -> None:
    lab = build(MODEL)
    lab.do(f"goto {at}")
    name = lab.graph.nodes[lab.run.timeline.executed(lab.position)].name
    lab.do("change k=batch_norm(_)")
    assert lab.position.update == int(at[0])
    assert lab.graph.nodes[lab.run.timeline.executed(lab.position)].name == name or at.endswith("f.0")


def test_what_was_done_is_done_again_by_name_and_the_rest_is_listed() -> None:
    lab = build(MODEL)
    for line in (
        "train 2",
        "set h.b = 1",
        "freeze k",
        "seed 3",
        "set k.W = 0.1",
        "train 2",
        "mode eval",
        "goto 4.f.3",
        "set h[0] = 0.5",
    ):
        lab.do(line)
    frozen = lab.value("k.b")
    said = str(lab.do("change units@k=5 with init@h=he"))
    assert "nothing for `set k.W = 0.1`" in said and "`set h.b" not in said
    assert "freeze" not in said
    assert (lab.run.seed, lab.run.mode) == (3, "eval")
    other = build(MODEL.replace("(h, 3)", "(h, 5)").replace("(x, 4)", "(x, 4, init=he)"))
    for line in ("train 2", "set h.b = 1", "freeze k", "seed 3", "train 2", "mode eval", "goto 4.f.3", "set h[0] = 0.5"):
        other.do(line)
    assert lab.digest() == other.digest()
    lab.do("undo")
    assert np.array_equal(lab.value("k.b"), frozen)


def test_edits_behind_it_are_taken_back_before_it() -> None:
    lab = build(MODEL)
    for line in ("set h.b = 1", "change lr=0.1", "set y.b = 2"):
        lab.do(line)
    assert [str(lab.do("undo")).split("\n")[0] for _ in range(3)] == [
        "took back `set y.b = 2` at 0.f.0", "took back `change lr=0.1` at 0.f.0", "took back `set h.b = 1` at 0.f.0",
    ]  # fmt: skip
    with pytest.raises(ActionError, match="nothing to undo"):
        lab.do("undo")


def test_what_looks_at_nodes_looks_at_those_of_the_same_names() -> None:
    lab = build(MODEL)
    for line in ("break at k", "break at h", "watch mean(k)", "curve max(k)", "curve max(h)", "train 1"):
        lab.do(line)
    lab.do("change units@h=7")
    assert [one.text for one in lab.stops.breakpoints] == ["at k", "at h"]
    assert str(lab.do("goto 4.f.0")) and len(lab.run.curves.series) == 2
    lab.do("continue")
    assert lab.graph.nodes[lab.run.timeline.executed(lab.position)].name == "h"
    lab.do("change h=square(_)")
    assert {"k", "h"} == {name for one in lab.stops.breakpoints for name in one.text.split()[1:]}
    assert len(lab.nodes) == len(lab.graph.nodes)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("change", "change what to what?"),
        ("change lr", "a change is NAME=EXPR"),
        ("change slope=2", "changes nothing"),
        ("change k=reshape(_, (3, 3))", "shape"),
        ("change lr=relu", "sgd"),
        ("change sigmoid=relu with", "change what to what?"),
    ],
)
def test_what_cannot_be_changed_changes_nothing(line: str, why: str) -> None:
    lab = build(MODEL)
    lab.do("train 3")
    before = lab.digest()
    with pytest.raises(ActionError) as error:
        lab.do(line)
    assert why in str(error.value)
    assert lab.digest() == before and lab.scenario.document.source.text == MODEL


def test_it_is_recorded_and_done_again(tmp_path: Path) -> None:
    lab = build(MODEL)
    lab.do("train 2")
    path = tmp_path / "one.gradlab"
    recorder = record_to(lab, path)
    for line in ("change sigmoid=relu with init=he", "train 3", "set h.b = 1", "undo", "undo", "redo", "train 1"):
        lab.do(line)
    recorder.close()
    verdict = replay(open_recording(path))
    assert verdict.difference is None
    begun = tmp_path / "two.gradlab"
    record_to(lab, begun).close()
    assert replay(open_recording(begun)).difference is None


def test_expectations_over_seeds_are_about_the_changed_model() -> None:
    lab = build(MODEL)
    lab.do("train 5")
    lab.do("change sigmoid=relu")
    means = [float(_trained(seed).value("loss")) for seed in range(2)]
    lab.do("forward")
    assert lab.do(f"expect seeds(0..1, loss) ~= {float(np.mean(means))!r}").ok


def _trained(seed: int) -> Lab:
    lab = gradlab.build(OTHER, seed=seed)
    lab.do("train 5")
    lab.do("forward")
    return lab


def test_a_change_comes_behind_those_that_the_scenario_was_opened_with() -> None:
    overrides = Overrides(changes=(read_change("units@h=9"), read_change("lr=_*2")))
    lab = Lab(build_scenario(MODEL, overrides))
    lab.do("train 3")
    lab.do("change @2:5-25=relu(_)")
    assert lab.scenario.document.source.text == OTHER.replace("relu(dense(x, 4))", "relu(sigmoid(dense(x, 9)))").replace(
        "0.5", "1"
    )
    assert lab.value("h.W").shape == (2, 9) and float(lab.value("sgd.lr")) == 1
    lab.do("undo")
    assert lab.value("h.W").shape == (2, 9) and lab.scenario.document.source.text == MODEL
