"""Files that are never run: shapes and sizes of nets that are too large for any memory."""

from __future__ import annotations

import tracemalloc

import pytest

from gradlab.actions._statement import check_script
from gradlab.actions.budget import costs
from gradlab.errors import ActionError, ScenarioError
from gradlab.lab.outcome import Outcome
from gradlab.scenario.model import draft_text
from gradlab.session import Lab, build

VGG = """
plan = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]
h = input(shape=(1, 3, 224, 224))
for k, c in enumerate(plan):
    with layer(f"pool{k}" if c == 0 else f"conv{k}"):
        h = max_pool2d(h, 2) if c == 0 else relu(conv(h, c, 3, padding=1))
h = reshape(h, (1, 25088))
fc1 = relu(dense(h, 4096))
fc2 = relu(dense(fc1, 4096))
logits = dense(fc2, 1000)
loss = cross_entropy(logits, [3])
minimize(loss, adam(0.001))
"""
LENET = """
x = input(shape=(1, 1, 32, 32))
c1 = tanh(conv(x, 6, 5))
s2 = avg_pool2d(c1, 2)
c3 = tanh(conv(s2, 16, 5))
s4 = avg_pool2d(c3, 2)
c5 = tanh(conv(s4, 120, 5))
f6 = tanh(dense(reshape(c5, (1, 120)), 84))
logits = dense(f6, 10)
loss = cross_entropy(logits, [3])
"""
REASON = "nothing is computed here: the head of the file says `run: never`; shapes and sizes can be asked for"


def opened(model: str, script: str = "", head: str = "run: never\ndtype: float32") -> Lab:
    read = draft_text(f"---\n{head}\n---\n```python model\n{model}\n```\n```lab\n{script}\n```")
    return Lab(read.finish(check_script(read.script, read.known)))


def held(lab: Lab) -> list[Outcome]:
    """Return what the lines of a script gave that did not hold."""
    return [found for _ in lab.script if not (found := lab.next_line()).ok]


def test_vgg_16_is_counted_to_the_number_and_nothing_is_allocated() -> None:
    script = """
    expect params() ~= 138357544
    expect params("*.W") ~= 138344128
    expect params(fc1) ~= 102764544
    expect params(conv0) ~= 1792
    expect params(conv0.b) ~= 64
    expect macs() ~= 15470264320
    expect macs("conv*") ~= 15346630656
    expect macs(pool2) ~= 0
    expect shape(conv16) ~= [1, 512, 14, 14]
    expect shape(logits) ~= [1, 1000]
    expect bytes(conv0) ~= 4 * (1792 + 2 * 64 * 224 * 224)
    expect bytes("*.m") ~= 4 * params()
    expect each("fc?.W", shape(it)) ~= [[25088, 4096], [4096, 4096]]
    let convolutional = params("conv*")
    expect convolutional < params() / 9
    """
    tracemalloc.start()
    try:
        assert held(opened(VGG, script)) == []
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()


def test_lenet_5_is_counted_with_and_without_running_it() -> None:
    script = """
    expect params() ~= 61706
    expect params(c1) ~= 156
    expect params(c3) ~= 2416
    expect params(c5) ~= 48120
    expect params(f6) + params(logits) ~= 10164 + 850
    expect macs(c1) ~= 28 * 28 * 6 * 25
    expect macs() ~= 416520
    expect shape(s4) ~= [1, 16, 5, 5]
    """
    assert held(opened(LENET, script)) == []
    assert held(opened(LENET, script + "forward\nexpect shape(s4) ~= s4.shape\nexpect params() ~= 61706", "seed: 1")) == []


def test_sizes_are_known_in_a_run_too_and_do_not_depend_on_where_it_stands() -> None:
    lab = build("x = const([[1.0, 2.0]])\nh = dense(x, 3)\nloss = sum(h ** 2)\nminimize(loss, adam(0.1))")
    for line in ("forward", "backward", "update", "train 3"):
        assert lab.do("expect params() ~= 9\nexpect macs(h) ~= 6\nexpect bytes(h.W) ~= 48\nexpect shape(h) ~= [1, 3]").ok
        lab.do(line)


@pytest.mark.parametrize(
    "line",
    ["forward", "backward", "step", "update", "train 2", "goto 0.f.3", "check", "precision", "set conv0.b = 1", "seed 3",
     "mode eval", "run until loss < 1", "reverse until loss < 1", "nudge conv0.b[0] by 1", "reinit conv0 normal(0.1)",
     "compare with seed=1", "quiz loss"],
)  # fmt: skip
def test_whatever_would_run_is_refused_with_the_reason(line: str) -> None:
    lab = opened(VGG)
    with pytest.raises(ActionError) as error:
        lab.do(line)
    assert error.value.headline.removeprefix("error: ") == REASON
    assert str(lab.position) == "0.f.0"


def test_a_claim_about_a_number_fails_with_the_reason() -> None:
    lab = opened(VGG)
    for claim in ("expect loss > 0", "expect rms(grad(conv0.W)) > 0"):
        found = lab.do(claim)
        assert not found.ok
        assert found.lines[0].text.endswith(REASON)


def test_all_that_a_screen_asks_for_is_there_and_pending() -> None:
    lab = opened(VGG)
    snapshot = lab.snapshot()
    assert set(snapshot.value_states) == set(snapshot.grad_states) == {0}
    assert snapshot.backend == "none"
    assert all(row.activations is None and row.weights is None for row in lab.stats())
    assert lab.findings() == ()
    assert lab.brief([0, 1])[0].value != lab.brief([0, 1])[0].value, "NaN: there is no number"


def test_the_budget_is_a_table_of_the_layers() -> None:
    lab = opened(LENET, head="run: never")
    assert [line.text for line in lab.do("budget").lines] == [
        "layer           out         parameters  multiplications    bytes",
        "c1              1x6x28x28          156          117,600   76,512",
        "c3              1x16x10x10       2,416          240,000   44,928",
        "c5              1x120x1x1       48,120           48,000  386,880",
        "f6              1x84            10,164           10,080   83,616",
        "logits          1x10               850              840    6,880",
        "outside layers                       0                0   20,816",
        "all                             61,706          416,520  619,632",
    ]
    assert sum(cost.parameters for cost in costs(lab)[:-1]) == costs(lab)[-1].parameters


def test_only_never_can_stand_in_the_head() -> None:
    with pytest.raises(ScenarioError, match="allowed are `never`"):
        opened("x = const([1.0])\ny = x * 2", head="run: sometimes")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("params(nothing)", "unknown name `nothing`"),
        ("params('q*')", "`q*` matches no node"),
        ("macs(1 + 1)", "`macs` takes the name of a layer or a node, or a pattern"),
        ("bytes(c1, c3)", "`bytes` takes the name of a layer or a node, or a pattern"),
        ("shape(c1[0])", "`shape` takes a whole node"),
        ("shape()", "`shape` takes the name of a layer or a node"),
    ],
)
def test_what_is_wrong_with_a_size_is_said_when_it_is_read(text: str, message: str) -> None:
    with pytest.raises(ActionError) as error:
        opened(LENET).do(f"expect {text} > 0")
    assert error.value.headline.removeprefix("error: ").partition(";")[0] == message
