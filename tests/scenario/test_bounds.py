"""Bombs: each is refused by its bound, before it takes memory or time."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.scenario.reading import messages

MANY = 10**5
BOMBS = {
    "a constant of a thousand million numbers": ("x = const(shape=(10**9,))", "values and gradients need at least 15,259 MiB"),
    "a parameter of a hundred thousand squared": (
        "W = param(shape=(100000, 100000), init=he)",
        "values and gradients need at least",
    ),
    "noise of a million million": ("n = noise(shape=10**12)", "values and gradients need at least"),
    "a sum of many large arrays": (
        "a = input(shape=(10**4, 10**4))\nb = a + a",
        "values and gradients need at least 3,052 MiB",
    ),
    "a product that broadcasts": ("a = input(shape=(10**5, 1))\nb = a * a.T", "values and gradients need at least"),
    "a million million rows of nothing": (
        "x = tile(input(shape=(0, 1)), (1, 10**12))\ny = softmax(x.T)",
        "`tile` (node `x`): an array of no elements has axes of at most 1,000,000 together, got (0, 1000000000000)",
    ),
    "nothing, a million million times": (
        "x = input(shape=(10**6, 10**6, 0))",
        "`input` (node `x`): an array of no elements has axes of at most 1,000,000 together",
    ),
    "a shape beyond 64 bits": ("n = noise(shape=2**63)", "a whole number is larger than 64 bits"),
    "a list of a thousand million": ("x = [0] * 10**9", "a list of 1,000,000,000 elements"),
    "a tuple of a thousand million": ("x = 10**9 * (1,)", "a list of 1,000,000,000 elements"),
    "a string of a thousand million": ("x = 'a' * 10**9", "a string of 1,000,000,000 characters"),
    "a list that doubles": ("a = [0]\nfor i in range(99):\n    a = a + a", "a list of 1,048,576 elements"),
    "a string that doubles": ("a = 'x'\nfor i in range(99):\n    a = f'{a}{a}'", "a string of 16,384 characters"),
    "a list that holds itself twice": ("a = [1.0]\nfor i in range(25):\n    a = [a, a]\nx = input(a)", "a list of "),
    "lists that are compared for ever": (
        "a = [1]\nb = [1]\nfor i in range(40):\n    a = [a, a]\n    b = [b, b]\nx = a == b",
        "lists of more than 10,000",
    ),
    "a list within lists": (
        "a = [1.0]\nfor i in range(10**4):\n    a = [a]\nx = input(a)",
        "`input`: lists within lists, more than 32 deep",
    ),
    "a tower of powers": ("x = 9**9**9", "a whole number is larger than 64 bits"),
    "a tower of powers of fractions": ("x = 9.0**9**9", "the result is too large for a number"),
    "squares of squares": ("a = 2\nfor i in range(99):\n    a = a * a", "a whole number is larger than 64 bits"),
    "a literal of many digits": ("x = " + "9" * MANY, "a number of more than 400 characters"),
    "an endless range": ("for i in range(10**12):\n    x = i", "the model takes more than 1,000,000 steps"),
    "the list of an endless range": ("x = list(range(10**12))", "a list of 1,000,000,000,000 elements"),
    "comprehensions within one another": ("x = [[0 for i in range(10**6)] for j in range(10**6)]", "the model takes more than"),
    "an endless recursion": ("def f(n):\n    return f(n + 1)\nx = f(0)", "`f`: functions call one another more than 100 deep"),
    "a recursion that doubles": ("def f(n):\n    return f(n) + f(n)\nx = f(0)", "`f`: functions call one another more"),
    "brackets": ("x = " + "(" * MANY + "1" + ")" * MANY, "nested more than 100 brackets deep"),
    "signs": ("x = " + "-" * MANY + "1", "an expression of more than 1,000 operations"),
    "a sum of many terms": ("a = input(1.0)\nx = a" + "+a" * MANY, "an expression of more than 1,000 operations"),
    "powers of powers": ("x = 1" + "**1" * MANY, "an expression of more than 1,000 operations"),
    "negations": ("x = " + "not " * MANY + "1", "an expression of more than 1,000 operations"),
    "conditions within conditions": ("x = " + "1 if 1 else " * MANY + "1", "an expression of more than 1,000 operations"),
    "calls of calls": ("x = a" + "()" * MANY, "an expression of more than 1,000 operations"),
    "attributes of attributes": ("x = a" + ".T" * MANY, "an expression of more than 1,000 operations"),
    "indices of indices": ("x = a" + "[0]" * MANY, "an expression of more than 1,000 operations"),
    "functions of functions": ("x = " + "lambda: " * MANY + "1", "an expression of more than 1,000 operations"),
    "deep signs": ("x = " + "-" * 200 + "1", "nested more than 100 levels deep"),
    "many branches": ("if 0:\n    pass\n" + "elif 0:\n    pass\n" * 10**4, "this is nested too deeply to be read"),
    "brackets in a string": ("x = f'{" + "(" * 9_000 + "1}'", "f-string: too many nested parenthesis"),
    "strings without end": ("x = " + '"""' * 30_001, "unterminated triple-quoted string literal"),
    "a string too long": ("x = '" + "a" * 10_001 + "'", "a string is longer than 10,000 characters"),
    "strings side by side": ("x = " + "'aa' " * 10_000, "a string of 20,000 characters"),
    "many words": ("x = max(" + "1," * 250_000 + "2)", "more than 400,000 words, numbers and signs"),
    "many slices": ("a = input(shape=(10**6,))\nx = split(a, 10**6)", "`parts` of `split` is from 1 to 10,000"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_by_its_bound(bomb: str) -> None:
    text, message = BOMBS[bomb]
    said = messages(text)
    assert any(one.startswith(message) for one in said), said


def test_nothing_is_allocated_before_the_size_is_known() -> None:
    messages("x = const(shape=10)")
    tracemalloc.start()
    try:
        messages("x = const(shape=(10**9,))\n")
        messages("x = [0] * 10**9\n")
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_more_nodes_than_the_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradlab.graph.graph.MAX_NODES", 1_000)
    assert messages("x = input(1.0)\nfor i in range(2000):\n    x = x + 1") == ["more than 1,000 nodes"]


def test_a_sum_of_a_thousand_terms_is_no_bomb() -> None:
    assert messages("a = input(1.0)\nx = a" + " + a" * 990) == []


def test_ninety_nested_brackets_are_no_bomb() -> None:
    assert messages("x = input(" + "(" * 90 + "1.0" + ")" * 90 + ")") == []


def test_recursion_to_a_depth_of_ninety_is_no_bomb() -> None:
    text = "def f(x, n):\n    if n == 0:\n        return x\n    return tanh(f(x, n - 1))\ny = f(input(1.0), 90)"
    assert messages(text) == []


def test_a_mistake_on_every_line_is_shown_a_hundred_times() -> None:
    said = messages("\n".join(f"x{i} = foo{i}()" for i in range(1000)))
    assert len(said) == 101
    assert "more than 100 problems; the first are shown" in said


def test_the_memory_bound_can_be_raised() -> None:
    from gradlab.scenario.overrides import Overrides
    from tests.scenario.reading import traced

    assert traced("x = noise(shape=(200, 10**6))", Overrides(memory=4 << 30)).graph.nodes[0].size == 2 * 10**8
