from __future__ import annotations

import numpy as np

from gradlab.axis.position import Position, State
from gradlab.draw.ink import dump, text_of, width_of
from gradlab.draw.position import position_text, words
from gradlab.draw.prose import prose
from gradlab.draw.states import grad_text, value_text
from gradlab.draw.table import pending_table, table
from gradlab.draw.timestrip import strip


def test_a_table_shows_places_signs_and_the_mark() -> None:
    values = np.array([[1.0, -0.5], [0.0, np.nan]])
    assert dump(table(values, 10, 4, 2, (10, 5))) == (
        "              4         5\n"
        "   10 +1.000000 -0.500000◂\n"
        "   11        +0       NaN"
    )  # fmt: skip


def test_what_does_not_exist_is_a_dot_and_not_a_zero() -> None:
    assert "0" not in dump(pending_table(2, 3))
    assert dump(pending_table(1, 2)) == "              ·         ·"


def test_states_read_as_words() -> None:
    assert grad_text(State.PARTIAL, (1, 3)) == "partial 1/3"
    assert grad_text(State.FINAL, (3, 3)) == "final (3/3)"
    assert grad_text(State.PENDING, (0, 3)) == "pending"
    assert value_text(State.STALE) == "stale"


def test_the_position_reads_in_words() -> None:
    at = Position(0, "b", 3)
    assert words(at, (6, 5, 2)) == "update 0 ▸ backward ▸ 3 of 5"
    assert position_text(at, (6, 5, 2)) == "backward 3 of 5"


def test_the_strip_shows_done_here_and_to_come() -> None:
    assert text_of(strip(Position(0, "f", 2), (5, 4, 1), 40)) == "├f▓▓▸··│b····│u·┤"
    assert text_of(strip(Position(0, "b", 0), (5, 4, 0), 40)) == "├f▓▓▓▓▓│b▸···│u┤"
    assert text_of(strip(Position(3, "u", 1), (5, 4, 1), 40)) == "├f▓▓▓▓▓│b▓▓▓▓│u▸┤"


def test_the_strip_of_a_large_graph_keeps_its_width_and_its_mark() -> None:
    for phase, op in (("f", 0), ("f", 4000), ("f", 10_000), ("b", 1), ("b", 9_999), ("u", 30)):
        text = text_of(strip(Position(0, phase, op), (10_000, 10_000, 60), 40))
        assert len(text) <= 40
        assert text.count("▸") == 1


def test_prose_is_laid_out_and_planted_markup_stays_text() -> None:
    text = "# Title [@click=app.bell]x[/]\n\nOne *two* **three** `w` [link](http://a.b)\n\n- item\n  more\n1. first\n\n"
    shown = dump(prose(text + "> said\n\n```\ncode [/]\n```\n\n\x1b]52;c;aGk=\x07", 60))
    assert shown.startswith(
        "Title [@click=app.bell]x[/]\n\nOne two three w link (http://a.b)\n\n• item more\n\n1. first\n\n▏ said\n\n  code [/]"
    )
    assert "\x1b" not in shown


def test_prose_keeps_emphasis_as_roles_and_never_runs_over() -> None:
    rows = prose("**strong** and *soft* " * 8, 30)
    assert {role for line in rows for _, role in line} == {"strong", "", "emphasis"}
    assert all(width_of(line) <= 30 for line in rows)


def test_a_table_in_prose_stands_in_columns() -> None:
    assert dump(prose("| a | bb |\n|---|---|\n| 1 | 2 |", 40)) == "a  bb\n─  ──\n1  2"
