"""Splits, scaling and batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.data import DATASETS, open_table
from gradlab.data.scaling import scaled
from gradlab.data.splits import Parts
from gradlab.data.table import shaped
from gradlab.errors import ArgumentError
from gradlab.graph.random import Order

OPTIONS = (
    "(split=None, batch=None, shuffle=True, test=0.2, validation=0, folds=None, fold=0, "
    'scale="default", components=None, target="class", augment=None)'
)
IRIS, DIGITS, XOR = DATASETS["iris"], DATASETS["digits"], DATASETS["xor"]


def split_rows(seed: int, n: int, test: float) -> tuple[Order, Order]:
    """Return the rows of the training and of the test part."""
    parts = Parts(test).rows(seed, n, "")
    return parts["train"], parts["test"]


@settings(deadline=None)
@given(seed=st.integers(0, 2**64 - 1), n=st.integers(2, 300), share=st.floats(0.01, 0.99))
def test_a_split_holds_every_row_once(seed: int, n: int, share: float) -> None:
    if round(n * share) >= n:
        with pytest.raises(ArgumentError, match=f"cannot hold out {n} of {n} rows"):
            split_rows(seed, n, share)
        return
    train, test = split_rows(seed, n, share)
    assert sorted([*train, *test]) == list(range(n))
    assert len(test) == max(1, round(n * share))
    assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()


def test_a_number_of_rows_can_be_held_out() -> None:
    train, test = split_rows(0, 150, 30)
    assert (len(train), len(test)) == (120, 30)
    for held in (150, 151):
        with pytest.raises(ArgumentError, match=f"cannot hold out {held} of 150 rows"):
            split_rows(0, 150, held)


def test_another_seed_holds_out_other_rows() -> None:
    assert split_rows(0, 150, 0.2)[1].tolist() != split_rows(1, 150, 0.2)[1].tolist()


def test_the_two_splits_of_a_data_set_are_all_of_it() -> None:
    table = open_table(IRIS, split="train")
    train, test, whole = table.rows(0)[0], table.part("test").rows(0)[0], open_table(IRIS).rows(0)[0]
    assert (train.shape, test.shape) == ((120, 4), (30, 4))
    assert np.array_equal(np.sort(np.concatenate([train, test]), axis=0), np.sort(whole, axis=0))


def test_nothing_is_held_out_unless_a_split_is_asked_for() -> None:
    with pytest.raises(ArgumentError, match='nothing of `iris` is held out: load it with split="train"'):
        open_table(IRIS).part("test")


def test_without_a_batch_an_update_sees_the_whole_split() -> None:
    x, t = open_table(IRIS, split="train").feeds(0)
    assert not x.varies and x.updates_per_epoch == 1
    assert x.value(0, 0).shape == x.shape == (120, 4)
    assert t.value(0, 7).shape == t.shape == (120,)


def test_without_shuffling_every_epoch_deals_out_the_rows_as_they_stand() -> None:
    table = open_table(IRIS, split="train", batch=32, shuffle=False)
    x, t = table.feeds(3)
    rows = table.rows(3)
    for update in range(7):
        first = update % 3 * 32
        assert np.array_equal(x.value(3, update), rows[0][first : first + 32])
        assert np.array_equal(t.value(3, update), rows[1][first : first + 32])


def test_with_a_test_part_of_none_all_rows_are_for_training() -> None:
    for test in (0, 0.0):
        table = open_table(IRIS, split="train", test=test)
        assert table.rows(0)[0].shape == (150, 4)
        assert open_table(IRIS, split="train", test=test, validation=30).rows(0)[0].shape == (120, 4)
        with pytest.raises(ArgumentError, match="`iris` holds out no test part: `test` is 0"):
            table.part("test")
        with pytest.raises(ArgumentError, match="`iris` holds out no test part: `test` is 0"):
            open_table(IRIS, split="test", test=test)


def test_an_epoch_deals_out_each_row_once_and_leaves_the_remainder() -> None:
    x, _ = open_table(IRIS, split="train", batch=32).feeds(3)
    assert x.varies and x.updates_per_epoch == 3
    for epoch in (0, 1):
        rows = np.concatenate([x.order(3, 3 * epoch + k) for k in range(3)])
        assert len(set(rows.tolist())) == 96 and max(rows) < 120
    assert x.order(3, 0).tolist() != x.order(3, 3).tolist()


def test_over_many_epochs_every_row_is_left_out_as_often() -> None:
    x, _ = open_table(XOR, batch=3).feeds(0)
    seen = np.bincount(np.concatenate([x.order(0, u) for u in range(4000)]), minlength=4)
    # Each row is in an epoch with probability 3/4: five standard deviations of the count are 5·√(4000·3/16) = 137.
    assert np.abs(seen - 3000).max() < 137


def test_inputs_and_targets_of_a_batch_belong_together() -> None:
    x, t = open_table(XOR, batch=2).feeds(0)
    for update in range(40):
        bits, gate = x.value(0, update), t.value(0, update)
        assert (gate == (bits[:, 0] != bits[:, 1])).all()


def test_a_batch_is_a_function_of_seed_and_update() -> None:
    first, _ = open_table(DIGITS, split="train", batch=8).feeds(0)
    second, _ = open_table(DIGITS, split="train", batch=8).feeds(0)
    expected = first.value(0, 500)
    for update in (0, 179, 180, 3):
        second.value(0, update)
    assert second.value(0, 500).tobytes() == expected.tobytes()
    assert second.value(1, 500).tobytes() != expected.tobytes()


def test_a_batch_of_all_rows_is_every_row_in_another_order() -> None:
    x, _ = open_table(XOR, batch=4).feeds(0)
    assert x.updates_per_epoch == 1
    assert sorted(x.order(0, 9).tolist()) == [0, 1, 2, 3]


def test_digits_lie_between_0_and_1() -> None:
    assert open_table(DIGITS).rows(0)[0].max() == 1.0
    assert open_table(DIGITS, scale=None).rows(0)[0].max() == 16.0
    assert open_table(DIGITS, scale=4).rows(0)[0].max() == 4.0


def test_standard_scaling_uses_the_training_rows_alone() -> None:
    table = open_table(DATASETS["wine"], split="train", scale="standard")
    train, test = table.rows(0)[0], table.part("test").rows(0)[0]
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(train.std(axis=0), 1, rtol=1e-12)
    assert np.abs(test.mean(axis=0)).max() > 1e-3


def test_unit_scaling_gives_each_feature_0_to_1() -> None:
    x = open_table(DATASETS["wine"], scale="unit").rows(0)[0]
    assert (x.min(axis=0) == 0).all() and (x.max(axis=0) == 1).all()


def test_a_feature_that_never_changes_is_only_moved() -> None:
    x = np.array([[1.0, 5.0], [3.0, 5.0]])
    assert scaled(x, x, "standard").tolist() == [[-1, 0], [1, 0]]
    assert scaled(x, x, "unit").tolist() == [[0, 0], [1, 0]]


def test_targets_come_as_numbers_a_column_or_one_hot() -> None:
    t = np.array([0.0, 2.0, 1.0])
    assert shaped(t, "class").tolist() == [0, 2, 1]
    assert shaped(t, "column").tolist() == [[0], [2], [1]]
    assert shaped(t, "onehot").tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert open_table(IRIS, target="onehot", split="train", batch=5).feeds(0)[1].shape == (5, 3)


def test_rows_that_are_shared_cannot_be_changed() -> None:
    for array in open_table(IRIS).rows(0):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ({"batch": 121, "split": "train"}, "`batch` of `iris` is at most 120, the rows that it has, got 121"),
        ({"batch": 0}, "`batch` of `iris` is from 1 to 1,000,000, got 0"),
        ({"split": "dev"}, '`split` of `iris` is one of None, "train", "validation", "test", got "dev"'),
        ({"test": 1.5}, "`test` of `iris` is a share between 0 and 1 or a number of rows, got 1.5"),
        ({"test": 150, "split": "train"}, "cannot hold out 150 of 150 rows"),
        ({"scale": "big"}, '`scale` of `iris` is one of None, "center", "standard", "unit", "pca", "whiten", "zca", got "big"'),
        ({"scale": 0}, "`scale` of `iris` divides: it cannot be 0"),
        ({"target": "words"}, '`target` of `iris` is one of "class", "column", "onehot", got "words"'),
        (
            {"bach": 3},
            f"`iris` has no argument `bach`; it takes {OPTIONS}: did you mean `batch`?",
        ),
    ],
)
def test_a_wrong_option_is_named(named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_table(IRIS, **named).feeds(0)
    assert str(caught.value) == text


def test_measured_targets_have_no_classes() -> None:
    with pytest.raises(ArgumentError, match="`regression` has no classes"):
        open_table(DATASETS["regression"], target="onehot")
