"""Colours of models and scripts: which words stand out, and that no character is lost."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from gradlab.draw.highlight import highlighted
from gradlab.draw.ink import dump
from gradlab.draw.lexers import LabLexer, ModelLexer
from gradlab.draw.prose import prose
from gradlab.scenario import shelf
from gradlab.scenario.markdown import read_file
from gradlab.tui.styles import PARTS


def roles(text: str, language: str) -> dict[str, str]:
    return {part.strip(): role for line in highlighted(text, language) for part, role in line if part.strip()}


def test_the_words_of_a_model_stand_out_and_names_do_not() -> None:
    found = roles('h = relu(dense(x, 3, init=he))  # a layer\nwith layer("net"):\n    pass\n', "model")
    assert found["relu"] == found["dense"] == found["he"] == found["layer"] == "word"
    assert (found["with"], found["3"], found['"net"'], found["# a layer"], found["h ="]) == (
        "keyword", "number", "text", "dim", "code",
    )  # fmt: skip


def test_a_builtin_of_python_that_is_no_word_does_not_stand_out() -> None:
    assert "word" not in roles("open(eval)", "model").values()


def test_an_action_and_what_separates_its_arguments_stand_out() -> None:
    found = roles('expect grad(h.0.W) ~= 2e-3 tol 5%\nquiz "What?" dot of f\n# done', "lab")
    assert (found["expect"], found["tol"], found["quiz"], found["of"]) == ("keyword",) * 4
    assert (found["grad"], found["2e-3"], found["5%"], found['"What?"'], found["# done"]) == (
        "word", "number", "number", "text", "dim",
    )  # fmt: skip


def test_a_separator_inside_a_name_is_a_part_of_it() -> None:
    assert roles("focus net.to.x", "lab") == {"focus": "keyword", "net.to.x": "code"}


@pytest.mark.parametrize("name", shelf.names())
def test_no_character_of_a_lesson_is_lost_and_every_role_has_a_style(name: str) -> None:
    path = shelf.find(name)
    assert path is not None
    document, _ = read_file(path)
    assert document is not None
    for block in document.blocks:
        if block.kind in ("model", "lab"):
            rows = highlighted(block.text, block.kind)
            assert dump(rows) == "\n".join(line.rstrip() for line in block.text.rstrip("\n").split("\n"))
            assert {role for line in rows for _, role in line} <= PARTS.keys()


def test_fences_of_a_page_are_coloured_by_what_they_are() -> None:
    rows = prose("```lab\nforward to x\n```\n\n```text\nforward to x\n```\n", 40)
    assert [role for _, role in rows[0]] == ["dim", "keyword", "code", "keyword", "code"]
    assert [role for _, role in rows[2]] == ["dim", "code"]


def test_pygments_finds_both_languages_by_name() -> None:
    found = {one.name: one.load() for one in entry_points(group="pygments.lexers") if one.name.startswith("gradlab")}
    assert found == {"gradlab-model": ModelLexer, "gradlab-lab": LabLexer}
