"""Training: at full speed, in pieces, and stopped at any time with a valid state."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

import numpy as np
import pytest

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.history import CAPACITY, LossHistory
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.graph.machine import Machine
from gradlab.graph.machines.plain import PlainMachine
from gradlab.lab.numbers import bare
from gradlab.session import Lab, Stopped
from tests.lab.models import BATCHES, TURNS, XOR, ReadyBackend, folded_anew, plain, said


@pytest.mark.parametrize("model", [XOR, BATCHES, TURNS], ids=["xor", "batches", "turns"])
def test_training_gives_the_bits_of_stepping(model: str) -> None:
    trained, stepped = plain(model), plain(model)
    trained.do("train 12")
    for _ in range(12):
        stepped.do("forward")
        stepped.do("backward")
        stepped.do("update")
    assert trained.digest() == stepped.digest()


def test_the_history_of_losses_is_what_the_updates_computed() -> None:
    lab = plain(XOR)
    found = lab.train(updates=20)
    assert list(found.updates) == list(range(20))
    other = plain(XOR)
    other.do("goto 7.f.end")
    assert found.loss[7] == other.value("loss")
    assert other.snapshot().losses == tuple(zip(range(8), found.loss[:8], strict=True))


def test_training_from_the_middle_of_an_update_counts_that_update() -> None:
    lab = plain(XOR)
    lab.do("goto 0.b.2")
    event = lab.do("train 1").event
    assert event is not None and event.why == f"loss {bare(lab.run.history.pairs(0)[0][1])}"
    assert lab.position == Position(1)


def test_a_very_long_training_can_be_stopped_at_an_update_with_a_valid_state() -> None:
    lab = plain(XOR)
    pieces = 0

    def stop() -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 4:
            lab.cancel()

    lab.on_chunk = stop
    with pytest.raises(Stopped, match=r"stopped at \d+\.f\.0"):
        lab.do("train 10**9")
    assert lab.position.update > 0
    assert lab.position == Position(lab.position.update)
    assert lab.digest() == folded_anew(lab)


def test_a_deadline_ends_a_training() -> None:
    lab = plain(XOR)
    lab.deadline = 0.0
    with pytest.raises(Stopped, match="the time is over"):
        lab.do("train 10**9")
    assert lab.digest() == folded_anew(lab)


def test_whoever_does_not_go_on_with_the_pieces_leaves_a_valid_state() -> None:
    lab = plain(BATCHES)
    with closing(lab.train_chunks(10**6)) as pieces:
        done = list(islice(pieces, 5))
    assert done == sorted(done)
    assert lab.position == Position(done[-1])
    assert lab.digest() == folded_anew(lab)


@pytest.mark.parametrize("phase", ["forward", "backward", "update"])
def test_an_interruption_in_the_middle_of_an_op_leaves_a_valid_state(phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = plain(XOR)
    lab.do("train 5")
    run = getattr(PlainMachine, phase)
    calls = 0

    def interrupted(machine: Machine, *arguments: object) -> None:
        nonlocal calls
        calls += 1
        run(machine, *arguments)
        if calls == 9:
            raise KeyboardInterrupt

    monkeypatch.setattr(PlainMachine, phase, interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.do("train 1000")
    assert 5 <= lab.position.update < 1005
    assert lab.digest() == folded_anew(lab)


def test_kernels_that_become_ready_take_over_from_the_beginning() -> None:
    lab, other = plain(XOR), plain(XOR)
    other.do("train 40")
    lab.do("train 20")

    before = lab.run.machine
    lab.backend = ReadyBackend(lab, 3)  # type: ignore[assignment]
    lab.do("train 20")
    assert lab.run.machine is not before
    assert lab.digest() == other.digest()
    assert lab.snapshot().losses == other.snapshot().losses


@pytest.mark.parametrize("line", ["train 60", "run until loss < 0 for 60 updates", "goto 60.f.0"])
def test_nobody_sees_time_run_back_while_kernels_take_over(line: str) -> None:
    lab = plain(XOR)
    lab.do("train 20")

    before, seen = lab.run.machine, []
    lab.backend = ReadyBackend(lab, 2)  # type: ignore[assignment]
    lab.on_chunk = lambda: seen.append((lab.position, len(lab.snapshot().losses), lab.progress or 0.0))
    lab.do(line)
    assert lab.run.machine is not before
    for positions_losses_or_shares in zip(*seen, strict=True):
        assert list(positions_losses_or_shares) == sorted(positions_losses_or_shares)
    assert seen[0][0] >= Position(20)


def test_a_change_of_machine_that_is_stopped_leaves_the_run_where_it_is_and_is_made_up_for() -> None:
    lab, other = plain(XOR), plain(XOR)
    other.do("train 25")
    lab.do("train 20")
    lab._changes = True
    before = lab.run.machine
    lab.cancel()
    with pytest.raises(Stopped):
        lab.do("train 5")
    assert lab.run.machine is before
    assert lab.position >= Position(20)
    lab.do("goto 25.f.0")
    assert lab.run.machine is not before
    assert lab.digest() == other.digest()


def test_thinned_checkpoints_stay_within_their_budget_and_keep_the_last_two() -> None:
    kept = Checkpoints(budget=20_000)
    for update in range(100):
        kept.keep(update, {0: np.zeros(64)})
    assert sum(a.nbytes for values in kept.kept.values() for a in values.values()) <= 10_000
    assert {98, 99} <= set(kept.kept)
    assert kept.nearest(98) == 98
    assert 0 in kept.kept


def test_a_budget_without_room_for_three_places_keeps_the_last_two() -> None:
    kept = Checkpoints(budget=0)
    for update in range(100):
        kept.keep(update, {0: np.zeros(64)})
    assert set(kept.kept) == {98, 99}
    assert kept.nearest(97) == 0


def test_a_small_budget_changes_no_bit() -> None:
    lab = plain(BATCHES)
    for budget in (3_000, 0):
        small = Lab(lab.scenario, "plain", budget=budget)
        for line in ("train 60", "goto 31.b.2", "goto 59.u.3", "back 5 update", "step 40"):
            lab.do(line)
            small.do(line)
        assert lab.digest() == small.digest()
        lab.do("goto 0")


def test_a_long_history_is_thinned_and_keeps_its_end() -> None:
    history = LossHistory()
    history.add(0, [float(i) for i in range(3 * CAPACITY)])
    pairs = history.pairs()
    assert len(pairs) <= 2001
    assert all(update == loss for update, loss in pairs)
    assert pairs[-1][0] == 3 * CAPACITY - 1
    history.cut(10)
    assert history.pairs()[-1][0] < 10


def test_the_words_behind_train_are_checked() -> None:
    lab = plain(XOR)
    for line, text in (("train", "how many updates"), ("train x", "`x` is not a unit"), ("train -1", "`-1` is out of range"),
                       ("train 2 ops", "`ops` is not a unit"),
                       ("train 10**30", "out of range"), ("train 0", "out of range")):  # fmt: skip
        with pytest.raises(ActionError, match=text):
            lab.do(line)


def test_what_training_says() -> None:
    lab = plain(XOR)
    (line,) = said(lab, "train 3")
    losses = lab.snapshot().losses
    assert line == f"value: 3.f.0  3 updates  loss {losses[0][1]:.12g} (update 0) to {losses[2][1]:.12g} (update 2)"


def test_training_by_turns_says_how_the_loss_of_each_went() -> None:
    lab = plain(
        "a, b = param(2.0), param(3.0)\nla = square(a)\nlb = 100 + square(b)\n"
        'minimize(la, sgd(0.5), over="a")\nminimize(lb, sgd(0.5), over="b")\n'
    )
    (line,) = said(lab, "train 4")
    assert line == "value: 4.f.0  4 updates  la 4 (update 0) to 0 (update 2), lb 109 (update 1) to 100 (update 3)"
    (line,) = said(lab, "train 2 of lb")
    assert line == "value: 6.f.0  2 updates  lb 100 (update 4) to 100 (update 5)"
