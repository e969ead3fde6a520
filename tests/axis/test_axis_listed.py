"""The time axis against a list of all its ops, written down one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gradlab.axis.position import Position
from gradlab.axis.timeline import Timeline
from gradlab.errors import ActionError
from gradlab.session import Lab
from tests.axis.test_all_pairs import positions
from tests.lab.models import BATCHES, FORK, NEURON, TURNS, XOR, plain

UPDATES = 3
VALUES = "x = input([1.0, 2.0])\ny = tanh(x) * 2\n"
"""A model that is not led to a single number: it has no backward phase."""
MODELS = {"neuron": NEURON, "fork": FORK, "values": VALUES, "xor": XOR, "batches": BATCHES, "turns": TURNS}


@dataclass(frozen=True)
class Listed:
    """nodes: of the ops as they run.   phases: of each.   stops: the position behind each."""

    timeline: Timeline
    nodes: list[int]
    phases: list[tuple[int, str]]
    stops: list[Position]

    def done(self, at: Position) -> int:
        """Return how many ops lie before a position."""
        return sum(stop <= at for stop in self.stops)


def listed(lab: Lab) -> Listed:
    timeline, updates = lab.run.timeline, UPDATES if lab.run.timeline.trains else 1
    found = Listed(timeline, [], [], [])
    for update in range(updates + 1):
        for phase in "fbu":
            order = timeline.order(update, phase)
            for number, node in enumerate(order, 1):
                end = phase == "u" and number == len(order)
                found.nodes.append(node)
                found.phases.append((update, phase))
                found.stops.append(Position(update + 1) if end else Position(update, phase, number))
        if not timeline.trains:
            break
    return found


@pytest.fixture(params=MODELS)
def lab(request: pytest.FixtureRequest) -> Lab:
    return plain(MODELS[request.param])


def test_every_position_has_the_op_before_it_and_the_op_behind_it(lab: Lab) -> None:
    axis, timeline = listed(lab), lab.run.timeline
    for at in positions(lab, UPDATES if timeline.trains else 1):
        done = axis.done(at)
        assert timeline.executed(at) == (axis.nodes[done - 1] if done else -1), at
        if done == len(axis.nodes):
            assert timeline.following(at) == -1
            assert timeline.next(at) in (None, Position(0, "b"))
        else:
            assert timeline.following(at) == axis.nodes[done], at
            assert timeline.next(at) == axis.stops[done], at
        before = timeline.previous(at)
        assert (None if before is None else axis.done(before)) == (done - 1 if done else None if at == Position() else 0), at


def test_any_number_of_ops_and_phases_go_forth_and_back(lab: Lab) -> None:
    axis, timeline = listed(lab), lab.run.timeline
    last = len(axis.nodes)
    for at in positions(lab, UPDATES if timeline.trains else 1):
        done = axis.done(at)
        for number in (1, 2, 3, 7, last // 2):
            if done + number <= last:
                assert timeline.forth(at, "op", number) == axis.stops[done + number - 1], (at, number)
            if done >= number:
                assert axis.done(timeline.back(at, "op", number)) == done - number, (at, number)
        if done < last:
            update, phase = axis.phases[done]
            assert timeline.forth(at, "phase") == timeline.end(update, phase), at
        if at.op:
            assert timeline.back(at, "phase") == Position(at.update, at.phase)
        elif done:
            assert timeline.back(at, "phase") == Position(*axis.phases[done - 1]), at


def test_a_layer_is_walked_through_as_far_as_its_ops_follow_one_another(lab: Lab) -> None:
    axis, timeline = listed(lab), lab.run.timeline
    kinds = [(*axis.phases[k], lab.graph.nodes[node].layer) for k, node in enumerate(axis.nodes)]
    for at in positions(lab, UPDATES if timeline.trains else 1):
        done = axis.done(at)
        if done < len(axis.nodes):
            stop = axis.done(timeline.forth(at, "layer"))
            assert set(kinds[done:stop]) == {kinds[done]}, at
            ends = stop == len(kinds) or kinds[stop] != kinds[done] or axis.stops[stop].op == 0
            assert ends or axis.phases[done][1] != at.phase, at
        if done:
            start = axis.done(timeline.back(at, "layer"))
            assert set(kinds[start:done]) == {kinds[done - 1]}, at
            assert start == 0 or kinds[start - 1] != kinds[start] or at.op == 0, at


def test_updates_go_forth_to_a_beginning_and_back_to_the_one_before(lab: Lab) -> None:
    timeline = lab.run.timeline
    for at in positions(lab, UPDATES if timeline.trains else 1):
        if timeline.trains:
            assert timeline.forth(at, "update", 2) == Position(at.update + 2)
            assert timeline.forth(at, "epoch", 2) == Position(at.update + 2 * timeline.per_epoch)
            assert timeline.end(at.update, "u") == Position(at.update + 1)
        whole = at.op or at.phase != "f"
        assert timeline.back(at, "update") == Position(max(0, at.update - (not whole)))
        assert timeline.back(at, "update", 2) == Position(max(0, at.update - 2 + bool(whole)))


def test_what_lies_between_two_positions_is_every_op_with_the_position_behind_it(lab: Lab) -> None:
    axis, timeline = listed(lab), lab.run.timeline
    places = positions(lab, 2 if timeline.trains else 1)
    for start in places:
        for stop in places:
            ops = range(axis.done(start), axis.done(stop))
            assert list(timeline.ops_between(start, stop)) == [(axis.stops[k], axis.nodes[k]) for k in ops], (start, stop)


def test_at_both_ends_there_is_nothing_more() -> None:
    timeline = plain(NEURON).run.timeline
    end = timeline.end(0, "b")
    assert timeline.last(0) == end
    for unit in ("op", "phase", "layer", "update"):
        with pytest.raises(ActionError, match=r"0\.b\.5 is the end"):
            timeline.forth(end, unit)
    for unit in ("op", "phase", "layer"):
        with pytest.raises(ActionError, match="already at the beginning"):
            timeline.back(Position(), unit)
        assert timeline.forth(Position(), unit, 99) == end
        assert timeline.back(end, unit, 99) == Position()
    assert plain(XOR).run.timeline.last(0) is None
