"""What a person reads first of a step that went wrong, where it is written and in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.recording.reader import open_recording
from tests.calling import Call
from tests.torch.small import batches_of, small_net, square_loss


def test_a_nan_that_comes_of_a_spike_is_told_too_and_each_file_names_what_to_look_at(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batches = batches_of(torch, 20, 12, 1e4)
    batches[13:] = [(x, y * factor) for (x, y), factor in zip(batches[13:], (1e6, 1e6, 1e30, 1, 1, 1, 1), strict=True)]
    with gradlab.watch(model, square_loss, optimizer, folder=tmp_path) as w:
        for x, y in batches:
            w.step(x, y)
    assert [path.name for path in w.files] == ["bad-12.gradlab.zip", "bad-15.gradlab.zip"]
    told = capsys.readouterr().err.splitlines()
    assert "times the median" in told[0]
    spike, infinite = map(gradlab.load, w.files)
    name = "sequential.3.weight"
    assert f"- the largest gradient is that of `{name}` (" in spike.scenario.prose
    spike.do("forward")
    spike.do("backward")
    norms = {one.name: np.linalg.norm(spike.grad(one.name)) for one in spike.nodes if one.op == "param"}
    assert max(norms, key=norms.__getitem__) == name
    share = norms[name] ** 2 / sum(norm**2 for norm in norms.values())
    assert f"its norm is {norms[name]:.4g}, {share:.0%} of the square of the norm" in told[1]
    assert "the loss is inf" in told[2]
    assert "e+0" in spike.title, "a number stands in the title as it is"
    assert told[3].startswith("gradlab:   +inf in `")
    assert told[3].removeprefix("gradlab:   ") in infinite.scenario.prose


@pytest.mark.parametrize(("limit", "said"), [(1e3, "were not clipped: norm "), (1e-3, "were clipped: norm ")])
def test_gradients_are_called_clipped_only_where_they_were(torch: Any, tmp_path: Path, limit: float, said: str) -> None:
    model = small_net(torch)
    with gradlab.watch(model, square_loss, torch.optim.SGD(model.parameters(), lr=0.01), clip=limit, folder=tmp_path) as w:
        w.step(*batches_of(torch, 1)[0])
        path = w.snapshot()
    assert f"- the gradients {said}" in gradlab.load(path).scenario.prose
    assert repr(w) == "<watch of Sequential: 1 step, 0 files>"


def test_gradients_whose_norm_is_nan_are_of_no_use_when_they_are_clipped(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    with gradlab.watch(model, square_loss, torch.optim.SGD(model.parameters(), lr=0.01), clip=1.0, folder=tmp_path) as w:
        w.step(*batches_of(torch, 1, 0)[0])
    assert "- the gradients were clipped, which left none of use: their norm is nan" in gradlab.load(w.files[0]).scenario.prose


def test_where_the_gradients_part_stands_first(torch: Any, tmp_path: Path) -> None:
    class Twice(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, sent: Any) -> Any:
            return sent

    model = small_net(torch)
    batch = batches_of(torch, 1)[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    path = gradlab.snapshot(
        tmp_path / "bad.gradlab.zip",
        model,
        lambda net, x, y: square_loss(net, Twice.apply(x + net[3].bias), y),
        batch,
        optimizer=optimizer,
    )
    first = next(line for line in gradlab.load(path).scenario.prose.splitlines() if line.startswith("- "))
    assert "torch has 0.5 times the lab's" in first


def test_an_op_that_no_gradient_comes_through_is_named_with_its_line(torch: Any, tmp_path: Path, call: Call) -> None:
    """A ReLU that is shut for the whole batch, behind two layers and before one."""
    torch.manual_seed(0)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
    with torch.no_grad():
        model[2].bias.fill_(-100.0)
    path = gradlab.snapshot(tmp_path / "shut.gradlab.zip", model, square_loss, batches_of(torch, 1)[0])
    prose = gradlab.load(path).scenario.prose
    first = next(line for line in prose.splitlines() if line.startswith("- "))
    assert first.startswith(
        "- 5 of 6 parameters get no gradient; to 4 of them none comes back through `sequential.3.relu_1` (tests"
    )
    assert first.endswith("), whose numbers are all 0"), "the weights of the last layer meet zeros, and are not behind it"
    assert open_recording(path).header.text == gradlab.load(path).scenario.document.source.text
    assert call("check", path)[0] == 0
    zeros = torch.zeros(6, 3), torch.ones(6)
    flat = gradlab.snapshot(tmp_path / "flat.gradlab.zip", nn.Linear(3, 1), square_loss, zeros)
    assert "no gradient" not in gradlab.load(flat).scenario.prose, "its weight meets zeros, and nothing is shut"
    with torch.no_grad():
        model[2].bias.fill_(0.0)
    open_ = gradlab.load(gradlab.snapshot(tmp_path / "open.gradlab.zip", model, square_loss, batches_of(torch, 1)[0]))
    assert "no gradient" not in open_.scenario.prose


def test_a_parameter_that_is_only_used_detached_gets_no_gradient(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)

    def loss(net: Any, x: Any, y: Any) -> Any:
        return ((net[0](x).detach() @ net[3].weight.T)[:, 0] - y).square().mean()

    path = gradlab.snapshot(tmp_path / "detached.gradlab.zip", model, loss, batches_of(torch, 1)[0])
    prose = gradlab.load(path).scenario.prose
    assert "- 2 of 3 parameters get no gradient: none comes back through `stop_gradient_1` (tests/torch/" in prose
    assert "all 0" not in prose


def test_parameters_behind_another_op_are_counted_too(torch: Any, tmp_path: Path) -> None:
    """Two ways that are shut, each by a factor of 0: what is behind one of them is not all that gets nothing."""
    model = torch.nn.ModuleList([torch.nn.Linear(3, 1, bias=False) for _ in range(3)])

    def loss(net: Any, x: Any, y: Any) -> Any:
        return (net[0](x)[:, 0] + 0.0 * net[1](x).tanh()[:, 0] + 0.0 * net[2](x).tanh()[:, 0] - y).square().mean()

    path = gradlab.snapshot(tmp_path / "two.gradlab.zip", model, loss, batches_of(torch, 1)[0])
    assert (
        "- 2 of 3 parameters get no gradient; to 1 of them none comes back through `mul_" in gradlab.load(path).scenario.prose
    )
