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


def text_of(model: str) -> str:
    lab = build(model, backend="plain")
    return program_of(lab.run.graph, 0, "float64", title="A model", source="a.md", beside="a.npz").text


@pytest.mark.parametrize("name", SAMPLE)
def test_a_lesson_computes_and_learns_the_same_in_pytorch(name: str, tmp_path: Path, torch: Any) -> None:
    assert there_and_back(float64(LESSONS[name]), tmp_path).wrong == {}


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


def test_every_op_has_a_form_or_is_known_to_have_none() -> None:
    assert {op.name for op in OPS.values() if not op.is_leaf and not form_of(op)} == {"max_unpool2d", "nms", "roi_pool"}


def test_all_ops_without_a_form_are_refused_at_once_with_their_lines() -> None:
    model = """\
boxes = param([[0.0, 0, 2, 2], [1, 1, 3, 3]])
score = param([0.5, 0.7])
kept = sum(nms(boxes, score) * score)
x = param(shape=(1, 1, 4, 4), init=normal(1.0))
pooled = sum(roi_pool(x, [[0, 0, 0, 3, 3]], 2))
minimize(kept + pooled, sgd(0.1))
"""
    with pytest.raises(ScenarioError) as caught:
        text_of(model)
    assert [(problem.message, problem.span and problem.span.line) for problem in caught.value.problems] == [
        ("`gradlab export torch` has no form of `nms` in PyTorch", 3),
        ("`gradlab export torch` has no form of `roi_pool` in PyTorch", 5),
    ]


def test_a_model_that_does_not_train_is_refused() -> None:
    with pytest.raises(GradlabError, match="no `minimize`"):
        text_of("x = param(2.0)\ny = x ** 2\n")


def test_a_title_cannot_end_the_text_it_stands_in() -> None:
    lab = build(MLP, backend="plain")
    made = program_of(lab.run.graph, 0, "float64", title='"""\nimport os', source='b"""\\.md', beside="a.npz")
    assert compile(made.text, "a.py", "exec").co_consts[0].startswith("import os\n\nWritten by gradlab")


def test_the_command_writes_a_program_and_its_arrays(tmp_path: Path, call: Call) -> None:
    out = tmp_path / "xor.py"
    assert call("export", "torch", "mlp/xor-trained", out) == (0, "", "")
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
