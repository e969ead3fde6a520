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
