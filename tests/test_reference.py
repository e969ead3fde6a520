"""The reference that `gradlab ops --markdown` writes: whole, with links and tables that hold; other files are left alone."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gradlab import manual
from gradlab.cli import main
from gradlab.commands import _reference
from gradlab.diagnose.pages import in_order
from gradlab.diagnose.rules import RULES
from gradlab.op import Op
from gradlab.ops import OPS
from gradlab.scenario import glossary
from gradlab.scenario.glossary import GROUPS, Entry
from tests.ops.harness import evaluate

PAGES = _reference.pages()
READER = MarkdownIt("commonmark").enable("table")
every_page = pytest.mark.parametrize("path", PAGES)
every_entry = pytest.mark.parametrize("entry", glossary.entries(), ids=lambda entry: f"{entry.group.name}:{entry.name}")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a page, those inside lines too, in order."""
    return [part for token in READER.parse(text) for part in (token, *(token.children or []))]


def plain(line: Token) -> str:
    """Return what a person reads of a line."""
    return "".join("\n" if part.type == "softbreak" else part.content for part in line.children or [])


def rows(text: str) -> list[list[str]]:
    """Return the cells of all tables of a page, without the heads."""
    found: list[list[str]] = []
    for token, line in zip(parsed := READER.parse(text), parsed[1:], strict=False):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "td_open":
            found[-1].append(plain(line))
    return [row for row in found if row]


def section(text: str, heading: str) -> str:
    """Return what stands below a heading of a page, or ""."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_word_and_every_group_has_a_page_and_nothing_else_has() -> None:
    words = {f"{entry.group.name}/{entry.name}.md" for entry in glossary.entries()}
    groups = {f"{name}/index.md" for name in GROUPS}
    assert set(PAGES) == words | groups | {"index.md", "derivatives.md", "rules.md"}
    assert len({path.lower() for path in PAGES}) == len(PAGES), "two pages are one file where letters have no case"


@every_page
def test_its_links_lead_to_pages(path: str) -> None:
    links = [str(token.attrs["href"]) for token in tokens(PAGES[path]) if token.type == "link_open"]
    assert links
    assert [link for link in links if posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) not in PAGES] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, rest = set[str](), ["index.md"]
    while rest:
        path = rest.pop()
        if path not in reached:
            reached.add(path)
            links = [str(token.attrs["href"]) for token in tokens(PAGES[path]) if token.type == "link_open"]
            rest += [posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in links]
    assert reached == set(PAGES)


@every_page
def test_its_tables_have_as_many_cells_in_each_row(path: str) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", PAGES[path], re.MULTILINE)
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1
    written = sum(len(table.splitlines()) - 2 for table in tables)
    assert len(rows(PAGES[path])) == written


@every_page
def test_it_has_no_markup_but_the_mark_and_the_breaks_in_cells(path: str) -> None:
    html = [token.content for token in tokens(PAGES[path]) if token.type in ("html_block", "html_inline")]
    assert html[0] == _reference.MARK
    assert set(html[1:]) <= {"<br>"}


@every_entry
def test_its_text_reads_as_that_of_the_word(entry: Entry) -> None:
    page = PAGES[_reference.path_of(entry)].partition("\n## ")[0]
    lines = [token for token in READER.parse(page) if token.type in ("inline", "fence")]
    read = " ".join((plain(token) if token.type == "inline" else token.content) for token in lines).split()
    wanted = manual.body(entry.doc).replace("`", "").split()
    assert " ".join(wanted) in " ".join(read).replace("`", "")
    assert entry.usage.split() == lines[2].content.split()


@every_entry
def test_it_has_arguments_formula_derivatives_and_source(entry: Entry) -> None:
    page = PAGES[_reference.path_of(entry)]
    assert [name for name, _, _ in rows(section(page, "Arguments"))] == [one.name for one in entry.arguments]
    assert [text for _, _, text in rows(section(page, "Arguments"))] == [one.text.replace("`", "") for one in entry.arguments]
    assert section(page, "Source").strip().replace("\\", "") == entry.source
    if isinstance(entry.thing, Op):
        assert [part for part in (entry.thing.formula, *entry.thing.derivatives) if part not in page] == []


@every_entry
def test_its_examples_are_those_that_run(entry: Entry) -> None:
    found = [
        token.content.rstrip("\n")
        for token in tokens(section(PAGES[_reference.path_of(entry)], "Examples"))
        if token.type == "fence"
    ]
    calls = found.pop(0).splitlines() if isinstance(entry.thing, Op) and entry.thing.examples else []
    for call, gives in (line.split("    # gives ") for line in calls):
        assert evaluate(call) == gives
    assert found == list(entry.examples), "tests/scenario/test_glossary.py runs these"


def test_the_table_of_derivatives_has_every_operation_that_a_model_may_call() -> None:
    listed = {row[0]: row for row in rows(PAGES["derivatives.md"])}
    wanted = {name for name, op in OPS.items() if op.derivatives}
    assert {name for name, op in OPS.items() if not (op.is_leaf or op.update_only)} <= wanted
    assert set(listed) == wanted
    for name, (_, formula, sent, kink, source) in listed.items():
        op = OPS[name]
        assert formula == " ".join(op.formula.split())
        assert sent.split("<br>") == list(op.derivatives)
        assert bool(kink) == (op.kinked or bool(op.surrogate))
        assert source == re.sub("[*`]", "", op.source)


def test_the_kink_of_an_operation_says_what_changes_there() -> None:
    kinks = {row[0]: row[3] for row in rows(PAGES["derivatives.md"])}
    assert kinks["relu"] == "whether the unit is on"
    assert kinks["abs"] == "the sign of x: 1, -1 or 0"
    assert kinks["stop_gradient"] == "no derivative: nothing is sent back"
    assert kinks["tanh"] == ""


def test_a_pipe_in_a_cell_and_a_star_in_a_text_are_escaped() -> None:
    assert _reference.table(["a", "b"], [["`|x|`", "c\n  d"]]) == ["| a | b |", "| --- | --- |", r"| `\|x\|` | c d |"]
    assert _reference.prose("2 * x, l<k>, [t], `a * b`, W_T, _x") == r"2 \* x, l\<k>, \[t], `a * b`, W_T, \_x"
    assert _reference.code("a `b`") == "`` a `b` ``"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run `gradlab ops`; return its code and what it wrote."""
    code = main(["ops", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def files(folder: Path) -> Iterator[str]:
    """Return the paths of all files in a folder."""
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_it_makes_the_folder_and_says_how_many_pages_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "reference"
    assert call(capsys, "--markdown", str(folder)) == (0, f"{len(PAGES)} pages in {folder}\n", "")
    assert set(files(tmp_path)) == {f"new/reference/{path}" for path in PAGES}
    assert (folder / "operations" / "relu.md").read_bytes() == PAGES["operations/relu.md"].encode()


def test_a_second_call_writes_its_own_pages_again_and_removes_those_of_words_that_are_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _reference.write(tmp_path)
    (tmp_path / "operations" / "relu.md").write_text(_reference.MARK + "old", encoding="utf-8")
    (tmp_path / "operations" / "gone.md").write_text(_reference.MARK + "old", encoding="utf-8")
    (tmp_path / "operations" / "mine.md").write_text("mine", encoding="utf-8")
    code, out, _ = call(capsys, "--markdown", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(out)["results"] == [{"folder": str(tmp_path), "pages": len(PAGES), "removed": 1}]
    assert set(files(tmp_path)) == {*PAGES, "operations/mine.md"}
    assert (tmp_path / "operations" / "relu.md").read_text(encoding="utf-8") == PAGES["operations/relu.md"]


def test_a_file_of_somebody_else_is_left_alone_and_then_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "operations" / "relu.md"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    code, out, err = call(capsys, "--markdown", str(tmp_path))
    assert (code, out) == (2, "")
    assert err == f"error: `{mine}` was not written by `gradlab ops --markdown`: it is left as it is; name another folder\n"
    assert list(files(tmp_path)) == ["operations/relu.md"]
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix", reason="Windows lets only administrators make links")
@pytest.mark.parametrize("name", ["operations", "operations/relu.md"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "reference"
    outside.mkdir()
    (folder / name).parent.mkdir(parents=True)
    (folder / name).symlink_to(outside if name == "operations" else outside / "relu.md")
    code, _, err = call(capsys, "--markdown", str(folder))
    assert code == 2
    assert "it is left as it is" in err
    assert list(files(tmp_path)) == []


def test_a_name_beside_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "relu", "--markdown", str(tmp_path))
    assert (code, out) == (2, "")
    assert err.startswith("error: --markdown writes the pages of all words: it takes no NAME\n")
    assert list(files(tmp_path)) == []


def test_the_page_of_rules_has_each_with_its_bounds_their_source_and_two_models() -> None:
    page = PAGES["rules.md"]
    parts = page.split("\n## ")[1:]
    assert len(parts) == len(RULES)
    for rule, part in zip(in_order(), parts, strict=True):
        assert part.startswith(f"{rule.id} ")
        assert rule.source.replace("<", r"\<") in part
        assert part.count("```python model") == bool(rule.faulty) + bool(rule.healthy)
