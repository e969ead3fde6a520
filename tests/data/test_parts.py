"""Training, validation and test parts, and folds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.data import DATASETS, open_table
from gradlab.data.splits import Parts
from gradlab.errors import ArgumentError

IRIS = DATASETS["iris"]


@settings(deadline=None)
@given(seed=st.integers(0, 2**64 - 1), n=st.integers(2, 300), folds=st.integers(2, 300))
def test_folds_partition_the_rows_into_equal_parts(seed: int, n: int, folds: int) -> None:
    if folds > n:
        with pytest.raises(ArgumentError, match=f"cannot make {folds} folds of {n} rows"):
            Parts(folds=folds).rows(seed, n)
        return
    parts = [Parts(folds=folds, fold=i).rows(seed, n) for i in range(folds)]
    assert sorted(np.concatenate([part["test"] for part in parts])) == list(range(n))
    sizes = [len(part["test"]) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    for part in parts:
        assert sorted([*part["train"], *part["test"]]) == list(range(n)) and len(part["validation"]) == 0


@settings(deadline=None)
@given(seed=st.integers(0, 2**64 - 1), n=st.integers(10, 300), test=st.floats(0.05, 0.4), validation=st.floats(0.05, 0.4))
def test_three_parts_hold_every_row_once(seed: int, n: int, test: float, validation: float) -> None:
    parts = Parts(test, validation).rows(seed, n)
    assert sorted(np.concatenate(list(parts.values()))) == list(range(n))
    assert len(parts["test"]) == max(1, round(n * test)) and len(parts["validation"]) == max(1, round(n * validation))
    assert parts["test"].tolist() == Parts(test).rows(seed, n)["test"].tolist()


def test_a_fold_can_give_up_rows_for_validation() -> None:
    parts = Parts(folds=5, fold=2, validation=30).rows(1, 150)
    assert [len(parts[name]) for name in ("train", "validation", "test")] == [90, 30, 30]
    assert sorted(np.concatenate(list(parts.values()))) == list(range(150))


def test_folds_are_keyed_by_the_seed_and_the_data() -> None:
    first = Parts(folds=5).rows(0, 150, "iris")["test"].tolist()
    assert first == Parts(folds=5).rows(0, 150, "iris")["test"].tolist()
    assert first != Parts(folds=5).rows(1, 150, "iris")["test"].tolist()
    assert first != Parts(folds=5).rows(0, 150, "wine")["test"].tolist()


def test_a_data_set_is_split_into_three() -> None:
    table = open_table(IRIS, split="train", validation=0.1)
    sizes = {name: len(table.part(name).rows(0)[0]) for name in ("train", "validation", "test")}
    assert sizes == {"train": 105, "validation": 15, "test": 30}
    assert (
        open_table(IRIS, split="validation", validation=15).rows(0)[0].tolist() == table.part("validation").rows(0)[0].tolist()
    )


def test_validation_rows_do_not_decide_how_inputs_are_scaled() -> None:
    table = open_table(IRIS, split="train", validation=0.3, scale="standard")
    np.testing.assert_allclose(table.rows(0)[0].mean(axis=0), 0, atol=1e-12)
    assert np.abs(table.part("validation").rows(0)[0].mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ({"split": "validation"}, "`iris` holds out no validation part: say how much, such as validation=0.1"),
        ({"validation": 1.5}, "`validation` of `iris` is a share between 0 and 1 or a number of rows, got 1.5"),
        ({"validation": False}, "`validation` of `iris` is a number, got False"),
        ({"split": "train", "validation": 120}, "cannot hold out 120 more of 150 rows: the test has 30 already"),
        ({"split": "train", "folds": 1}, "`folds` of `iris` is from 2 to 10,000, got 1"),
        ({"split": "train", "folds": 151}, "cannot make 151 folds of 150 rows"),
        ({"split": "train", "folds": 5, "fold": 5}, "`fold` of `iris` is from 0 to 4, got 5"),
        ({"split": "train", "fold": 1}, "`fold` of `iris` goes with `folds`, how many there are"),
        ({"folds": 5}, '`folds` of `iris` goes with split="train": the fold is its test part'),
    ],
)
def test_a_wrong_part_is_named(named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_table(IRIS, **named).feeds(0)
    assert str(caught.value) == text


def test_no_validation_part_can_be_asked_for_later() -> None:
    with pytest.raises(ArgumentError, match="`iris` holds out no validation part"):
        open_table(IRIS, split="train").part("validation")
