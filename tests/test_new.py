"""`gradlab new`: a scenario to begin with, and nothing of a person's lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import BAD, main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_scenario_passes_as_it_is_and_is_well_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my-first_one"]) == 0
    assert capsys.readouterr().out.startswith("wrote my-first_one.md\n`gradlab open my-first_one.md` shows it")
    text = (here / "my-first_one.md").read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "My first one"\n')
    assert main(["check", "--lesson", "my-first_one.md"]) == 0
    assert "lesson:" not in capsys.readouterr().out


def test_its_quizzes_have_the_answers_that_its_words_lead_to(here: Path) -> None:
    main(["new", "x"])
    (here / "right.txt").write_text("loss = 9\nup|down = up\nwhere = near 3\n", encoding="utf-8")
    assert main(["check", "x.md", "--answers", "right.txt"]) == 0


def test_a_file_is_never_written_over_unless_that_is_wanted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x.md").write_text("mine", encoding="utf-8")
    assert main(["new", "x.md"]) == BAD
    assert capsys.readouterr().err == "error: `x.md` is there already; `--force` writes over it\n"
    assert (here / "x.md").read_text(encoding="utf-8") == "mine"
    assert main(["new", "x", "--force"]) == 0
    assert (here / "x.md").read_text(encoding="utf-8") != "mine"
    assert [path.name for path in here.iterdir()] == ["x.md"]


ODD = (
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "/etc/x",
    ".hidden",
    "-",
    "a b",
    "a\nb",
    "a:b",
    "x.txt",
    "a" * 81,
    "CON.md.md",
    "_x",
)


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_refused(here: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--", name]) == BAD
    assert "is no name for a scenario: letters, digits, `-` and `_`" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_a_readme_is_no_scenario(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "ReadMe"]) == BAD
    assert "a README is never taken for one" in capsys.readouterr().err


def test_a_copy_of_a_lesson_stands_in_no_course(here: Path) -> None:
    assert main(["new", "mine", "--from", "gate-patterns"]) == 0
    assert main(["new", "other", "--from", "optim/momentum"]) == 0
    text = (here / "other.md").read_text(encoding="utf-8")
    assert "\ncourse:" not in text
    assert "\nneeds:" not in text
    assert main(["check", "mine.md"]) == 0


def test_a_list_below_its_key_is_left_out_whole(here: Path) -> None:
    lesson = (
        "---\ntitle: T\ncourse:\n  - a/1\n  - b/2\nneeds:\n- gate-patterns\nseed: 3\n---\n```python model\nf = exp(1.0)\n```\n"
    )
    (here / "lesson.md").write_text(lesson, encoding="utf-8")
    assert main(["new", "copy", "--from", "lesson.md"]) == 0
    assert (here / "copy.md").read_text(encoding="utf-8").startswith("---\ntitle: T\nseed: 3\n---\n")


def test_a_lesson_whose_data_are_not_here_is_not_copied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "there").mkdir()
    (here / "there" / "x.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    (here / "there" / "lesson.md").write_text(
        '```python model\nx = csv("x.csv", columns="a")\nf = mean(x)\n```\n', encoding="utf-8"
    )
    assert main(["check", "there/lesson.md"]) == 0
    capsys.readouterr()
    assert main(["new", "copy", "--from", "there/lesson.md"]) == BAD
    assert "x.csv" in capsys.readouterr().err
    assert not (here / "copy.md").exists()


def test_an_unknown_lesson_is_said_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "copy", "--from", "sigmoid-neurn"]) == BAD
    assert "did you mean `circuits/sigmoid-neuron`?" in capsys.readouterr().err
