"""Lists between brackets index as in NumPy, in models and in expressions, or are refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.scenario.overrides import Overrides
from gradlab.session import build
from tests.scenario.reading import complaint, messages, ops_of, traced

X = "x = param([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])\n"
A = np.arange(1.0, 25.0).reshape(2, 3, 4)
KEYS = (
    "[0, 1]", "[[0, 1]]", "[[1, 1, 0]]", "[[-1]]", "[[]]", "[[[0, 1], [1, 0]]]", "[[0, 1], [1, 2]]", "[(0, 1), (1, 2)]",
    "[:, [0, 2]]", "[..., [0, 3]]", "[0, [1, 1]]", "[[0], :, [1]]", "[1, ..., [0]]", "[:, ::-1, [1]]",
    "[:, [[0], [1]], [2, 3]]", "[None, [1]]", "[[0, 1], None, [1, 2]]", "[[True, False]]", "[:, [True, False, True], 1]",
    "[[[True, False, True], [False, True, False]]]",
)  # fmt: skip


def meant(key: str) -> Any:
    """Return a key as NumPy takes it."""
    return eval(f"np.s_{key}", {"np": np})  # noqa: S307 - of the keys above only


@pytest.mark.parametrize("key", KEYS)
def test_a_key_takes_what_numpy_takes_and_repeated_places_add_their_gradients(key: str) -> None:
    wanted = A[meant(key)]
    lab = build(f"x = param({A.tolist()})\ny = x{key}\nf = sum(y * y)\n", backend="plain")
    lab.do("forward\nbackward")
    assert lab.value("y").shape == wanted.shape
    assert np.array_equal(lab.value("y"), wanted)
    gradient = np.zeros_like(A)
    np.add.at(gradient, meant(key), 2 * wanted)
    assert np.array_equal(lab.grad("x"), gradient)


@pytest.mark.parametrize("key", [key for key in KEYS if "None" not in key and "[]" not in key])
def test_an_expression_takes_what_numpy_takes(key: str) -> None:
    lab = build(f"x = param({A.tolist()})\n", backend="plain")
    assert lab.do(f"expect x{key} ~= {A[meant(key)].tolist()}").ok


def test_two_rows_of_three_are_thirty() -> None:
    lab = build(f"{X}y = x[[0, 2]]\nf = sum(y)\n", backend="plain")
    lab.do("forward\nbackward")
    assert float(lab.value("f")) == 30.0
    assert lab.grad("x").tolist() == [[1, 1, 1], [0, 0, 0], [1, 1, 1]]
    assert lab.do("expect sum(x[[0, 2]]) ~= 30").ok
    assert lab.do("expect grad(x[[0, 2]]) ~= 1").ok


def test_set_writes_to_what_a_list_or_a_mask_takes() -> None:
    lab = build(X, backend="plain")
    lab.do("set x[[0, 2], [0, 2]] = 50")
    assert lab.value("x").tolist() == [[50, 2, 3], [4, 5, 6], [7, 8, 50]]
    lab.do("set x[x > 6] = 0")
    assert lab.value("x").tolist() == [[0, 2, 3], [4, 5, 6], [0, 0, 0]]


def test_a_node_in_an_index_of_set_means_its_number() -> None:
    lab = build(f"{X}i = input(2.0)\n", backend="plain")
    lab.do("set x[i] = 0")
    assert lab.value("x").tolist() == [[1, 2, 3], [4, 5, 6], [0, 0, 0]]


def test_rows_are_one_gather_and_a_range_is_a_list() -> None:
    assert ops_of(traced(f"{X}y = x[range(2)]\n")) == ["param", "const", "gather"]
    assert ops_of(traced(f"{X}y = x[0, 1]\n")) == ["param", "index"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("[x > 2]", "an index is known before the run, got a node"),
        ("[[x[0, 0]]]", "an index is known before the run, got a node"),
        ("[x[0, 0]:]", "an index is known before the run, got a node"),
        ("[[0.5]]", "a list that is an index holds whole numbers, or True and False, got a number"),
        ("[[True, 1]]", "a list that is an index holds whole numbers, or True and False, not both"),
        ("[[0, 3]]", "index 3 is outside axis 0 of shape (3, 3): allowed are -3 to 2"),
        ("[[True, False]]", "a mask of shape (2,) does not fit axis 0 of shape (3, 3)"),
        ("[[0, 1], [0, 1, 2]]", "the lists of an index go together: shapes (2,) and (3,) do not broadcast"),
        ("[[0], [0], [0]]", "shape (3, 3) has 2 axes, got 3 indices"),
        ("[[0], ::0]", "a slice is start:stop:step in whole numbers, step not 0"),
        ("[[0], 1.5]", "an index is a whole number, a list of them, a slice, `...` or None, got a number"),
        ("[..., [0], ...]", "an index has at most one `...`"),
        ("[[[0], [1, 2]]]", "the rows of a list are not equally long: 1 and 2"),
        ("[[0] * 100000][:, [0] * 100000]", "values and gradients need at least"),
        ("[range(10**9)]", "the model takes more than 1,000,000 steps to read"),
        ("[[[[0] * 1000] * 1000] * 1000]", "the model takes more than 1,000,000 steps to read"),
        (f"[{'None, ' * 40}[0]]", "an index makes at most 32 axes"),
        (f"[{'None, ' * 8}[0]]", "a tensor has at most 6 axes"),
        (f"[{'[' * 30}0{']' * 30}]", "a tensor has at most 6 axes"),
    ],
)
def test_what_is_no_index_of_a_model_is_refused_by_name(key: str, said: str) -> None:
    (message,) = messages(f"{X}y = x{key}\n")
    assert said in message


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("[[0.5]]", "a list that is an index holds whole numbers"),
        ("[[0, 3]]", "index 3 is outside axis 0 of shape"),
        ("[[True, False]]", "a mask of shape"),
        ("[x[0, 0] > 0]", "an index is a whole number"),
        ("[[0, 1], [0, 1, 2]]", "the lists of an index go together"),
        ("[1:[2]]", "an index is a whole number"),
        ("[[0, 10**30]]", "a whole number is larger than 64 bits"),
        ("[[0, 1e30]]", "a list that is an index holds whole numbers"),
        ("[[x / 0]]", "a list that is an index holds whole numbers"),
    ],
)
def test_what_is_no_index_of_an_expression_is_refused_by_name(key: str, said: str) -> None:
    with pytest.raises(ActionError, match=said.replace("[", r"\[")):
        build(X, backend="plain").do(f"expect x{key} ~= 1")


def test_places_that_float32_cannot_count_are_refused() -> None:
    said = complaint("x = input(shape=(2, 9000000))\ny = x[:, [8999999]]\n", overrides=Overrides(dtype="float32"))
    assert "place 17,999,999 is no number of float32" in said
