"""The pages for people who work on gradlab agree with the code, with one another, and with what the workflows run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from gradlab.scenario import bounds
from tests.documents import ROOT, blocks

GITHUB = ROOT / ".github"
PAGES = [ROOT / "README.md", *sorted(GITHUB.glob("*.md"))]
SOURCES = [path for folder in ("gradlab", "tests", "scenarios", ".ci") for path in sorted((ROOT / folder).rglob("*"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in SOURCES if path.suffix in (".py", ".md", ".tcss")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))


def prose(page: Path) -> str:
    """Return a page without its fences."""
    return re.sub(r"^(`{3,})[^\n]*\n.*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(page: Path) -> list[str]:
    """Return the headings of a page."""
    return re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)


def anchor(heading: str) -> str:
    """Return what a link to a heading ends in."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@every_page
def test_its_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        path, _, part = link.partition("#")
        if not link.startswith(("http", "key:")):
            target = (page.parent / path).resolve() if path else page
            assert target.is_file(), link
            assert not part or part in [anchor(heading) for heading in headings(target)], link


@every_page
def test_it_begins_with_its_title_and_uses_no_tabs_or_trailing_blanks(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# ") or page.name == "PULL_REQUEST_TEMPLATE.md"
    assert [line for line in text.splitlines() if line != line.rstrip() or "\t" in line] == []


def citations() -> Iterator[tuple[str, str, str]]:
    """Return each `PAGE §n` in the code and the pages: where it stands, the page, the number."""
    for path, text in (TEXTS | {page: page.read_text(encoding="utf-8") for page in PAGES}).items():
        if path != Path(__file__):
            for found in re.finditer(r"(\w*)\s*§\s*(\w*)", text):
                yield f"{path.relative_to(ROOT)}: {found[0]!r}", found[1], found[2]


def test_every_decision_that_is_cited_is_a_heading_of_the_semantics() -> None:
    numbers = [heading.partition(".")[0] for heading in headings(GITHUB / "SEMANTICS.md") if heading[0].isdigit()]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    found = list(citations())
    assert {number for where, _, number in found if where.startswith("gradlab")} >= {"1", "2", "7"}
    assert [where for where, page, number in found if page != "SEMANTICS" or number not in numbers] == []


def test_the_bounds_that_the_semantics_name_are_those_of_the_code() -> None:
    text = " ".join(prose(GITHUB / "SEMANTICS.md").split())
    for words in (
        f"at most {bounds.MAX_FILE >> 20} MiB, nesting {bounds.MAX_NESTING}, strings {bounds.MAX_STRING:,} characters",
        f"lists {bounds.MAX_LIST:,} elements, whole numbers 64 bits",
        f"at most {bounds.MAX_STEPS:,} steps of the interpreter",
        f"values and gradients {bounds.MAX_MEMORY >> 30} GiB",
    ):
        assert words in text


def test_the_states_of_the_semantics_are_those_of_the_code() -> None:
    from gradlab.axis.position import State

    line = next(line for line in prose(GITHUB / "SEMANTICS.md").split("\n- ") if line.startswith("**States.**"))
    assert {state.name.lower() for state in State} <= set(re.findall(r"`(\w+)`", line))


def tree() -> list[str]:
    """Return the names in the tree of ARCHITECTURE, from the top down."""
    text = next(block.text for block in blocks(GITHUB / "ARCHITECTURE.md") if block.text.startswith("gradlab/\n"))
    entries = [re.split(r" {2,}|$", line[2:])[0] for line in text.splitlines()[1:] if not line.startswith("   ")]
    return [name.rstrip("/") for entry in entries for name in entry.split()]


def test_the_tree_of_the_architecture_is_that_of_the_code() -> None:
    there = {path.name for path in (ROOT / "gradlab").iterdir() if path.name not in ("__pycache__", "__init__.py", "py.typed")}
    assert set(tree()) == there


def test_the_tree_stands_in_the_order_of_imports() -> None:
    (layers,) = [c["layers"] for c in PROJECT["tool"]["importlinter"]["contracts"] if c.get("containers") == ["gradlab"]]
    names = [name.removesuffix(".py") for name in tree()]
    places = [[names.index(name) for name in re.split(r" [:|] ", layer)] for layer in layers]
    below = [place for place in places if "__main__" not in [names[i] for i in place]]
    assert all(max(upper) < min(lower) for upper, lower in pairwise(below))


def test_the_packages_of_the_readme_are_there() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    packages = {path.parent.name for path in (ROOT / "gradlab").glob("*/__init__.py")}
    assert packages <= named


def test_the_readme_and_the_page_for_contributors_set_up_the_same() -> None:
    (readme,) = [block.text for block in blocks(ROOT / "README.md") if block.marker == "the tests"]
    (page,) = [block.text for block in blocks(GITHUB / "CONTRIBUTING.md") if block.info == "sh" and "venv" in block.text]
    assert page == readme


def test_the_checks_before_a_change_goes_in_are_those_of_the_script_of_the_pages_and_of_the_workflows() -> None:
    page = next(
        line for line in (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines() if "&& lint-imports" in line
    )
    wanted = page.strip().split(" && ")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [command for command in wanted if command not in script and command != "pytest"] == []
    run = [
        step["run"] for path in WORKFLOWS for job in workflow(path)["jobs"].values() for step in job["steps"] if "run" in step
    ]
    assert [command for command in wanted if command not in run] == []


# The workflows, the templates and the hooks.


def workflow(path: Path) -> Any:
    """Return a workflow as it is read from YAML."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def there(word: str) -> bool:
    """Return whether a command can be run: a program of the environment, or a file of the checkout."""
    beside = Path(sys.executable).parent
    return bool(shutil.which(word, path=f"{beside}{os.pathsep}{os.environ['PATH']}")) or os.access(ROOT / word, os.X_OK)


@every_workflow
def test_a_workflow_has_jobs_whose_commands_and_paths_exist(path: Path) -> None:
    jobs = workflow(path)["jobs"]
    assert jobs
    for job in jobs.values():
        assert job["runs-on"] and job["timeout-minutes"]
        for line in (line for step in job["steps"] for line in step.get("run", "").splitlines()):
            command, *arguments = shlex.split(line)
            assert there(command), line
            paths = [argument for argument in arguments if "/" in argument and "://" not in argument]
            assert [argument for argument in paths if not (ROOT / argument).exists()] == [], line


@every_workflow
def test_a_workflow_may_only_read_and_pins_what_it_uses(path: Path) -> None:
    read = workflow(path)
    assert read["permissions"] == {"contents": "read"}
    used = [step["uses"] for job in read["jobs"].values() for step in job["steps"] if "uses" in step]
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", name)] == []
    assert all(any("checkout" in str(step.get("uses")) for step in job["steps"]) for job in read["jobs"].values())


def test_the_tests_run_on_every_system_and_on_every_python_from_the_oldest_on() -> None:
    matrix = workflow(GITHUB / "workflows" / "tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert [name.partition("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    minors = [int(version.removeprefix("3.")) for version in matrix["python"]]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert PROJECT["project"]["requires-python"] == f">={matrix['python'][0]}"
    known = metadata("numba").get_all("Classifier") or []
    assert [v for v in matrix["python"] if f"Programming Language :: Python :: {v}" not in known] == []


def test_a_job_installs_torch_and_runs_the_tests_that_compare_with_it() -> None:
    steps = [step.get("run", "") for step in workflow(GITHUB / "workflows" / "tests.yml")["jobs"]["torch"]["steps"]]
    assert any(step.startswith("python -m pip install torch") for step in steps)
    assert steps[-1] == "pytest -m torch"


def test_the_hooks_before_a_commit_are_tools_of_the_environment() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    hooks = {hook["id"]: hook for repo in repos for hook in repo["hooks"]}
    assert set(hooks) == {"ruff", "ruff-format", "mypy", "lint-imports"}
    assert [hook["entry"] for hook in hooks.values() if not there(hook["entry"].split()[0])] == []


def test_a_report_of_a_bug_asks_for_what_the_doctor_says() -> None:
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8"))
    (doctor,) = [part for part in form["body"] if part.get("id") == "doctor"]
    assert "gradlab doctor" in doctor["attributes"]["label"]
    assert doctor["validations"] == {"required": True}


@pytest.mark.parametrize("path", sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: str(path.name))
def test_a_template_has_the_form_that_it_needs(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.name == "config.yml":
        assert {"name", "url", "about"} == set(form["contact_links"][0])
        return
    assert {"name", "description", "body"} <= set(form)
    assert len({part["id"] for part in form["body"]}) == len(form["body"])
    assert [part for part in form["body"] if part["type"] not in ("textarea", "dropdown", "input", "checkboxes")] == []


def test_the_addresses_of_the_project_lead_to_its_pages() -> None:
    urls = PROJECT["project"]["urls"]
    assert set(urls) == {"Homepage", "Source", "Changelog", "Issues"}
    assert all(url.startswith(urls["Source"]) for url in urls.values())
    assert (ROOT / urls["Changelog"].partition("/main/")[2]).is_file()
    security = (GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8")
    assert urls["Source"] in security


def test_the_changelog_has_an_entry_for_this_version() -> None:
    import gradlab

    assert gradlab.__version__ in headings(GITHUB / "CHANGELOG.md")
