"""What lessons claim about many layers, about narrow dtypes, about dead units and about folds, each in a short script."""

from __future__ import annotations

import pytest

from gradlab.actions._statement import check_script
from gradlab.scenario.model import draft_text
from gradlab.session import Lab

SKIP = """
x, t = dataset("digits", split="train", batch=64)
a = dense(x, 32)
with layer("plain"):
    h = a
    for k in range(25):
        z = dense(h, 32)
        h = sigmoid(z)
    e = cross_entropy(dense(h, 10), t)
with layer("residual"):
    h = a
    for k in range(25):
        z = dense(h, 32)
        h = h + sigmoid(z) - 0.5
    f = cross_entropy(dense(h, 10), t)
total = e + f
minimize(total, momentum(0.01))
"""
SKIP_SCRIPT = """
forward
backward
let without = each("plain.h.[0-9]*", rms(grad(it)))
let skipped = each("residual.h.[0-9]*", rms(grad(it)))
expect size(without) ~= 25
expect max(without[1:] / without[:-1]) > 1
expect without[0] / without[24] < 1e-12
expect min(skipped) / max(skipped) > 0.1
let untrained = on("test", f)
train 1 epochs
expect on("test", e) > 2.2
expect on("test", f) < 0.8 * untrained
"""
NARROW = """
x, t = dataset("digits", split="train", batch=64, scale=16)
h = x
for k in range(6):
    with layer(f"h{k}"):
        h = tanh(dense(h, 50, init=normal(0.03)))
logits = dense(h, 10)
loss = cross_entropy(logits, t)
minimize(loss, adam(0.001))
"""
NARROW_SCRIPT = """
forward
backward
let lost = share(underflow(grad(h0.h), "float16"))
expect lost > 0.01
expect share(underflow(1024 * grad(h0.h), "float16")) ~= 0
expect share(underflow(grad(h0.h), "bfloat16")) ~= 0
expect underflow(adam.eps, "float16") ~= 1
expect underflow(adam.eps, "bfloat16") ~= 0
expect each("h?.h", share(underflow(grad(it), "float16")))[0] ~= lost
precision float16
precision float16 scale 1024
precision bfloat16
"""
DEAD = """
x, t = dataset("digits", split="train", batch=32)
with layer("good"):
    h = relu(dense(x, 64, init=he))
    a = cross_entropy(dense(h, 10), t)
with layer("hot"):
    g = relu(dense(x, 64, init=he))
    b = cross_entropy(dense(g, 10), t)
minimize(a, sgd(lr=0.1), over="good")
minimize(b, sgd(lr=20), over="hot")
"""
DEAD_SCRIPT = """
forward
expect on("train", stats(good.h).dead) < 0.1
expect on("train", stats(hot.g).dead) < 0.1
train 100
forward
expect on("train", stats(good.h).dead) < 0.1
expect on("train", stats(hot.g).dead) > 0.9
expect on("train", dead(hot.g)) ~= share(on("train", max(hot.g, axis=0) == 0))
"""
FOLDS = """
total = 0
for k in range(5):
    x, t = dataset("iris", split="train", folds=5, fold=k, scale="standard")
    y, u = dataset("iris", split="test", folds=5, fold=k, scale="standard")
    raw, _ = dataset("iris", split="test", folds=5, fold=k)
    with layer(f"fold{k}"):
        W = param(shape=(4, 3), init=zeros)
        e = cross_entropy(x @ W, t)
        p = y @ W
        seen = sum(raw)
        right = mean(argmax(p, axis=1) == u)
    total = total + e
everything, _ = dataset("iris", split=None)
minimize(total, sgd(0.3))
"""
FOLDS_SCRIPT = """
forward
expect sum(each("fold?.seen", it)) ~= sum(everything) tol 1e-9
expect sum(each("fold?.p", shape(it)[0])) ~= 150
train 100
forward
let shares = each("fold?.right", it)
expect mean(shares) > 0.8
expect std(shares) < 0.1
expect on("train", each("fold?.right", it)) ~= shares
"""


@pytest.mark.parametrize(
    ("model", "script"),
    [(SKIP, SKIP_SCRIPT), (NARROW, NARROW_SCRIPT), (DEAD, DEAD_SCRIPT), (FOLDS, FOLDS_SCRIPT)],
    ids=["skip", "narrow", "dead", "folds"],
)
def test_the_claims_of_a_lesson_hold(model: str, script: str) -> None:
    read = draft_text(f"```python model\n{model}\n```\n```lab\n{script}\n```")
    lab = Lab(read.finish(check_script(read.script, read.known)))
    failed = [line.text for _ in lab.script for line in lab.next_line().lines if line.kind == "fail"]
    assert failed == []
