"""Marks, breakpoints, watches and edits as rows, from a run."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import Goal, dump, goals_of
from gradlab.draw.landmarks import LISTS, curve_of, landmark_rows
from gradlab.draw.names import NodeNames
from gradlab.session import Lab
from tests.lab.models import XOR, plain

MADE = """\
mark start
train 20
mark trained
set hidden.b[0] = 0.5
watch loss
watch hidden.W[0, 0] * 2
break when loss < 0.1
break at grad(hidden.W)
"""


def made() -> Lab:
    lab = plain(XOR)
    lab.do(MADE)
    return lab


def rows(lab: Lab, shown: str = "all", width: int = 60) -> str:
    """Return the rows of a list as text."""
    return dump(landmark_rows(lab.landmarks(), shown, lab.position, NodeNames(lab.nodes), width))


def test_all_lists_stand_under_their_heads_and_the_present_place_is_marked() -> None:
    lines = rows(made()).splitlines()
    assert [line for line in lines if line.split("  ")[0] in LISTS] == ["marks  2", "breakpoints  2", "watches  2", "edits  1"]
    assert lines[1].startswith("◆ start    0.f.0     loss +0.")
    assert lines[2].startswith("▸ trained  20.f.0")
    assert "    20.f.0    set hidden.b[0] = 0.5" in lines[-1].replace("  20.f.0 ", "    20.f.0 ")


def test_a_breakpoint_says_where_it_is_looked_at_and_what_decides_it_now() -> None:
    lab = made()
    lab.do("forward")
    value = float(lab.value("loss"))
    when, at = rows(lab, "breakpoints").splitlines()
    assert when.split()[:9] == ["3", "●", str(lab.position), "when", "loss", "<", "0.1", "loss", "="]
    assert float(when.split()[9]) == pytest.approx(value, rel=1e-9)
    assert at.split()[:2] == ["4", "●"]
    assert at.split()[2].startswith("20.b.")


def test_a_watch_that_is_recorded_has_its_curve_and_another_one_has_none() -> None:
    first, second = rows(made(), "watches", 100).splitlines()
    assert first.split()[1] == "loss"
    assert set(first.split()[-1]) <= set("▁▂▃▄▅▆▇█")
    assert len(first.split()[-1]) == 20
    assert "▁" not in second


def test_each_row_leads_to_its_place() -> None:
    lab = made()
    names = NodeNames(lab.nodes)
    led = [
        goals_of(line)[0][2]
        for shown in LISTS
        for line in landmark_rows(lab.landmarks(), shown, lab.position, names, 80)
    ]  # fmt: skip
    at = [Goal(line=f"goto {place}") for place in ("0.f.0", "20.f.0")]
    assert led[:2] == at
    assert led[4] == Goal(lab.graph.aliases["loss"])
    assert led[5] == Goal(lab.graph.aliases["hidden.W"], 0)
    assert led[6] == at[1]


def test_an_empty_list_says_how_one_is_made() -> None:
    assert "`mark NAME`" in rows(plain(XOR), "marks")
    assert len(rows(plain(XOR)).splitlines()) == 3


def test_no_row_is_wider_than_the_panel() -> None:
    for width in (20, 40, 80):
        for line in rows(made(), "all", width).splitlines():
            assert len(line) <= width


def test_while_a_question_is_open_the_number_that_it_asks_for_is_hidden() -> None:
    lab = made()
    lab.do("forward")
    told = f"{float(lab.value('loss')):.4g}"
    assert told in rows(lab)
    lab.do("quiz loss")
    assert told not in rows(lab)
    assert rows(lab, "watches").splitlines()[0].split() == ["1", "loss", "=", "?"]


def test_a_curve_ends_with_the_last_number_and_marks_what_is_not_finite() -> None:
    assert curve_of(((0, 0.0), (1, 7.0)), 10) == "▁█"
    assert curve_of(((0, 0.0), (1, float("nan")), (2, 1.0)), 10) == "▁×█"
    assert curve_of(tuple((n, float(n)) for n in range(100)), 8)[-1] == "█"
