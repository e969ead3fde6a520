"""Courses, what lessons need, and lessons in other languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab.scenario import shelf
from gradlab.scenario.catalogue import catalogue
from gradlab.scenario.courses import courses, head_problems, in_teaching_order
from gradlab.scenario.markdown import read_file

Write = Callable[..., Path]
MODEL = "```python model\nx = input(2.0)\ny = x * x\n```\n\n```lab\nforward\nexpect y ~= 4\n```\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes a lesson to the shelf, which is a folder of its own."""
    monkeypatch.setattr(shelf, "PACKAGE", tmp_path / "package")

    def one(name: str, head: str = "", body: str = MODEL) -> Path:
        path = tmp_path / "scenarios" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{head}\n---\n{body}" if head else body, encoding="utf-8")
        return path

    return one


def said(path: Path) -> list[str]:
    document, problems = read_file(path)
    assert document is not None
    return [problem.message for problem in (*problems, *head_problems(path, document))]


def test_a_course_has_its_lessons_in_the_order_of_their_numbers(write: Write) -> None:
    write("a/second", "course: basics/2\nminutes: 5")
    write("b/first", "course: [basics/1, more/9]\nlevel: 1\nminutes: 10")
    write("a/also", "course: basics/2")
    write("c/none")
    found = courses(catalogue())
    assert {name: [e.name for e in course.lessons] for name, course in found.items()} == {
        "basics": ["b/first", "a/also", "a/second"], "more": ["b/first"],
    }  # fmt: skip
    assert (found["basics"].title, found["basics"].minutes, found["basics"].level) == ("Basics", 15, 1)


def test_easy_courses_come_first(write: Write) -> None:
    write("a", "course: hard/1\nlevel: 3")
    write("b", "course: easy/1\nlevel: 1")
    write("c", "course: unsaid/1")
    assert list(courses(catalogue())) == ["easy", "hard", "unsaid"]


def test_of_one_level_a_course_stands_behind_those_that_it_needs_and_what_others_stand_on_comes_first(write: Write) -> None:
    write("a/needy", "course: a-needs/1\nneeds: [z/base]")
    write("b/alone", "course: b-alone/1")
    write("z/base", "course: z-base/1")
    assert list(courses(catalogue())) == ["z-base", "a-needs", "b-alone"]


def test_courses_that_need_each_other_have_an_order_too(write: Write) -> None:
    write("a/first", "course: one/1")
    write("a/second", "course: one/2\nneeds: [b/first]")
    write("b/first", "course: two/1")
    write("b/second", "course: two/2\nneeds: [a/first]")
    write("b/third", "course: two/3\nneeds: [a/second]")
    assert list(courses(catalogue())) == ["one", "two"]


def test_a_course_has_the_level_that_most_of_its_lessons_have(write: Write) -> None:
    for number, level in enumerate((1, 2, 2, 3)):
        write(f"l{number}", f"course: c/{number}\nlevel: {level}")
    assert courses(catalogue())["c"].level == 2


def test_each_scenario_stands_once_in_the_order_of_teaching_and_those_of_no_course_last(write: Write) -> None:
    write("a/none")
    write("b/second", "course: [basics/2, more/1]\nlevel: 1")
    write("c/first", "course: basics/1\nlevel: 1")
    assert [entry.name for entry in in_teaching_order(catalogue())] == ["c/first", "b/second", "a/none"]


def test_lessons_that_are_there_may_be_needed(write: Write) -> None:
    write("a/first", "course: basics/1")
    assert said(write("a/second", "course: basics/2\nneeds: [a/first]")) == []


def test_a_lesson_that_does_not_exist_is_no_need(write: Write) -> None:
    write("a/first")
    path = write("a/second", "title: T\nneeds: [a/frist, zzz]")
    assert said(path) == ["there is no lesson `a/frist`; did you mean `a/first`?", "there is no lesson `zzz`"]
    document, _ = read_file(path)
    assert document is not None
    assert head_problems(path, document)[0].render().splitlines()[1].endswith("second.md:3:1")


def test_needs_of_a_folder_of_ones_own_are_found_beside_it(tmp_path: Path, write: Write) -> None:
    folder = tmp_path / "mine" / "part"
    folder.mkdir(parents=True)
    (folder / "one.md").write_text(MODEL)
    (folder / "two.md").write_text(f"---\nneeds: [part/one, one]\n---\n{MODEL}")
    assert said(folder / "two.md") == []


def test_a_circle_is_told_with_its_way(write: Write) -> None:
    write("a", "needs: [c]")
    write("b", "needs: [a]")
    path = write("c", "needs: [b]")
    assert said(path) == ["lessons need each other in a circle: `b` needs `a` needs `c` needs `b`"]
    assert said(write("d", "needs: [d]")) == ["lessons need each other in a circle: `d` needs `d`"]


def test_many_ways_to_one_lesson_are_no_circle_and_are_followed_once(write: Write) -> None:
    write("l0")
    write("m0")
    for k in range(1, 40):
        write(f"l{k}", f"needs: [l{k - 1}, m{k - 1}]")
        write(f"m{k}", f"needs: [l{k - 1}, m{k - 1}]")
    assert said(write("top", "needs: [l39, m39]")) == []


def test_what_is_needed_comes_before_in_the_course(write: Write) -> None:
    write("a", "course: [basics/3, other/9]")
    write("b", "course: basics/2")
    assert said(write("c", "course: basics/2\nneeds: [a, b]")) == [
        "`a` is number 3 of the course `basics`, and this lesson number 2",
        "`b` is number 2 of the course `basics`, and this lesson number 2",
    ]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("course: Basics/1", "a place in a course is its name, small letters with hyphens, and a number: `optimizers/3`"),
        ("course: basics", "a place in a course is its name, small letters with hyphens, and a number: `optimizers/3`"),
        ("needs: [a, b, c, d]", "there are at most 3"),
        ("needs: ../a", "a lesson is called by its name: `circuits/sigmoid-neuron`"),
        ("level: first", "a whole number from 1 to 3"),
        ("minutes: 0", "a whole number from 1 to 600"),
    ],
)
def test_what_a_head_may_not_say(write: Write, line: str, hint: str) -> None:
    _, problems = read_file(write("a", line))
    assert [problem.label for problem in problems] == [hint]


def test_a_translation_is_no_scenario_of_its_own(write: Write) -> None:
    path = write("a", "title: One")
    german = write("a.de", "title: Eins")
    lonely = write("b.de")
    assert shelf.names() == ["a", "b.de"]
    assert shelf.translations(path) == {"de": german}
    assert (shelf.in_language(path, "de"), shelf.in_language(path, "fr"), shelf.in_language(path, "")) == (german, path, path)
    assert shelf.original(german) == path
    assert shelf.original(lonely) is None


def test_a_translation_has_its_own_words_and_the_settings_of_the_lesson(write: Write) -> None:
    write("a", "title: One\nseed: 3\nlevel: 2\nteaches: a rule", f"# One\n\nFirst.\n\n{MODEL}")
    document, problems = read_file(write("a.de", "title: Eins\nseed: 5", f"# Eins\n\nZuerst.\n\n{MODEL}"))
    assert problems == []
    assert document is not None
    assert (document.head.title, document.head.seed, document.head.level, document.head.teaches) == ("Eins", 3, 2, "a rule")
    assert "Zuerst" in document.prose


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        (MODEL.replace("~= 4", "~= 5"), "a translation has the model and the script of `a.md`, word for word", 8),
        (MODEL.replace("y = x * x\n", ""), "a translation has the model and the script of `a.md`, word for word", 1),
        (MODEL[: MODEL.index("```lab")], "`a.md` has 2 fences of model and script, its translation has 1", 1),
    ],
)
def test_a_translation_with_another_script_is_refused(write: Write, body: str, message: str, line: int) -> None:
    write("a")
    _, problems = read_file(write("a.de", "", body))
    assert [problem.message for problem in problems] == [message]
    assert problems[0].span is not None
    assert problems[0].span.line == line


def test_the_lessons_that_come_with_gradlab_say_nothing_wrong() -> None:
    assert {entry.name: said(entry.path) for entry in catalogue() if said(entry.path)} == {}
