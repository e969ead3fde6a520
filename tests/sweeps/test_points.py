"""A point is a function of what its key names: whatever was run before it, and in whatever stretches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradlab.session import load
from gradlab.sweeps.question import AskedSweep, Result
from gradlab.sweeps.worker import PointRunner
from tests.sweeps.making import TEXT, alone, ask, scenario

MEASURES = ("loss", "max(abs(grad(h)))", "rate * 1")
DIGITS = """
```python model
rate = 0.1
x, t = dataset("digits", split="train", batch=16)
h = dropout(relu(dense(x, 8, init=he)), 0.3)
loss = cross_entropy(dense(h, 10), t)
minimize(loss, adam(lr=rate), schedule=cosine(20)) if 0 else minimize(loss, adam(lr=rate))
```
"""


def ran(sweep: AskedSweep) -> tuple[PointRunner, list[Result]]:
    """Return what comes of all points in one process, and who ran them."""
    runner = PointRunner(sweep.question)
    with np.errstate(all="ignore"):
        return runner, [runner.run(sweep.plan.point(number)) for number in range(sweep.plan.size)]


def same(a: Result, b: Result) -> bool:
    return np.array(a.measured).tobytes() == np.array(b.measured).tobytes() and a.failed == b.failed


def reused(runner: PointRunner) -> bool:
    """Whether a model that was read once served several values."""
    return any(one is not None and one.names for one in runner.templates._kept.values())


@pytest.mark.parametrize(
    ("over", "served"),
    [
        (("rate=log(0.001, 0.9, 6)",), True),
        (("spread=lin(0.1, 3.1, 4)",), True),
        (("rate=[0.3, 0.1, 0.2]", "spread=[0.7, 1.3, 2.1]"), True),
        (("rate=log(0.001, 0.9, 4)", "width=[1, 3]"), True),
        (("lr=log(0.001, 0.9, 5)",), True),
        (("width=[1, 2, 3, 4]",), False),
        (("init=[he, zeros, normal(0.3)]",), False),
        (("rate=[0.5, 1.0, 2.0, 0]",), False),
    ],
)
def test_a_point_has_the_bits_of_one_that_nothing_was_run_before(tmp_path: Path, over: tuple[str, ...], served: bool) -> None:
    known = MEASURES if "lr" not in over[0] else MEASURES[:2]
    sweep = ask(scenario(tmp_path), *over, measure=known, updates=30)
    runner, results = ran(sweep)
    assert reused(runner) == served
    assert all(same(result, alone(sweep, number)) for number, result in enumerate(results))
    assert len({result.measured[:2] for result in results}) > len(results) / 2


def test_batches_masks_and_held_out_data_have_their_bits_too(tmp_path: Path) -> None:
    text = DIGITS.replace("minimize(loss, adam(lr=rate), schedule=cosine(20)) if 0 else ", "")
    sweep = ask(scenario(tmp_path, text), "rate=log(0.01, 0.3, 4)", measure=("loss", 'on("test", loss)'), updates=12)
    runner, results = ran(sweep)
    assert reused(runner)
    assert all(same(result, alone(sweep, number)) for number, result in enumerate(results))


@pytest.mark.parametrize(
    "lines",
    [
        "k = 3 if rate > 0.05 else 2\nx = x * k",
        "k = [1, 2, 3, 4][2] if rate == 0.1 else 7\nx = x * k",
        "def double(a):\n    return a * (2 if a > 0.05 else 3)\nx = x * double(rate)",
        "half = rate * 2\nx = x * half",
    ],
)
def test_a_model_that_decides_by_a_value_is_read_for_each(tmp_path: Path, lines: str) -> None:
    text = TEXT.replace("h = tanh", f"{lines}\nh = tanh")
    sweep = ask(scenario(tmp_path, text), "rate=log(0.01, 0.3, 5)", seeds=(0,))
    runner, results = ran(sweep)
    assert not reused(runner)
    assert all(same(result, alone(sweep, number)) for number, result in enumerate(results))


def test_a_point_is_the_run_that_a_person_opens(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    sweep = ask(path, "rate=[0.3, 0.11]", seeds=(4, 5))
    lab = load(path, seed=5, backend="jit", changes=("rate=0.11",))
    lab.train(20)
    assert alone(sweep, 3).measured == (float(lab.value("loss")),)


def test_a_run_that_goes_on_has_the_bits_of_one_straight_on(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=[0.3, 0.11]", measure=("loss", "max(abs(grad(h)))"))
    runner = PointRunner(sweep.question)
    with np.errstate(all="ignore"):
        first = runner.run(replace(sweep.plan.point(1, 20), keep=True))
        runner.run(sweep.plan.point(2))
        second = runner.run(replace(sweep.plan.point(1, 55), begin=first.state))
    assert first.state is not None and first.state[0] == 20
    assert same(second, alone(sweep, 1, 55)) and not same(second, first)


def test_a_measure_of_the_past_is_not_taken_from_a_run_that_goes_on(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=[0.3]", measure=("history(loss)[0]",))
    state = alone(sweep, 0).state
    begin = PointRunner(sweep.question).run(replace(sweep.plan.point(0, 5), keep=True)).state
    assert state is None and begin is not None
    again = PointRunner(sweep.question).run(replace(sweep.plan.point(0, 9), begin=begin))
    assert same(again, alone(sweep, 0, 9))


@pytest.mark.parametrize(
    ("over", "wish", "told"),
    [
        ("rate=[60]", {"updates": 400}, "`loss` is nan, the loss since update "),
        ("rate=[0.1]", {"expect": ("loss < 1e-9",)}, "`loss < 1e-9` does not hold: got "),
        ("width=[2, 100000]", {"memory": 1 << 20}, "values and gradients need"),
        ("rate=[0.1]", {"updates": 10**9, "timeout": 0.05}, "it did not end within 0.05 s"),
        ("rate=[0.1]", {"measure": ("x[round(rate * 900), 0]",)}, "index"),
    ],
)
def test_what_goes_wrong_is_a_result_with_its_reason(tmp_path: Path, over: str, wish: dict[str, object], told: str) -> None:
    sweep = ask(scenario(tmp_path), over, **{"seeds": (0,), **wish})  # type: ignore[arg-type]
    assert told in alone(sweep, sweep.plan.size - 1).failed


def test_a_key_names_all_that_the_numbers_depend_on(tmp_path: Path) -> None:
    sweep = ask(scenario(tmp_path), "rate=[0.3, 0.11]")
    question, point = sweep.question, sweep.plan.point(0)
    others = [
        replace(question, text=question.text + " "), replace(question, data={"a.csv": "0"}), replace(question, measures=("y",)),
        replace(question, claims=("loss < 1",)), replace(question, backend="plain"), replace(question, dtype="float32"),
        replace(question, mode="eval"), replace(question, version="0"),
    ]  # fmt: skip
    points = [sweep.plan.point(1), sweep.plan.point(2), sweep.plan.point(0, 21)]
    keys = [question.key(point), *(one.key(point) for one in others), *map(question.key, points)]
    assert len(set(keys)) == len(keys)
    assert replace(question, name="other", folder="/", timeout=9.0, ends={}).key(point) == keys[0]
