from __future__ import annotations

import math

from gradlab.lab.teach.secret import masked

SECRET = (-0.39322386648296,)


def test_a_number_is_hidden_in_all_the_ways_that_it_is_written() -> None:
    text = "∂f/∂w1 = -0.393224  _mul.1  +0.196612 × -2 = -0.3932 or -3.93224e-01"
    assert masked(text, SECRET) == "∂f/∂w1 = ?  _mul.1  +0.196612 × -2 = ? or ?"


def test_other_numbers_signs_names_and_positions_stay() -> None:
    text = "0.b.3  +0.393224  -0.394225  h0.2  W[0, 3]  -0.4"
    assert masked(text, SECRET) == text
    assert masked(text, ()) == text


def test_a_whole_number_counts_with_a_sign_or_behind_an_equals_sign_only() -> None:
    assert masked("looking at 3 of W[3, 3] at 3.f.0: w1 · x1 = 3 × +3.000000 = +3", (3.0,)) == (
        "looking at 3 of W[3, 3] at 3.f.0: w1 · x1 = ? × ? = ?"
    )


def test_a_number_of_few_digits_is_taken_as_it_stands() -> None:
    assert masked("lr = 0.5", (0.4623,)) == "lr = 0.5"
    assert masked("lr = 0.5", (0.5,)) == "lr = ?"


def test_three_digits_tell_a_number_that_is_not_whole() -> None:
    assert masked("-0.393 and -0.3932, -0.392, [-0.393, 0.393].", SECRET) == "? and ?, -0.392, [?, 0.393]."
    assert masked("-0.3927 and -3.93e-1", SECRET) == "? and ?"
    assert masked("= 3.001, 3", (3.0,)) == "= 3.001, 3"


def test_what_is_not_finite_hides_nothing() -> None:
    assert masked("= 1.5 = NaN", (math.nan, math.inf)) == "= 1.5 = NaN"
