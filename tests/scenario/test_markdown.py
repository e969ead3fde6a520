"""Reading a file: form, characters, fences, and what is wrong with each."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.errors import ScenarioError
from gradlab.scenario.markdown import read, read_file, read_model, read_text
from tests.scenario.reading import markdown_complaint

WHOLE = """---
title: A lesson
seed: 3
---
# Heading
Some *prose*.

```python model
x = input(1.0)
```

between

```lab
forward
```

```json
{"a": 1}
```

```python model
y = x * 2
```
"""


def test_a_file_is_cut_into_prose_model_script_and_code_in_order() -> None:
    document = read_text(WHOLE)
    assert [block.kind for block in document.blocks] == ["prose", "model", "prose", "lab", "code", "model"]
    assert document.blocks[4].text == '```json\n{"a": 1}\n```\n'
    assert document.blocks[3].text == "forward"


def test_several_model_fences_are_one_model() -> None:
    fragment = read_text(WHOLE).model
    assert fragment.text == "x = input(1.0)\ny = x * 2"
    assert [fragment.source.place(start) for start in fragment.starts] == [(9, 1), (23, 1)]


def test_blocks_cover_the_file_behind_the_front_matter() -> None:
    document = read_text(WHOLE)
    joined = "".join(block.span.text for block in document.blocks)
    assert joined.replace("\n", "") == WHOLE.split("---\n", 2)[2].replace("\n", "")


def test_prose_is_what_is_neither_model_nor_script() -> None:
    prose = read_text(WHOLE).prose
    assert "Some *prose*." in prose
    assert "```json" in prose
    assert "x = input" not in prose
    assert "forward" not in prose


def test_the_title_is_the_first_heading_when_the_front_matter_has_none() -> None:
    assert read_text("text\n# The *title* #\n```python model\nx = 1\n```\n").head.title == "The *title*"


def test_the_title_is_the_name_of_the_file_when_there_is_no_heading(tmp_path: Path) -> None:
    path = tmp_path / "my-lesson.md"
    path.write_text("```python model\nx = 1\n```\n")
    assert read(path).head.title == "my-lesson"


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert read(path).head.title == "A lesson"
    assert read(path).model.text == "x = input(1.0)\ny = x * 2"


def test_a_fence_in_a_list_keeps_its_places_in_the_file() -> None:
    document = read_text("# A\n- point\n\n  ```python model\n  x = 1\n  y = x\n  ```\n")
    assert document.model.text == "x = 1\ny = x"
    assert [document.source.place(start) for start in document.model.starts] == [(5, 3), (6, 3)]


def test_an_empty_fence_between_others_moves_nothing() -> None:
    document = read_text("```python model\nx = 1\n```\n```python model\n```\n```python model\ny = 2\n```\n")
    assert document.model.text == "x = 1\ny = 2"
    assert len(document.model.starts) == 2


def test_a_text_without_a_model_says_so() -> None:
    assert markdown_complaint("# Only prose\n") == (
        "error: no model: a scenario has a fence ```python model\n  --> <text>:1:1\n  |\n1 | # Only prose\n  | ^"
    )


def test_an_empty_file_says_that_it_has_no_model(tmp_path: Path) -> None:
    path = tmp_path / "empty.md"
    path.write_text("")
    with pytest.raises(ScenarioError, match="no model"):
        read(path)


def test_every_forbidden_character_is_reported_with_its_place_and_never_shown() -> None:
    text = "# A\x1b[31m\n```python model\nx = 1 # \u202e\n```\n\x9d52;c;aGk=\x07\n"
    said = markdown_complaint(text)
    assert "U+001B is a control character and is not allowed in a scenario\n  --> <text>:1:4" in said
    assert "U+202E changes the direction of the text and is not allowed in a scenario\n  --> <text>:3:9" in said
    assert "U+009D" in said
    assert "U+0007" in said
    assert not any(character in said for character in "\x1b\u202e\x9d\x07")


def test_a_lone_carriage_return_is_a_control_character() -> None:
    assert "U+000D is a control character" in markdown_complaint("# A\rB\n```python model\nx = 1\n```\n")


def test_a_missing_file_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "sigmoid-neuron.md").write_text("x")
    _, problems = read_file(tmp_path / "sigmiod-neuron.md")
    assert [p.render() for p in problems] == [
        f"error: there is no file `{tmp_path}/sigmiod-neuron.md`; did you mean `sigmoid-neuron.md`?"
    ]


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"is a folder, not a scenario"):
        read(tmp_path)
    (tmp_path / "model.md").write_text("# A")
    with pytest.raises(ScenarioError, match=r"is a folder, not a scenario; `.*/model\.md` is one$"):
        read(tmp_path)


def test_a_file_that_is_no_text_says_what_reads_models(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x08\x08\x12\x07pytorch\x91\x00")
    with pytest.raises(ScenarioError, match=r"is no text, so no scenario; `gradlab open` and `gradlab import` read models"):
        read(path)


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(b"# A\ncaf\xe9\n")
    with pytest.raises(ScenarioError, match=r"is not UTF-8: byte 0xe9 in line 2, byte 4"):
        read(path)


def test_a_file_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    path.write_text("x" * ((1 << 20) + 1))
    with pytest.raises(ScenarioError, match=r"is larger than 1 MiB"):
        read(path)


def test_the_name_of_a_file_is_shown_without_its_control_characters(tmp_path: Path) -> None:
    _, problems = read_file(tmp_path / "a\x1b[2Jb.md")
    assert "\x1b" not in problems[0].render()


def test_the_text_of_a_model_alone_is_a_document() -> None:
    document = read_model("x = 1\ny = x\n")
    assert document.model.text == "x = 1\ny = x\n"
    assert document.folder is None
