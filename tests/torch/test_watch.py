"""A watched training: what goes wrong is in a file that stands before that step, and the training goes on as without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.errors import ArgumentError
from gradlab.torch.conditions import StepSeen
from tests.calling import Call
from tests.torch.small import batches_of, small_net, square_loss


def _numbers(model: Any, optimizer: Any) -> list[Any]:
    state = [v for kept in optimizer.state.values() for v in kept.values()]
    return [np.asarray(t.detach()) for t in (*model.parameters(), *model.buffers(), *state)]


def _plain(torch: Any, make: Callable[[Any], Any], batches: list[Any]) -> list[Any]:
    model = small_net(torch)
    optimizer = make(model.parameters())
    for x, y in batches:
        optimizer.zero_grad()
        square_loss(model, x, y).backward()
        optimizer.step()
    return _numbers(model, optimizer)


def test_the_training_is_the_one_that_it_would_be_without_being_watched(torch: Any, tmp_path: Path) -> None:
    def make(params: Any) -> Any:
        return torch.optim.Adam(params, lr=0.01)

    batches = batches_of(torch, 30, 25, 1e4)
    model = small_net(torch)
    optimizer = make(model.parameters())
    with torch.no_grad(), gradlab.watch(model, square_loss, optimizer, folder=tmp_path) as w:
        for x, y in batches:
            assert not w.step(x, y).requires_grad
    assert [path.name for path in w.files] == ["bad-25.gradlab.zip"]
    assert all(np.array_equal(a, b) for a, b in zip(_numbers(model, optimizer), _plain(torch, make, batches), strict=True))


def test_a_nan_is_written_once_and_the_file_stands_before_its_step(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = small_net(torch)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with gradlab.watch(model, square_loss, optimizer, on="nan", folder=tmp_path) as w:
        for x, y in batches_of(torch, 12, 7):
            w.step(x, y)
    (path,) = w.files
    assert path.name == "bad-7.gradlab.zip", "the NaN stays, and is one"
    said = capsys.readouterr().err
    assert said.splitlines() == [
        f"gradlab: step 7: the loss is nan; `gradlab open {path}` stands before it",
        "gradlab:   NaN in `x_2` at [0] (6 of 6 numbers), is given as it is",
    ]
    lab = gradlab.load(path)
    assert str(lab.position) == "7.f.0"
    assert "step 7, the loss is nan" in lab.title
    first, second, *_ = [line for line in lab.scenario.prose.splitlines() if line.startswith("- ")]
    assert (first, second) == ("- NaN in `x_2` at [0] (6 of 6 numbers), is given as it is", "- Adam, lr 0.01"), (
        "the cause first"
    )
    lab.do("forward")
    assert np.isnan(lab.value("loss"))
    assert np.isfinite(lab.value("sequential.0.weight")).all()


def test_dropout_and_optimizer_are_as_they_were_so_that_the_next_update_is_the_next_step(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch).double()
    groups = [{"params": model[0].parameters(), "lr": 0.02}, {"params": model[3].parameters(), "betas": (0.8, 0.99)}]
    optimizer = torch.optim.AdamW(groups, lr=0.01, weight_decay=0.1)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    seen: list[float] = []

    def third(step: StepSeen) -> bool:
        return step.number == 3

    batches = [(x.double(), y.double()) for x, y in batches_of(torch, 4)]
    with gradlab.watch(model, square_loss, optimizer, on=third, folder=tmp_path, scheduler=scheduler, clip=0.01) as w:
        seen += [float(w.step(x, y)) for x, y in batches]
    (path,) = w.files
    lab = gradlab.load(path)
    lab.do("forward")
    assert float(lab.value("loss")) == pytest.approx(seen[3], rel=1e-12)
    lab.do("update")
    for name, param in model.named_parameters():
        assert np.allclose(lab.value(f"sequential.{name}"), param.detach().numpy(), rtol=1e-6, atol=0), (
            name
        )  # torch clips to norm + 1e-6
    prose = lab.scenario.prose
    assert "AdamW, lr 0.01458, 0.00729 as ExponentialLR has set it after 3 steps" in prose
    assert "the gradients were clipped: norm" in prose


def test_gradients_are_added_up_over_batches(torch: Any, tmp_path: Path) -> None:
    batches = batches_of(torch, 6, 4)
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = [p.detach().clone() for p in model.parameters()]
    with gradlab.watch(model, square_loss, optimizer, on="nan", folder=tmp_path, accumulate=3) as w:
        w.step(*batches[0])
        w.step(*batches[1])
        assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
        w.step(*batches[2])
        assert not any(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
        for batch in batches[3:]:
            w.step(*batch)
    (path,) = w.files
    assert path.name == "bad-4.gradlab.zip"
    assert str(gradlab.load(path).position) == "1.f.0", "one step of the optimizer was made"
    prose = gradlab.load(path).scenario.prose
    assert "gradients of 3 batches are added up, and the loss is divided by 3; 1 came before this one" in prose
    assert "the optimizer moves nothing until the last of them" in prose


def test_gradients_of_earlier_batches_are_in_the_file_so_that_its_update_is_that_of_torch(
    torch: Any, tmp_path: Path, call: Call
) -> None:
    model = small_net(torch).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    batches = [(x.double(), y.double()) for x, y in batches_of(torch, 3)]

    def last(step: StepSeen) -> bool:
        return step.number == 2

    with gradlab.watch(model, square_loss, optimizer, on=last, folder=tmp_path, accumulate=3) as w:
        for batch in batches[:2]:
            w.step(*batch)
        earlier = {name: p.grad.clone() for name, p in model.named_parameters()}
        loss = w.step(*batches[2])
    (path,) = w.files
    lab = gradlab.load(path)
    assert "gradients of earlier batches, of norm " in lab.scenario.prose
    lab.do("forward")
    assert float(lab.value("loss_with_earlier")) == pytest.approx(float(loss) / 3, rel=1e-12)
    lab.do("backward")
    for name, param in model.named_parameters():
        assert not np.allclose(earlier[name].numpy(), lab.grad(f"sequential.{name}"), rtol=1e-3)
        assert np.allclose(param.grad.numpy(), lab.grad(f"sequential.{name}"), rtol=1e-9)
    lab.do("update")
    for name, param in model.named_parameters():
        assert np.allclose(lab.value(f"sequential.{name}"), param.detach().numpy(), rtol=1e-9, atol=0), name
    assert call("check", path)[0] == 0


def test_a_scale_that_is_too_large_is_no_nan_and_what_the_scaler_did_is_in_the_file(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127)
    with gradlab.watch(model, square_loss, optimizer, on="nan", folder=tmp_path, scaler=scaler) as w:
        for batch in batches_of(torch, 8):
            w.step(*batch)
        assert not w.files, "the first steps are left out, for the scale is too large, and nothing is wrong with the model"
        w.step(*batches_of(torch, 1, 0)[0])
    (path,) = w.files
    prose = gradlab.load(path).scenario.prose
    assert "GradScaler multiplied the loss by" in prose
    assert "GradScaler left out the step" in prose


def test_an_exception_is_raised_as_it_is_and_the_step_before_it_is_written(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    watching = gradlab.watch(model, square_loss, optimizer, folder=tmp_path)

    def loop() -> None:
        with watching as w:
            w.step(*batches_of(torch, 1)[0])
            raise KeyError("my own")

    with pytest.raises(KeyError, match="my own"):
        loop()
    (path,) = watching.files
    assert "KeyError behind this step" in gradlab.load(path).title.replace("`", "")

    def interrupted() -> None:
        with gradlab.watch(model, square_loss, optimizer, folder=tmp_path, name="other") as w:
            w.step(*batches_of(torch, 1)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_is_told_and_the_training_goes_on(
    torch: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gradlab.watch(model, square_loss, optimizer, on="nan", folder=tmp_path / "not there") as w:
        for batch in batches_of(torch, 3, 1):
            w.step(*batch)
    assert w.steps == 3
    assert "no snapshot could be written: cannot write" in capsys.readouterr().err

    def wrong(model: Any, x: Any, y: Any) -> Any:
        return (model(x)[:, 0] - y).square()

    with pytest.raises(ArgumentError, match="one number"), gradlab.watch(model, wrong, optimizer, folder=tmp_path) as w:
        w.step(*batches_of(torch, 1)[0])
    said = capsys.readouterr().err
    assert said.count("gradlab: ") == 1
    assert "got one of shape (6,); no snapshot could be written: a loss is one number, got the shape (6,)" in said


def test_so_many_files_are_kept_and_those_of_others_stay(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    mine = tmp_path / "bad-1.gradlab.zip"
    mine.write_text("mine")

    def odd(step: StepSeen) -> bool:
        return step.number % 2 == 1

    with gradlab.watch(model, square_loss, optimizer, on=odd, keep=2, folder=tmp_path) as w:
        for number, batch in enumerate(batches_of(torch, 8)):
            w.step(*batch)
            if number == 6:
                (tmp_path / "bad-3.gradlab.zip").unlink(missing_ok=True)
    assert [path.name for path in w.files] == ["bad-5.gradlab.zip", "bad-7.gradlab.zip"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad-1.gradlab.zip", "bad-5.gradlab.zip", "bad-7.gradlab.zip"]
    assert mine.read_text() == "mine"


def test_a_loop_with_steps_of_its_own_is_watched_around_each(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with gradlab.watch(model, square_loss, optimizer, on="nan, norm > 100", folder=tmp_path) as w:
        for number, (x, y) in enumerate(batches_of(torch, 6, 4)):
            with w.around(x, y) as seen:
                optimizer.zero_grad()
                loss = square_loss(model, x, y)
                (loss * (1e4 if number == 2 else 1.0)).backward()
                optimizer.step()
                optimizer.zero_grad()
                seen.loss = loss
    assert [path.name for path in w.files] == ["bad-2.gradlab.zip", "bad-4.gradlab.zip"]
    assert "the norm" in gradlab.load(w.files[0]).title
    assert optimizer._optimizer_step_pre_hooks == {}, "nothing of the watch is left in the optimizer"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"loss_fn": 3.0}, "is a function that gives the loss, got float"),
        ({"optimizer": None}, "`watch` needs the optimizer, got NoneType"),
        ({"keep": 0}, "keep"),
        ({"clip": -1.0}, "clip"),
        ({"accumulate": 0}, "accumulate"),
        ({"name": "../x"}, "without a folder"),
        ({"on": "nam"}, "did you mean `nan`"),
    ],
)
def test_what_is_given_wrongly_is_said_at_once(torch: Any, change: dict[str, Any], said: str) -> None:
    model = small_net(torch)
    given = {"loss_fn": square_loss, "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), **change}
    with pytest.raises(ArgumentError) as error:
        gradlab.watch(model, **given)
    assert said in str(error.value)


def test_a_loss_that_is_no_number_is_said(torch: Any, tmp_path: Path) -> None:
    model = small_net(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    watching = gradlab.watch(model, lambda model, x, y: model(x), optimizer, folder=tmp_path)
    with pytest.raises(ArgumentError, match=r"one number, got one of shape \(6, 1\)"), watching as w:
        w.step(*batches_of(torch, 1)[0])
    watching = gradlab.watch(model, lambda model, x, y: 1.0, optimizer, folder=tmp_path)
    with pytest.raises(ArgumentError, match="one number, got float"), watching as w:
        w.step(*batches_of(torch, 1)[0])


def test_a_norm_that_only_float32_cannot_hold_is_no_infinity(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with gradlab.watch(model, lambda m, x: m(x).sum() * 1e25, optimizer, on="nan", folder=tmp_path) as w:
        w.step(torch.ones(2, 3))
    assert not w.files


@pytest.mark.parametrize("what", ["log", "sqrt"])
def test_a_file_of_a_step_with_a_nan_is_a_test_that_holds(torch: Any, tmp_path: Path, call: Call, what: str) -> None:
    def loss(model: Any, x: Any) -> Any:
        h = model(x)
        return getattr(torch, what)((h - h).abs()).tanh().mean() * h.mean()

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    optimizer = torch.optim.Adam(model.parameters())
    with gradlab.watch(model, loss, optimizer, on="nan", folder=tmp_path) as w:
        w.step(torch.ones(2, 3))
    (path,) = w.files
    code, out, _ = call("check", path)
    assert code == 0, out
    assert "test_watch.py" in out
    code, out, _ = call("diagnose", "--no-fix", path)
    assert code == 1
    assert f"test_watch.py:{loss.__code__.co_firstlineno + 2})" in out.splitlines()[1]


def test_what_a_model_counts_and_keeps_is_as_before_the_step(torch: Any, tmp_path: Path) -> None:
    class Counting(torch.nn.Module):  # type: ignore[misc]
        scale: Any

        def __init__(self) -> None:
            super().__init__()
            self.fc, self.steps = torch.nn.Linear(3, 1), 0
            self.register_buffer("scale", torch.ones(()))

        def forward(self, x: Any) -> Any:
            self.steps += 1
            self.scale = self.scale * 0.5
            return self.fc(x) * 0 + (4 - self.steps) * self.scale

    model = Counting()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gradlab.watch(model, lambda model, x: torch.log(model(x)).mean(), optimizer, folder=tmp_path) as w:
        for x, _ in batches_of(torch, 4):
            w.step(x)
    assert model.steps == 4
    assert float(model.scale) == 0.5**4
    lab = gradlab.load(str(w.files[-1]))
    lab.do("forward")
    assert lab.findings()[0].text.startswith("-inf in `log_1`"), "log 0: one step further it is log -1, a NaN"


def test_a_running_statistic_that_breaks_is_written(torch: Any, tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))
    model.register_buffer("mask", torch.full((3, 3), -torch.inf).triu(1))  # was never finite
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gradlab.watch(model, square_loss, optimizer, on="nan", folder=tmp_path) as w:
        for k, (x, y) in enumerate(batches_of(torch, 4)):
            w.step(x * (1e25 if k == 2 else 1), y)
    assert [path.name for path in w.files] == ["bad-2.gradlab.zip"]
