"""A training that was saved goes on with the same bits, whatever it is made of; and what does not fit is said by name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.lab.saved import REST
from gradlab.op import Op
from gradlab.scenario.glossary import Entry
from gradlab.session import Lab
from tests.lab.models import BATCHES, NORMED, TURNS, XOR, plain, said
from tests.scenario.test_glossary import BEFORE, every_entry, model, runs

GROUPS = """
x, t = dataset("moons", n=24, batch=6)
h = tanh(dense(x, 3))
loss = bce(sigmoid(dense(h, 1)), reshape(t, (6, 1)))
minimize(loss, {"h.*": adam(lr=0.1), "*": momentum(lr=0.1)}, accumulate=2, clip=clip_norm(1.0), average=ema(0.9))
"""


def same_bits(first: Lab, again: Lab, file: Path, updates: int = 3) -> None:
    """Save in one laboratory, load in another, train both, and compare positions in the last update, and its end."""
    first.do(f"save {file}")
    again.do(f"load {file}")
    assert again.position == Position(first.position.update)
    at = first.position.update + updates
    for place in (f"{at}.f.1", f"{at}.b.end", f"{at}.u.0", f"{at + 1}.f.0"):
        first.do(f"goto {place}")
        again.do(f"goto {place}")
        assert first.digest() == again.digest(), place
    assert first.options() == again.options()
    pairs = [lab.run.history.pairs(at - updates) for lab in (first, again)]
    assert pairs[0] == pairs[1]


@every_entry
def test_with_every_word_of_a_model_a_training_goes_on_with_the_same_bits(entry: Entry, tmp_path: Path) -> None:
    if not runs(entry) or (isinstance(entry.thing, Op) and entry.thing.is_leaf):
        return
    for number, code in enumerate(entry.examples):
        text = BEFORE.get(entry.group.name, "") + code
        lab = gradlab.load(model(tmp_path, text), backend="plain")
        if lab.graph.params and not lab.graph.objectives:
            last = [node for node in lab.graph.nodes if not node.is_leaf][-1:] or lab.graph.params[-1:]
            text += f"\nminimize(sum(square({re.sub(r'[.][0-9]+$', '', last[0].name)})), adam(lr=0.01))\n"
            lab = gradlab.load(model(tmp_path, text), backend="plain")
        if lab.graph.objectives:
            lab.do("train 3 updates")
            same_bits(lab, gradlab.load(model(tmp_path, text), seed=7, backend="plain"), tmp_path / f"{number}.npz")


@pytest.mark.parametrize("text", [XOR, BATCHES, TURNS, NORMED, GROUPS])
@pytest.mark.parametrize(
    "lines",
    [
        ("train 5",),
        ("train 2", "seed 4", "train 1"),
        ("mode eval", "train 3"),
        ("train 1", "freeze *", "train 1", "thaw *", "train 1"),
        ("train 2", "freeze *.W"),
        ("train 2", "step 3"),
        ("train 2", "step 2 phase", "step op"),
        ("train 2", "forward", "backward", "set RATE = 0.5"),
        ("curve updates", "train 2"),
    ],
)
def test_whatever_was_done_a_training_goes_on_with_the_same_bits(text: str, lines: tuple[str, ...], tmp_path: Path) -> None:
    lab = plain(text)
    rate = next(node.name for node in lab.graph.nodes if node.name.endswith(".lr"))
    for line in lines:
        line = line.replace("RATE", rate)
        if line.startswith(("freeze", "thaw")) and text == TURNS:
            line = line.replace("*.W", "a").replace("*", "a")
        lab.do(line)
    same_bits(lab, plain(text, seed=3), tmp_path / "w.npz")


@pytest.mark.parametrize("updates", range(1, 7))
def test_a_training_of_one_objective_goes_on_wherever_it_is_broken_off(updates: int, tmp_path: Path) -> None:
    lab = plain(TURNS)
    lab.do("train 1")
    lab.do("train 4 of q")
    lab.do(f"goto {updates}.f.0")
    same_bits(lab, plain(TURNS), tmp_path / "w.npz", updates=8)


@pytest.mark.parametrize("updates", range(6))
def test_the_steps_that_were_made_are_counted_on(updates: int, tmp_path: Path) -> None:
    lab, again = plain(GROUPS), plain(GROUPS)
    for line in ("freeze *", "train 3", "thaw *", f"train {updates + 1}", f"save {tmp_path}/w.npz", "train 4"):
        lab.do(line)
    again.do(f"load {tmp_path}/w.npz")
    again.do("train 4")
    for expression in ("steps", "updates"):
        lab.do(f"let kept = {expression}")
        assert said(again, f"expect {expression} ~= {int(lab.known.constants['kept'])}")[0].startswith("ok")
        lab._known = again._known


def test_an_edited_input_and_an_edited_batch_are_saved(tmp_path: Path) -> None:
    lab = plain(BATCHES)
    lab.do("train 2")
    lab.do("set x[0, 0] = 5")
    same_bits(lab, plain(BATCHES), tmp_path / "batch.npz")
    assert "x" in np.load(tmp_path / "batch.npz").files
    lab = plain(XOR)
    lab.do("train 2")
    lab.do("set x[0, 0] = 5")
    lab.do("train 2")
    same_bits(lab, plain(XOR), tmp_path / "x.npz")
    again = plain(XOR)
    again.do(f"load {tmp_path}/x.npz")
    again.do("train 1")
    same_bits(again, plain(XOR), tmp_path / "second.npz")


def test_compiled_kernels_go_on_with_the_same_bits(tmp_path: Path) -> None:
    first, again = (gradlab.build(XOR, backend="jit") for _ in range(2))
    first.do("train 40")
    same_bits(first, again, tmp_path / "w.npz", updates=60)


def test_a_file_holds_arrays_by_name_and_no_pickle_and_a_model_reads_them(tmp_path: Path) -> None:
    lab = plain(XOR)
    lab.do("train 5")
    lab.do(f"save {tmp_path}/w.npz")
    with np.load(tmp_path / "w.npz", allow_pickle=False) as found:
        names = {node.name for node in lab.graph.nodes if node.op.role in ("parameter", "buffer", "state")}
        assert {*found.files} == {*names, REST}
        for name in names:
            np.testing.assert_array_equal(found[name], lab.value(name))
    page = tmp_path / "page.md"
    page.write_text('```python model\nW = param(npz("w.npz")["hidden.W"])\ny = W * 1\n```\n', encoding="utf-8")
    reader = gradlab.load(page)
    assert reader.value("W").tobytes() == lab.value("hidden.W").tobytes()


def test_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        lab = plain(XOR)
        lab.do("train 5")
        lab.do(f"save {tmp_path}/{name}")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("text", [XOR, TURNS, NORMED])
@pytest.mark.parametrize("place", ["0.f.0", "3.f.0", "3.b.1", "2.u.1"])
def test_undo_brings_back_the_run_that_there_was(text: str, place: str, tmp_path: Path) -> None:
    lab, path = plain(text), tmp_path / "w.npz"
    lab.do("train 2")
    lab.do(f"save {path}")
    lab.do("seed 5")
    lab.do("train 2")
    lab.do("mark here")
    lab.do(f"goto {place}")
    before, losses, deeds, marks = lab.digest(), lab.run.history.pairs(), [*lab.journal.deeds], dict(lab.marks)
    lab.do(f"load {path}")
    lab.do("train 4")
    lab.do("seed 9")
    lab.do("undo")
    assert said(lab, "undo")[0] == f"info: took back `load {path}` at 2.f.0"
    assert (lab.digest(), lab.run.history.pairs()) == (before, losses)
    assert (lab.journal.deeds, lab.marks) == (deeds, marks)
    lab.do("undo")
    with pytest.raises(ActionError, match="nothing to undo"):
        lab.do("undo")


def test_positions_before_what_was_loaded_do_not_exist(tmp_path: Path) -> None:
    lab, path = plain(XOR), tmp_path / "w.npz"
    lab.do("train 5")
    lab.do("mark five")
    lab.do(f"save {path}")
    lab.do(f"load {path}")
    text = f"4.u.3 does not exist: the run begins at 5.f.0, where `{path}` was loaded; `undo` brings back the one before"
    for line in ("goto 4.u.3", "goto 0.f.0"):
        with pytest.raises(ActionError) as caught:
            lab.do(line)
        assert text.replace("4.u.3", line[5:]) in str(caught.value)
    with pytest.raises(ActionError, match="`five` is"):
        lab.do("goto five")
    with pytest.raises(ActionError, match=r"already at the beginning of the run, 5\.f\.0"):
        lab.do("back op")
    lab.do("step 5")
    lab.do("back 3 update")
    assert lab.position == Position(5)
    with pytest.raises(ActionError, match="pending"):
        lab.value("loss")
    lab.do("train 3")
    lab.do("back op")
    lab.do("back 9 update")
    assert lab.position == Position(5)


def _saved(tmp_path: Path, text: str = XOR, updates: int = 2) -> Path:
    lab, path = plain(text), tmp_path / "w.npz"
    lab.do(f"train {updates}")
    lab.do(f"save {path}")
    return path


def _changed(path: Path, **changes: np.ndarray | None) -> None:
    with np.load(path) as found:
        arrays = {name: found[name] for name in found.files} | changes
    path.unlink()
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"hidden.W": None, "output.b": None}, "it has no `hidden.W`, `output.b`"),
        ({"hidden.V": np.zeros(2)}, "this model has no `hidden.V`"),
        ({"\x1b[31m": np.zeros(2)}, "this model has no `�[31m`"),
        ({"loss": np.zeros(())}, "this model has no `loss`"),
        ({"hidden.W": np.zeros((3, 2))}, "`hidden.W` has shape (3, 2), here it has (2, 2)"),
        ({"hidden.W": np.zeros(4)}, "`hidden.W` has shape (4,), here it has (2, 2)"),
    ],
)
def test_what_does_not_fit_is_said_by_name(changes: dict[str, np.ndarray | None], text: str, tmp_path: Path) -> None:
    path, lab = _saved(tmp_path), plain(XOR)
    _changed(path, **changes)
    before = lab.digest()
    with pytest.raises(ActionError) as caught:
        lab.do(f"load {path}")
    assert f"`{path}` does not fit: {text}\n" in str(caught.value)
    assert lab.digest() == before
    assert not lab.can_undo


def test_another_dtype_and_another_model_are_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(f"---\ndtype: float32\n---\n```python model\n{XOR}```\n", encoding="utf-8")
    for lab, text in (
        (gradlab.load(page), "it was saved in float64, this model computes in float32"),
        (plain(XOR.replace("minimize(loss, adam(lr=0.1))", "")), "it is of update 2, this model has no `minimize`"),
        (plain(XOR.replace("adam", "sgd")), "this model has no "),
        (plain(XOR.replace("dense(x, 2)", "dense(x, 3)")), "`hidden.W` has shape (2, 2), here it has (2, 3)"),
    ):
        with pytest.raises(ActionError) as caught:
            lab.do(f"load {path}")
        assert text in str(caught.value)


def _rest(text: bytes) -> np.ndarray:
    return np.frombuffer(text, np.uint8)


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        (None, 'was not written by `save`; a model reads its arrays by `npz("'),
        (_rest(b"no json"), "`@gradlab` cannot be read"),
        (_rest(b"[" * 100_000), "`@gradlab` cannot be read"),
        (_rest(b"{}"), "`@gradlab` cannot be read"),
        (np.zeros((1 << 20) + 1, np.uint8), "are left"),
        (np.array([{}], object), "holds object, numbers are allowed"),
        (np.array([np.nan]), "`@gradlab` cannot be read"),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(rest: np.ndarray | None, text: str, tmp_path: Path) -> None:
    path, lab = _saved(tmp_path), plain(XOR)
    _changed(path, **{REST: rest})
    with pytest.raises(ActionError) as caught:
        lab.do(f"load {path}")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"update": 2', '"update": -1'), ('"update": 2', '"update": 1e3'), ('"update": 2', '"update": true'),
        ('"update": 2', f'"update": {1 << 70}'), ('"seed": 0', '"seed": "0"'), ('"mode": "train"', '"mode": "x"'),
        ('"frozen": []', '"frozen": [1]'), ('"stretches": []', '"stretches": [[1, 2]]'),
        ('"stretches": []', '"stretches": [[1, 2, -3]]'), ('"steps": 2', '"steps": null'),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path, lab = _saved(tmp_path), plain(XOR)
    with np.load(path) as found:
        text = bytes(found[REST])
    assert old.encode() in text
    _changed(path, **{REST: _rest(text.replace(old.encode(), new.encode()))})
    with pytest.raises(ActionError, match="`@gradlab` cannot be read"):
        lab.do(f"load {path}")


def test_a_newer_form_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    _changed(path, **{REST: _rest(b'{"gradlab": 2, "version": "9.9"}')})
    with pytest.raises(ActionError, match=r"it was written by gradlab 9\.9, which is newer than this one"):
        plain(XOR).do(f"load {path}")


def test_a_file_that_is_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path, lab = _saved(tmp_path), plain(XOR)
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(ActionError):
            lab.do(f"load {path}")
    assert lab.position == Position()


def test_what_is_loaded_is_counted_before_it_is_taken(tmp_path: Path) -> None:
    text = "W = param([[0.5] * 200] * 200)\nloss = sum(square(W))\nminimize(loss, sgd(0.1))\n"
    page = tmp_path / "page.md"
    page.write_text(f"```python model\n{text}```\n", encoding="utf-8")
    lab = gradlab.load(page)
    lab.do(f"save {tmp_path}/w.npz")
    lab.scenario = replace(lab.scenario, overrides=replace(lab.scenario.overrides, memory=lab.tape.bytes + 1000))
    with pytest.raises(ActionError, match="what is loaded and what is there need"):
        lab.do(f"load {tmp_path}/w.npz")


def test_a_file_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    _saved(tmp_path)
    with pytest.raises(ActionError) as caught:
        plain(XOR).do(f"load {tmp_path}/v.npz")
    assert f"there is no file `{tmp_path}/v.npz`; did you mean `w.npz`?" in str(caught.value)
    with pytest.raises(ActionError, match=r"which file\?"):
        plain(XOR).do("load")


def test_over_replaces_a_file_and_nothing_else_does(tmp_path: Path) -> None:
    path = _saved(tmp_path)
    lab = plain(XOR)
    with pytest.raises(ActionError, match="is there already, and is not written over"):
        lab.do(f"save {path}")
    lab.do(f'save "{path}" over')
    lab.do(f"load '{path}'")
    assert lab.position == Position()
