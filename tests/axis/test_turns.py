"""Whose turn it is, and which batch is taken, against a list that is written down update by update."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from gradlab.graph.graph import Objective
from gradlab.graph.turns import Stretch, Turns


def objectives(times: Sequence[int]) -> list[Objective]:
    return [Objective(k, (), (), (), times=number) for k, number in enumerate(times)]


def usual(times: Sequence[int], updates: int) -> list[tuple[int, int]]:
    """Return objective and batch of updates in which nothing was said."""
    found: list[tuple[int, int]] = []
    number = 0
    while len(found) < updates:
        found += [(k, number * max(times) + j) for k, many in enumerate(times) for j in range(many)]
        number += 1
    return found


def listed(times: Sequence[int], stretches: Sequence[Stretch], updates: int) -> list[tuple[int, int]]:
    """Return objective and batch of each update: what is said last holds, and the turns go on behind it."""
    owner: dict[int, int] = {}
    for one in stretches:
        owner.update(dict.fromkeys(range(one.first, one.first + one.number), one.objective))
    rest, taken, found = usual(times, 4 * updates + 4 * sum(times)), [0] * len(times), list[tuple[int, int]]()
    for update in range(updates):
        if update in owner:
            acting = owner[update]
            inside = update - 1 in owner and owner[update - 1] == acting
            following = found[-1][1] + 1 if inside else next(b for k, b in rest if k == acting) + taken[acting]
            found.append((acting, following))
            taken[acting] += 1
        else:
            found.append(rest.pop(0))
    return found


@pytest.mark.parametrize("times", [(1, 1), (2, 1), (1, 5), (3, 2, 1)])
def test_a_round_has_each_of_them_as_often_as_its_times_say(times: tuple[int, ...]) -> None:
    turns = Turns(objectives(times))
    found = [turns.of(update) for update in range(30)]
    assert [(one.objective, one.batch) for one in found] == usual(times, 30)[:30]


def test_with_five_times_as_many_updates_of_one_the_other_takes_every_fifth_batch() -> None:
    turns = Turns(objectives((5, 1)))
    assert [turns.of(u).batch for u in range(12)] == [0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 5]
    assert [turns.of(u).objective for u in range(12)] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("seed", range(60))
def test_stretches_belong_to_one_and_behind_them_the_turns_go_on(seed: int) -> None:
    dice = random.Random(seed)
    times = [dice.randint(1, 3) for _ in range(dice.randint(2, 3))]
    stretches = [Stretch(dice.randrange(20), dice.randint(1, 9), dice.randrange(len(times))) for _ in range(dice.randint(0, 4))]
    turns = Turns(objectives(times), lambda: stretches)
    found = [turns.of(update) for update in range(40)]
    assert [(one.objective, one.batch) for one in found] == listed(times, stretches, 40)
    for update, one in enumerate(found):
        before = [sum(earlier.objective == k for earlier in found[:update]) for k in range(len(times))]
        assert turns.made(update) == before
        assert one.count == before[one.objective]
        ahead = [turns.of(update + k) for k in range(min(one.left, 20))]
        assert [(a.objective, a.batch) for a in ahead] == [(one.objective, one.batch + k) for k in range(len(ahead))], update


def test_one_objective_alone_has_every_update() -> None:
    turns = Turns(objectives((3,)))
    assert [(turns.of(u).objective, turns.of(u).batch) for u in (0, 7, 10**9)] == [(0, 0), (0, 7), (0, 10**9)]


def test_one_that_accumulates_makes_a_step_in_every_so_many_of_its_own_turns() -> None:
    gathering = Objective(0, (), (), ())
    both = [Objective(0, (), (), (), times=2, every=4, gathering=gathering), Objective(1, (), (), ())]
    turns = Turns(both, lambda: (Stretch(9, 3, 0),))
    own = "".join("ab"[turns.of(update).objective] for update in range(18))
    assert own == "aabaabaabaaaaabaab"
    assert turns.cycle == 6
    stepped = 0
    for update in range(18):
        assert sum(turns.steps(update)) == stepped, update
        one = turns.of(update)
        stepped += both[one.objective].turn(one.count) is not gathering
