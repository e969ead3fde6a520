"""The run as a strip: losses as heights, and what stands on it; each cell leads to its position."""

from __future__ import annotations

import pytest

from gradlab.axis.position import Position
from gradlab.draw.ink import goals_of, text_of, width_of
from gradlab.draw.timestrip import place_at, run_strip, strip, time_strip
from gradlab.lab.hidden import UNSEEN
from gradlab.lab.snapshot import Snapshot


def trained(updates: int, at: int, **more: object) -> Snapshot:
    losses = tuple((u, 2.0 - u / updates) for u in range(updates))
    return Snapshot(position=Position(at), counts=(5, 4, 1), losses=losses, **more)  # type: ignore[arg-type]


def test_a_run_has_a_cell_an_update_while_they_fit_and_then_shares() -> None:
    assert text_of(run_strip(trained(7, 7), 40)) == "├ 0 █▇▆▅▃▂▁▸ 7 ┤"
    assert text_of(run_strip(trained(1240, 1240), 20)) == "├ 0 █▇▆▅▄▃▂▸ 1,240 ┤"
    assert width_of(run_strip(trained(1240, 1240), 24)) <= 24


def test_marks_and_breakpoints_that_were_met_stand_on_the_run_and_the_cursor_covers_them() -> None:
    marks = (("a", Position(2, "b", 3)), ("b", Position(7)))
    assert text_of(run_strip(trained(7, 7, marks=marks), 40, (4,))) == "├ 0 █▇◆▅●▂▁▸ 7 ┤"


def test_a_loss_that_is_hidden_is_a_question_mark_and_one_that_is_not_finite_a_cross() -> None:
    losses = ((0, 2.0), (1, UNSEEN), (2, float("nan")), (3, 1.0))
    snapshot = Snapshot(position=Position(5), counts=(1, 1, 1), losses=losses)
    assert text_of(run_strip(snapshot, 40)) == "├ 0 █?×▁·▸ 5 ┤"


def test_of_several_losses_the_strip_draws_one_and_names_it() -> None:
    first, second = tuple((u, 4.0 - u) for u in range(0, 4, 2)), tuple((u, 4000.0 - u) for u in range(1, 4, 2))
    losses = tuple(sorted((*first, *second)))
    curves = (("d", first), ("g", second))
    snapshot = Snapshot(position=Position(4), losses=losses, curves=curves, objectives=2)
    assert text_of(run_strip(snapshot, 40)) == "├ d 0 █·▁·▸ 4 ┤"
    long = Snapshot(position=Position(4), losses=losses, curves=(("discriminator", first), curves[1]), objectives=2)
    assert text_of(run_strip(long, 40)) == "├ discrim… 0 █·▁·▸ 4 ┤"
    recorded = Snapshot(position=Position(4), losses=first, curves=(("acc", second),))
    assert text_of(run_strip(recorded, 40)) == "├ 0 █·▁·▸ 4 ┤"


def test_losses_of_many_sizes_are_drawn_by_their_logarithms() -> None:
    losses = tuple((u, 10.0**-u) for u in range(5))
    assert text_of(run_strip(Snapshot(position=Position(5), losses=losses), 40)) == "├ 0 █▆▅▃▁▸ 5 ┤"


def test_before_the_first_update_has_ended_there_are_only_its_phases() -> None:
    snapshot = Snapshot(position=Position(0, "f", 2), counts=(5, 4, 1))
    assert text_of(time_strip(snapshot, 40)) == "├f▓▓▸··│b····│u·┤"
    assert text_of(time_strip(trained(7, 7), 48)) == "├ 0 █▇▆▅▃▂▁▸ 7 ┤ ├f▸····│b····│u·┤"


@pytest.mark.parametrize("counts", [(5, 4, 1), (3, 0, 2), (40, 40, 12), (1, 1, 0)])
@pytest.mark.parametrize("width", [14, 20, 60])
def test_every_cell_leads_to_the_position_whose_sign_would_cover_it(counts: tuple[int, int, int], width: int) -> None:
    for phase, letter in enumerate("fbu"):
        for op in range(1, counts[phase] + 1):
            drawn = strip(Position(3, "f" if letter != "f" else "b"), counts, width, ((Position(3, letter, op), "◆", "key"),))
            x = text_of(drawn).index("◆")
            first = int(place_at(drawn, x).rpartition(".")[2])
            assert place_at(drawn, x).startswith(f"3.{letter}.") and first <= op
            again = strip(Position(3), counts, width, ((Position(3, letter, first), "◆", "key"),))
            assert text_of(again).find("◆") in (x, -1)


def test_the_frame_of_a_strip_leads_nowhere_and_a_letter_to_where_its_phase_begins() -> None:
    drawn = strip(Position(0), (2, 2, 0), 40)
    assert text_of(drawn) == "├f▸·│b··│u┤"
    assert [place_at(drawn, x) for x in range(12)] == [
        "", "0.f.0", "0.f.1", "0.f.2", "", "0.b.0", "0.b.1", "0.b.2", "", "0.u.0", "", "",
    ]  # fmt: skip
    assert [start for start, _, _ in goals_of(drawn)] == [1, 2, 3, 5, 6, 7, 9]
