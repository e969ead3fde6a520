"""The front matter: what it may say, and every way to get it wrong."""

from __future__ import annotations

import pytest

from gradlab.scenario.head import Head, Stand
from gradlab.scenario.markdown import read_text
from tests.scenario.reading import markdown_complaint

MODEL = "\n```python model\nx = 1\n```\n"


def head_of(text: str) -> Head:
    return read_text(f"---\n{text}\n---{MODEL}").head


def test_every_key_is_read() -> None:
    text = (
        'title: "The: neuron"\nsource: Pumarola 2016, ch. 15\nseed: 7\ndtype: float32\ntimeout: 2.5\nmode: eval\n'
        "about: what it shows\nlevel: 2\ntags: [a, b c]\n"
        "course: [optimizers/3, basics/12]\nneeds: circuits/matmul\nteaches: one sentence\nminutes: 12"
    )
    assert head_of(text) == Head(
        "The: neuron", "Pumarola 2016, ch. 15", 7, "float32", 2.5, "eval", "what it shows", 2, ("a", "b c"),
        (Stand("optimizers", 3), Stand("basics", 12)), ("circuits/matmul",), "one sentence", 12,
    )  # fmt: skip


def test_tags_may_be_written_with_commas() -> None:
    assert head_of("tags: a, b").tags == ("a", "b")


def test_a_date_as_a_source_stays_the_text_that_was_written() -> None:
    assert head_of("source: 2016-01-01").source == "2016-01-01"


def test_comments_and_empty_front_matter_are_fine() -> None:
    assert head_of("seed: 1  # the seed").seed == 1
    assert head_of("# nothing").seed == 0


def test_an_unknown_key_names_the_nearest() -> None:
    assert markdown_complaint(f"---\ntitle: A\nsede: 3\n---{MODEL}") == (
        "error: front matter: unknown key `sede`\n  --> <text>:3:1\n  |\n3 | sede: 3\n  | ^^^^ did you mean `seed`?"
    )


def test_all_problems_of_the_head_and_the_body_come_at_once() -> None:
    said = markdown_complaint("---\nseed: -1\ndtype: half\ntimeout: 0\nmode: test\nfoo: 1\nseed: 2\n---\n# no model\n")
    assert said.count("error: ") == 6
    assert "`seed` is '-1'" in said
    assert "a seed is a whole number from 0 to 9223372036854775807" in said
    assert "`dtype` is 'half'" in said
    assert "allowed are `float64` and `float32`" in said
    assert "a number of seconds above 0, at most 86,400" in said
    assert "allowed are `train` and `eval`" in said
    assert "unknown key `foo`" in said
    assert "no model" in said


def test_a_key_twice_is_a_problem() -> None:
    assert "`seed` is given twice" in markdown_complaint(f"---\nseed: 1\nseed: 2\n---{MODEL}")


def test_a_yaml_error_is_placed_in_the_file() -> None:
    assert markdown_complaint(f"---\ntitle: [A\nseed: 3\n---{MODEL}") == (
        "error: front matter: expected ',' or ']', but got ':'\n  --> <text>:3:5\n  |\n3 | seed: 3\n  |     ^"
    )


@pytest.mark.parametrize(
    "text", ["a: &x 1", "title: *x", "title: !!python/object:os.system x", "seed: !!int 3", "tags: &t [a]"]
)
def test_anchors_aliases_and_tags_are_refused(text: str) -> None:
    assert "front matter: anchors, aliases and tags are not allowed" in markdown_complaint(f"---\n{text}\n---{MODEL}")


@pytest.mark.parametrize("text", ["- a\n- b", "just text", "title: {a: b}", "tags: [[a]]", "? [a]\n: b", "tags: [{a: b}]"])
def test_anything_but_a_flat_mapping_is_refused(text: str) -> None:
    assert "front matter: lines of the form `key: value` are allowed" in markdown_complaint(f"---\n{text}\n---{MODEL}")


def test_a_thousand_brackets_are_refused_at_the_second() -> None:
    assert "lines of the form" in markdown_complaint(f"---\ntags: {'[' * 5_000}\n---{MODEL}")


def test_front_matter_that_does_not_end_says_so() -> None:
    assert "the front matter does not end" in markdown_complaint(f"---\ntitle: A{MODEL}")


def test_very_long_front_matter_is_refused() -> None:
    assert "longer than 16,384 characters" in markdown_complaint(f"---\ntitle: {'a' * 20_000}\n---{MODEL}")


def test_an_escape_written_as_yaml_writes_it_is_refused() -> None:
    said = markdown_complaint(f'---\ntitle: "\\e]52;c;aGk=\\a"\n---{MODEL}')
    assert "control characters are not allowed here" in said
    assert "\x1b" not in said


def test_markup_in_a_title_stays_plain_text() -> None:
    assert head_of('title: "[@click=app.quit]x[/]"').title == "[@click=app.quit]x[/]"


def test_a_list_where_one_value_is_wanted_is_refused() -> None:
    assert "`title` takes one value" in markdown_complaint(f"---\ntitle: [a]\n---{MODEL}")
