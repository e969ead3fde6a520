"""A backward that a program has of its own is named with its function and line; one that is meant to be another is a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gradlab
from gradlab.diagnose.doing import diagnosed

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")

from tests.importers.planted import line_of  # noqa: E402, it needs torch
from tests.importers.wrong import WRONG  # noqa: E402, it needs torch

MEANT = {
    "a reversal": "`Reversed` gives what it reads, and sends `applying.a.linear_1` -1 times the gradient that it gets",
    "straight through": "the derivative of `Rounded` to `straight.a.linear_1` is 0 everywhere, and its own backward",
    "straight through a choice": "the derivative of `Chosen` to `applying.a.linear_1` is 0 everywhere, and its own backward",
}
ERRORS = {
    "twice": "Double",
    "a wrong sign": "Sign",
    "a mask that is missing": "NoMask",
    "a third": "Third",
    "nothing": "Zero",
    "a gradient of a weight that is transposed": "Transposed",
    "a weight that is not transposed": "NotTransposed",
    "a sum that is missing": "NotSummed",
    "None in place of a gradient": "Lost",
    "an array of another step": "Stale",
    "a loss of one's own": "OwnLoss",
}


def first_finding(path: Path, make: Any) -> tuple[Any, str]:
    """Return what B1 finds in a snapshot of a model, and what stands first in it."""
    torch.manual_seed(0)
    model = make().double()
    torch.manual_seed(2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    gradlab.snapshot(path, model, batch=(torch.randn(3, 4, dtype=torch.float64),), optimizer=optimizer, quiet=True)
    lab = gradlab.load(path)
    note = next(line for line in lab.scenario.prose.splitlines() if line.startswith("- "))
    return next(one for one in diagnosed(lab, 2, fix=False).findings if one.rule == "B1"), note


@pytest.mark.parametrize("name", [*MEANT, *ERRORS])
def test_a_backward_of_ones_own_is_named(tmp_path: Path, name: str) -> None:
    make, where = WRONG[name]
    found, note = first_finding(tmp_path / "own.gradlab.zip", make)
    function = ERRORS.get(name, where.__name__)
    at = f"wrong.py:{line_of(where)} in {function})"
    assert at in note and " own backward: " in note
    assert found.text.endswith(at) and f"`{function}`" in found.text
    assert (found.level == "error") is (name in ERRORS)
    if name in MEANT:
        assert found.text.startswith(MEANT[name])


def test_a_limit_of_gradients_and_a_branch_beside_it(tmp_path: Path) -> None:
    class Limit(torch.autograd.Function):  # type: ignore[misc,name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, sent: Any) -> Any:
            return sent.clamp(-1e-3, 1e-3)

    class Flip(torch.autograd.Function):  # type: ignore[misc,name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, sent: Any) -> Any:
            return -0.3 * sent

    for function, said in ((Limit, "another gradient than it gets"), (Flip, "-0.3 times the gradient that it gets")):

        class Net(torch.nn.Module):  # type: ignore[misc,name-defined]
            def __init__(self, function: Any = function) -> None:
                super().__init__()
                self.first, self.one, self.two = (torch.nn.Linear(4, 4) for _ in range(3))
                self.function = function

            def forward(self, x: Any) -> Any:
                h = torch.tanh(self.first(x))
                return self.one(h).square().mean() + self.two(self.function.apply(h)).square().mean()

        found, _ = first_finding(tmp_path / f"{function.__name__}.gradlab.zip", Net)
        assert found.level != "error"
        assert found.text.startswith(f"`{function.__name__}` gives what it reads, and sends `net.tanh_1` {said}")


def test_a_hook_of_a_module_is_a_function_and_one_of_a_tensor_is_not_put_down_to_the_op_that_reads_it(tmp_path: Path) -> None:
    nn = torch.nn

    def made(kind: str) -> Any:
        class Hooked(nn.Module):  # type: ignore[misc,name-defined]
            def __init__(self) -> None:
                super().__init__()
                self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 4)
                if kind == "module":
                    self.last.register_full_backward_hook(lambda module, given, sent: (3 * given[0],))

            def forward(self, x: Any) -> Any:
                h = torch.tanh(self.first(x))
                if kind == "tensor":
                    h.register_hook(lambda sent: 3 * sent)
                return self.last(h).square().mean()

        return Hooked

    found, note = first_finding(tmp_path / "module.gradlab.zip", made("module"))
    assert found.text.startswith("`BackwardHookFunction` gives what it reads, and sends `hooked.tanh_1` 3 times the gradient")
    assert " in BackwardHookFunction) with its own backward: torch has 3 times the lab's" in note
    found, note = first_finding(tmp_path / "tensor.gradlab.zip", made("tensor"))
    assert found.text.startswith(
        "the gradient that arrives at `hooked.tanh_1` from `hooked.last.linear_2` in `torch.npz` is 3 times"
    )
    assert "where they arrive from `hooked.last.linear_2` (" in note and " own backward" not in note
