"""Accumulation: one step of several batches, against one batch of all their samples, against PyTorch, and along the axis."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.axis.digest import digest
from gradlab.errors import GradlabError
from gradlab.session import Lab
from tests.axis.test_all_pairs import assert_all_pairs
from tests.scenario.reading import messages

backends = pytest.mark.parametrize("backend", ["plain", "jit"])
NET = """
x, t = dataset("moons", n=48, batch={batch}, noise=0.1)
h = tanh(dense(x, 3))
y = dense(h, 2)
loss = cross_entropy(y, t)
"""
ACCUMULATED = NET.format(batch=6) + "minimize(loss, adam(0.05), clip=0.3, l2=0.01, average=0.9, accumulate=4)"
SMALL = """
w = param([1.0, -2.0])
x = randn(2)
loss = sum(square(w * x - 1))
minimize(loss, momentum(0.1), clip=1.0, accumulate={k})
"""
NORMED = """
x, t = dataset("moons", n=24, batch=6)
h = batch_norm(dense(x, 2))
loss = cross_entropy(h, t)
minimize(loss, adam(0.1), average=0.5, accumulate=2)
"""
FOLLOWED = """
w = param([1.0, -2.0])
m = running(w * randn(2), rate=0.5)
loss = sum(square(w - m - 1))
minimize(loss, sgd(0.1), accumulate=3)
"""
TURNS = """
a, b = param([2.0, 1.0]), param(3.0)
x = randn(2)
la = sum(square(a * x - b))
lb = square(b - 1) + sum(a * x)
minimize(la, sgd(0.1), over="a", accumulate=2)
minimize(lb, adam(0.1), over="b", accumulate=3)
"""


def built(text: str, backend: str = "plain") -> Lab:
    return gradlab.build(text, backend=backend)


def order(lab: Lab, update: int) -> list[str]:
    """Return the names of the ops of the update phase of an update."""
    return [lab.graph.nodes[i].name for i in lab.run.timeline.order(update, "u")]


def test_three_of_four_updates_do_nothing_but_add() -> None:
    lab = built(SMALL.format(k=4))
    assert [order(lab, update) for update in (0, 1, 2)] == [["w.acc.next"]] * 3
    assert order(lab, 3) == [
        "w.sum", "w.mean", "momentum.clip._sum_squares.0", "momentum.clip.norm", "momentum.clip._maximum.0",
        "momentum.clip.scale", "w.clipped", "w._mul.0", "w._mul.1", "w.v.next", "w.next", "w.acc.empty",
    ]  # fmt: skip
    assert order(lab, 4) == ["w.acc.next"]


def test_the_sum_grows_and_is_empty_after_the_step() -> None:
    lab = built(SMALL.format(k=3))
    total, start = np.zeros(2), lab.value("w").copy()
    for update in range(2):
        lab.do("forward\nbackward")
        total = total + lab.grad("w")
        lab.do("update")
        assert np.array_equal(lab.value("w.acc"), total) and np.array_equal(lab.value("w"), start), update
    lab.do("forward\nbackward\nstep")
    assert np.array_equal(lab.value("w.sum"), total + lab.grad("w"))
    lab.do("step")
    assert np.array_equal(lab.value("w.mean"), lab.value("w.sum") / 3)
    lab.do("update")
    assert not np.array_equal(lab.value("w"), start) and not lab.value("w.acc").any()


@backends
def test_a_step_of_four_batches_is_that_of_one_batch_of_all_their_samples(backend: str) -> None:
    small = built(ACCUMULATED, backend)
    large = built(NET.format(batch=24) + "minimize(loss, adam(0.05), clip=0.3, l2=0.01, average=0.9)", backend)
    for _ in range(6):
        small.do("train 4")
        large.do("train 1")
        for node in large.graph.params:
            for name in (node.name, f"{node.name}.avg", f"{node.name}.m", f"{node.name}.v"):
                np.testing.assert_allclose(small.value(name), large.value(name), rtol=1e-12, atol=1e-12, err_msg=name)
    assert small.position.update == 24 and large.position.update == 6


def test_the_counter_of_adam_schedules_and_averages_count_steps() -> None:
    model = NET.format(batch=6) + "minimize(loss, adam(step_decay(1.0, every=2)), average=polyak, accumulate=2)"
    lab = built(model)
    rates = []
    for update in range(8):
        lab.do("update")
        assert lab.value("adam.t") == (update + 1) // 2
        if update % 2:
            rates.append(float(lab.value("adam.lr")))
    assert rates == pytest.approx([1.0, 1.0, 0.1, 0.1], rel=1e-15)


@backends
@pytest.mark.parametrize("text", [SMALL.format(k=2), FOLLOWED])
def test_from_every_position_to_every_other_one_the_bits_are_those_of_a_straight_walk(text: str, backend: str) -> None:
    assert_all_pairs(built(text, backend), 3)


@backends
def test_training_gives_the_bits_of_walking_and_going_back_over_a_step_is_exact(backend: str) -> None:
    walked, trained = built(NORMED, backend), built(NORMED, backend)
    seen = [digest(walked.run)]
    for update in range(1, 12):
        walked.do("step 1 update")
        seen.append(digest(walked.run))
        assert walked.position.update == update
    for stop in (11, 3, 8, 0, 7, 1):
        trained.do(f"goto {stop}.f.0")
        assert digest(trained.run) == seen[stop], stop
    assert len(trained.run.history.pairs()) == 1


def test_statistics_that_run_along_move_in_every_batch() -> None:
    lab = built(NORMED)
    lab.do("forward")
    means = [lab.value("h.running_mean").copy()]
    for _ in range(4):
        lab.do("update")
        means.append(lab.value("h.running_mean").copy())
    assert all(not np.array_equal(a, b) for a, b in pairwise(means))


def test_objectives_that_accumulate_take_turns_and_count_their_own() -> None:
    lab = built(TURNS)
    steps = [any(name in ("a.next", "b.next") for name in order(lab, update)) for update in range(12)]
    assert [update for update, step in enumerate(steps) if step] == [2, 5, 6, 10, 11]


MASKED = """
x, t = dataset("moons", n=24, batch=4)
y = dense(x, 2)
mask = x[:, 0] > {bound}
each = square(y[:, 0] - x[:, 1]) * mask
loss = sum(each) / sum(mask)
"""


def test_batches_of_different_counts_weigh_what_they_count() -> None:
    counted = built(MASKED.format(bound=0.3) + "minimize(loss, sgd(0.2), accumulate=3, count=sum(mask))")
    plain = built(MASKED.format(bound=0.3) + "minimize(loss, sgd(0.2), accumulate=3)")
    large = built(MASKED.replace("batch=4", "batch=12").format(bound=0.3) + "minimize(loss, sgd(0.2))")
    counts = set()
    for _ in range(2):
        for _ in range(3):
            counts.add(float(counted.value("_sum.1")) if counted.position.update else 0.0)
            counted.do("update")
            plain.do("update")
        large.do("update")
        np.testing.assert_allclose(counted.value("y.W"), large.value("y.W"), rtol=1e-12)
    assert len(counts) > 2, "the batches count differently"
    assert np.abs(plain.value("y.W") - large.value("y.W")).max() > 1e-4


def test_of_no_count_at_all_there_is_no_step_that_means_something() -> None:
    lab = built(MASKED.format(bound=99) + "minimize(loss, sgd(0.2), accumulate=3, count=sum(mask))")
    lab.do("train 3")
    assert np.isnan(lab.value("y.W")).any()


def test_accumulated_groups_are_checked_and_explained() -> None:
    lab = built(NET.format(batch=6) + 'minimize(loss, {"*.b": sgd(0.1), "*": adamw(0.01)}, accumulate=2, clip=1.0)')
    lab.do("update")
    grown = str(lab.do("explain h.b.acc.next"))
    assert grown.startswith("h.b.acc[") and ", a step of " in grown and " by " not in grown and "\n" not in grown
    lab.do("update")
    told = str(lab.do("explain h.W.next"))
    assert "by adamw\n" in told and "  mean " in told and "batches 2" in told
    assert lab.do("check").ok
    lab.do("stats")
    lab.do("precision float32")
    assert lab.do("expect rms(update(h.W)) > 0").ok
    lab.do("update")
    assert lab.position.update == 3


def test_a_break_on_the_change_of_a_parameter_waits_for_the_step() -> None:
    lab = built(SMALL.format(k=4))
    lab.do("run until abs(update(w)[0]) > 0")
    assert lab.position.update == 3 and lab.position.phase == "u"


@backends
def test_a_search_for_a_loss_finds_the_update_that_walking_finds(backend: str) -> None:
    lab, walked = built(ACCUMULATED, backend), built(ACCUMULATED, backend)
    losses = []
    for _ in range(40):
        walked.do("forward")
        losses.append(float(walked.value("loss")))
        walked.do("update")
    bound = min(losses[20:]) + 1e-9
    first = next(update for update, loss in enumerate(losses) if loss < bound)
    lab.do(f"run until loss < {bound!r}")
    assert lab.position.update == first and first > 8


RECURRENT = """
x = randn(5, {batch}, 2)
t = mean(x, axis=0)
hs, h = rnn(x, 3)
loss = mse(dense(h, 2), t)
minimize(loss, adam(0.01), clip=1.0{more})
"""


def test_a_recurrent_network_learns_by_accumulation() -> None:
    lab = built(RECURRENT.format(batch=4, more=", accumulate=8"))
    lab.do("train 8")
    first = lab.value("hs.W.m").copy()
    lab.do("train 392")
    losses = [loss for _, loss in lab.run.history.pairs()]
    assert np.mean(losses[-80:]) < 0.7 * np.mean(losses[:80])
    assert first.any() and lab.value("adam.t") == 50


def test_accumulation_is_what_pytorch_does_by_adding_gradients(torch: Any) -> None:
    lab = built(NET.format(batch=6) + 'minimize(loss, {"*.b": adam(0.01), "*": adamw(0.05, decay=0.1)}, accumulate=4)')
    peers = {node.name: torch.tensor(lab.value(node.name), requires_grad=True) for node in lab.graph.params}
    optimizers = [
        torch.optim.Adam([peers["h.b"], peers["y.b"]], lr=0.01),
        torch.optim.AdamW([peers["h.W"], peers["y.W"]], lr=0.05, weight_decay=0.1),
    ]
    for update in range(16):
        x, t = torch.tensor(lab.value("x")), torch.tensor(lab.value("t")).long().reshape(-1)
        hidden = torch.tanh(x @ peers["h.W"] + peers["h.b"])
        logits = hidden @ peers["y.W"] + peers["y.b"]
        (torch.nn.functional.cross_entropy(logits, t) / 4).backward()
        lab.do("train 1")
        if update % 4 == 3:
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
            for name, peer in peers.items():
                np.testing.assert_allclose(lab.value(name), peer.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("sgd, accumulate=0", "`accumulate` of `minimize` is from 1 to 1,000,000, got 0"),
        ("sgd, accumulate=-4", "`accumulate` of `minimize` is from 1 to 1,000,000, got -4"),
        ("sgd, accumulate=2.5", "`accumulate` of `minimize` is a whole number, got 2.5"),
        ("sgd, accumulate=loss", "`accumulate` of `minimize` is a whole number, got a node"),
        ("sgd, accumulate=3", "`accumulate` of `minimize` divides the batches of an epoch: 3 does not divide 8"),
        ("sgd, accumulate=16", "`accumulate` of `minimize` divides the batches of an epoch: 16 does not divide 8"),
        ("bfgs, accumulate=2", "`bfgs` takes all data at once: there is nothing to `accumulate`"),
        ("sgd, count=sum(h)", "`count` is what a batch counts for among several: it needs `accumulate`"),
        ("sgd, accumulate=2, count=3", "`count` of `minimize` is a node, what this batch counts for, got a number"),
        ("sgd, accumulate=2, count=h", "`count` of `minimize` is a single number, `h` has shape (6, 3)"),
    ],
)
def test_wrong_accumulation_says_why(argument: str, message: str) -> None:
    assert messages(NET.format(batch=6) + f"minimize(loss, {argument})") == [message]


def test_an_epoch_of_data_that_the_loss_does_not_read_may_have_any_number_of_batches() -> None:
    text = 'x, t = dataset("moons", n=48, batch=8)\nall, u = dataset("moons", n=48)\ndraw = shared(dense, units=2)\n'
    text += "loss = cross_entropy(draw(x), t)\nwhole = cross_entropy(draw(all), u)\n"
    refused = "`accumulate` of `minimize` divides the batches of an epoch: 3 does not divide 1"
    assert messages(text + "minimize(loss, sgd, accumulate=3)") == []
    assert messages(text + "minimize(loss + whole, sgd, accumulate=3)") == [refused]


def test_all_the_data_at_once_are_one_batch_and_the_hint_names_what_would_do() -> None:
    text = 'x, t = dataset("moons", n=48{})\ny = dense(x, 2)\nminimize(cross_entropy(y, t), sgd, accumulate=5)'
    with pytest.raises(GradlabError) as caught:
        gradlab.build(text.format(", batch=4"))
    assert "5 does not divide 12\n" in str(caught.value) and "2, 3, 4, 6, 12 would" in str(caught.value)
    assert messages(text.format("")) == ["`accumulate` of `minimize` divides the batches of an epoch: 5 does not divide 1"]
