"""Changes as edits of the text: exactly what is written where, and that nothing else moves."""

from __future__ import annotations

import pytest

from gradlab.errors import ScenarioError
from gradlab.scenario.changes import changed_document, read_change
from gradlab.scenario.markdown import parse, read_model
from gradlab.scenario.model import build, draft_text
from gradlab.scenario.overrides import Overrides

PLACEMENTS = {
    "at the top": ("h = sigmoid(dense(x, 4))  # squash\n", "h = {0}(dense(x, 4{1}))  # squash\n"),
    "in a def": (
        "def block(v, n=4):\n    return sigmoid(dense(v, n))\nh = block(x)\n",
        "def block(v, n=4):\n    return {0}(dense(v, n{1}))\nh = block(x)\n",
    ),
    "in a loop": (
        "h = x\nfor k in range(2):\n    h = sigmoid(dense(h, 4))\n",
        "h = x\nfor k in range(2):\n    h = {0}(dense(h, 4{1}))\n",
    ),
    "in a with": (
        'with layer("one"):\n    h = sigmoid(dense(x, 4))\n',
        'with layer("one"):\n    h = {0}(dense(x, 4{1}))\n',
    ),
    "nested": (
        "h = sigmoid(dense(sigmoid(dense((x), 4)), (4)))\n",
        "h = {0}(dense({0}(dense((x), 4{1})), (4){1}))\n",
    ),
    "over several lines": (
        "h = sigmoid(\n    dense(\n        x,  # the input\n        4   # units )\n    )\n)\n",
        "h = {0}(\n    dense(\n        x,  # the input\n        4{1}   # units )\n    )\n)\n",
    ),
    "with a comma behind": ("h = sigmoid(dense(\n    x,\n    4,\n))\n", "h = {0}(dense(\n    x,\n    4,{2}\n))\n"),
    "with the argument by name": ("h = sigmoid(dense(x, 4, init=ones))\n", "h = {0}(dense(x, 4, init={3}))\n"),
    "with the argument by place": ("h = sigmoid(dense(x, 4, ones))\n", "h = {0}(dense(x, 4, {3}))\n"),
    "two in a line": ("a = x; h = sigmoid(dense(a, units=4))\n", "a = x; h = {0}(dense(a, units=4{1}))\n"),
}


def edited(text: str, *changes: str) -> str:
    return changed_document(read_model(text), [read_change(change) for change in changes]).source.text


@pytest.mark.parametrize("name", PLACEMENTS)
def test_an_argument_and_a_word_are_edited_wherever_the_call_stands(name: str) -> None:
    before, after = PLACEMENTS[name]
    head, tail = "x = input([[1.0, 2.0]])  # é\n", "\ny = sum(h)   # the end"
    init = edited(head + before + tail, "init=he")
    assert init == head + after.format("sigmoid", ", init=he", " init=he,", "he") + tail
    assert edited(head + before + tail, "sigmoid=relu") == head + after.format("relu", "", "", "ones") + tail
    both = edited(head + before + tail, "sigmoid=tanh", "init=he")
    assert both == head + after.format("tanh", ", init=he", " init=he,", "he") + tail
    build(both)


MODEL = """\
x, t = dataset("moons", split="train", batch=16)
rate = 0.5
h = leaky_relu(dense(x, 8), slope=0.2)
p = softmax(dense(h, 2) + 1) * 2
loss = cross_entropy(p, t)
minimize(loss, sgd(rate))
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ("softmax=_", "softmax(dense(h, 2) + 1) * 2", "(dense(h, 2) + 1) * 2"),
        ("softmax=log_softmax(_)", "softmax(dense(h, 2) + 1) * 2", "log_softmax(dense(h, 2) + 1) * 2"),
        ("leaky_relu=relu", "leaky_relu(dense(x, 8), slope=0.2)", "relu(dense(x, 8))"),
        ("leaky_relu=leaky_relu(batch_norm(_))", "leaky_relu(dense(x, 8), s", "leaky_relu(batch_norm(dense(x, 8)), s"),
        ("dense@h=layer_norm(dense(_))", "leaky_relu(dense(x, 8)", "leaky_relu(layer_norm(dense(x, 8))"),
        ("dense@4=dense(_ * 3)", "dense(h, 2)", "dense(h * 3, 2)"),
        ("slope=_/10", "slope=0.2", "slope=0.02"),
        ("rate=_*1e-4", "rate = 0.5", "rate = 5e-5"),
        ("lr=_/10", "sgd(rate)", "sgd(rate/10)"),
        ("lr=0.1", "sgd(rate)", "sgd(0.1)"),
        ("optimizer=adam", "sgd(rate)", "adam"),
        ("batch=_*4", "batch=16", "batch=64"),
        ('scale="standard"', "batch=16)", 'batch=16, scale="standard")'),
        ("clip=1", "sgd(rate))", "sgd(rate), clip=1)"),
        ("init@p=zeros", "dense(h, 2)", "dense(h, 2, init=zeros)"),
        ("label_smoothing@loss=0.1", "(p, t)", "(p, t, label_smoothing=0.1)"),
        ("@4:5-33=_ - 1", "softmax(dense(h, 2) + 1) * 2", "(softmax(dense(h, 2) + 1) * 2) - 1"),
        ("@4:13-24=relu(_)", "dense(h, 2) + 1", "relu(dense(h, 2)) + 1"),
        ("x=_ / 2", "batch=16)\n", "batch=16)\nx = x / 2\n"),
        (
            "h=stop_gradient(_)",
            "h = leaky_relu(dense(x, 8), slope=0.2)",
            "h = stop_gradient(leaky_relu(dense(x, 8), slope=0.2))",
        ),
        ("units@h=_*2", "dense(x, 8)", "dense(x, 16)"),
    ],
)
def test_each_kind_of_edit_writes_what_it_says_and_nothing_else(change: str, old: str, new: str) -> None:
    assert MODEL.count(old) == 1
    text = edited(MODEL, change)
    assert text == MODEL.replace(old, new)
    assert str(read_change(change)) == str(read_change(str(read_change(change))))
    build(text)


@pytest.mark.parametrize(
    ("optimizer", "tenth"),
    [
        ("adam", "adam(lr=0.0001)"),
        ("adam()", "adam(lr=0.0001)"),
        ("sgd(lr=1e-3)", "sgd(lr=0.0001)"),
        ("sgd(warmup(cosine_decay(0.1, 500, low=1e-2), 10))", "sgd(warmup(cosine_decay(0.01, 500, low=0.001), 10))"),
        ('{"*.b": sgd(1), "*": none}', '{"*.b": sgd(0.1), "*": none}'),
        ("momentum(2 * rate)", "momentum((2 * rate)/10)"),
    ],
)
def test_a_rate_is_scaled_wherever_it_stands(optimizer: str, tenth: str) -> None:
    text = MODEL.replace("sgd(rate)", optimizer)
    assert edited(text, "lr=_/10") == MODEL.replace("sgd(rate)", tenth)
    build(edited(text, "lr=_/10"))


LESSON = """\
---
title: A lesson
---
Prose with `sigmoid(x)` in it.

> A quote:
>
> ```python model
> x = input([[1.0, 2.0]])
> h = sigmoid(dense(x, 3))
> ```

- and a list

  ```python model
  for k in range(2):
      h = sigmoid(dense(h, 3))
      g = h
  y = sum(h)
  ```

```lab
forward
expect shape(y) == []
```
"""


def test_only_the_model_is_edited_in_a_lesson_and_each_fence_stays_a_fence() -> None:
    document, problems = parse(LESSON, "lesson.md")
    assert not problems
    once = changed_document(document, [read_change("sigmoid=tanh"), read_change("g=_ * 2")])
    assert once.source.text == LESSON.replace("= sigmoid(", "= tanh(").replace("g = h", "g = h * 2")
    again = draft_text(once.source.text).finish()
    assert sum(node.op.name == "tanh" for node in again.model.graph.nodes) == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("softmax=reshape(_, (3, 3, 3))", "shape"),
        ("units=0", "units"),
        ("lr=-_*nonsense", "nonsense"),
        ("optimizer=relu", "optimizer"),
        ("init@7=he", "changes nothing"),
        ("init@q=he", "changes nothing"),
        ("@4:5-9=1", "changes nothing"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_with_a_reason(change: str, why: str) -> None:
    with pytest.raises(ScenarioError) as error:
        build(MODEL, Overrides(changes=(read_change(change),)))
    assert why in str(error.value)
