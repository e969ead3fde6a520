"""What a model may say around an optimizer, and what is said when it is wrong."""

from __future__ import annotations

import pytest

from tests.scenario.reading import messages, name_list, traced

NET = """
with layer("one"):
    a = param([1.0, -2.0])
with layer("two"):
    b = param([0.5, 3.0])
loss = sum((a - b) ** 2)
"""


def test_a_number_is_short_for_the_usual_clip_and_average() -> None:
    names = name_list(traced(NET + "minimize(loss, sgd(0.1), clip=1.0, l2=1e-4, average=0.99)"))
    for name in ("sgd.lr", "sgd.clip.limit", "sgd.clip.norm", "sgd.l2", "sgd.average.keep"):
        assert name in names
    assert [n for n in names if n.startswith("one.a.")] == [
        "one.a.grad", "one.a.avg", "one.a.clipped", "one.a._mul.0", "one.a.decayed", "one.a.next",
        "one.a._mul.1", "one.a._sub.0", "one.a._mul.2", "one.a.avg.next",
    ]  # fmt: skip


def test_words_stand_for_the_other_ones() -> None:
    text = "minimize(loss, sgd(warmup(step_decay(0.1, every=3), updates=5)), clip=clip_value(2), average=polyak)"
    names = name_list(traced(NET + text))
    assert {"sgd.lr", "sgd.lr.updates", "sgd.lr.rate", "sgd.lr.rate.every", "sgd.clip.limit", "one.a.avg"} <= set(names)
    assert "sgd.clip.norm" not in names


def test_a_schedule_is_a_value_that_can_be_named() -> None:
    names = name_list(traced(NET + "slow = cosine_decay(0.1, 100)\nminimize(loss, adam(slow, beta1=slow))"))
    assert {"adam.lr.updates", "adam.beta1.updates"} <= set(names)


@pytest.mark.parametrize(
    ("argument", "moved"),
    [("freeze='one'", ["two.b"]), ("freeze='b'", ["one.a"]), ("over=['one', 'two'], freeze=['one.a']", ["two.b"])],
)
def test_frozen_parameters_do_not_move(argument: str, moved: list[str]) -> None:
    graph = traced(NET + f"minimize(loss, sgd, {argument})").graph
    assert [graph.nodes[i].name for i in graph.objectives[0].params] == moved


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("minimize(loss, sgd, freeze=['one', 'two'])", "nothing to minimize `loss` over: all parameters are frozen"),
        ("minimize(loss, sgd, freeze='tow')", "`freeze`: no layer or parameter is called `tow`"),
        ("minimize(loss, step_decay(0.1, 3))", "`minimize` takes an optimizer, got `step_decay`"),
        ("minimize(loss, sgd(a))", "`lr` of `sgd` is a single number, got shape (2,)"),
        ("minimize(loss, sgd(warmup(0.1, loss)))", "`warmup` takes numbers that are known before the run"),
        ("minimize(loss, sgd(sgd))", "`lr` of `sgd` is a number, got sgd(lr=0.01)"),
        ("minimize(loss, sgd, clip=sgd)", "`clip` of `minimize` is a number or a word for it, got `sgd`"),
        ("minimize(loss, sgd, clip=[1])", "`clip` of `minimize` is a number or a word for it, got a list"),
        ("minimize(loss, sgd, clip=clip_value)", "`clip_value` needs `limit`; it takes (limit)"),
        ("minimize(loss, sgd, average=sgd(2))", "`average` of `minimize` is a number or a word for it, got `sgd`"),
        ("minimize(loss, sgd, average=2)", "`keep` of `ema` is from 0 to 1, got 2"),
        ("minimize(loss, sgd, l2=-1)", "`l2` of `minimize` is a number from 0 up or a schedule, got -1"),
        ("minimize(loss, sgd, l2='x')", "`l2` of `minimize` is a number from 0 up or a schedule, got a string"),
        ("minimize(loss, sgd, l2=step_decay)", "`step_decay` needs `start`; it takes (start, every, factor=0.1)"),
        ("c = loss * plateau(0.1)", "`plateau` remembers what it has seen: it is for optimizers, no number of the model"),
        ("w = param(shape=(2,), init=normal(warmup(1, 2)))", "`std` of `normal` is a number, got warmup(rate=1, updates=2)"),
        ("plateau = 3", "`plateau` is a word of the model language"),
    ],
)  # fmt: skip
def test_a_wrong_recipe_says_why(text: str, message: str) -> None:
    assert messages(NET + text) == [message]
