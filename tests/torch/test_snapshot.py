"""A step of PyTorch as a file: it has what torch has, leaves the training as it was, and opens without torch."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.errors import GradlabError
from tests.calling import Call

ROOT = Path(__file__).parents[2]


def _training(torch: Any) -> tuple[Any, Any, Any]:
    torch.manual_seed(4)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.GELU(), nn.Dropout(0.5), nn.Linear(6, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    batch = torch.randn(8, 4), torch.randint(3, (8,))
    for _ in range(3):
        optimizer.zero_grad()
        _loss(model, *batch).backward()
        optimizer.step()
    return model, optimizer, batch


def _loss(model: Any, x: Any, y: Any) -> Any:
    from torch.nn.functional import cross_entropy

    return cross_entropy(model(x), y)


def _everything(torch: Any, model: Any, optimizer: Any) -> list[Any]:
    state = [v for kept in optimizer.state.values() for v in kept.values()]
    grads = [p.grad for p in model.parameters()]
    return [t.clone() for t in (*model.parameters(), *model.buffers(), *state, *grads, torch.get_rng_state())]


def test_a_snapshot_has_what_torch_has_and_leaves_everything_as_it_was(
    torch: Any, tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    model, optimizer, batch = _training(torch)
    before = _everything(torch, model, optimizer)
    with torch.inference_mode():
        path = gradlab.snapshot(tmp_path / "bad.gradlab.zip", model, _loss, batch, optimizer=optimizer)
    assert "all 7 arrays agree" in capsys.readouterr().err
    assert all(torch.equal(a, b) for a, b in zip(before, _everything(torch, model, optimizer), strict=True))
    lab = gradlab.load(path)
    assert str(lab.position) == "3.f.0"
    loss = _loss(model, *batch)
    optimizer.zero_grad()
    loss.backward()
    lab.do("forward")
    assert float(lab.value("loss")) == pytest.approx(loss.item(), rel=1e-6), "with the same dropout"
    lab.do("backward")
    for name, param in model.named_parameters():
        assert np.allclose(lab.grad(f"sequential.{name}"), param.grad.numpy(), rtol=1e-3, atol=1e-6), name
    optimizer.step()
    lab.do("update")
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if name not in ("1.num_batches_tracked", "0.bias"):  # which has no gradient but rounding
            assert np.allclose(lab.value(f"sequential.{name}"), tensor.detach().numpy(), rtol=1e-4, atol=1e-6), name
    assert call("check", path)[0] == 0
    with pytest.raises(GradlabError, match=r"is there already; give another name, or remove it first$"):
        gradlab.snapshot(path, model, _loss, batch)


def test_it_opens_where_there_is_no_torch_and_holds_no_pickle(torch: Any, tmp_path: Path) -> None:
    model, optimizer, batch = _training(torch)
    path = gradlab.snapshot(tmp_path / "bad.gradlab.zip", model, _loss, batch, optimizer=optimizer, quiet=True)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names[0] == "gradlab.json"
        assert {name.rpartition(".")[2] for name in names} == {"json", "md", "npz", "gradlab"}
        for name in names:
            if name.endswith(".npz"):
                with archive.open(name) as file, np.load(file, allow_pickle=False) as arrays:
                    assert all(arrays[key].dtype.kind in "fiu" for key in arrays)
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import gradlab\n"
        f"lab = gradlab.load({str(path)!r}); lab.do('forward'); lab.do('backward'); print(lab.do('agree torch.npz'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert "all 7 arrays agree" in done.stdout


def test_the_short_form_is_the_long_one(torch: Any, tmp_path: Path) -> None:
    model, _, (x, y) = _training(torch)
    model.eval()
    long = gradlab.snapshot(tmp_path / "a.zip", model, _loss, (x, y), quiet=True)
    short = gradlab.snapshot(tmp_path / "b.zip", model, batch=x, loss=torch.nn.functional.cross_entropy, target=y, quiet=True)
    labs = [gradlab.load(path) for path in (long, short)]
    for lab in labs:
        lab.do("forward")
        lab.do("backward")
    assert labs[0].value("loss") == labs[1].value("loss")
    assert np.array_equal(labs[0].grad("sequential.0.weight"), labs[1].grad("sequential.0.weight"))


def test_a_pass_in_half_precision_is_compared_as_near_as_that_comes(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, _, batch = _training(torch)

    def loss_fn(model: Any, x: Any, y: Any) -> Any:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return _loss(model, x, y)

    path = gradlab.snapshot(tmp_path / "half.gradlab.zip", model.eval(), loss_fn, batch)
    assert "arrays agree" in capsys.readouterr().err
    with zipfile.ZipFile(path) as file:
        assert any(b"agree torch.npz tol 0.1\n" in file.read(name) for name in file.namelist())


def test_a_wrong_backward_of_ones_own_is_found_when_it_is_written_and_by_check(
    torch: Any, tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    class Twice(torch.autograd.Function):  # type: ignore[misc]
        """The identity, with a backward that is off by two."""

        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1.0

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return 2 * grad

    class Net(torch.nn.Module):  # type: ignore[misc]
        """Two layers with it between them."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)

        def forward(self, x: Any) -> Any:
            return self.second(Twice.apply(torch.tanh(self.first(x))))

    torch.manual_seed(0)
    path = gradlab.snapshot(tmp_path / "bad.zip", Net(), lambda m, x: m(x).square().mean(), (torch.randn(5, 3),))
    said = capsys.readouterr().err
    assert "3 of 6 arrays do not agree; the gradients part at" in said
    line = Twice.forward.__code__.co_firstlineno + 2
    own = f"`net.mul_1` (tests/torch/test_snapshot.py:{line} in Twice) with its own backward"
    parting = f"where they arrive from {own}: torch has 2 times the lab's"
    assert parting in said
    assert parting in gradlab.load(path).scenario.prose
    code, out, _ = call("check", path)
    assert code == 1
    assert "`grad(net.tanh_1)`" in out


def test_a_gradient_that_is_lost_on_the_way_is_found(torch: Any, tmp_path: Path, call: Call) -> None:
    class Lost(torch.autograd.Function):  # type: ignore[misc]
        """A product whose second gradient was forgotten."""

        @staticmethod
        def forward(ctx: Any, x: Any, w: Any) -> Any:
            ctx.save_for_backward(w)
            return x @ w

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (w,) = ctx.saved_tensors
            return grad @ w.T, None

    class Net(torch.nn.Module):  # type: ignore[misc]
        """A layer, and a weight."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.gain = torch.nn.Linear(3, 4), torch.nn.Parameter(torch.ones(4, 2))

        def forward(self, x: Any) -> Any:
            return Lost.apply(self.first(x), self.gain)

    torch.manual_seed(0)
    path = gradlab.snapshot(tmp_path / "bad.zip", Net(), lambda m, x: m(x).square().mean(), (torch.randn(5, 3),), quiet=True)
    code, out, _ = call("check", path)
    assert code == 1
    assert "`grad(net.gain)`" in out


def test_what_was_computed_in_half_precision_is_compared_as_that(torch: Any, tmp_path: Path, call: Call) -> None:
    def loss(model: Any, x: Any, y: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return _loss(model, x, y)

    torch.manual_seed(1)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))
    path = gradlab.snapshot(tmp_path / "a.zip", model, loss, (torch.randn(8, 6), torch.randint(3, (8,))), quiet=True)
    code, out, _ = call("check", path)
    assert code == 0, out


def test_what_stands_against_a_snapshot_is_said_and_nothing_is_written(torch: Any, tmp_path: Path) -> None:
    model, _, (x, y) = _training(torch)
    there = tmp_path / "there.zip"
    there.write_text("mine")
    cases: list[tuple[Any, str]] = [
        (lambda: gradlab.snapshot(there, model, _loss, (x, y)), "there already"),
        (lambda: gradlab.snapshot(tmp_path / "no" / "a.zip", model, _loss, (x, y)), "there is no folder"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", model, _loss, (x, y), loss=_loss), "`loss_fn`, or `loss`"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", model, lambda m, x, y: m(x), (x, y)), "one number"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", model, lambda m, x, y: 1.0, (x, y)), "float"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", _loss, _loss, (x, y)), "function"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", model, _loss, (x, y), max_memory=1000), "MiB"),
        (lambda: gradlab.snapshot(tmp_path / "a.zip", torch.nn.LazyLinear(3), _loss, (x, y)), "lazy"),
    ]
    for number, (write, said) in enumerate(cases):
        with pytest.raises(GradlabError) as error:
            write()
        assert said.lower() in str(error.value).lower(), number
    assert [path.name for path in tmp_path.iterdir()] == ["there.zip"]
    assert there.read_text() == "mine"


def _mean(model: Any, x: Any) -> Any:
    return model(x).mean()


@pytest.mark.parametrize(("times", "said"), [(2.9, "copy take 12 MiB"), (3.1, ""), (4.4, ""), (6, "")])
def test_what_may_be_imported_may_be_written(torch: Any, tmp_path: Path, times: float, said: str) -> None:
    """Though the arrays are read once more for that."""
    model, batch = torch.nn.Linear(1024, 1024, bias=False), (torch.ones(1, 1024),)
    refused: Any = pytest.raises(GradlabError, match=said) if said else nullcontext()
    with refused:
        gradlab.snapshot(tmp_path / "a.zip", model, _mean, batch, max_memory=int(times * (4 << 20)))
    assert (tmp_path / "a.zip").exists() == (not said)


def test_what_the_optimizer_takes_is_counted_before_it_is_written(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.Linear(1024, 1024, bias=False)
    given = model, _mean, (torch.ones(1, 1024),)
    with pytest.raises(GradlabError, match=r"^values and gradients need at least \d+ MiB, .*`max_memory` raises it$"):
        gradlab.snapshot(tmp_path / "a.zip", *given, optimizer=torch.optim.Adam(model.parameters()), max_memory=14 << 20)
    assert not list(tmp_path.iterdir())


def test_a_list_is_a_batch_where_the_loss_cannot_take_it_whole(torch: Any, tmp_path: Path) -> None:
    model, _, (x, y) = _training(torch)
    gradlab.snapshot(tmp_path / "a.zip", model, _loss, [x, y], quiet=True)
    gradlab.snapshot(tmp_path / "b.zip", model, lambda m, both: _loss(m, *both), [x, y], quiet=True)
    for name in ("a.zip", "b.zip"):
        lab = gradlab.load(tmp_path / name)
        lab.do("forward")
        assert lab.value("loss").shape == ()


def test_without_torch_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import gradlab\n"
        "for call in (lambda: gradlab.snapshot('a.zip', None, None, ()), lambda: gradlab.breakpoint(None, None, ())):\n"
        "    try: call()\n"
        "    except gradlab.errors.GradlabError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("gradlab[torch]") == 2, done.stderr


def test_a_breakpoint_without_a_terminal_says_one_line_and_gives_the_lab(
    torch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    model, optimizer, batch = _training(torch)
    before = _everything(torch, model, optimizer)
    with torch.no_grad():
        lab = gradlab.breakpoint(model, _loss, batch, optimizer=optimizer)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("gradlab: Sequential at 3.f.0, no terminal to show it on: ")
    assert lab.verdict.ok
    assert lab.do("backward").ok
    assert all(torch.equal(a, b) for a, b in zip(before, _everything(torch, model, optimizer), strict=True))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_breakpoint_in_a_terminal_opens_the_lab_and_the_loop_goes_on_when_it_is_left(torch: Any, tmp_path: Path) -> None:
    from tests.tui.terminal import terminal

    script = tmp_path / "loop.py"
    script.write_text(
        "import torch, gradlab\n"
        "torch.manual_seed(0)\n"
        "model = torch.nn.Linear(2, 1)\n"
        "for step in range(2):\n"
        "    if step == 1:\n"
        "        gradlab.breakpoint(model, lambda m, x: m(x).square().mean(), (torch.ones(3, 2),))\n"
        "    print('step', step)\n"
    )
    with terminal(str(script), size=(100, 30)) as screen:
        screen.wait_for("linear")
        screen.press("q")
        screen.wait_for("step 1")
        assert screen.wait_for_end() == 0
        assert screen.restored


@pytest.mark.parametrize("opaque", [False, True])
def test_what_float32_rounds_apart_is_told_as_rounding_and_the_file_is_a_test_that_passes(
    tmp_path: Path, torch: Any, call: Call, capsys: pytest.CaptureFixture[str], opaque: bool
) -> None:
    """Behind twenty layers of batch norm on four rows the last bit has grown to a hundredth; in float64 all agrees."""
    torch.manual_seed(0)
    deep = [m for _ in range(20) for m in (torch.nn.Linear(16, 16, bias=False), torch.nn.BatchNorm1d(16), torch.nn.ReLU())]
    model = torch.nn.Sequential(torch.nn.Linear(6, 16), *deep, torch.nn.Linear(16, 3))
    batch, path = (torch.randn(4, 6), torch.tensor([0, 1, 2, 0])), tmp_path / "deep.gradlab.zip"

    def loss(net: Any, x: Any, t: Any) -> Any:
        seen = net(x)
        size = torch.linalg.eigvalsh(seen.T @ seen + torch.eye(3)).log().sum() if opaque else 0.0
        return torch.nn.functional.cross_entropy(seen, t) + size

    gradlab.snapshot(path, model, loss, batch, opaque=opaque)
    assert capsys.readouterr().err.endswith(", which is rounding: in float64 all agree\n")
    assert call("check", path)[0] == 0
