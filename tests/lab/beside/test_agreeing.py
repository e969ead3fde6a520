"""Values and gradients are compared with those in a file, by the largest number of each array; what is wrong comes in order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.errors import ActionError, ScenarioError
from gradlab.lab.archive import write_npz
from gradlab.lab.beside.comparing import compare
from gradlab.lab.beside.others import opened
from gradlab.session import Lab

TEXT = """---
title: Two layers
---
```python model
x = input([[1.0, -2.0]])
W = param([[0.5], [0.25]])
c = param([1.0])
h = x @ W
loss = sum(square(h)) + sum(c - c)
```
"""


def _lab(folder: Path, arrays: Mapping[str, object]) -> Lab:
    (folder / "a.md").write_text(TEXT)
    write_npz(folder / "there.npz", {key: np.asarray(one) for key, one in arrays.items()})
    lab = gradlab.load(folder / "a.md", backend="plain")
    lab.do("set W[1, 0] = 1")  # h = -1.5
    lab.do("forward")
    lab.do("backward")
    return lab


def test_what_agrees_is_counted_and_what_does_not_comes_in_the_order_in_which_it_is_made(tmp_path: Path) -> None:
    right = {"h": [[-1.5]], "loss": 2.25, "grad(W)": [[-3.0], [6.0]], "grad(h)": [[-3.0]]}
    outcome = _lab(tmp_path, right).do("agree there.npz")
    assert outcome.ok
    assert str(outcome).endswith("all 4 arrays agree, bit for bit")
    outcome = _lab(tmp_path, {**right, "grad(W)": [[-6.0], [12.0]], "h": [[-1.6]]}).do("agree there.npz")
    first, second = outcome.lines
    assert (first.kind, second.kind) == ("fail", "info")
    assert "2 of 4 arrays do not agree; `h` is off by 0.0625 of its largest number" in first.text
    assert "`grad(W)` is off by 0.5 of its largest number: there it is 2 times what it is here" in second.text
    assert _lab(tmp_path, {**right, "h": [[-1.6]]}).do("agree there.npz tol 0.1").ok


def test_a_wrong_sign_is_told_and_what_only_rounding_keeps_apart_is_no_factor(tmp_path: Path) -> None:
    said = str(_lab(tmp_path, {"grad(W)": [[3.0], [-6.0]]}).do("agree there.npz"))
    assert "`grad(W)` is off by 2 of its largest number: there it is -1 times what it is here (allowed" in said
    said = str(_lab(tmp_path, {"grad(W)": [[-3.0], [6.0001]]}).do("agree there.npz"))
    assert "`grad(W)` is off by 1.67e-05 of its largest number (allowed" in said


def test_what_is_not_finite_has_to_stand_where_it_stands_there(tmp_path: Path) -> None:
    lab = _lab(tmp_path, {"h": [[np.nan]], "loss": np.inf})
    assert "`h`: 0 of its 1 numbers are NaN or infinite here, 1 are there" in str(lab.do("agree there.npz"))
    lab = _lab(tmp_path, {"loss": np.inf})
    assert "`loss`: 0 of its 1 numbers are NaN or infinite here, 1 are there" in str(lab.do("agree there.npz"))
    lab.do("set W[0, 0] = 1e200")
    lab.do("forward")
    assert lab.do("agree there.npz").ok


def test_a_gradient_that_is_rounding_alone_on_both_sides_is_zero_by_symmetry(tmp_path: Path) -> None:
    right = {"grad(W)": [[-3.0], [6.0]]}
    outcome = _lab(tmp_path, {**right, "grad(c)": [1e-13]}).do("agree there.npz")
    assert outcome.ok
    assert "all 2 arrays agree, 1 of them zero by symmetry" in str(outcome)
    assert not _lab(tmp_path, {**right, "grad(c)": [1e-9]}).do("agree there.npz").ok


def test_what_was_not_computed_yet_does_not_agree(tmp_path: Path) -> None:
    lab = _lab(tmp_path, {"h": [[-1.5]]})
    lab.do("goto 0.f.0")
    outcome = lab.do("agree there.npz")
    assert not outcome.ok
    assert "it has not been computed yet" in str(outcome)


def test_a_file_that_does_not_belong_to_the_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="has an array `other`, and this model has no such node"):
        _lab(tmp_path, {"other": 1.0}).do("agree there.npz")
    with pytest.raises(ActionError, match=r"`h` has shape \(2,\), here it has \(1, 1\)"):
        _lab(tmp_path, {"h": [1.0, 2.0]}).do("agree there.npz")
    with pytest.raises(ActionError, match=r"there is no file `nowhere\.npz`"):
        _lab(tmp_path, {"h": [[1.0]]}).do("agree nowhere.npz")
    with pytest.raises(ActionError, match=r"is no \.npz archive"):
        _lab(tmp_path, {"h": [[1.0]]}).do("agree a.md")
    for line in ("agree", "agree there.npz tol x", "agree there.npz tol -1", "agree there.npz tol inf"):
        with pytest.raises((ActionError, ScenarioError)):
            _lab(tmp_path, {"h": [[1.0]]}).do(line)


def test_two_runs_that_begin_at_different_updates_are_compared_from_where_each_begins(tmp_path: Path) -> None:
    text = "---\ntitle: T\n---\n```python model\nw = param(2.0)\nloss = square(w)\nminimize(loss, momentum(0.1))\n```\n"
    (tmp_path / "a.md").write_text(text)
    lab = gradlab.load(tmp_path / "a.md", backend="plain")
    lab.do("train 3")
    lab.do(f"save {tmp_path / 'three.npz'}")
    (tmp_path / "b.md").write_text(text.replace("---\n```", "begin: three.npz\n---\n```"))
    later = gradlab.load(tmp_path / "b.md", backend="plain")
    assert str(later.position) == "3.f.0"
    lab.do("train 2")
    later.do("train 2")
    assert later.value("w") == lab.value("w"), "a training that goes on has the bits of one that was not broken off"
    found = later.do("compare with lr=0.2 for 2 updates").found
    assert [str(position) for position in found.first.positions] == ["3.u.0", "3.u.0"]
    apart = compare(opened(tmp_path / "a.md", ()), opened(tmp_path / "b.md", ()), 1)
    assert apart.first is not None
    assert [str(position) for position in apart.first.positions] == ["0.f.0", "3.f.0"]
