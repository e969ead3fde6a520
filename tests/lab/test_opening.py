"""Opening scenarios: scripts are checked before anything runs, and errors have their place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

import gradlab
from gradlab.actions import words
from gradlab.errors import ActionError, GradlabError, ScenarioError
from tests.lab.models import NEURON, plain, said

HEAD = "```python model\nx = input(2.0)\ny = x * x\n```\n"


def written(folder: Path, text: str) -> Path:
    """Write a scenario."""
    path = folder / "lesson.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_problems_of_a_script_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    script = "```lab\nforwrad\nexpect y ~= z tol 1e\nset q = sin(w)\nstep 3 ops 4\nsay fine # this stays\nnudge x\n```\n"
    path = written(tmp_path, HEAD + script)
    with pytest.raises(ScenarioError) as caught:
        gradlab.load(path)
    told = [(p.message, p.span.line if p.span else 0, p.span.text if p.span else "") for p in caught.value.problems]
    assert told == [
        ("unknown action `forwrad`", 6, "forwrad"),
        ("a tolerance is a number of 0 or more, or a percentage", 7, "1e"),
        ("unknown name `q`", 8, "q"),
        ("unknown name `w`", 8, "w"),
        ("unexpected `4`", 9, "4"),
        ("by how much?", 11, "x"),
    ]


def test_problems_of_model_and_script_are_told_together(tmp_path: Path) -> None:
    path = written(tmp_path, "```python model\ny = sigmiod(2)\n```\n```lab\nbackwards\nexpect nowhere ~= 1\n```\n")
    with pytest.raises(ScenarioError) as caught:
        gradlab.load(path)
    assert [p.message for p in caught.value.problems] == ["unknown function `sigmiod`", "unknown action `backwards`"]


def test_the_whole_text_of_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "```lab\n  exlain y\n```\n")
    with pytest.raises(ScenarioError) as caught:
        gradlab.load(path)
    assert str(caught.value) == dedent(f"""\
        error: unknown action `exlain`
          --> {path}:6:3
          |
        6 |   exlain y
          |   ^^^^^^ did you mean `explain`?""")


def test_a_typed_line_has_its_caret_too() -> None:
    with pytest.raises(ActionError) as caught:
        plain(NEURON).do("explain dott")
    assert str(caught.value) == dedent("""\
        error: unknown name `dott`
          --> <action>:1:9
          |
        1 | explain dott
          |         ^^^^ did you mean `dot`?""")


def test_the_script_runs_line_by_line_and_says_the_lines_of_the_file(tmp_path: Path) -> None:
    script = "```lab\n# a comment\nforward\n\nexpect y ~= 4\nsay # is a word here\n```\n"
    lab = gradlab.load(written(tmp_path, HEAD + script))
    assert [s.text for s in lab.script] == ["forward", "expect y ~= 4", "say # is a word here"]
    lab.next_line()
    assert lab.cursor_line == 1
    assert [line.text for line in lab.next_line().lines] == ["line 9  expect y ~= 4    got 4"]
    assert [line.text for line in lab.next_line().lines] == ["# is a word here"]
    assert lab.next_line().lines == ()


def test_several_lines_and_comments_can_be_done_at_once() -> None:
    lab = plain(NEURON)
    outcome = lab.do("forward\n# nothing\n\nexpect dot ~= 1\nexpect dot ~= 2")
    assert [line.kind for line in outcome.lines] == ["value", "ok", "fail"]
    assert not outcome.ok


def test_a_seed_and_data_can_be_given_from_outside(tmp_path: Path) -> None:
    model = "x = input(shape=(2,))\nW = param(shape=(2, 2), init=normal(1.0))\ny = x @ W\n"
    text = f"---\nseed: 3\n---\n```python model\n{model}```\n"
    lab = gradlab.load(written(tmp_path, text), seed=5, data={"x": np.array([1.0, 2.0])})
    assert lab.snapshot().seed == 5
    np.testing.assert_array_equal(lab.value("x"), [1.0, 2.0])
    built = gradlab.build("x = input(shape=(2,))\ny = sum(x)\n", data={"x": np.array([1.0, 2.0])})
    built.do("forward")
    assert built.value("y") == 3.0


def test_a_bound_on_memory_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "```python model\nx = const(shape=(1000, 1000))\ny = x * 2\n```\n")
    assert gradlab.load(path).tape.size >= 4_000_000
    with pytest.raises(GradlabError, match="MiB"):
        gradlab.load(path, memory=1 << 20)


def test_every_action_has_a_help_line_and_its_arguments() -> None:
    lines = said(plain(NEURON), "help")
    assert len(lines) == len(words())
    for action in words().values():
        assert said(plain(NEURON), f"help {action.name}")[0] == f"info: {action.line}  {action.help}"


def test_help_has_the_page_of_a_word_of_the_model_language_too() -> None:
    first, empty, second, *_ = said(plain(NEURON), "help relu")
    assert first == "info: relu(x)    rectified linear unit"
    assert empty == "info: "
    assert second.startswith("info: Rectified linear unit: passes what is positive.")
    assert said(plain(NEURON), "help clips")[2].startswith("info:   clip_each(limit)   Clipping by the norm")


def test_help_for_what_is_an_action_and_a_word_says_both() -> None:
    lines = said(plain(NEURON), "help mode")
    assert lines[0] == f"info: {words()['mode'].line}  {words()['mode'].help}"
    assert lines[1:3] == ["info: ", "info: mode()    word"]


def test_help_for_what_is_neither_offers_the_nearest() -> None:
    with pytest.raises(ActionError, match=r"unknown action or word `sigmiod`: did you mean `sigmoid`\?"):
        plain(NEURON).do("help sigmiod")


def test_the_words_of_the_language_are_there() -> None:
    moving = "forward backward update step back goto train set seed mode undo"
    looking = "expect check explain nudge stats quiz say focus pause mark"
    assert set(f"{moving} {looking}".split()) <= set(plain(NEURON).actions)


def test_focus_and_marks_are_in_the_snapshot() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.f.2")
    lab.do("mark here")
    lab.do("focus dot")
    snapshot = lab.snapshot()
    assert lab.nodes[snapshot.focus].name == "dot"
    assert [(name, str(at)) for name, at in snapshot.marks] == [("here", "0.f.2")]


def test_the_version_grows_with_every_change() -> None:
    lab = plain(NEURON)
    versions = []
    for line in ("forward", "step", "set w0 = 1", "undo", "focus f"):
        lab.do(line)
        versions.append(lab.snapshot().version)
    assert versions == sorted(set(versions))
