"""Loading by path and by name, drafts that collect problems, and the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.errors import Problem, ScenarioError
from gradlab.scenario import shelf
from gradlab.scenario.catalogue import catalogue
from gradlab.scenario.model import Overrides, build, draft, draft_text, load

LESSON = """---
title: "A lesson"
seed: 5
---
# Heading

```python model
x = input(2.0)
with layer("a"):
    y = x * x
k = 3
```

```lab
forward
```
"""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put two lessons where the shipped ones are."""
    place = tmp_path / "shipped"
    (place / "circuits").mkdir(parents=True)
    (place / "circuits" / "max-gate.md").write_text(LESSON)
    (place / "circuits" / "add-mul.md").write_text("# Add and *multiply*\n```python model\nx = 1\n```\n")
    monkeypatch.setattr(shelf, "folder", lambda: place)
    monkeypatch.chdir(tmp_path)
    return place


def test_a_scenario_has_a_model_a_script_and_prose(shipped: Path) -> None:
    scenario = load(shipped / "circuits" / "max-gate.md")
    assert (scenario.title, scenario.model.seed, [s.word for s in scenario.script]) == ("A lesson", 5, ["forward"])
    assert scenario.prose == "# Heading\n\n"
    assert scenario.known.numbers["k"] == 3.0
    assert scenario.known.layers == ("a",)
    assert set(scenario.known.nodes) == {"x", "x.0", "y", "a.y", "a.y.0"}


@pytest.mark.parametrize("name", ["circuits/max-gate", "max-gate", "circuits/max-gate.md"])
def test_a_shipped_scenario_is_found_by_its_name(shipped: Path, name: str) -> None:
    assert load(name).title == "A lesson"


def test_an_unknown_name_names_the_nearest(shipped: Path) -> None:
    for name in ("circuits/max-gat", "maxgate"):
        with pytest.raises(ScenarioError) as caught:
            load(name)
        assert str(caught.value) == f"error: there is no file and no scenario `{name}`; did you mean `circuits/max-gate`?"


def test_a_missing_file_is_a_missing_file(shipped: Path) -> None:
    with pytest.raises(ScenarioError, match=r"there is no file `circuits/nothing\.md`"):
        load("circuits/nothing.md")


def test_a_name_that_no_system_takes_is_a_problem(shipped: Path) -> None:
    for name in ("a\0b", "x" * 5_000):
        with pytest.raises(ScenarioError):
            load(name)


def test_overrides_reach_the_model(shipped: Path) -> None:
    scenario = load("max-gate", Overrides(seed=9, dtype="float32"))
    assert (scenario.model.seed, scenario.model.dtype) == (9, "float32")
    assert scenario.traced(Overrides(mode="eval")).mode == "eval"


def test_a_draft_adds_the_problems_of_its_script() -> None:
    found = draft_text("```python model\nx = foo()\n```\n```lab\nforwrad\n```\n")
    assert found.model is None
    assert found.known is None
    late = Problem("unknown action `forwrad`", found.script[0].head)
    with pytest.raises(ScenarioError) as caught:
        found.finish([late])
    assert [p.message for p in caught.value.problems] == ["unknown function `foo`", "unknown action `forwrad`"]


def test_a_draft_of_a_good_file_becomes_a_scenario(shipped: Path) -> None:
    found = draft("max-gate")
    assert found.problems == ()
    assert found.known is not None
    assert found.finish().title == "A lesson"


def test_form_and_model_are_complained_about_together() -> None:
    found = draft_text("---\nsede: 1\n---\n```python model\nx = foo()\n```\n")
    assert [p.message for p in found.problems] == ["front matter: unknown key `sede`", "unknown function `foo`"]


def test_the_text_of_a_model_alone_is_built() -> None:
    scenario = build("x = input('x', shape=2)\ny = sum(x)\n")
    assert scenario.script == ()
    assert [node.name for node in scenario.model.graph.nodes] == ["x", "y"]


def test_the_catalogue_has_names_titles_and_paths(shipped: Path) -> None:
    assert [(e.name, e.title, e.path.name) for e in catalogue()] == [
        ("circuits/add-mul", "Add and *multiply*", "add-mul.md"), ("circuits/max-gate", "A lesson", "max-gate.md"),
    ]  # fmt: skip


def test_the_catalogue_agrees_with_the_files_that_are_shipped() -> None:
    for entry in catalogue():
        assert load(entry.path).title == entry.title
