from __future__ import annotations

from gradlab.tui.panels import panel_kinds
from gradlab.tui.screens.arrangement import arrange

KINDS = panel_kinds()


def test_every_panel_has_a_number_of_its_own_and_says_how_to_read_it() -> None:
    assert [(kind.order, kind.digit) for kind in KINDS] == [(n, str(n)) for n in range(1, 10)]
    assert len({kind.letter for kind in KINDS} - {""}) == len(KINDS)
    assert all(len(kind.reading) > 200 for kind in KINDS)


def test_a_wide_terminal_has_both_columns() -> None:
    assert arrange(KINDS, (120, 34), "graph", False, False).visible == {"graph", "node", "why", "lesson"}


def test_the_loss_comes_when_there_is_one_and_room_for_it_or_when_it_is_chosen() -> None:
    assert "plots" in arrange(KINDS, (120, 34), "graph", False, True).visible
    assert "plots" not in arrange(KINDS, (120, 24), "graph", False, True).visible
    assert "plots" in arrange(KINDS, (120, 24), "plots", False, False).visible


def test_a_narrow_terminal_and_an_enlarged_panel_have_one() -> None:
    for kind in KINDS:
        assert arrange(KINDS, (80, 24), kind.name, False, True).visible == {kind.name}
        assert arrange(KINDS, (200, 60), kind.name, True, True).visible == {kind.name}
    assert arrange(KINDS, (80, 24), "why", False, False).tabs


def test_a_tiny_terminal_has_none() -> None:
    assert arrange(KINDS, (20, 5), "graph", False, False).tiny
    assert not arrange(KINDS, (40, 10), "graph", False, False).tiny
