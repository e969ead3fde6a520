"""How an optimizer came to a step: the numbers on the way, the rate they amount to, the share of weight decay."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.axis.position import State
from gradlab.errors import ActionError
from gradlab.lab.why.steps import step_of
from gradlab.session import Lab, build

MODEL = "x = input([[1.0, 2.0]])\nW = param([[0.5, -1.0], [2.0, 0.25]])\nloss = mean((x @ W) ** 2)\nminimize(loss, {how})\n"


def after(how: str, *actions: str) -> Lab:
    lab = build(MODEL.format(how=how))
    for action in actions:
        lab.do(action)
    return lab


def w(lab: Lab) -> int:
    return lab.graph.aliases["W"]


def test_the_first_step_of_adam_is_the_learning_rate_and_its_terms_are_told() -> None:
    lab = after("adam(0.01)", "update")
    found = step_of(lab.run, w(lab), 0)
    terms, settings = dict(found.terms), dict(found.settings)
    gradient = found.gradient
    assert found.optimizer == "adam"
    assert abs(found.step) == pytest.approx(0.01, rel=1e-6)
    assert terms["m"] == terms["v"] == 0.0, "as they were before the update"
    assert terms["m.next"] == pytest.approx(0.1 * gradient)
    assert terms["m_hat"] == pytest.approx(gradient)
    assert settings["c1"] == pytest.approx(0.1) and settings["c2"] == pytest.approx(0.001)
    assert found.rate == pytest.approx(0.01 / abs(gradient), rel=1e-6)
    assert found.decay is None


def test_the_same_is_told_before_and_after_the_commit() -> None:
    inside = after("adam(0.01), average=0.9", "update", "update")
    inside.do(f"goto 1.u.{inside.run.timeline.count(1, 'u') - 1}")
    behind = after("adam(0.01), average=0.9", "update", "update")
    first, second = (step_of(lab.run, w(lab), 3) for lab in (inside, behind))
    assert first.terms == second.terms and first.settings == second.settings
    assert (first.before, first.gradient) == (second.before, second.gradient)


def test_plain_descent_has_the_rate_it_was_given() -> None:
    lab = after("sgd(0.1)", "update")
    found = step_of(lab.run, w(lab), 2)
    assert found.rate == pytest.approx(0.1)
    assert (found.terms, found.settings) == ((("grad", found.gradient),), (("lr", 0.1),))


def test_the_share_of_decoupled_decay_is_of_the_step() -> None:
    lab = after("adamw(0.01, decay=0.5)", "update")
    found = step_of(lab.run, w(lab), 0)
    assert found.decay == pytest.approx((-0.01 * 0.5 * 0.5) / found.step)


def test_the_share_of_a_penalty_is_of_the_gradient() -> None:
    lab = after("sgd(0.1), l2=0.2", "update")
    found = step_of(lab.run, w(lab), 0)
    assert found.decay == pytest.approx(0.2 * 0.5 / (0.2 * 0.5 + found.gradient))


def test_explain_says_it_of_the_largest_step_or_of_one_element() -> None:
    lab = after("momentum(0.1)", "update")
    change = lab.environment().update("W")
    largest = [int(i) for i in np.unravel_index(int(np.argmax(np.abs(change))), change.shape)]
    lines = [line.text for line in lab.do("explain W.next").lines]
    assert lines[0].startswith(f"W[{largest[0]}, {largest[1]}]: ") and lines[0].endswith(" by momentum")
    assert [line.split()[0] for line in lines[1:4]] == ["grad", "v", "v.next"]
    assert lines[4] == "  with lr 0.1, mu 0.9"
    assert lines[5] == "  as plain descent: a learning rate of 0.1"
    assert lab.do("explain W.next[0, 1]").lines[0].text.startswith("W[0, 1]: -1.000000 → ")


def test_a_step_that_has_not_been_made_says_so() -> None:
    lab = after("sgd(0.1)", "backward")
    with pytest.raises(ActionError, match=r"`W.next` is pending at 0.b.\d+: the update has not come to it yet"):
        lab.do("explain W.next")


def test_the_objective_that_moved_it_last_is_the_one_that_is_told() -> None:
    two = (
        "w = param(1.0)\na = w * w\nb = (w - 3) ** 2\nminimize(a, sgd(0.1), over='w')\nminimize(b, momentum(0.01), over='w')\n"
    )
    lab = build(two)
    lab.do("update")
    assert step_of(lab.run, lab.graph.aliases["w"], 0).optimizer == "sgd"
    lab.do("update")
    assert step_of(lab.run, lab.graph.aliases["w"], 0).optimizer == "momentum"


@pytest.mark.parametrize("optimizer", ["adam(0.01)", "adamw(0.01, decay=0.1)", "sgd(0.01)"])
def test_of_a_step_of_the_last_update_nothing_is_told_that_is_of_this_one(optimizer: str) -> None:
    lab = build(f"a = param([2.0, 1.0])\nla = sum(square(a))\nminimize(la, {optimizer}, l2=0.1)\n")
    lab.do("train 3")
    first, *others = told(lab)
    assert {part.split()[0] for part in others} > {"grad", "decayed", "lr", "as"}
    following = lab.graph.aliases["a.next"]
    while lab.position.update == 3 and lab.run.value_state(following) is State.PAST:
        one, *rest = told(lab)
        assert one == first
        assert {*rest} <= {*others}
        assert lab.position.phase != "u" or not {part.split()[0] for part in rest} & {"grad", "as", "weight"}
        lab.do("step")


def told(lab: Lab) -> list[str]:
    """Return the lines of a step, settings by themselves."""
    lines = [" ".join(line.text.split()) for line in lab.do("explain a.next").lines]
    return [part for line in lines for part in (line[5:].split(", ") if line.startswith("with ") else [line])]


def test_a_rate_that_was_changed_behind_a_step_is_not_told_of_it() -> None:
    lab = build("a = param([2.0, 1.0])\nla = sum(square(a))\nminimize(la, sgd(0.01))\n")
    lab.do("train 2")
    assert "lr 0.01" in told(lab)
    lab.do("set sgd.lr = 0.5")
    assert told(lab)[1:] == ["grad +3.920000", "as plain descent: a learning rate of 0.01"]
    lab.do("train 1")
    assert "lr 0.5" in told(lab)


TAKING_TURNS = 'minimize(a * b, sgd(0.1), over="a")\nminimize(b * b, sgd(0.1), over="b", times=2)'


@pytest.mark.parametrize(
    ("text", "lines", "asked", "answer"),
    [
        ("minimize(a * a, sgd(0.1), accumulate=2)", "train 3", "expect update(a) == 0", "update 2 did not move `a`"),
        ("minimize(a * a, sgd(0.1), accumulate=3)", "goto 1.b.end", "explain a.next", "update 1 does not move `a`"),
        ("minimize(a * a, sgd(0.1))", "train 1\nfreeze a\ntrain 1\nthaw a", "expect update(a) == 0",
         "update 1 did not move `a`: it was frozen"),
        (TAKING_TURNS, "train 2", "expect update(a) == 0", "update 1 did not move `a`"),
        (TAKING_TURNS, "goto 2.b.end", "explain a.next", "update 2 does not move `a`"),
        (TAKING_TURNS, "goto 3.b.end", "explain a.next", "`a.next` is pending at 3.b.1: the update has not come to it yet"),
        (TAKING_TURNS, "goto 0.b.end", "expect update(a) == 0", "no update of `a` has been made at 0.b.1"),
    ],
)  # fmt: skip
def test_what_an_update_leaves_alone_is_said_of_that_update(text: str, lines: str, asked: str, answer: str) -> None:
    lab = build(f"a, b = param(2.0), param(3.0)\n{text}\n")
    lab.do(lines)
    try:
        said = lab.do(asked).lines[0].text
    except ActionError as error:
        said = str(error).splitlines()[0]
    assert said.endswith(answer)
