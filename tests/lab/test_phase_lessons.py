"""Lessons that need phases, frozen layers, curves and claims about every update say what they say on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.commands._headless import check_file
from gradlab.commands._report import BAD, FAILED, OK
from tests.lab.models import XOR

LESSONS = {
    "early stopping": """\
---
title: Stop at the right time
source: "Yumak; Wang 2019; Mitra"
---
The validation loss is a node of the model, computed with the same weights. It is recorded, and when the training is over the
weights of its best update come back.

```python model
x, t = dataset("digits", split="train", batch=32, test=0.5, validation=0.4, scale=16)
v, u = dataset("digits", split="validation", test=0.5, validation=0.4, scale=16)
W1, b1 = param(shape=(64, 100), init=he), param(shape=100, init=zeros)
W2, b2 = param(shape=(100, 10)), param(shape=10, init=zeros)
def net(x):
    return relu(x @ W1 + b1) @ W2 + b2
loss = cross_entropy(net(x), t)
held = cross_entropy(net(v), u)
minimize(loss, adam(0.01))
```
```lab
curve held
train 400
forward
expect loss < 0.01
expect held > 1.05 * min(history(held))
restore best held
forward
expect held ~= min(history(held))
expect argmin(history(held)) == best(held)
expect best(held) < 250
expect updates == 400
```
""",
    "greedy pretraining": """\
---
title: One layer at a time
source: "Shanahan 2017; Wang 2019"
---
```python model
x, t = dataset("digits", split="train", batch=64, scale=16)
W1, b1 = param(shape=(64, 32), init=normal(0.1)), param(shape=32, init=zeros)
W2, b2 = param(shape=(32, 16), init=normal(0.1)), param(shape=16, init=zeros)
h1 = sigmoid(x @ W1 + b1)
h2 = sigmoid(h1 @ W2 + b2)
pre1 = mse(dense(h1, 64), x)
pre2 = mse(dense(h2, 32), h1)
loss = cross_entropy(dense(h2, 10), t)
minimize(pre1, adam(0.01))
minimize(pre2, adam(0.01))
minimize(loss, adam(0.01))
```
The first layer learns to keep what it sees, then the second to keep what the first says, which stays as it is. Only then the
digits are learned, through both.

```lab
train 300 of pre1
expect history(pre1)[-1] < 0.5 * history(pre1)[0]
freeze W1
freeze b1
mark first
train 300 of pre2
expect W1 == at(first, W1)
thaw W1
thaw b1
train 200 of loss
expect history(loss)[-1] < 0.6
expect size(history(loss)) == 200
```
""",
    "transfer": """\
---
title: What was learned for one task
source: "Yumak; Wang 2019"
---
Features are learned from five digits; then they are frozen, and only a head learns the other five from 40 examples.

```python model
x, t = dataset("digits", split="train", batch=64, scale=16, test=0.3)
all, u = dataset("digits", split="train", scale=16, test=0.3)
few, v = all[0:100], u[0:100]
def picked(scores, target, rows):
    each = -sum(log_softmax(scores) * one_hot(target, 10), axis=1)
    return sum(each * rows) / sum(rows)
with layer("features"):
    W, b = param(shape=(64, 32), init=he), param(shape=32, init=zeros)
with layer("source"):
    old = picked(dense(relu(x @ W + b), 10), t, t < 5)
with layer("head"):
    scores = dense(relu(few @ W + b), 10)
    new = picked(scores, v, v >= 5)
minimize(old, adam(0.005), over=["features", "source"])
minimize(new, adam(0.005))
```
```lab
train 300 of old
freeze features
mark learned
train 200 of new
forward
expect new < 0.5
expect rms(features.W - at(learned, features.W)) == 0
thaw features
train 50 of new
forward
expect rms(features.W - at(learned, features.W)) > 0
```
""",
    "perceptron": """\
---
title: The perceptron
source: "Shanahan 2017; Wang 2019; Mitra"
---
```python model
def with_one(x):
    return concat([x, const(shape=(4, 1), fill=1)], axis=1)

x, t = dataset("and")
z, v = dataset("xor")
w_and, w_xor = param([0.0, 0.0, 0.0]), param([0.0, 0.0, 0.0])
s_and, s_xor = with_one(x) @ w_and, with_one(z) @ w_xor
a = perceptron_loss(s_and - 1e-9, 2 * t - 1)
c = perceptron_loss(s_xor - 1e-9, 2 * v - 1)
wrong_and, wrong_xor = sum((s_and > 0) != t), sum((s_xor > 0) != v)
minimize(a, sgd(inverse_decay(1.0, 0.001)), over="w_and")
minimize(c, sgd(inverse_decay(1.0, 0.001)), over="w_xor")
```
A line parts the four points of *and*. For those of *xor* there is none, however long one looks.

```lab
curve wrong_and
run until wrong_and == 0 for 400 updates
train 20 of a
expect history(wrong_and)[-1] == 0
expect always wrong_xor > 0 for 1000 updates
run until wrong_xor == 0 for 100 updates else stop
forward
expect wrong_xor > 0
expect wrong_and ~= 0
```
""",
}  # fmt: skip


def checked(folder: Path, text: str) -> tuple[str, list[str]]:
    path = folder / "lesson.md"
    path.write_text(text, encoding="utf-8")
    report = check_file("lesson", path)
    assert not report.error
    assert not report.warnings
    return report.status, [failure.action for failure in report.failures]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_holds(tmp_path: Path, name: str) -> None:
    assert checked(tmp_path, LESSONS[name]) == (OK, [])


@pytest.mark.parametrize(
    ("name", "line", "fails"),
    [
        ("early stopping", "restore best held\n", "expect held ~= min(history(held))"),
        ("greedy pretraining", "freeze W1\n", "expect W1 == at(first, W1)"),
        ("transfer", "freeze features\n", "expect rms(features.W - at(learned, features.W)) == 0"),
        ("perceptron", " else stop", "run until wrong_xor == 0 for 100 updates"),
    ],
)
def test_without_the_line_that_matters_it_fails(tmp_path: Path, name: str, line: str, fails: str) -> None:
    text = LESSONS[name].replace(line, "").replace("thaw W1\n", "" if "W1" in line else "thaw W1\n")
    text = text.replace("thaw features\n", "" if "features" in line else "thaw features\n")
    status, failed = checked(tmp_path, text)
    assert status == FAILED
    assert fails in failed


BAD_LINES = {
    "train 3 of losses": "no objective is called `losses`",
    "freeze hiden": "no parameter is called `hiden`, and no layer with parameters; did you mean `hidden`?",
    "freeze q*": "no parameter is called `q*`, and no layer with parameters",
    "expect min(history(h)) > 0": "`h` was not recorded: say `curve h` before the training",
    "train 2\nexpect min(history(mean(h))) > 0": "`mean(h)` was not recorded: say `curve mean(h)` before the training",
    "restore best mean(h)": "`mean(h)` was not recorded: say `curve mean(h)` before the training",
    "expect at(begun, loss) > 0": "no mark is called `begun`: `mark begun` makes one",
}


@pytest.mark.parametrize("lines", BAD_LINES)
def test_a_line_that_cannot_be_done_makes_a_bad_file(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(f"```python model\n{XOR}```\n```lab\n{lines}\n```\n", encoding="utf-8")
    report = check_file("lesson", path)
    assert report.status == BAD
    assert report.error.splitlines()[0] == f"error: {BAD_LINES[lines]}"
    assert str(path) in report.error
