"""The small drawing of a model, and the page that stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.draw.ink import dump, width_of
from gradlab.draw.preview import Preview, preview_rows
from gradlab.draw.sketch import sketch
from gradlab.scenario import shelf
from gradlab.scenario.outline import OutlinedNode, ScenarioOutline, outline

NEURON = """\
w0   x0   w1   x1
 │  ╭─╯    │  ╭─╯
  a         b
   ╰──╮ ╭────╯
      s     w2
      │ ╭────╯
     dot"""


def outlined(name: str) -> ScenarioOutline:
    path = shelf.find(name)
    assert path is not None
    return outline(path)


def test_a_small_model_is_drawn_by_its_names() -> None:
    nodes = outlined("circuits/sigmoid-neuron").nodes
    drawn = sketch(nodes[:9], 40, 20)
    assert dump(drawn) == NEURON


@pytest.mark.parametrize("name", shelf.names())
@pytest.mark.parametrize("size", [(38, 8), (58, 17), (98, 40)])
def test_no_drawing_is_larger_than_its_place(name: str, size: tuple[int, int]) -> None:
    found = outlined(name)
    assert not found.problem
    rows = sketch(found.nodes, *size)
    assert rows
    assert len(rows) <= size[1]
    assert max(map(width_of, rows)) <= size[0]


def test_what_is_too_large_is_a_list_of_its_modules() -> None:
    rows = dump(sketch(outlined("depth/highway").nodes, 50, 6)).split("\n")
    assert rows[0].startswith("outside layers")
    assert "one" in rows[2] and "2,112 parameters" in rows[2]
    assert rows[-1] == "… and 2 more"


def test_ops_are_counted_without_parameters_and_inputs_and_bets_are_questions() -> None:
    found = outlined("first/the-lab")
    assert (found.ops, found.parameters, found.quizzes) == (4, 2, 5)
    rows = dump(sketch(found.nodes, 30, 4))
    assert "4 ops" in rows


def test_a_node_without_a_name_is_called_by_its_op(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("```python model\nf = exp(2 * param(1.0))\n```\n", encoding="utf-8")
    assert [node.label for node in outline(file).nodes] == ["param", "const", "mul", "f"]


def test_an_outline_allocates_nothing_of_what_the_model_is_made_of(tmp_path: Path) -> None:
    file = tmp_path / "large.md"
    text = "```python model\nw = param(shape=(30000, 30000), init=zeros())\nf = mean(w)\n```\n"
    file.write_text(text, encoding="utf-8")
    found = outline(file)
    assert (found.problem, found.parameters) == ("", 900_000_000)


PAGE = Preview(
    "Two gates", "Ours", ScenarioOutline("", lead="One *short* sentence.", ops=5, parameters=1, lines=2, quizzes=1),
    sketch([OutlinedNode("x", "", (), ()), OutlinedNode("y", "", (), (0,))], 40, 9), 9, "line 1 / 2",
    (("add-mul", "done"),), (("max-gate", "new"),), (("⏎", "go on"),),
)  # fmt: skip


def test_a_preview_has_its_facts_beside_the_drawing_and_the_ways_at_its_foot() -> None:
    rows = dump(preview_rows(PAGE, 60, 16)).split("\n")
    assert rows[0] == "Two gates"
    assert rows[3] == "One short sentence."
    assert "5 ops, 1 parameter" in "\n".join(rows)
    assert "2 lines, 1 quiz" in "\n".join(rows)
    assert rows[-3:] == ["needs  add-mul ✓", "then   max-gate ○", "⏎ go on"]


@pytest.mark.parametrize("height", range(1, 25))
@pytest.mark.parametrize("width", [12, 40, 98])
def test_a_preview_fits_its_place(width: int, height: int) -> None:
    rows = preview_rows(PAGE, width, height)
    assert len(rows) == height
    assert max(map(width_of, rows)) <= width
