"""One layer large: its figures, its histogram, and where 0 lies."""

from __future__ import annotations

from gradlab.draw.ink import Goal, dump, goals_of, row
from gradlab.draw.layer import cause_rows, layer_rows, with_layer_links
from gradlab.session import build

MODEL = 'x = input([-2.0, -1.0, 1.0, 2.0])\nwith layer("h"):\n    y = x * 2\nloss = sum(y)\n'


def test_a_layer_has_its_figures_its_blocks_and_an_axis_with_0_in_the_middle() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward")
    text = dump(layer_rows(lab.stats()[0], "activations", 41, 12)).splitlines()
    assert text[0].startswith("h  activations")
    assert text[0].endswith("4 numbers")
    assert "std 3.162" in text[1].replace("+", "")
    assert text[-1].index("0") in (20, text[-1].index("0"))
    assert text[-1][20] == "0"
    assert (text[-1].split()[0], text[-1].split()[-1]) == ("-4.000", "+4.000")
    assert text[-2][0] == "█"
    assert text[-2][15] == " "


def test_the_size_of_a_gradient_has_no_sign_and_reads_as_in_the_table() -> None:
    lab = build(MODEL.replace("sum(y)", "0.00123456 * sum(y)"), backend="plain")
    for line in ("forward", "backward"):
        lab.do(line)
    text = dump(cause_rows(lab.stats()[0], lambda index: lab.nodes[index].name, 60))
    assert text.splitlines()[-1].split()[:2] == ["|δ|", "0.0012"]


def test_what_is_not_computed_yet_says_so() -> None:
    lab = build(MODEL, backend="plain")
    assert "not computed yet" in dump(layer_rows(lab.stats()[0], "gradients", 40, 10))


def test_the_name_of_a_layer_leads_to_what_leaves_it() -> None:
    rows = with_layer_links([row(("layer", "dim")), row(("h  ", "strong"), ("1", ""))], {"h": Goal(3)}.get)
    assert [[goal for _, _, goal in goals_of(line)] for line in rows] == [[], [Goal(3)]]
