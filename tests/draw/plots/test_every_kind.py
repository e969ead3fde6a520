"""Every kind of plot has a page, says what is wrong, and is drawn in colours, without, in a pipe, in ASCII, at any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from gradlab.actions.help import about
from gradlab.cli import main
from gradlab.draw.ink import text_of, width_of
from gradlab.draw.plots import PLOTS, Ink, Paper, drawn, kinds_for, text_rows
from gradlab.draw.themes import THEMES
from gradlab.errors import ActionError
from gradlab.session import Lab
from gradlab.tui.styles import style_of
from tests.draw.plots.cases import CASES, lab_of, opened

KINDS = pytest.mark.parametrize("name", sorted(PLOTS.own))
INKS: tuple[Ink, ...] = get_args(Ink)
SIZES = [(24, 8), (40, 12), (78, 22), (200, 60)]


def test_every_kind_has_a_case() -> None:
    assert set(CASES) == set(PLOTS.own)


@KINDS
def test_a_kind_has_a_page_with_examples_of_itself(name: str) -> None:
    page = about(f"plot {name}")
    assert page[0] == f"plot {PLOTS[name].line}"
    assert sum(line.startswith(f"    plot {name}") for line in page) >= 2
    assert f"`help plot {name}`: {page[0]}" in about("plot")


@KINDS
def test_what_does_not_fit_says_what_would(name: str) -> None:
    lab = lab_of(CASES[name])
    line, said = CASES[name].wrong
    before = len(lab.plots)
    with pytest.raises(ActionError) as error:
        lab.do(f"plot {line}")
    assert said in str(error.value)
    assert len(lab.plots) == before


@KINDS
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ink", INKS)
def test_a_picture_stays_within_its_paper_and_has_a_cursor(name: str, ink: Ink, size: tuple[int, int]) -> None:
    lab = lab_of(CASES[name])
    one = opened(lab, CASES[name].line)
    plain = Paper(*size, ink)
    picture = one.picture(lab, plain)
    rows = drawn(one.kind, picture, plain)
    assert max(map(width_of, rows)) <= max(size[0], 34)
    assert len(rows) <= max(size[1], 14) + 1
    assert not any(role == "cursor" for line in rows for _, role in line)
    assert all(style_of(role, THEMES["dark"]) for line in rows for _, role in line)
    down, across = picture.size
    for place in ((0, 0), (down - 1, across - 1), (down // 2, across // 2)):
        assert picture.spot(place).text
    pointed = drawn(one.kind, picture, Paper(*size, ink, (0, 0)))
    assert any(role == "cursor" for line in pointed for _, role in line)
    if ink == "ascii":
        assert all(text_of(line).isascii() for line in pointed)


@KINDS
def test_a_pipe_gets_the_same_rows(name: str) -> None:
    lab = lab_of(CASES[name])
    outcome = lab.do(f"plot {CASES[name].line}")
    one = lab.plots.of(lab.plots.shown)
    rows = text_rows(one.kind, one.picture(lab, Paper()), Paper())
    assert [line.text for line in outcome.lines if line.kind == "picture"] == rows
    assert outcome.panel == "plots"
    assert outcome.ok


@KINDS
def test_a_shade_is_no_sign(name: str) -> None:
    lab = lab_of(CASES[name])
    one = opened(lab, CASES[name].line)
    for ink in ("mono", "plain", "ascii"):
        paper = Paper(78, 22, ink)
        shades = {role: set() for role in ("hanging", "")}  # type: dict[str, set[str]]
        for line in one.kind.rows(one.picture(lab, paper), paper):
            for text, role in line:
                if role in shades and len(text) > 2 and len(set(text)) == 1:
                    shades[role].update(text)
        assert not (shades["hanging"] | shades[""]) & set("+-=#*")


@pytest.mark.formats
@KINDS
def test_a_figure_of_each_kind_is_drawn_with_its_title(name: str, tmp_path: Path, matplotlib: Any) -> None:
    case = CASES[name]
    model, out = tmp_path / "case.md", tmp_path / "figure.svg"
    script = "\n".join(line for line in ("forward", *case.before.splitlines()))
    model.write_text(f"---\ntitle: A case\nseed: 2\n---\n```python model\n{case.model}```\n\n```lab\n{script}\n```\n")
    assert main(["export", "figure", str(model), str(out), "--plot", case.line]) == 0
    assert "<svg" in out.read_text(encoding="utf-8")


def test_kinds_that_fit_a_node_are_offered_the_best_first_and_can_be_drawn() -> None:
    for case in CASES.values():
        lab: Lab = lab_of(case)
        for node in lab.nodes:
            if node.phase == "f":
                for line in kinds_for(lab.nodes, node):
                    assert lab.do(line).lines, line
                    lab.do("plot close all")
