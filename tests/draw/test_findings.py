"""What is wrong with a run as rows: the headline first, and where each finding leads."""

from __future__ import annotations

from gradlab.draw.findings import by_weight, counted, finding_rows
from gradlab.draw.ink import Goal, dump, goals_of
from gradlab.draw.names import NodeNames
from gradlab.graph.origin import Origin
from gradlab.session import build

MODEL = 'x = param(-1.0)\nwith layer("h"):\n    y = log(x)\nloss = square(y)\n'


def test_the_origin_of_a_nan_is_the_headline_with_its_node_and_layer() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward")
    names = NodeNames(lab.nodes)
    rows = finding_rows(lab.findings(), names, 60)
    assert dump(rows).splitlines()[0] == "✗ nan_origin  h.y  layer h                          headline"
    assert dump(finding_rows(lab.findings(), names, 30)).splitlines()[0] == "✗ nan_origin  h.y     headline"
    assert "NaN in `h.y`" in dump(rows)
    assert goals_of(rows[0])[0][2] == Goal(lab.graph.aliases["h.y"])


def test_errors_come_first_and_the_others_stand_below() -> None:
    note, error = Origin("slow", -1, "one", "info"), Origin("bad", -1, "two", "error", 7)
    assert [one.rule for one in by_weight((note, error))] == ["bad", "slow"]
    assert dump(finding_rows((note, error), NodeNames(), 40)).splitlines() == [
        "✗ bad                           headline", "  two", "  in update 7", "", "besides", "· slow", "  one",
    ]  # fmt: skip
    assert goals_of(finding_rows((error,), NodeNames(), 40)[0])[0][2] == Goal(line="goto 7.f.0")
    assert counted((note, error, error)) == "2 errors, 1 note"


def test_a_note_alone_is_no_headline() -> None:
    assert dump(finding_rows((Origin("slow", -1, "one", "info"),), NodeNames(), 40)).splitlines() == ["· slow", "  one"]


def test_a_finding_leads_to_the_number_that_it_tells_of_and_its_op_is_never_cut_away() -> None:
    lab = build(
        'x = param([1.0, -1.0])\nwith layer("net.blocks.0.attention"):\n    out = log(x)\nloss = sum(out)\n',
        backend="plain",
    )
    lab.do("forward")
    names, (found,) = NodeNames(lab.nodes), lab.findings()
    (name,) = [node.name for node in lab.nodes if node.op == "log"]
    goal = Goal(lab.graph.aliases[name], 1)
    assert "at [1]" in found.text
    for width in (24, 36, 60):
        head = finding_rows([found], names, width)[0]
        assert goals_of(head)[0][2] == goal
        assert ".out" in dump([head])
        assert len(dump([head])) <= width
    assert names.first(found.text) == goal
    assert names.first("nothing `is` here") is None
