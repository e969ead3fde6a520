"""Ops with a way of their own in the language: comparisons as masks, `split` by sizes, `einsum` with its letters in front."""

from __future__ import annotations

import pytest

from tests.scenario.reading import complaint, ops_of, traced
from tests.scenario.test_language import values

X = "x = input([-1.0, 0.0, 2.0])\n"


@pytest.mark.parametrize(
    ("comparison", "wanted"),
    [
        ("x > 0", [0, 0, 1]),
        ("0 < x", [0, 0, 1]),
        ("x >= 0", [0, 1, 1]),
        ("x < 0", [1, 0, 0]),
        ("x <= 0", [1, 1, 0]),
        ("x == 0", [0, 1, 0]),
        ("x != [0, 0, 2]", [1, 0, 0]),
        ("-1 <= x < 2", [1, 1, 0]),
        ("1 < 2 < x + 1", [0, 0, 1]),
        ("x < x + 1 < 2 <= 2", [1, 1, 0]),
        ("where(x > 0, x, 10 * x)", [-10, 0, 2]),
    ],
)
def test_a_comparison_with_a_node_is_a_mask(comparison: str, wanted: list[float]) -> None:
    assert values(traced(f"{X}y = {comparison}\n"))["y"] == wanted


def test_what_is_known_before_the_run_is_still_true_or_false() -> None:
    model = traced(f"{X}n = 3\ny = x * 2 if n > 2 else x\nz = 3 < 2 < x\nw = x * z\nif x.shape[0] == 3:\n    y = y + 1\n")
    assert values(model)["y"] == [-1, 1, 5]
    assert values(model)["w"] == [0, 0, 0]
    assert "greater" not in ops_of(model)


def test_a_mask_is_a_node_with_a_name() -> None:
    assert ops_of(traced(f"{X}y = x * (x > 0)\n")) == ["input", "const", "greater", "mul"]


def test_a_node_is_no_condition_and_the_error_says_what_is() -> None:
    assert complaint(f"{X}y = 1 if x > 0 else 2\n").endswith(
        "`where(x > 0, y, z)` decides while the network runs; `*` is `and` of two masks"
    )


def test_split_cuts_by_a_list_of_sizes() -> None:
    model = traced("x = input([[1, 2, 3], [4, 5, 6]])\na, b = split(x, [1, 2], axis=1)\nc, d, e = split(x, (1, 0, 1))\n")
    found = values(model)
    assert (found["a"], found["b"]) == ([[1], [4]], [[2, 3], [5, 6]])
    assert (found["c"], found["d"], found["e"]) == ([[1, 2, 3]], [], [[4, 5, 6]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("split(x, [1, 1])", "cannot cut shape (3,) into parts of [1, 1] along axis 0: they are to add up to its size"),
        ("split(x, [])", "cannot cut shape (3,) into parts of [] along axis 0: they are to add up to its size"),
        ("split(x, [4, -1])", "`parts` of `split` is from 0 to 1,099,511,627,776, got -1"),
        ("split(x, 2)", "cannot cut shape (3,) into 2 equal parts along axis 0"),
        ("split(x, 'a')", '`parts` of `split` is a whole number, got "a"'),
    ],
)
def test_a_split_that_does_not_add_up_is_refused(call: str, said: str) -> None:
    assert said in complaint(f"{X}y = {call}\n")


def test_einsum_takes_its_letters_in_front_or_behind() -> None:
    made = "x = input([[1, 2], [3, 4]])\ny = input([10, 1])\n"
    for call in ('einsum("ij,j->i", x, y)', 'einsum(x, y, "ij,j->i")', 'einsum(x, y, subscripts="ij,j->i")'):
        assert values(traced(f"{made}z = {call}\n"))["z"] == [12, 34]
    assert "letters of two operands such as" in complaint(f'{made}z = einsum("ij->i", x, y)\n')
    assert 'got 1 for "i,i"' in complaint(f'{made}z = einsum("i,i", y)\n')
    assert 'got 4 for "i,i,i,i"' in complaint(f'{made}z = einsum("i,i,i,i", y, y, y, y)\n')
    assert "`i` is an axis of 2 and one of 3" in complaint('z = einsum("i,i", input([1, 2]), input([1, 2, 3]))\n')


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ('einsum("ij->j", x)', [4, 6]),
        ('einsum("ii", x)', 5),
        ('einsum("ii->i", x)', [1, 4]),
        ('einsum("ji", x)', [[1, 3], [2, 4]]),
        ('einsum("...j->...", x)', [3, 7]),
        ('einsum("i,ij,j", y, x, y)', 154),
        ('einsum("i,ij,j->ij", y, x, y)', [[100, 20], [30, 4]]),
        ('einsum("...i,ij,...j->...", x, x, x)', [27, 133]),
        ('einsum(y, x, y, "i,ij,j")', 154),
    ],
)
def test_einsum_takes_one_to_three_operands(call: str, wanted: object) -> None:
    assert values(traced(f"x = input([[1, 2], [3, 4]])\ny = input([10, 1])\nz = {call}\n"))["z"] == wanted


@pytest.mark.parametrize(
    ("x", "y", "wanted"), [("x", "3", [2, 0, 2]), ("x", "-3", [-1, 0, -1]), ("5", "x + 1.5", [0, 0.5, 1.5])]
)
def test_a_remainder_of_a_node_has_the_sign_of_its_divisor(x: str, y: str, wanted: list[float]) -> None:
    assert values(traced(f"{X}y = {x} % ({y})\n"))["y"] == wanted
    assert values(traced(f"{X}y = {x} + 0 * x\ny %= {y}\n"))["y.1"] == wanted
    assert ops_of(traced(f"y = 7 % 4 + {X[4:]}")) == ["input", "const", "add"]
