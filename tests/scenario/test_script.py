"""The lab language as lines: words, comments, and cutting a line at a mark."""

from __future__ import annotations

import pytest

from gradlab.scenario.markdown import read_text as read_markdown
from gradlab.scenario.script import read_text, split_at, statements
from gradlab.source import Source

LESSON = """# A
```python model
x = input(1.0)
```
```lab

forward   # go
  # a comment
  step 3 op
say it is #1 # really
```
- in a list

  ```lab
  expect x ~= 1 tol 5%
  ```
"""


def test_statements_have_a_word_a_rest_and_a_place_in_the_file() -> None:
    found = statements(read_markdown(LESSON))
    assert [(s.word, s.rest.text, s.line, s.span.column) for s in found] == [
        ("forward", "", 7, 1), ("step", "3 op", 9, 3), ("say", "it is #1 # really", 10, 1), ("expect", "x ~= 1 tol 5%", 15, 3),
    ]  # fmt: skip
    assert found[1].text == "step 3 op"
    assert found[1].head.text == "step"


def test_typed_lines_are_statements_too() -> None:
    assert [(s.word, s.rest.text) for s in read_text("forward\n\n  # no\nset W[0] = 3  # three\n")] == [
        ("forward", ""), ("set", "W[0] = 3"),
    ]  # fmt: skip


def test_a_number_sign_within_quotes_or_a_word_is_no_comment() -> None:
    assert [s.rest.text for s in read_text('mark "a # b"\nmark a#b # c')] == ['"a # b"', "a#b"]


@pytest.mark.parametrize(
    ("text", "mark", "left", "right"),
    [
        ("a ~= b tol c", "tol", "a ~= b", "c"), ("f(a, b = 1) = c", "=", "f(a, b = 1)", "c"), ("a == b", "=", "a == b", None),
        ("total tol 1", "tol", "total", "1"), ("'a to b' to c", "to", "'a to b'", "c"), ("a)b to c", "to", "a)b", "c"),
        ("  a  ", "to", "a", None), ("to NODE", "to", "", "NODE"), ("a to", "to", "a", ""), ("", "to", "", None),
    ],
)  # fmt: skip
def test_a_stretch_is_cut_at_a_mark_between_spaces(text: str, mark: str, left: str, right: str | None) -> None:
    source = Source("<action>", text)
    first, second = split_at(source.span(0, len(text)), mark)
    assert (first.text, second.text if second is not None else None) == (left, right)
