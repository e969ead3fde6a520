"""A node by its slopes and its neighbours, from a run."""

from __future__ import annotations

from gradlab.draw.ink import Goal, dump, goals_of
from gradlab.draw.names import NodeNames
from gradlab.draw.node import node_list_rows, slope_rows
from gradlab.lab.why.slopes import without_delta
from gradlab.session import Lab, build

MODEL = "x = param(-2.0)\ny = param(3.0)\nf = x / y\nloss = f * 2\n"


def slopes(lab: Lab, name: str) -> list[str]:
    node = lab.graph.aliases[name]
    return dump(slope_rows(lab.slopes(node, 0), NodeNames(lab.nodes), 80)).splitlines()


def test_a_slope_has_its_formula_before_anything_ran_its_number_behind_the_op_and_what_was_sent_behind_the_backward_pass() -> (
    None
):
    lab = build(MODEL, backend="plain")
    assert slopes(lab, "f") == ["slope  to x  1 / y", "       to y  -f / y"]
    lab.do("forward")
    assert slopes(lab, "f") == ["slope  to x  1 / y  = +0.33333", "       to y  -f / y = +0.22222"]
    lab.do("backward")
    assert slopes(lab, "f") == ["slope  to x  1 / y  = +0.33333  ▸ +0.66667", "       to y  -f / y = +0.22222  ▸ +0.44444"]


def test_what_was_sent_is_the_gradient_where_one_op_reads_a_value() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward\nbackward")
    for one in lab.slopes(lab.graph.aliases["f"], 0):
        assert one.sent == float(lab.grad(lab.nodes[one.node].name))


def test_the_slopes_of_a_number_that_is_asked_for_are_hidden_and_come_back() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward\nquiz f")
    assert slopes(lab, "f") == [
        "slope  to x  1 / y  = ?  hidden while it is asked for",
        "       to y  -f / y = ?  hidden while it is asked for",
    ]
    lab.do("reveal")
    assert slopes(lab, "f")[0].endswith("= +0.33333")


def test_names_and_numbers_lead_to_their_nodes() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward\nbackward")
    at = lab.graph.aliases
    goals = [goal for _, _, goal in goals_of(slope_rows(lab.slopes(at["f"], 0), NodeNames(lab.nodes), 80)[0])]
    assert goals == [Goal(at["x"]), Goal(at["y"]), Goal(at["x"], what="delta")]
    listed = tuple(zip((lab.nodes[at["x"]],), lab.brief([at["x"]]), strict=True))
    rows = node_list_rows("inputs", listed, 60, lambda index, what: what == "grad")
    assert dump(rows).splitlines()[1].split() == ["x", "param", "-2.000000", "·"]
    assert [goal.what for _, _, goal in goals_of(rows[1])] == ["", "value", "delta"]


def test_a_rule_is_written_for_an_incoming_gradient_of_1() -> None:
    assert without_delta("delta · x1") == "x1"
    assert without_delta("-delta · z / y") == "-z / y"
    assert without_delta("delta / y") == "1 / y"
    assert without_delta("deltas") == "deltas"
