"""`gradlab list`: every scenario, by course in the order in which they are taught."""

from __future__ import annotations

import json
from pathlib import Path

from gradlab.scenario import shelf
from gradlab.scenario.catalogue import catalogue
from gradlab.scenario.courses import courses, in_teaching_order
from tests.calling import Call


def test_list_names_every_shipped_scenario_with_its_title(call: Call) -> None:
    code, out, err = call("list")
    rows = {line.split(None, 1)[0]: line for line in out.splitlines() if line and not line.startswith("#")}
    assert (code, err) == (0, "")
    assert sorted(rows) == sorted(shelf.names())
    assert rows["circuits/sigmoid-neuron"].endswith("  One neuron: values go forward, gradients come back")


def test_list_has_courses_as_they_are_taught_each_with_its_lessons(call: Call) -> None:
    taught = courses(catalogue())
    lines = [line for line in call("list")[1].splitlines() if line]
    heads = [line for line in lines if line.startswith("# ")]
    assert [head.rpartition("(")[2].rstrip(")") for head in heads[: len(taught)]] == list(taught)
    first, *_ = taught.values()
    assert lines[0] == f"# {first.title}: level 1, {first.minutes} min, 0 of {len(first.lessons)} done ({first.name})"
    assert [line.split(None, 1)[0] for line in lines[1 : 1 + len(first.lessons)]] == [entry.name for entry in first.lessons]
    assert call("list", "--course", first.name)[1].split()[0] == first.lessons[0].name


def test_without_a_command_and_without_a_terminal_the_scenarios_are_listed(call: Call) -> None:
    assert call() == call("list")


def test_list_finds_a_text_in_names_and_titles(call: Call) -> None:
    _, out, _ = call("list", "Sigmoid")
    assert "circuits/sigmoid-neuron" in out
    assert "xor" not in out
    assert call("list", "no such thing") == (0, "no scenario has that text\n", "")


def test_list_as_json_gives_files_that_exist(call: Call) -> None:
    document = json.loads(call("list", "--json")[1])
    assert (document["command"], document["ok"]) == ("list", True)
    assert [entry["name"] for entry in document["results"]] == [entry.name for entry in in_teaching_order(catalogue())]
    assert all(Path(entry["path"]).is_file() for entry in document["results"])


def test_the_lessons_of_a_course_stand_in_its_order_with_level_minutes_and_title(call: Call) -> None:
    for course in courses(catalogue()).values():
        lines = call("list", "--course", course.name)[1].splitlines()
        assert [line.split()[0] for line in lines] == [entry.name for entry in course.lessons]
        for line, entry in zip(lines, course.lessons, strict=True):
            assert line.split()[1:3] == [str(entry.head.level), str(entry.head.minutes)]
            assert line.endswith(f"  {entry.title}")


def test_courses_alone_are_told_as_they_are_taught(call: Call) -> None:
    rows = call("list", "--courses")[1].splitlines()
    assert [row.split()[0] for row in rows] == list(courses(catalogue()))
    assert [row.rpartition("  ")[2] for row in rows] == [course.title for course in courses(catalogue()).values()]


def test_an_unknown_course_is_an_error_that_names_the_nearest(call: Call) -> None:
    code, out, err = call("list", "--course", "optimizer")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no course `optimizer`; did you mean `optimizers`?")
