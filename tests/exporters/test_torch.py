"""A program for PyTorch: the same loss, gradients and steps, readable, or refused with the line of what has no form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.errors import GradlabError, ScenarioError
from gradlab.exporters._torch.expressions import form_of
from gradlab.exporters._torch.program import program_of
from gradlab.ops import OPS
from gradlab.session import build
from tests.calling import Call
from tests.exporters.roundtrip import LESSONS, float64, there_and_back

SAMPLE = (
    "attention/soft", "conv/lenet5", "conv/spatial-transformer", "linear/structured-hinge", "mlp/xor-trained",
    "normalization/batch-norm-modes", "optim/gradient-clipping", "optim/nesterov", "optim/schedules", "optim/second-order",
    "recurrent/binary-gate", "recurrent/lstm", "regularization/dropout", "seeing/guided-backprop", "unsupervised/gan",
)  # fmt: skip
MLP = """\
x, t = dataset("iris", scale="standard", split="train", batch=30)
h = relu(dense(x, 16, init=he))
logits = dense(h, 3)
loss = cross_entropy(logits, t)
minimize(loss, adam(lr=0.01))
"""
HELPED = {
    "nms": """\
boxes = param([[0.0, 0, 2, 2], [0.1, 0, 2.1, 2], [5, 5, 6, 6], [5, 5, 5, 5], [0, 0.2, 2, 2.5]])
score = param([0.5, 0.7, 0.7, 0.1, 0.6])
minimize(sum(nms(boxes, score, 0.5) * score * [1.0, 2, 3, 4, 5]), sgd(0.1))
""",
    "roi_pool": """\
x = param(shape=(2, 3, 7, 9), init=normal(1.0))
regions = [[0, 0, 0, 6, 6], [1, 2, 1, 14, 9], [1, -3, -2, 3, 1], [0, 4, 4, 4, 4], [1, 12, 12, 30, 30]]
minimize(sum(roi_pool(x, regions, (3, 2), spatial_scale=0.5) ** 2), sgd(0.1))
""",
    "max_unpool2d": """\
x = param(shape=(2, 3, 7, 8), init=normal(1.0))
y = max_pool2d(x, 3, stride=2, padding=1)
minimize(sum(max_unpool2d(y, x, 3, stride=2, padding=1) ** 3), adam(0.1))
""",
}


def text_of(model: str) -> str:
    lab = build(model, backend="plain")
    return program_of(lab.run.graph, 0, "float64", title="A model", source="a.md", beside="a.npz").text


@pytest.mark.parametrize("name", SAMPLE)
def test_a_lesson_computes_and_learns_the_same_in_pytorch(name: str, tmp_path: Path, torch: Any) -> None:
    assert there_and_back(float64(LESSONS[name]), tmp_path).wrong == {}


@pytest.mark.parametrize("name", HELPED)
def test_what_pytorch_has_no_function_for_computes_the_same(name: str, tmp_path: Path, torch: Any) -> None:
    trip = there_and_back(build(HELPED[name], backend="plain"), tmp_path)
    assert trip.wrong == {}
    assert trip.whole


@pytest.mark.parametrize("name", ["circuits/sigmoid-neuron", "conv/lrn"])
def test_without_an_optimizer_a_program_gives_loss_and_gradients(name: str, tmp_path: Path, torch: Any) -> None:
    assert there_and_back(float64(LESSONS[name]), tmp_path).wrong == {}


@pytest.mark.parametrize("optimizer", [
    "adam(0.01)", "amsgrad(0.01)", "adamw(0.01)", "momentum(0.1)", "momentum_velocity(0.1)", "nesterov(0.1)", "rmsprop(0.01)",
    "adagrad(0.1)", "adadelta", "adam_uncorrected(0.01)",
])  # fmt: skip
def test_a_program_goes_on_where_the_laboratory_stands(optimizer: str, tmp_path: Path, torch: Any) -> None:
    """In the middle of an update, with an edited weight: it begins with that update, and with what the optimizer remembers."""
    lab = build(MLP.replace("adam(lr=0.01)", optimizer).replace("h = relu", "h = tanh"), backend="plain")
    lab.do("train 3")
    lab.do("set h.W[0, 0] = 0.75")
    lab.do("forward")
    lab.do("goto 3.f.0")
    trip = there_and_back(lab, tmp_path)
    assert trip.wrong == {}
    assert trip.whole


def test_running_statistics_batches_and_what_is_frozen_go_on_too(tmp_path: Path, torch: Any) -> None:
    lab = build(MLP.replace("relu(dense(x, 16, init=he))", "tanh(batch_norm(dense(x, 16)))"), backend="plain")
    for line in ("train 2", "freeze logits.b", "mode eval"):
        lab.do(line)
    trip = there_and_back(lab, tmp_path)
    assert trip.wrong == {}
    assert trip.whole


@pytest.mark.parametrize(("kind", "layers", "options", "end"), [
    ("LSTM", 1, "", "states"), ("LSTM", 2, ", num_layers=2", "outputs"), ("LSTM", 2, "", "lower states"),
    ("GRU", 1, "", "outputs"), ("RNN", 1, "", "states"),
])  # fmt: skip
def test_layers_of_both_directions_are_found_again(
    kind: str, layers: int, options: str, end: str, tmp_path: Path, torch: Any
) -> None:
    """With their last states, those of a lower level, which then is a layer of its own, and the names of PyTorch's weights."""
    from gradlab import from_torch

    rnn = getattr(torch.nn, kind)(3, 4, layers, bidirectional=True).double()

    def loss(model: Any, x: Any) -> Any:
        y, states = model(x)
        h = states[0] if kind == "LSTM" else states
        wanted = {"outputs": y[2], "states": h[-2] * h[-1] + y.sum(), "lower states": h[0] * y.mean()}
        return (wanted[end] ** 2).sum()

    lab = from_torch(rnn, (torch.randn(5, 2, 3, dtype=torch.float64),), loss_fn=loss, quiet=True, backend="plain")
    trip = there_and_back(lab, tmp_path)
    assert trip.wrong == {}
    assert len(trip.errors) == 1 + len([*rnn.parameters()])
    text = next(tmp_path.glob("*.py")).read_text(encoding="utf-8")
    assert f"nn.{kind}(3, 4{options}, bidirectional=True)" in text
    assert text.count("nn.Linear") == 0


def test_a_gradient_that_is_another_one_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torch: Any) -> None:
    monkeypatch.setattr("gradlab.ops.tanh.TORCH", "torch.tanh(x * 1.0000001)")
    assert there_and_back(float64(LESSONS["mlp/xor-trained"]), tmp_path).wrong != {}


def test_a_network_reads_as_a_person_writes_it() -> None:
    text = text_of(MLP)
    start = text.index("class Net")
    assert (
        text[start : text.index("def batch(")]
        == '''\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = nn.Linear(4, 16)
        self.logits = nn.Linear(16, 3)
        self.load(data)

    def load(self, data):
        """Take the weights of the laboratory, by their names there."""
        with torch.no_grad():
            self.h.weight.copy_(data["h.W"].T)
            self.h.bias.copy_(data["h.b"])
            self.logits.weight.copy_(data["logits.W"].T)
            self.logits.bias.copy_(data["logits.b"])

    def forward(self, x):
        h = F.relu(self.h(x))
        return self.logits(h)


def loss_fn(logits, t):
    return F.cross_entropy(logits, t.long())


'''
    )
    assert "torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-08)" in text


def test_every_op_has_a_form() -> None:
    assert {op.name for op in OPS.values() if not op.is_leaf and not form_of(op)} == set()


def test_all_ops_without_a_form_are_refused_at_once_with_their_lines() -> None:
    model = """\
x = param(shape=(3, 4), init=normal(1.0))
all = sum(upsample_nearest(x, 2))
y = sum(upsample_bilinear(x, 2))
minimize(all + y, sgd(0.1))
"""
    with pytest.raises(ScenarioError) as caught:
        text_of(model)
    assert [(problem.message, problem.span and problem.span.line) for problem in caught.value.problems] == [
        ("`gradlab export torch` has no form of `upsample_nearest` in PyTorch", 2),
        ("`gradlab export torch` has no form of `upsample_bilinear` in PyTorch", 3),
    ]


def test_what_pytorch_does_over_one_axis_is_done_over_several(tmp_path: Path, torch: Any) -> None:
    """They are put side by side and made one: those in the middle, counted from behind, all of them, kept and left out."""
    model = """\
x = param(shape=(2, 3, 4), init=normal(1.0))
a = sum(prod(x, axis=(0, 1)) ** 2) + sum(prod(x, axis=(0, 2), keepdims=True) * x) + sum(prod(x, keepdims=True) * x)
b = sum(argmax(x, keepdims=True) * x) + sum(prod(x, axis=(-1, 1)) * sum(x, axis=(2, 1)))
minimize(a + b, sgd(0.01))
"""
    trip = there_and_back(build(model, backend="plain"), tmp_path)
    assert trip.wrong == {}
    assert trip.whole


@pytest.mark.parametrize("lines", [
    ["train 4 of a"], ["train 2", "train 5 of b", "train 2"], ["train 3 of b", "goto 1.f.0"],
    ["train 2", "train 3 of a", "train 1", "train 2 of b", "goto 4.f.0"],
])  # fmt: skip
def test_a_program_goes_on_behind_updates_of_one_objective_alone(lines: list[str], tmp_path: Path, torch: Any) -> None:
    """With the turns and the batches that the laboratory has, in the middle of such a stretch and before one, too."""
    model = (
        MLP.replace("minimize(loss, adam(lr=0.01))", "").replace("relu", "tanh")
        + """\
back = dense(h, 4)
a = mse(back, x)
b = cross_entropy(logits, t)
minimize(a, adam(lr=0.01), over=["h", "back"], times=2)
minimize(b, momentum(0.1), over="logits")
"""
    )
    lab = build(model, backend="plain")
    for line in lines:
        lab.do(line)
    trip = there_and_back(lab, tmp_path)
    assert trip.wrong == {}
    assert trip.whole


@pytest.mark.parametrize("model", ["x = input(2.0)\ny = x ** 2\n", "x = param([2.0, 1.0])\ny = x ** 2\n"])
def test_a_model_without_a_gradient_is_refused(model: str) -> None:
    with pytest.raises(GradlabError, match="ends in no number that depends on a parameter"):
        text_of(model)


def test_a_title_cannot_end_the_text_it_stands_in() -> None:
    lab = build(MLP, backend="plain")
    made = program_of(lab.run.graph, 0, "float64", title='"""\nimport os', source='b"""\\.md', beside="a.npz")
    assert compile(made.text, "a.py", "exec").co_consts[0].startswith("import os\n\nWritten by gradlab")


def test_the_command_writes_a_program_and_its_arrays(tmp_path: Path, call: Call) -> None:
    out = tmp_path / "xor.py"
    assert call("export", "torch", "mlp/xor-trained", out) == (0, f"wrote {out} and {tmp_path / 'xor.npz'}\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["xor.npz", "xor.py"]
    with np.load(tmp_path / "xor.npz", allow_pickle=False) as arrays:
        assert {"x", "t", "hidden.W", "hidden.b"} <= set(arrays.files)
    code, _, error = call("export", "torch", "mlp/xor-trained", out)
    assert code == 2
    assert "there already" in error


@pytest.mark.parametrize("name", ["xor.npz", "xor"])
def test_a_program_is_a_file_of_python(name: str, tmp_path: Path, call: Call) -> None:
    code, _, error = call("export", "torch", "mlp/xor-trained", tmp_path / name)
    assert code == 2
    assert "its name has to end with `.py`" in error
    assert list(tmp_path.iterdir()) == []


def test_arrays_that_are_there_are_not_written_over(tmp_path: Path, call: Call) -> None:
    (tmp_path / "xor.npz").write_text("mine")
    code, _, error = call("export", "torch", "mlp/xor-trained", tmp_path / "xor.py")
    assert code == 2
    assert "xor.npz` is there already" in error
    assert [path.name for path in tmp_path.iterdir()] == ["xor.npz"]
