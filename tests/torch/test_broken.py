"""A step that raises: what was computed up to there is in a file, and what was raised is raised as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.axis.environment import NotReady
from gradlab.errors import GradlabError
from tests.calling import Call


def _net(torch: Any, second: int, between: Callable[[Any], Any]) -> Any:
    class Net(torch.nn.Module):  # type: ignore[misc]
        """Two layers, and what a test puts between them."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = torch.nn.Linear(4, 8), torch.nn.Linear(second, 3)

        def forward(self, x: Any) -> Any:
            return self.second(between(torch.relu(self.first(x))))

    torch.manual_seed(0)
    return Net()


def _loss(model: Any, x: Any, y: Any) -> Any:
    from torch.nn.functional import cross_entropy

    return cross_entropy(model(x), y)


def _batch(torch: Any) -> Any:
    return torch.randn(6, 4, generator=torch.Generator().manual_seed(1)), torch.tensor([0, 1, 2, 0, 1, 2])


def _watched(torch: Any, folder: Path, model: Any, kind: type[Exception], batch: Any = None) -> gradlab.Lab:
    """Return the lab on the file that a watched step leaves which raises."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    watching = gradlab.watch(model, _loss, optimizer, folder=folder)
    with pytest.raises(kind), watching as w:
        w.step(*(batch or _batch(torch)))
    (path,) = watching.files
    return gradlab.load(path)


def test_shapes_that_do_not_fit_are_said_with_the_operator_its_line_and_what_it_was_given(
    torch: Any, tmp_path: Path, call: Call
) -> None:
    model = _net(torch, 9, lambda h: h)
    lab = _watched(torch, tmp_path, model, RuntimeError)
    prose = lab.scenario.prose
    assert "the forward pass was broken off at tests/torch/test_broken.py:" in prose
    assert " by RuntimeError: mat1 and mat2 shapes cannot be multiplied (6x8 and 9x3); what was computed" in prose
    given = "`net.second.bias` (3,), `net.relu_1` (6, 8), `net.second.transpose_2` (9, 3)"
    assert f"`addmm` raised it, and was given {given}" in prose
    lab.do("forward")
    x, _ = _batch(torch)
    assert np.allclose(lab.value("net.relu_1"), torch.relu(model.first(x)).detach().numpy(), atol=1e-6)
    assert np.array_equal(lab.value("net.second.weight"), model.second.weight.detach().numpy())
    assert "all 2 arrays agree" in str(lab.do("agree torch.npz"))
    code, out, _ = call("check", tmp_path / "bad-0.gradlab.zip")
    assert code == 0, out


def test_an_assertion_of_ones_own_leaves_the_values_that_it_looked_at(torch: Any, tmp_path: Path) -> None:
    def finite(h: Any) -> Any:
        found = torch.log(h.sum(1, keepdim=True) - 100) + h
        assert torch.isfinite(found).all(), "not finite"
        return found

    lab = _watched(torch, tmp_path, _net(torch, 8, finite), AssertionError)
    assert "AssertionError: not finite; what was computed up to there is here" in lab.scenario.prose
    lab.do("forward")
    (finding,) = lab.findings()
    assert "NaN in `net.log_1`" in finding.text
    assert "test_broken.py:" in finding.text


def test_a_step_that_raises_before_it_computes_leaves_batch_and_weights(torch: Any, tmp_path: Path) -> None:
    class Words(torch.nn.Module):  # type: ignore[misc]
        """Vectors of words."""

        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(5, 3)

        def forward(self, x: Any) -> Any:
            return self.table(x)

    x, y = torch.tensor([1, 7]), torch.tensor([0, 1])
    lab = _watched(torch, tmp_path, Words(), IndexError, (x, y))
    assert "nothing was computed before that: here are batch and weights" in lab.scenario.prose
    assert "`embedding` raised it, and was given `words.table.weight` (5, 3), `x` (2,)" in lab.scenario.prose
    assert lab.value("x").tolist() == [1, 7]
    assert lab.value("x_2").tolist() == [0, 1]


def test_what_is_raised_in_the_backward_pass_leaves_the_whole_step(torch: Any, tmp_path: Path) -> None:
    class Broken(torch.autograd.Function):  # type: ignore[misc]
        """The identity, without a backward."""

        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1.0

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            raise ValueError("not written yet")

    lab = _watched(torch, tmp_path, _net(torch, 8, Broken.apply), ValueError)
    assert "torch's backward pass was broken off" in lab.scenario.prose
    assert "ValueError: not written yet" in lab.scenario.prose
    lab.do("backward")
    assert np.abs(lab.grad("net.first.weight")).max() > 0
    before = lab.value("net.first.weight").copy()
    lab.do("update")
    assert not np.array_equal(before, lab.value("net.first.weight"))


def test_where_torch_detects_anomalies_the_file_has_its_nan(torch: Any, tmp_path: Path) -> None:
    def root(h: Any) -> Any:
        return torch.sqrt(h * 0) * 0

    with torch.autograd.set_detect_anomaly(True, check_nan=True):
        lab = _watched(torch, tmp_path, _net(torch, 8, root), RuntimeError)
    lab.do("backward")
    assert np.isnan(lab.grad("net.first.weight")).any()
    assert "do not agree" not in str(lab.do("agree torch.npz"))


def test_a_snapshot_is_written_and_then_the_exception_raised(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raised = LookupError("mine")

    def stop(h: Any) -> Any:
        raise raised

    path = tmp_path / "bad.gradlab.zip"
    with pytest.raises(LookupError) as error:
        gradlab.snapshot(path, _net(torch, 8, stop), _loss, _batch(torch))
    assert error.value is raised
    assert "up to where it raised LookupError: mine" in capsys.readouterr().err
    lab = gradlab.load(path)
    with pytest.raises(NotReady):
        lab.value("net.relu_1")
    lab.do("forward")
    assert lab.value("net.relu_1").shape == (6, 8)


def test_a_breakpoint_without_a_terminal_leaves_a_file_and_the_exception_is_raised(
    torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("breakpoint.gradlab.zip", "breakpoint-2.gradlab.zip"):
        with pytest.raises(RuntimeError, match="mat1 and mat2"):
            gradlab.breakpoint(_net(torch, 9, lambda h: h), _loss, _batch(torch))
        assert f"gradlab: no terminal to show it on: {name}: " in capsys.readouterr().out
        assert gradlab.load(name).do("forward").ok


def test_a_loss_of_output_and_target_where_one_of_model_and_batch_is_asked_is_told(tmp_path: Path, torch: Any) -> None:
    model, batch = torch.nn.Linear(2, 2), (torch.ones(1, 2), torch.zeros(1, dtype=torch.long))
    for loss in (torch.nn.functional.cross_entropy, torch.nn.CrossEntropyLoss()):
        with pytest.raises(GradlabError, match=r"`loss=F\.cross_entropy, target=y`"):
            gradlab.snapshot(tmp_path / "a.gradlab.zip", model, loss, batch)
    assert list(tmp_path.iterdir()) == []
