"""The diagnosis of a step in the middle of a training, as a snapshot holds it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gradlab.diagnose.doing import diagnosed
from gradlab.diagnose.examination import examine
from gradlab.diagnose.told import lines
from gradlab.lab.archive import write_npz
from gradlab.op import Array
from gradlab.session import Lab, build, load
from gradlab.train.layers import layer_parts

MODEL = """\
x = input([[1.0, 2.0], [3.0, -1.0]])
w = param([[0.5], [0.25]])
loss = mean((x @ w - [[40.0], [-30.0]]) ** 2)
minimize(loss, sgd(lr=0.01))
"""


def _in_the_middle(folder: Path) -> Lab:
    """Return a training that is past its first updates, as a scenario that begins there, with a rate that is too high."""
    before = build(MODEL, backend="plain")
    before.do("train 12")
    before.do(f"save {folder / 'state.npz'}")
    page = folder / "page.md"
    page.write_text(
        f"---\ntitle: T\nbegin: state.npz\n---\n```python model\n{MODEL.replace('0.01', '1e70')}```\n", encoding="utf-8"
    )
    return load(page, backend="plain")


def test_a_step_in_the_middle_of_a_training_is_asked_all_and_says_how_its_updates_are_counted(tmp_path: Path) -> None:
    """Where a number stops to be finite between the updates that were looked at, the run is gone over again."""
    lab = _in_the_middle(tmp_path)
    assert lab.position.update == 12
    found = diagnosed(lab, 2000, fix=False)
    assert [why for _, why in found.skipped if "failed" in why] == []
    assert any(one.rule == "B6" for one in found.findings)
    assert [*lines(found)][-1] == ("", "updates are counted from update 12 of the training, with which the file begins")


NET = """\
---
title: Net
names: net
---
```python model
w = npz("w.npz")
x = input(w["x"])
t = input([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
with layer("net.first"):
    weight = param(w["first"])
    bias = param(w["bias"])
    linear_1 = linear(x, weight, bias)
with layer("net.norm"):
    gain = param([1, 1, 1, 1, 1, 1, 1, 1])
    norm_1 = scale_shift(linear_1, gain, [0, 0, 0, 0, 0, 0, 0, 0])
with layer("net"):
    relu_1 = relu(norm_1)
with layer("net.last"):
    weight = param(w["last"])
    bias = param([0.0, 0.0, 0.0])
    linear_2 = linear(relu_1, weight, bias)
loss = cross_entropy(linear_2, t)
minimize(loss, sgd(0.3))
```
"""


def _net(folder: Path, bias: float = 0.1, script: str = "", changes: Mapping[str, str] | None = None) -> Lab:
    rng, text = np.random.default_rng(1), NET
    sizes = {"x": (16, 5), "first": (8, 5), "last": (3, 8), "left": (16, 8), "wide": (16, 8)}
    write_npz(folder / "w.npz", {"bias": np.full(8, bias), **{name: rng.normal(size=size) for name, size in sizes.items()}})
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    page = folder / "net.md"
    page.write_text(f"{text}\n```lab\n{script}```\n" if script else text, encoding="utf-8")
    return load(page, backend="plain")


def test_an_activation_beside_the_layers_of_a_model_is_that_of_the_layer_in_front_of_it(tmp_path: Path) -> None:
    lab = _net(tmp_path)
    rows = layer_parts(lab.graph)
    assert [row.name for row in rows] == ["net.first", "net.norm", "net.relu_1", "net.last"]
    hidden = examine(lab, 1).depth.hidden
    assert [(row.name, lab.graph.nodes[row.z or 0].name, lab.graph.nodes[row.out or 0].name) for row in hidden] == [
        ("net.first", "net.norm.norm_1", "net.relu_1")
    ]
    dead = diagnosed(_net(tmp_path, -9), 20, fix=False).headline
    assert dead is not None
    assert (dead.rule, dead.text) == ("C4", "100% of the units of net.first are 0 for every sample before the first update")


def test_of_a_training_that_goes_on_nothing_is_said_of_its_beginning(tmp_path: Path) -> None:
    before = _net(tmp_path, -9, changes={"cross_entropy": "2 * cross_entropy"})
    before.do("train 3")
    before.do(f"save {tmp_path / 'state.npz'}")
    found = diagnosed(_net(tmp_path, -9, changes={"names: net": "names: net\nbegin: state.npz"}), 20, fix=False)
    assert found.headline is not None
    assert found.headline.rule == "D4"
    assert {"C1", "C2", "C3", "C4", "C5", "C6", "A8"} <= {name for name, why in found.skipped if why.endswith("of its own")}


def test_what_earlier_steps_have_left_is_no_sum_over_samples(tmp_path: Path) -> None:
    """A parameter has as many rows as the batch has samples; a penalty on it is no loss of samples either."""
    left = 'linear_2, t) + custom(0, sum(net.wide.weight * const(w["left"])))'
    wide = 'with layer("net.wide"):\n    weight = param(w["wide"])\nloss = cross'
    found = diagnosed(_net(tmp_path, changes={"loss = cross": wide, "linear_2, t)": left}), 5, fix=False)
    assert "A7" not in {one.rule for one in found.findings}
    summed = {"linear_2, t)": 'linear_2, t, reduction="sum")'}
    assert "A7" in {one.rule for one in diagnosed(_net(tmp_path, changes=summed), 5, fix=False).findings}


@pytest.mark.parametrize("factor", [0.5, -1.0, 1.0])
def test_another_gradient_in_the_program_that_a_step_is_from_is_found_at_its_op(tmp_path: Path, factor: float) -> None:
    lab = _net(tmp_path)
    lab.do("forward")
    lab.do("backward")
    grads = {"net.relu_1": lab.grad("net.relu_1"), **{n: factor * lab.grad(n) for n in ("net.norm.norm_1", "net.first.bias")}}
    write_npz(tmp_path / "torch.npz", {f"grad({name})": array for name, array in grads.items()})
    found = diagnosed(_net(tmp_path, script="forward\nbackward\nagree torch.npz\nupdate\n"), 200, fix=False)
    assert found.learned
    if factor == 1:
        assert "B1" not in {one.rule for one in found.findings}
        return
    first = found.headline
    assert first is not None
    assert (first.rule, first.level) == ("B1", "error")
    assert first.text == (
        f"the gradient that arrives at `net.norm.norm_1` from `net.relu_1` in `torch.npz` is {factor:.4g} times the derivative"
    )


@pytest.mark.parametrize(
    ("op", "factor", "level", "said"),
    [
        (
            "reshape(linear_1, shape=(16, 8))",
            -0.5,
            "warning",
            "`Own` gives what it reads, and sends `net.first.linear_1` -0.5 times",
        ),
        (
            "1.0 * linear_1",
            -0.5,
            "warning",
            "`Own` gives what it reads, and sends `net.first.linear_1` -0.5 times the gradient",
        ),
        (
            "linear_1 * sigmoid(linear_1)",
            0.5,
            "error",
            "the gradient of `net.first.linear_1` comes through `Own`, which has its own",
        ),
        (
            "2.0 * linear_1",
            0.5,
            "error",
            "the gradient of `net.first.linear_1` comes through `Own`, which has its own backward",
        ),
    ],
)
def test_a_function_of_the_programs_own_is_named_and_no_error_where_it_is_there_for_its_backward(
    tmp_path: Path, op: str, factor: float, level: str, said: str
) -> None:
    """Of one that gives what it reads the backward is all that it is for."""
    made = {"loss = cross": f"own = {op}  #@ net.py:7 in Own\nloss = cross", "linear_2, t)": "linear_2, t) + 9 * mean(own)"}
    lab = _net(tmp_path, changes=made)
    lab.do("forward")
    lab.do("backward")
    there = _through(lab, factor)
    write_npz(tmp_path / "torch.npz", {"grad(net.first.linear_1)": there})
    found = diagnosed(_net(tmp_path, script="forward\nbackward\nagree torch.npz\nupdate\n", changes=made), 2, fix=False)
    (first,) = [one for one in found.findings if one.rule == "B1"]
    assert first.text.startswith(said) and first.text.endswith("(net.py:7 in Own)")
    assert first.level == level


def _through(lab: Lab, factor: float) -> Array:
    """Return the gradient of a layer, of which the part that comes through another op is multiplied by a factor."""
    from gradlab.lab.sending import Sending

    index = lab.graph.aliases["net.first.linear_1"]
    own = {n.index for n in lab.graph.nodes if index in n.inputs and n.span is not None and n.span.function == "Own"}
    sent = Sending(lab.run).by(own, index)
    assert sent is not None
    return np.asarray(lab.grad("net.first.linear_1") + (factor - 1) * sent)


def test_a_hook_on_what_several_ops_read_is_not_put_down_to_the_function_among_them(tmp_path: Path) -> None:
    made = {
        "loss = cross": "own = square(linear_1)  #@ net.py:7 in Own\nloss = cross",
        "linear_2, t)": "linear_2, t) + mean(own)",
    }
    lab = _net(tmp_path, changes=made)
    lab.do("forward")
    lab.do("backward")
    write_npz(tmp_path / "torch.npz", {"grad(net.first.linear_1)": 0.1 * lab.grad("net.first.linear_1")})
    found = diagnosed(_net(tmp_path, script="forward\nbackward\nagree torch.npz\nupdate\n", changes=made), 2, fix=False)
    (first,) = [one for one in found.findings if one.rule == "B1"]
    assert first.text == "the gradient of `net.first.linear_1` in `torch.npz` is 0.1 times the derivative"


def test_what_the_program_sends_through_a_step_reaches_parameters_there(tmp_path: Path) -> None:
    made = {"relu(norm_1)": "sign(norm_1)  #@ net.py:9 in Straight"}
    lab = _net(tmp_path, changes=made)
    names = ("net.norm.norm_1", "net.first.weight", "net.first.bias", "net.norm.gain")
    write_npz(
        tmp_path / "torch.npz", {f"grad({name})": np.ones(lab.graph.nodes[lab.graph.aliases[name]].shape) for name in names}
    )
    found = diagnosed(_net(tmp_path, script="forward\nbackward\nagree torch.npz\nupdate\n", changes=made), 20, fix=False)
    said = {one.rule: one for one in found.findings if one.rule in ("B1", "B2")}
    assert said.keys() == {"B1"} and said["B1"].level != "error"
    assert said["B1"].text == (
        "the derivative of `Straight` to `net.norm.norm_1` is 0 everywhere, and its own backward sends a gradient there"
        "  (net.py:9 in Straight)"
    )
