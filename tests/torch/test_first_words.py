"""What a person reads first of a step that went wrong, where it is written and in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.recording.reader import open_recording
from tests.calling import Call
from tests.torch.small import batches_of, doubled, small_net, square_loss


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
    model = small_net(torch)
    batch = batches_of(torch, 1)[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    path = gradlab.snapshot(
        tmp_path / "bad.gradlab.zip",
        model,
        lambda net, x, y: square_loss(net, doubled(torch, 1.0)(x + net[3].bias), y),
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
    many = "- 2 of the 3 parameters that the loss depends on get no gradient"
    assert f"{many}: none comes back through `stop_gradient_1` (tests/torch/" in prose
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


def gated(torch: Any, kind: str) -> Any:
    """Return two layers of which the first goes on through what is 0 at the start: LoRA, ReZero, LayerScale or adaLN-zero."""
    nn = torch.nn

    class Gated(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(3, 4), nn.Linear(4, 1)
            shape = {"lora": (4, 4), "rezero": (), "layerscale": (4,), "adaln": (4, 3)}[kind]
            self.gate = nn.Parameter(torch.zeros(shape))

        def forward(self, x: Any) -> Any:
            h = torch.tanh(self.first(x))
            opened = h @ self.gate.T if kind == "lora" else (x @ self.gate.T if kind == "adaln" else self.gate) * h
            return self.last(x.repeat(1, 2)[:, :4] + opened)

    torch.manual_seed(0)
    return Gated()


def first_note(path: Path) -> str:
    """Return what stands first in a snapshot."""
    return next((line for line in gradlab.load(path).scenario.prose.splitlines() if line.startswith("- ")), "")


@pytest.mark.parametrize(
    ("kind", "op", "gate"),
    [("lora", "matmul", "gate"), ("rezero", "mul", "gate"), ("layerscale", "mul", "gate"), ("adaln", "mul", "matmul_1")],
)
def test_a_gate_that_begins_at_0_and_gets_a_gradient_is_a_fact(
    torch: Any, tmp_path: Path, kind: str, op: str, gate: str
) -> None:
    path = gradlab.snapshot(tmp_path / "gate.gradlab.zip", gated(torch, kind), square_loss, batches_of(torch, 1)[0])
    said = first_note(path)
    assert said.startswith(f"- 2 of 5 parameters get no gradient: none comes back through `gated.{op}_")
    assert said.endswith(f" while `gated.{gate}` is 0, which gets a gradient itself")


def test_a_gate_at_0_that_gets_no_gradient_does_not_open(torch: Any, tmp_path: Path) -> None:
    model = gated(torch, "rezero")
    model.gate.requires_grad_(False)
    said = first_note(gradlab.snapshot(tmp_path / "gate.gradlab.zip", model, square_loss, batches_of(torch, 1)[0]))
    assert said.startswith("- 2 of the 4 parameters that require a gradient get none: none comes back through `gated.mul_1` (")
    assert said.endswith("), whose numbers are all 0")


def test_one_parameter_gets_none_and_several_get_none(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.ParameterList([torch.ones(3), torch.zeros(3)])
    path = gradlab.snapshot(
        tmp_path / "one.gradlab.zip", model, lambda net, x, y: ((x * (net[0].exp() * net[1])).sum(1) - y).square().mean(),
        batches_of(torch, 1)[0],
    )  # fmt: skip
    said = first_note(path)
    assert said.startswith("- 1 of 2 parameters gets no gradient: none comes back through `mul_1` (")
    assert said.endswith(" while `parameterlist.p1` is 0, which gets a gradient itself")


def test_a_unit_that_is_dead_goes_before_a_gate_that_opens(torch: Any, tmp_path: Path) -> None:
    nn = torch.nn
    model = nn.ModuleList([gated(torch, "rezero"), nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)])
    with torch.no_grad():
        model[1].bias.fill_(-100.0)

    def loss(net: Any, x: Any, y: Any) -> Any:
        return (net[0](x) + net[3](net[2](net[1](x))) - y[:, None]).square().mean()

    said = first_note(gradlab.snapshot(tmp_path / "dead.gradlab.zip", model, loss, batches_of(torch, 1)[0]))
    assert said.startswith("- 5 of 9 parameters get no gradient; to 2 of them none comes back through `modulelist.2.relu_1` (")


@pytest.mark.parametrize("kind", ["gate", "detach"])
def test_of_a_spike_the_largest_gradient_goes_before_what_is_meant_to_get_none(torch: Any, tmp_path: Path, kind: str) -> None:
    model = gated(torch, "rezero") if kind == "gate" else small_net(torch)

    def loss(net: Any, x: Any, y: Any) -> Any:
        return square_loss(net if kind == "gate" else lambda x: net[3](net[:3](x).detach()), x, y)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with gradlab.watch(model, loss, optimizer, on="loss > 1e6", folder=tmp_path) as w:
        x, y = batches_of(torch, 1)[0]
        w.step(x, y * 1e4)
    assert first_note(w.files[0]).startswith("- the largest gradient is that of `")


def test_parameters_that_could_get_no_gradient_are_not_counted_in_silence(torch: Any, tmp_path: Path) -> None:
    nn = torch.nn
    model = nn.ModuleList([nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 1), nn.Linear(4, 2)])

    def loss(net: Any, x: Any, y: Any) -> Any:
        return square_loss(lambda x: net[2](torch.relu(net[1](net[0](x)) - 100)), x, y)

    batch, said = batches_of(torch, 1)[0], []
    for name, frozen in (("unread", []), ("both", [model[0].weight])):
        for one in frozen:
            one.requires_grad_(False)
        said.append(first_note(gradlab.snapshot(tmp_path / f"{name}.gradlab.zip", model, loss, batch)))
    assert said[0].startswith("- 5 of the 6 parameters that the loss depends on get no gradient; to 4 of them none comes back")
    assert said[1].startswith(
        "- 4 of the 5 parameters that the loss depends on and that require a gradient get none; to 3 of them none comes back"
    )


def test_what_lets_no_gradient_through_is_said_to(torch: Any, tmp_path: Path) -> None:
    model, batch = small_net(torch), batches_of(torch, 1)[0]
    ways = {
        "stop": (lambda h: h.detach(), "`stop_gradient_1`", ", which lets none through"),
        "step": (lambda h: h.sign(), "`sign_1`", ", whose derivative is 0 everywhere"),
    }
    for name, (way, op, end) in ways.items():

        def loss(net: Any, x: Any, y: Any, way: Any = way) -> Any:
            return square_loss(lambda x: net[3](way(net[:2](x))), x, y)

        said = first_note(gradlab.snapshot(tmp_path / f"{name}.gradlab.zip", model, loss, batch))
        assert said.startswith(f"- 2 of 4 parameters get no gradient: none comes back through {op} (") and said.endswith(end)


def test_a_gradient_that_only_the_program_has_lost_is_not_put_down_to_an_op_here(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.ParameterList([torch.ones(3), torch.ones(3)])

    def loss(net: Any, x: Any, y: Any) -> Any:
        return ((x * net[0] + doubled(torch, 0.0)(net[1].exp())).sum(1) - y).square().mean()

    path = gradlab.snapshot(tmp_path / "lost.gradlab.zip", model, loss, batches_of(torch, 1)[0])
    prose = gradlab.load(path).scenario.prose
    assert "the gradients part at " in first_note(path) and "none comes back" not in prose
