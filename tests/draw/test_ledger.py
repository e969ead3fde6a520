from __future__ import annotations

import pytest

from gradlab.draw.ink import dump, width_of
from gradlab.draw.ledger import Foot, Part, Subtotal, ledger_rows
from gradlab.draw.reading import key_rows
from gradlab.draw.ways import WayRow, ways_rows
from gradlab.lab.hidden import UNSEEN

TWO = [Part("_add.0", 0.196612, 1.0, 0.196612, 0.75), Part("_mul.1", 0.065537, 1.0, 0.065537, 0.25)]
ROUTES = [WayRow("b3.x", "skip", 0.0398, 0.966), WayRow("b3.conv", "branch", 0.0014, 0.034)]


def test_a_ledger_adds_up_on_paper() -> None:
    rows = ledger_rows(TWO, Foot(0.262149), 70)
    text = dump(rows)
    assert "_add.0  +0.196612 × +1.000000 = +0.196612  75.0 % +█" in text
    assert text.splitlines()[-1].split() == ["sum", "+0.262149"]
    assert "other" not in text
    assert all(width_of(line) <= 70 for line in rows)


def test_a_ledger_fits_a_narrow_panel() -> None:
    parts: list[Part | Subtotal] = [
        Part("a_rather_long_name", -1234.5, -1e-12, 1.2e-9, -2.0),
        Subtotal("another_long_name", 12345, 1e-9, 1.0),
    ]
    foot = Foot(1.0, 1e-3, 12, 3.0, drilled=True)
    assert all(width_of(line) <= 44 for line in ledger_rows(parts, foot, 44))


@pytest.mark.parametrize("width", range(38, 56))
def test_a_share_is_whole_in_a_narrow_panel(width: int) -> None:
    rows = ledger_rows([Part("b", 0.19661193, -2.0, -0.39322387, 1.0)], Foot(-0.39322387), width)
    text = dump(rows).splitlines()
    assert all(width_of(line) <= width for line in rows)
    assert text[0].endswith("share") and " 100.0 %" in text[1]


def test_the_sum_of_a_consumer_stands_over_its_parts_and_in_the_column_of_the_parts() -> None:
    entries: list[Part | Subtotal] = [Subtotal("y", 32, 0.5, 0.5), Part("y[0]", 2.0, 0.125, 0.25, 0.25, depth=1)]
    lines = dump(ledger_rows(entries, Foot(1.0, 0.25, 31), 70)).splitlines()
    assert lines[1].startswith("y  32 parts")
    assert lines[2].startswith("  y[0]")
    assert lines[1].index("+0.50") == lines[2].index("+0.25")
    assert lines[3].startswith("other, 31 more parts")


def test_a_closer_look_says_how_much_of_the_whole_it_is() -> None:
    lines = dump(ledger_rows(TWO, Foot(0.262149, whole=0.5, drilled=True), 70)).splitlines()
    assert lines[-2].split() == ["of", "these", "+0.262149"]
    assert lines[-1].split() == ["of", "all", "+0.500000"]


def test_a_hidden_number_is_a_question_mark_and_its_share_is_not_told() -> None:
    text = dump(ledger_rows([Part("y", 2.0, 0.5, UNSEEN, 1.0)], Foot(UNSEEN), 70))
    assert text.splitlines()[1].split() == ["y", "+2.000000", "×", "+0.500000", "=", "?"]
    assert text.splitlines()[-1].split() == ["sum", "?"]
    assert "%" not in text


def test_ways_have_bars_shares_and_a_sum_that_is_checked() -> None:
    rows = ways_rows(ROUTES, 0.0412, None, (0, 0.0), 80)
    lines = dump(rows).splitlines()
    assert lines[0].split() == ["skip", "b3.x", "+" + "█" * 30, "+0.039800", "96.6", "%"]
    assert lines[1].split()[:2] == ["branch", "b3.conv"]
    assert lines[2].split() == ["sum", "+0.041200", "✓"]
    assert all(width_of(line) <= 80 for line in rows)


def test_ways_that_do_not_add_up_say_so_and_many_ways_are_added() -> None:
    text = dump(ways_rows(ROUTES, 0.0412, 0.5, (7, 0.25), 46))
    assert "other, 7 more ways" in text
    assert "differs by +0.500000" in text
    assert "✓" not in text
    assert all(width_of(line) <= 46 for line in ways_rows(ROUTES, UNSEEN, None, (0, 0.0), 46))


def test_a_key_stays_with_its_words() -> None:
    assert dump(key_rows([("p", "ways"), ("y", "by sample"), ("k", "check")], 22)) == "p: ways   y: by sample\nk: check"


def test_a_name_that_is_cut_keeps_the_element_that_tells_one_part_from_the_next() -> None:
    parts = [Part(f"blocks.1._affine.0[0, {at}]", 1.0, 0.5, 0.5, 0.25) for at in (1, 12)]
    for width in (60, 90):
        lines = dump(ledger_rows(parts, Foot(1.0), width)).splitlines()
        assert "[0, 1] " in lines[1]
        assert "[0, 12] " in lines[2]
        assert max(map(len, lines)) <= width
    lines = dump(ledger_rows(parts, Foot(1.0), 44)).splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["0,1", "0,12"]


def test_a_name_is_cut_in_front_so_that_parts_can_be_told_apart() -> None:
    parts: list[Part | Subtotal] = [Part(f"gpt.blocks.0.attn.matmul_2[3, 0, 0, {n}]", 1.0, 1.0, 1.0, 0.5) for n in range(2)]
    narrow, wide = (dump(ledger_rows(parts, Foot(2.0), width)).splitlines()[1:3] for width in (41, 60))
    assert [line.split()[0] for line in narrow] == ["…,0,0", "…,0,1"]
    assert [line.partition("]")[0] for line in wide] == ["…mul_2[3, 0, 0, 0", "…mul_2[3, 0, 0, 1"]
    bare = dump(ledger_rows([Part("gpt.blocks.0.attn.softmax_1", 1.0, 1.0, 1.0, 1.0)], Foot(1.0), 60)).splitlines()[1]
    assert bare.startswith("….0.attn.softmax_1 ")


def test_names_that_end_alike_are_told_apart_where_they_differ() -> None:
    ends = "attention.output_projection_0[0, 0, 0]"
    parts = [Part(f"model.blocks.{at}.{ends}", 1.0, 0.5, 0.5, 0.25) for at in (1, 12, 2)]
    for width in (44, 60, 80):
        lines = dump(ledger_rows(parts, Foot(1.0), width)).splitlines()
        assert [line.startswith(f"…{at}") for line, at in zip(lines[1:4], (1, 12, 2), strict=True)] == [True] * 3, lines
        assert len({line.split("  ")[0] for line in lines[1:4]}) == 3
        assert max(map(len, lines)) <= width
    mixed = [*parts, *(Part(f"gpt.h.3.linear_{at}[0, 0, 0]", 1.0, 0.5, 0.5, 0.25) for at in (10, 20))]
    assert len({line.split()[0] for line in dump(ledger_rows(mixed, Foot(1.0), 44)).splitlines()[1:6]}) == 5
    long = dump(ledger_rows(parts, Foot(1.0), 140)).splitlines()
    assert long[2].startswith(f"model.blocks.12.{ends} ")
