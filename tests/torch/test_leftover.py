"""Gradients that earlier steps have left are named, used and found, and those that were set to zero are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.torch.conditions import StepSeen
from tests.calling import Call
from tests.torch.small import batches_of, small_net, square_loss


def _own_loop(torch: Any, folder: Path, zero: Callable[[Any, int], None], moves: Callable[[int], bool], on: Any) -> Any:
    model = small_net(torch).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with gradlab.watch(model, square_loss, optimizer, on=on, folder=folder) as w:
        for number, (x, y) in enumerate((x.double(), y.double()) for x, y in batches_of(torch, 6)):
            with w.around(x, y) as seen:
                zero(optimizer, number)
                seen.loss = square_loss(model, x, y)
                seen.loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1e9)
                if moves(number):
                    optimizer.step()
    return w, model


def _fifth(step: StepSeen) -> bool:
    return step.number == 5


NOT_ZERO = "gradients were not set to zero before this step: those of earlier "


def test_gradients_that_nobody_set_to_zero_are_named_and_used(torch: Any, tmp_path: Path, call: Call) -> None:
    w, model = _own_loop(torch, tmp_path, lambda optimizer, number: None, lambda number: True, _fifth)
    (path,) = w.files
    lab = gradlab.load(path)
    assert f"{NOT_ZERO}steps were there, and were added to" in lab.scenario.prose
    lab.do("forward")
    lab.do("backward")
    lab.do("update")
    for name, param in model.named_parameters():
        assert np.allclose(lab.value(f"sequential.{name}"), param.detach().numpy(), rtol=1e-9, atol=0), name
    assert call("check", path)[0] == 0
    code, out, _ = call("diagnose", "--no-fix", path)
    assert code == 1
    assert "B4 stale_grad" in out
    assert all(not p._post_accumulate_grad_hooks for p in model.parameters())


@pytest.mark.parametrize("how", ["none", "zeros", "behind", "model"])
def test_gradients_that_were_set_to_zero_are_not_named(torch: Any, tmp_path: Path, call: Call, how: str) -> None:
    def zero(optimizer: Any, number: int) -> None:
        if how == "model":
            for group in optimizer.param_groups:
                for p in group["params"]:
                    p.grad = None
        else:
            optimizer.zero_grad(set_to_none=how == "none")

    w, _ = _own_loop(torch, tmp_path, zero, lambda number: True, _fifth)
    (path,) = w.files
    assert "zero" not in gradlab.load(path).scenario.prose
    assert "B4" not in call("diagnose", "--no-fix", path)[1].split("not asked")[0]


def test_gradients_that_are_added_up_without_being_declared_are_no_mistake(torch: Any, tmp_path: Path, call: Call) -> None:
    def zero(optimizer: Any, number: int) -> None:
        if number % 3 == 0:
            optimizer.zero_grad()

    w, model = _own_loop(torch, tmp_path, zero, lambda number: number % 3 == 2, _fifth)
    (path,) = w.files
    lab = gradlab.load(path)
    assert f"{NOT_ZERO}batches were there, and were added to" in lab.scenario.prose
    for line in ("forward", "backward", "update"):
        lab.do(line)
    for name, param in model.named_parameters():
        assert np.allclose(lab.value(f"sequential.{name}"), param.detach().numpy(), rtol=1e-9, atol=0), name
    assert "B4" not in call("diagnose", "--no-fix", path)[1].split("not asked")[0]
