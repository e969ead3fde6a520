"""What was taken back is done again, to the bit, until something else is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.errors import ActionError
from tests.lab.models import XOR, plain

EDITS = ("set hidden.W[0, 0] = 3", "train 2", "freeze hidden", "step update", "reinit output.W he", "set output.b = 1")


def test_undo_and_redo_lead_through_the_same_states() -> None:
    lab = plain(XOR)
    behind = []
    for line in EDITS:
        lab.do(line)
        behind.append((lab.digest(), lab.position))
    states = []
    while lab.journal.deeds:
        states.append((lab.digest(), lab.position))
        lab.do("undo")
    assert len(states) == 4
    for state in reversed(states):
        assert lab.can_redo
        lab.do("redo")
        assert (lab.digest(), lab.position) == state
    assert state == behind[-1]
    assert not lab.can_redo


def test_a_loaded_run_is_taken_back_and_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lab = plain(XOR)
    lab.do("train 3\nsave kept.npz\ntrain 4")
    before = lab.digest()
    lab.do("load kept.npz\nset hidden.b = 2")
    loaded = lab.digest()
    lab.do("undo\nundo")
    assert lab.digest() == before
    lab.do("redo\nredo")
    assert lab.digest() == loaded
    lab.do("undo\nundo")
    assert lab.digest() == before


def test_another_edit_ends_what_can_be_done_again() -> None:
    lab = plain(XOR)
    lab.do("set hidden.b = 2\nundo\nset hidden.b = 3")
    with pytest.raises(ActionError, match="nothing was taken back since the last edit"):
        lab.do("redo")


def test_redo_leaves_one_where_one_has_gone_meanwhile() -> None:
    lab = plain(XOR)
    lab.do("set hidden.b = 2\ntrain 3\nundo\ngoto 1.f.2\nredo")
    assert str(lab.position) == "1.f.2"
    assert (lab.value("hidden.b") != 0).all()


def test_the_name_of_a_position_can_be_taken_away() -> None:
    lab = plain(XOR)
    lab.do("mark here\nunmark here")
    assert lab.marks == {}
    with pytest.raises(ActionError, match="there is no mark `here`; there are: none"):
        lab.do("unmark here")
