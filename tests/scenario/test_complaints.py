"""Whole error texts of models, as a person reads them."""

from __future__ import annotations

import pytest

from tests.scenario.reading import complaint, messages, traced


def test_every_problem_of_a_file_is_shown_at_once() -> None:
    assert complaint(
        "x = input([1.0, 2.0])\ny = sigmiod(x, dto)\nz = y + x.foo\nw = x @ [1, 2, 3]\nq = w * 2 + nonsense\n"
    ) == (
        "error: unknown function `sigmiod`\n"
        "  --> <model>:2:5\n"
        "  |\n"
        "2 | y = sigmiod(x, dto)\n"
        "  |     ^^^^^^^ did you mean `sigmoid`?\n"
        "\n"
        "error: unknown name `dto`\n"
        "  --> <model>:2:16\n"
        "  |\n"
        "2 | y = sigmiod(x, dto)\n"
        "  |                ^^^\n"
        "\n"
        "error: `.foo` is not part of the model language\n"
        "  --> <model>:3:9\n"
        "  |\n"
        "3 | z = y + x.foo\n"
        "  |         ^^^^^ a model reads `.shape`, `.T`, `.classes` and nodes of a layer: `h.W`\n"
        "\n"
        "error: `matmul` (node `w`): cannot multiply (2,) @ (3,): the last size of the first, 2, is not 3,"
        " the rows of the second\n"
        "  --> <model>:4:5\n"
        "  |\n"
        "4 | w = x @ [1, 2, 3]\n"
        "  |     ^^^^^^^^^^^^^\n"
        "note: `x` has shape (2,)\n"
        "  --> <model>:1:5\n"
        "  |\n"
        "1 | x = input([1.0, 2.0])\n"
        "  |     ^^^^^^^^^^^^^^^^^\n"
        "note: `[1, 2, 3]` has shape (3,)\n"
        "  --> <model>:4:9\n"
        "  |\n"
        "4 | w = x @ [1, 2, 3]\n"
        "  |         ^^^^^^^^^\n"
        "\n"
        "error: unknown name `nonsense`\n"
        "  --> <model>:5:13\n"
        "  |\n"
        "5 | q = w * 2 + nonsense\n"
        "  |             ^^^^^^^^"
    )


def test_what_is_made_of_something_wrong_is_not_reported_again() -> None:
    assert messages(
        """
        a = nothing + 1
        b, c = a, 2
        for d in a:
            e = d * 2
        if a > 1:
            f = 1
        def g(x):
            if x:
                return x
            return 1
        h = g(a) + e + f + b + [a for i in range(2)][0]
        i = sum(h) @ a.T
        """
    ) == ["unknown name `nothing`"]


def test_a_problem_in_a_loop_is_reported_once() -> None:
    assert messages("x = input(shape=(2, 3))\nfor i in range(5):\n    y = x @ input(shape=i)") == [
        "`matmul` (node `y`): cannot multiply (2, 3) @ (0,): the last size of the first, 3, is not 0, the rows of the second"
    ]


def test_a_line_that_cannot_be_read_does_not_hide_the_others() -> None:
    assert messages("x = = 3\ny = foo(x)\nfor i in range(3)\n    z = bar(i)\nw = y +\n") == [
        "invalid syntax", "unknown function `foo`", "expected ':'", "unknown function `bar`", "invalid syntax",
    ]  # fmt: skip


def test_columns_count_characters_not_bytes() -> None:
    assert complaint("é = input(1.0)\nx = é + fóo\n") == (
        "error: unknown name `fóo`\n  --> <model>:2:9\n  |\n2 | x = é + fóo\n  |         ^^^"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import os", "`import` is not part of the model language"),
        ("from os import system", "`import` is not part of the model language"),
        ("x = eval('1')", "unknown function `eval`"),
        ("x = exec('1')", "unknown function `exec`"),
        ("x = __import__('os')", "unknown function `__import__`"),
        ("x = open('/etc/passwd')", "unknown function `open`"),
        ("x = getattr(1, 'a')", "unknown function `getattr`"),
        ("print(1)", "unknown function `print`"),
        ("x = (1).__class__", "`.__class__` is not part of the model language"),
        ("x = 'a'.format(1)", "`.format` is not part of the model language"),
        ("x = lambda y: y", "`lambda` is not part of the model language"),
        ("while True:\n    x = 1", "`while` is not part of the model language"),
        ("class A:\n    pass", "`class` is not part of the model language"),
        ("try:\n    x = 1\nexcept:\n    pass", "`try` is not part of the model language"),
        ("x = {1: 2}", "a dictionary stands in a call only"),
        ("x = [{'a': 2}]", "a dictionary stands in a call only"),
        ("x = {'a': 2 for i in [1]}", "a dictionary stands in a call only"),
        ("x = const({i: 2 for i in [1]})", "the keys of a dictionary are strings, got a number"),
        ("x = const({'a': 2 for i in [1]})", "`const` takes no dictionary"),
        ("x = const({**{}})", "`**` in a dictionary is not part of the model language"),
        ("x = {1, 2}", "sets are not part of the model language"),
        ("x: int = 3", "annotations are not part of the model language"),
        ("def f(x: int):\n    return x", "annotations are not part of the model language"),
        ("def f(*x):\n    return x", "`*` and `**` arguments are not part of the model language"),
        ("def f(x, *, y):\n    return x", "`/` and `*` between arguments are not part of the model language"),
        ("@f\ndef g(x):\n    return x", "decorators are not part of the model language"),
        ("x = f'{1:>10}'", "formats within `{}` are not part of the model language"),
        ("x = f'{1!r}'", "formats within `{}` are not part of the model language"),
        ("x = 1 << 3", "this operator is not part of the model language"),
        ("x = ~1", "`~` is not part of the model language"),
        ("x = 1j", "a value of type complex is not part of the model language"),
        ("x = b'a'", "a value of type bytes is not part of the model language"),
        ("x = [1]\nx[0] = 2", "only names can be assigned to"),
        ("del x", "`del` is not part of the model language"),
        ("assert True", "`assert` is not part of the model language"),
        ("def f():\n    global y", "`global` is not part of the model language"),
        ("x = (y := 3)", "`:=` is not part of the model language"),
        ("a, *b = [1, 2]", "`*` before a list is not part of the model language"),
        ("x = max(*[1, 2])", "`*` before a list is not part of the model language"),
        ("x = sum(**x)", "`**` arguments are not part of the model language"),
        ("with open('x') as f:\n    pass", "`with` opens a layer only"),
        ("with layer('a') as f:\n    pass", "`with` opens a layer only"),
        ("with layer('a b'):\n    pass", "the name of a layer is letters, digits and `_`, with dots between its parts"),
        ("with layer(3):\n    pass", "the name of a layer is letters, digits and `_`, with dots between its parts"),
        ("layer('a')", "`layer` stands behind `with`"),
        ("return 3", "`return` outside a function"),
        ("break", "`break` outside a loop"),
        ("def f():\n    continue", "`continue` outside a loop"),
        ("for i in []:\n    pass\nelse:\n    pass", "`else` after a loop is not part of the model language"),
        ("sigmoid = 3", "`sigmoid` is a word of the model language"),
        ("for range in [1]:\n    pass", "`range` is a word of the model language"),
        ("def dense(x):\n    return x", "`dense` is a word of the model language"),
        ("x = [sum for sum in [1]]", "`sum` is a word of the model language"),
        ("__x = 1", "`__x` cannot be a name in a model"),
        ("_mul = 1", "`_mul` cannot be a name in a model"),
        ("def f():\n    return 1\nf = 3", "`f` is a function of this model"),
        ("x = 1\ny = x()", "`x` is a number, not a function"),
        ("x = softmax", "`softmax` is a word that is called"),
        ("x = input(1.0)\nif x > 1:\n    pass", "a condition is decided before the run, got a node"),
        ("x = input(1.0)\ny = 0 < x and x < 1", "a condition is decided before the run, got a node"),
        ("x = input(1.0)\ny = x in [1, 2]", "`in` looks into a list that is known before the run, got a node"),
        ("x = input(1.0)\ny = x > 'a'", "a node or numbers are needed here, got a string"),
        ("x = input([1, 2])\ny = x > [1, 2, 3]", "`greater` (node `y`): shapes (2,) and (3,) do not broadcast"),
        ("x = input(1.0)\nif x:\n    pass", "a condition is decided before the run, got a node"),
        ("x = input(1.0) // 2", "`//` is for whole numbers that are known before the run, got a node"),
        ("for i in 3:\n    pass", "a loop runs over a range, a list or a tuple, got a number"),
        ("for i in input(1.0):\n    pass", "a loop runs over the first axis of a node, and a single number has none"),
        ("a, b = 1", "2 names are given a value each, got a number"),
        ("a, b = [1, 2, 3]", "2 names are given a value each, got a list of 3"),
        ("x = 1 / 0", "division by zero"),
        ("x = 1 + 'a'", "`+` does not go with a number and a string"),
        ("x = 1 < 'a'", "`<` does not go with a number and a string"),
        ("x = -'a'", "`-` does not go with a string"),
        ("x = [1][5]", "index 5 of a list of 1"),
        ("x = (-8) ** 0.5", "a power of a negative number with a fraction is no real number"),
        ("x = sqrt(-1)", "`sqrt` of -1 is no finite number"),
        ("x = input(1.0) + [input(1.0)]", "a list with nodes in it is no node"),
        ("x = input(1.0) + 'a'", "a node or numbers are needed here, got a string"),
        ("x = sum(input(1.0), axis=input(1.0))", "`axis` of `sum` is known before the run, got a node"),
        ("x = concat(input([1.0]))", "`concat` takes a list: `concat([x, y])`"),
        ("x = max(input(1.0), input(2.0))", "`max` takes one node and an axis"),
        ("x = tanh()", "`tanh` needs `x`; it takes (x)"),
        ("x = tanh(1.0, 2.0)", "`tanh` takes (x), got 2 values"),
        ("x = range(1.5)", "`range` takes whole numbers, got a number"),
        ("x = len(3)", "a loop runs over a range, a list or a tuple, got a number"),
        ("def f(a, b=1):\n    return a\nx = f()", "`f` needs `a`; it takes (a, b=1)"),
        ("def f(a):\n    return a\nx = f(1, c=2)", "`f` has no argument `c`; it takes (a)"),
    ],
)  # fmt: skip
def test_what_is_not_part_of_the_language_is_said_in_its_words(text: str, message: str) -> None:
    assert messages(text)[:1] == [message]


def test_code_that_is_never_reached_is_checked_too() -> None:
    assert messages("def never(x):\n    import os\n    return x.__class__\nif False:\n    lambda: 1\n") == [
        "`import` is not part of the model language",
        "`.__class__` is not part of the model language",
        "`lambda` is not part of the model language",
    ]


def test_the_caret_of_an_unreadable_f_string_stands_under_the_cause() -> None:
    said = complaint("a = 1\nb = f'h{a b}'\n")
    assert said.splitlines()[1] in ("  --> <model>:2:9", "  --> <model>:2:10")


def test_strange_arguments_of_every_word_are_problems_and_never_tracebacks() -> None:
    from gradlab.scenario.vocabulary import known_words

    strange = [
        "None",
        "'a'",
        "[]",
        "[[1], [2, 3]]",
        "-1",
        "1.5",
        "True",
        "(1, 'a')",
        "he",
        "range(3)",
        "input(1.0)",
        "[input(1.0)]",
    ]
    for word in sorted(known_words()):
        for first in strange:
            for rest in ("", ", 3", ", 'a'", ", axis='a'", ", None, 7, shape=1"):
                messages(f"x = {word}({first}{rest})")


def test_a_docstring_and_comments_are_fine() -> None:
    assert traced('"""A model."""\n# a comment\nx = input(1.0)  # one\n').graph.find("x") is not None
