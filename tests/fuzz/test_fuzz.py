"""A few hundred inputs of the fuzz run, always the same ones: each is taken or refused with a text, and nothing breaks."""

from __future__ import annotations

import pytest

from tests.fuzz.trial import Case, Tally, run


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_inputs_made_by_the_grammars_are_taken_or_refused(first: int) -> None:
    tally = run(20, range(first, first + 15), jit_share=0.0)
    assert [(fault.case, fault.what, fault.where) for fault in tally.faults] == []


def test_enough_of_them_are_taken_and_all_kinds_are_there() -> None:
    tally = run(23, range(40), jit_share=0.0)
    assert tally.faults == []
    assert tally.inputs > 300
    assert tally.accepted > 0.3
    assert set(tally.taken) == {"model", "scenario", "file", "line", "expression"}


def test_a_case_is_the_same_every_time() -> None:
    first, second = Case(3, 7), Case(3, 7)
    assert first.run() == second.run()
    assert first.said == second.said


def test_what_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("gradlab.session.Lab.snapshot", broken)
    tally = Tally()
    for number in range(6):
        tally.add(Case(4, number, 0.0).run())
    assert {fault.what for fault in tally.faults} == {"ZeroDivisionError: on purpose"}
