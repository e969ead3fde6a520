"""`on`: an expression on other data, with the rows that each data set of the model was given."""

from __future__ import annotations

import pytest

from gradlab.graph.machines.plain import PlainMachine
from gradlab.session import build

FOLDS = """
total = 0
for k in range(3):
    x, t = dataset("iris", split="train", folds=3, fold=k, scale="standard")
    y, u = dataset("iris", split="test", folds=3, fold=k, scale="standard")
    with layer(f"fold{k}"):
        W = param(shape=(4, 3), init=zeros)
        rows = const(x.shape[0])
        trained = sum(x)
        held = sum(y)
        e = cross_entropy(x @ W, t)
    total = total + e
minimize(total, sgd(0.3))
"""


def test_each_data_set_keeps_the_rows_it_was_given() -> None:
    lab = build(FOLDS)
    lab.do("forward")
    for k in range(3):
        assert lab.do(f'expect on("train", fold{k}.trained) ~= fold{k}.trained').ok
        assert lab.do(f'expect on("train", fold{k}.held) ~= fold{k}.held').ok
        assert lab.do(f'expect on("test", fold{k}.held) ~= fold{k}.held').ok
        assert lab.do(f'expect on("test", fold{k}.trained) ~= fold{k}.held').ok


def test_a_data_set_without_a_split_has_all_its_rows_there() -> None:
    lab = build(
        'x, t = dataset("iris", split="train", batch=8)\nall, _ = dataset("iris", batch=10)\n'
        "a = sum(x)\nrows = const(all.shape[0])\nmany = size = sum(all * 0 + 1)\nloss = mean(x)"
    )
    lab.do("forward")
    assert lab.do("expect many ~= 40").ok
    assert lab.do('expect on("train", many) ~= 600').ok


def test_splits_of_one_data_set_that_overlap_are_warned_of() -> None:
    first, second = 'x, t = dataset("iris", split="train", test=0.2)', 'y, u = dataset("iris", split="test", test=0.5)'
    lab = build(f"{first}\n{second}\nz = sum(x) + sum(y)")
    assert [problem.message for problem in lab.warnings] == ["45 rows of this test split are in the train split, too"]


def test_a_value_needs_no_backward_pass_and_a_gradient_does(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = build('x, t = dataset("iris", split="train")\nh = dense(x, 3)\nloss = cross_entropy(h, t)', backend="plain")
    lab.do("forward")
    passes: list[int] = []
    backward = PlainMachine.backward

    def counted(self: PlainMachine, root: int, start: int, stop: int, add: bool = False) -> None:
        passes.append(root)
        backward(self, root, start, stop, add)

    monkeypatch.setattr(PlainMachine, "backward", counted)
    assert lab.do('expect on("test", mean(h)) < 100').ok
    assert lab.do('expect on("test", each("h.*", size(it))) > 0').ok
    assert passes == []
    assert lab.do('expect on("test", rms(grad(h.W))) > 0').ok
    assert lab.do('expect on("test", each("h.W", rms(grad(it)))) > 0').ok
    assert len(passes) == 2


def test_other_data_count_as_work_for_the_change_of_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = build('x, t = dataset("iris", split="train")\nloss = mean(dense(x, 3))')
    lab.do("forward")
    spent: list[float] = []
    monkeypatch.setattr(lab.backend, "worked", spent.append)
    lab.do('expect on("test", loss) < 100')
    assert len(spent) == 1
