"""Wrong shapes, axes, sizes, classes and losses in a model: an error at the line, or a finding at the node; nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gradlab.cli import main
from gradlab.errors import ActionError, ScenarioError
from gradlab.session import build

IMAGE = "x = randn(1, 3, 5, 5)\n"
ROWS = "x = randn(2, 3)\n"
WEIGHT = "w = param(1.0)\n"

REFUSED: dict[str, tuple[str, ...]] = {
    # Shapes that do not fit.
    ROWS + "y = x @ param(shape=(4, 5))": ("(2, 3)", "(4, 5)"),
    "x = input([1.0, 2.0])\ny = x + input([1.0, 2.0, 3.0])": ("(2,)", "(3,)", "do not broadcast"),
    ROWS + "y = reshape(x, (4, 2))": ("6 elements", "(4, 2)"),
    ROWS + "y = reshape(x, (-1, -1))": ("at most one -1",),
    ROWS + "y = expand(x, (2, 4))": ("do not broadcast",),
    ROWS + "y = einsum('ij,jk->ik', x, randn(4, 5))": ("`j`", "3", "4"),
    ROWS + "y = group_norm(randn(2, 3, 2, 2), 2)": ("divides the 3 channels",),
    "y = concat([randn(2, 3), randn(3, 4)])": ("axis 0", "(2, 3)", "(3, 4)"),
    "y = stack([randn(2), randn(3)])": ("(2,)", "(3,)"),
    "y = stack([])": ("at least one",),
    "y = multi_head_attention(randn(1, 2, 3), 2)": ("`heads`", "3 units"),
    "y, h, c = lstm(randn(3), 2)": ("(time, batch, features)", "(3,)"),
    "x = input(2.0)\ny = dense(x, 3)": ("got a single number",),
    "x = input([[1, 2], [3]])": ("not equally long", "2 and 1"),
    # What is no number, and numbers that are no sizes.
    "x = param(['a', 'b'])": ("numbers are needed", "a string"),
    "x = input(1j)": ("complex",),
    "x = input(None)": ("`value` or `shape`",),
    "x = input(shape=(2.5, 2))": ("whole numbers", "2.5"),
    "x = input(shape=(True, 2))": ("whole numbers", "True"),
    "x = param(shape=(-1, 2))": ("0 or more", "-1"),
    "x = randn(-1)": ("0 or more", "-1"),
    ROWS + "y = dense(x, 2.5)": ("`units`", "2.5"),
    ROWS + "y = dense(x, 0)": ("`units`", "got 0"),
    ROWS + "y = dense(x, -4)": ("`units`", "-4"),
    ROWS + "y = tile(x, -1)": ("0 or more", "(-1,)"),
    ROWS + "y = pad(x, -5)": ("0 or more", "-5"),
    "y = one_hot(const([0, 1]), -3)": ("`classes`", "-3"),
    "x, t = dataset('moons', n=-5)": ("`n`", "-5"),
    "x, t = dataset('moons', n=10, batch=50)": ("`batch`", "at most 10"),
    # Axes and indices.
    "x = input([1.0, 2.0])\ny = sum(x, axis=1)": ("no axis 1", "-1 to 0"),
    "x = input([1.0, 2.0])\ny = max(x, axis=-2)": ("no axis -2", "-1 to 0"),
    "x = input([1.0, 2.0])\ny = softmax(x, axis=0.5)": ("`axis`", "0.5"),
    ROWS + "y = sum(x, axis=(0, 0))": ("twice",),
    ROWS + "y = mean(x, axis='rows')": ("`axis`", "'rows'"),
    ROWS + "y = transpose(x, (0, 0))": ("once",),
    ROWS + "y = x[5]": ("index 5", "-2 to 1"),
    ROWS + "y = x[-3]": ("index -3", "-2 to 1"),
    ROWS + "y = x[0, 0, 0]": ("2 axes", "3 indices"),
    ROWS + "y = x[::0]": ("step not 0",),
    # Windows.
    IMAGE + "y = conv(x, 2, 3, stride=0)": ("`stride`", "got 0"),
    IMAGE + "y = conv(x, 2, 3, stride=-1)": ("`stride`", "got -1"),
    IMAGE + "y = conv(x, 2, -3)": ("`kernel_size`", "-3"),
    IMAGE + "y = conv(x, 2, 3, padding=-1)": ("`padding`", "-1"),
    IMAGE + "y = conv(x, 2, 3, dilation=0)": ("`dilation`", "got 0"),
    IMAGE + "y = conv(x, 4, 3, groups=2)": ("2 groups", "3 channels"),
    IMAGE + "y = conv(x, 3, 3, groups=0)": ("`groups`", "got 0"),
    IMAGE + "y = conv(x, 0, 3)": ("`channels`", "got 0"),
    IMAGE + "y = conv(x, 2, 9)": ("9x9", "5x5"),
    IMAGE + "y = max_pool2d(x, 9)": ("9x9", "5x5"),
    IMAGE + "y = max_pool2d(x, 2, padding=3)": ("half the window", "(3, 3)"),
    IMAGE + "y = avg_pool2d(x, -2)": ("`kernel_size`", "-2"),
    IMAGE + "y = upsample_nearest(x, 0)": ("`scale_factor`", "got 0"),
    # Too large.
    IMAGE + "y = conv(x, 1, 1, padding=10**9)": ("MiB",),
    IMAGE + "y = upsample_bilinear(x, 10**6)": ("MiB",),
    ROWS + "y = tile(x, 10**9)": ("MiB",),
    ROWS + "y = pad(x, 10**9)": ("MiB",),
    ROWS + "y = dense(x, 10**12)": ("`units`", "1,000,000"),
    "x = param(shape=(10**6, 10**6))": ("MiB",),
    "x = randn(10**12)": ("MiB",),
    # Arguments out of range.
    ROWS + "y = dropout(x, 1.5)": ("`p`", "1.5"),
    ROWS + "y = dropout(x, -0.5)": ("`p`", "-0.5"),
    ROWS + "y = clip(x, 2, 1)": ("`low`", "2 and 1"),
    ROWS + "loss = huber(x, x, delta=-1)": ("`delta`", "-1"),
    ROWS + "loss = cross_entropy(x, const([0, 1]), temperature=0)": ("`temperature`", "got 0"),
    # Losses and optimizers.
    "x = input([1.0, 2.0])\nloss = sum(x)\nminimize(loss, sgd(lr=0.1))": ("no parameters",),
    "x = param([1.0, 2.0])\nminimize(x * 2, sgd(lr=0.1))": ("a single number", "(2,)"),
    WEIGHT + "minimize(3.0, sgd(lr=0.1))": ("takes a node",),
    WEIGHT + "minimize(w * w)": ("`optimizer`",),
    WEIGHT + "minimize(w * w, sgd(lr='fast'))": ("numbers",),
    WEIGHT + "minimize(w * w, sgd(lr=1e400))": ("`lr`", "inf"),
    WEIGHT + "minimize(w * w, sgd(lr=0.1), over='nothing')": ("`nothing`",),
    # Nodes where something that is known before the run is needed, and names that are long.
    ROWS + "y = x[x > 0]": ("known before the run", "got a node"),
    ROWS + "w = param([1.0])\nfor i in [x]:\n    y = w[i]": ("known before the run", "got a node"),
    ROWS + "y = x[[0, x]]": ("known before the run", "got a node"),
    "x, g, b = randn(2, 4, 3, 3), randn(4), randn(4)\ny = group_norm(x, g, b, 2)": ("`groups`", "whole number", "got a node"),
    ROWS + "W = param([1.0])\ny = dense(x, 3, init=W)": ("`init`", "such as `he`", "got a node"),
    ROWS + "y = dense([x], 3)": ("`x` of `dense`", "got [a node]"),
    ROWS + "y = dense(he, 3)": ("`x` of `dense`", "got he"),
    ROWS + "y = dense(x, adam)": ("`units`", "got adam(lr=0.001, beta1=0.9,"),
    ROWS + "y = dense(x, 'a' * 3000)": ("`units`", "aaa…"),
    ROWS + "y = drop_mask(x, x, inverted=[1e-8])": ("`inverted`", "True or False"),
    ROWS + "y = " + "a" * 300: (f"unknown name `{'a' * 79}…`",),
    ROWS + "y = einsum('" + "a" * 3000 + "', x, x)": ("`subscripts`", "aaa…"),
    "y = expand(param(1.0), (1,) * 33)": ("at most 6 axes", "33"),
    "y = multi_head_attention(param(shape=(3, 1, 0)), 1)": ("at least one feature",),
    # Empty, where there is nothing to give.
    "x = input(shape=(0, 3))\ny = max(x, axis=0)": ("nothing has no greatest element",),
    "x = input(shape=(0,))\ny = argmax(x)": ("nothing has no greatest element",),
    "y, h, c = lstm(input(shape=(0, 2, 2)), 2)": ("at least one time step",),
}

FOUND = {
    ROWS + "loss = cross_entropy(x, const([0, 3]))": "`cross_entropy`",
    ROWS + "loss = cross_entropy(x, const([-1, 0]))": "`cross_entropy`",
    ROWS + "loss = cross_entropy(x, const([0.5, 0]))": "`cross_entropy`",
    ROWS + "loss = nll(log_softmax(x), const([7, 0]))": "`nll`",
    ROWS + "y = gather(x, const([0, 9]))": "3 of 6 numbers",
    ROWS + "y = scatter_add(x, const([0, 9]), 4)": "`scatter_add`",
    "y = embedding(const([0, 50]), 10, 3)": "`gather`",
    "y = one_hot(const([0, 5]), 3)": "`one_hot`",
    "x = input(1.0) / input(0.0)\nloss = x * param(2.0)\nminimize(loss, sgd(lr=0.1))": "+inf in `x`",
    "x = param([-1.0, 2.0])\nloss = sum(log(x))\nminimize(loss, sgd(lr=0.1))": "(1 of 2 numbers)",
    "x = param(1e200)\nloss = x * x\nminimize(loss, sgd(lr=0.1))": "+inf in `loss`",
    "x = input(shape=(0, 3))\nloss = mean(square(dense(x, 2)))\nminimize(loss, sgd(lr=0.1))": "NaN in `loss`",
    "x = input(shape=(0, 3))\nloss = cross_entropy(x, input(shape=(0,)))": "NaN in `loss`",
    "x = input(shape=(0, 3))\nloss = sum(batch_norm(x))\nminimize(loss, sgd(lr=0.1))": "of 3 numbers",
}

QUIET = [
    "x = input(shape=(0, 1, 4, 4))\nloss = sum(conv(x, 2, 3))\nminimize(loss, sgd(lr=0.1))",
    "loss = norm(param([0.0, 0.0]))\nminimize(loss, sgd(lr=0.1))",
    "loss = cosine_loss(param([[0.0, 0.0]]), const([[0.0, 0.0]]))",
    "loss = sum(conv(randn(1, 1, 2, 2), 1, 1, padding=7))",
    WEIGHT + "x = input([1.0, 2.0])\nloss = sum(x)\nminimize(loss, sgd(lr=0.1))",
    WEIGHT + "minimize(w * w, sgd(lr=1e300))",
]
LINES = ("forward", "backward", "check", "precision", "precision float16", "stats", "train 3", "goto 1.b.1", "back 2", "digest")


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Let every warning of numpy be an error: on a terminal it would be printed across the screen."""
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("model", REFUSED)
def test_a_model_that_cannot_be_is_refused_at_its_line(model: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        build(model)
    said = str(caught.value)
    assert said.startswith("error: ")
    last = model.count("\n") + 1
    assert f"--> <model>:{last}:" in said or "minimize" in model
    assert "^" in said
    assert all(words in said for words in REFUSED[model]), said
    assert max(map(len, said.splitlines())) < 700


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("model", FOUND)
def test_what_only_the_numbers_show_is_a_finding_at_the_node(model: str, backend: str) -> None:
    lab = build(model, backend=backend)
    lab.do("forward")
    first = lab.findings()[0]
    assert FOUND[model] in first.text
    assert first.severity == "error"


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("model", [*FOUND, *QUIET])
def test_everything_can_be_asked_of_such_a_model(model: str, backend: str) -> None:
    lab, refused = build(model, backend=backend), []
    for line in LINES:
        try:
            lab.do(line)
        except ActionError as error:
            refused.append(str(error))
    assert all(text.startswith("error: ") for text in refused)
    assert len(refused) < len(LINES) / 2


def test_on_the_command_line_it_is_an_error_or_a_finding_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [(model, 2) for model in list(REFUSED)[::8]] + [(model, 0) for model in list(FOUND)[::3]]
    for model, code in cases:
        path = tmp_path / "case.md"
        path.write_text(f"# Case\n\n```python model\n{model}\n```\n", encoding="utf-8")
        assert main(["run", str(path), "forward"]) == code, model
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert said.err.startswith("error: ") if code else "NaN" in said.out or "inf" in said.out
