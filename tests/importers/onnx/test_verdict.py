"""An imported model is compared with onnx.reference, value by value, and the first op that differs is named."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.commands import _imported as _imported_models
from gradlab.importers.onnx import _reference
from gradlab.importers.onnx._folding import CannotFold, computed
from gradlab.lab.archive import write_npz
from gradlab.scenario.reading.arrays import list_npz
from tests.calling import Call as Run
from tests.importers.onnx.making import mlp, model, node, written


def _imported(folder: Path, call: Run, made: Any = None) -> tuple[int, str]:
    path = written(folder, mlp() if made is None else made)
    code, out, err = call("import", path, "-o", folder / "net", "--data", folder / "batch.npz", "--loss", "cross_entropy")
    assert err == ""
    return code, out


def test_all_values_are_compared_and_kept_for_check(onnx: Any, tmp_path: Path, call: Run) -> None:
    code, out = _imported(tmp_path, call)
    assert code == 0
    assert "7 ops, 6 arrays agree with onnx.reference" in out
    assert len(list_npz(tmp_path / "net" / "expected.npz", "expected.npz")) == 6
    assert call("check", tmp_path / "net")[0] == 0
    text = (tmp_path / "net" / "model.md").read_text()
    (tmp_path / "net" / "model.md").write_text(text.replace("= relu(", "= tanh(", 1))
    code, out, _ = call("check", tmp_path / "net")
    assert code == 1
    assert "6 arrays do not agree" in out


def test_the_first_op_that_differs_is_named(onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(one: Any, *rest: Any) -> Any:
        return [2 * array if one.op == "Relu" else array for array in computed(one, *rest)]

    monkeypatch.setattr(_reference, "computed", doubled)
    code, out = _imported(tmp_path, call)
    assert code == 1
    assert "(Relu): onnx.reference has 2 times the lab's" in out
    given = ("--data", tmp_path / "batch.npz", "--loss", "cross_entropy")
    code, _, err = call("open", tmp_path / "model", *given)
    assert code == 0
    assert "(Relu): onnx.reference has 2 times the lab's" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    assert "(Relu): onnx.reference has 2 times the lab's" in call("open", tmp_path / "model", *given, "--plain")[1]


def test_opening_does_not_wait_for_it(onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_imported_models, "PATIENCE", -1.0)
    path = written(tmp_path, mlp())
    code, _, err = call("open", path, "--data", tmp_path / "batch.npz")
    assert code == 0
    assert "1 array agrees with onnx.reference" in err
    assert "broken off at node 0 `/fc1/Gemm` (Gemm), to save time" in err


def test_what_it_cannot_compute_is_counted(onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def some(one: Any, *rest: Any) -> Any:
        if one.op == "Relu":
            raise CannotFold("no")
        return computed(one, *rest)

    monkeypatch.setattr(_reference, "computed", some)
    code, out = _imported(tmp_path, call)
    assert code == 0
    assert "7 ops, 1 array agrees with onnx.reference" in out
    assert "5 that it cannot compute were not compared" in out


def test_the_softmax_of_nothing_is_nan_and_said_although_it_is_replaced_behind(onnx: Any, tmp_path: Path, call: Run) -> None:
    """Its gradient is NaN by the rule of softmax: p · (g - Σ p g) with p = NaN."""
    nodes = [
        node("Add", "x mask", "logits"), node("Softmax", "logits", "p"), node("IsNaN", "p", "none"),
        node("Where", "none zero p", "kept"),
    ]  # fmt: skip
    mask = np.zeros((2, 3), np.float32)
    mask[1] = -np.inf
    made = model(nodes, {"x": (2, 3)}, ["kept"], {"mask": mask, "zero": np.zeros((), np.float32)})
    path = tmp_path / "model.onnx"
    onnx.save(made, path)
    write_npz(tmp_path / "batch.npz", {"x": np.ones((2, 3), np.float32), "target": np.ones((2, 3), np.float32)})
    code, out, _ = call("import", path, "-o", tmp_path / "net", "--data", tmp_path / "batch.npz", "--loss", "mse")
    assert code == 0
    assert "4 arrays agree with onnx.reference" in out
    assert "NaN in `p` at [1, 0] (3 of 6 numbers), from inputs of `softmax` without NaN" in out
