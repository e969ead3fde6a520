"""Searches for where a condition holds, forth and back, against a walk that looks at every position."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.axis.environment import NotReady
from gradlab.axis.position import Position, State
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.search.conditions import Condition, condition
from gradlab.scenario.script import read_text
from gradlab.session import Lab, Stopped
from tests.lab.models import BATCHES, FORK, NEURON, TURNS, XOR, ReadyBackend, folded_anew, plain, said

BLOWS_UP = """
x = const([1.0, 2.0])
w = param(1.0)
y = exp(w * x)
loss = sum(y)
minimize(loss, sgd(lr=-0.5))
"""


def looks(lab: Lab, text: str, updates: int) -> list[tuple[int, Position, bool]]:
    """Return every look at a condition: step through all positions, and look at the first of an update where all is known."""
    wanted = condition(Words(read_text(f"x {text}")[0].rest, lab.known))
    found: list[tuple[int, Position, bool]] = []
    before = 0
    while lab.position.update < updates:
        now = lab.position.update
        for update in sorted({before, now}):
            if update not in [seen for seen, _, _ in found]:
                verdict = known(lab, wanted, past_too=update < now)
                if verdict is not None:
                    found.append((update, lab.position, verdict))
        before = now
        lab.do("step")
    return sorted(found)


def known(lab: Lab, wanted: Condition, past_too: bool) -> bool | None:
    """Return whether it holds; None where something is not known, or is of the update before."""
    states = lab.snapshot().value_states
    changed = [lab.known.nodes[name] for name in re.findall(r"update\(([\w.]+)\)", wanted.text)]
    nexts = [lab.known.nodes[f"{lab.graph.nodes[index].name}.next"] for index in changed]
    if any(states[index] not in (State.DONE, State.PAST if past_too else State.DONE) for index in nexts):
        return None
    environment = lab.environment()
    try:
        verdict = wanted.judge(environment)
    except NotReady:
        return None
    past = any("past" in remark for remark in environment.remarks)
    return None if past and not past_too else bool(verdict.held)


CONDITIONS = {
    XOR: ["loss < 0.26", "hidden.h > 0.4", "norm(grad(hidden.W)) > 0.01", "rms(update(hidden.W)) > 0.05", "hidden.W[0, 0] > 1",
          "delta(hidden) < 0.01 and out(output) > 0.45", "not loss > 0.25 or share(h > 0) < 0.4", "grad(h) < 0"],
    BATCHES: ["loss < 0.7", "x > 1.5", "share(h == 0) > 0.5", "grad(x) > 0.05", "mean(update(h.b)) > 0", "0.1 < std(h) < 0.5"],
    TURNS: ["p < 4", "q < 8", "a[0] > 1", "grad(a) > 0", "update(b)[0] < 0", "p < q"],
}  # fmt: skip


@pytest.mark.parametrize("model", [XOR, BATCHES, TURNS], ids=["xor", "batches", "turns"])
def test_a_search_stops_where_a_walk_through_all_positions_says(model: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.sampled_from(CONDITIONS[model]), st.integers(0, 11), st.integers(0, 30))
    def search(text: str, update: int, ops: int) -> None:
        if (model, text) not in walked:
            walked[model, text] = looks(plain(model), text, 14)
        lab = plain(model)
        lab.do(f"goto {update}")
        if ops:
            lab.do(f"step {ops}")
        start = lab.position
        table = walked[model, text]
        lab.do(f"run until {text} for {12 - start.update} updates" if start.update < 12 else "goto 12")
        ahead = [at for _, at, holds in table if holds and start < at <= Position(12)]
        assert lab.position == (min(ahead) if ahead else Position(12))
        assert lab.digest() == folded_anew(lab)
        lab.do(f"goto {start}")
        before = lab.digest()
        lab.do(f"reverse until {text}")
        wanted = back_to(table, start)
        assert lab.position == (start if wanted is None else wanted)
        assert lab.digest() == (before if wanted is None else folded_anew(lab))

    walked: dict[tuple[str, str], list[tuple[int, Position, bool]]] = {}
    search()


def back_to(table: list[tuple[int, Position, bool]], start: Position) -> Position | None:
    """Return where `reverse until` goes: to the last place that held, or, where it holds, to where that began."""
    earlier = [(at, holds) for _, at, holds in table if at < start]
    here = next((holds for _, at, holds in table if at == start), None)
    if not any(holds for _, holds in earlier):
        return None
    if not earlier[-1][1] or here is False:
        return max(at for at, holds in earlier if holds)
    while len(earlier) > 1 and earlier[-2][1]:
        earlier.pop()
    return earlier[-1][0]


def test_a_search_says_the_position_the_condition_and_its_numbers() -> None:
    lab = plain(XOR)
    first, second = said(lab, "run until loss < 0.26 and hidden.h > 0.5")
    numbers = re.fullmatch(
        r"stop: (\S+)  `loss < 0.26 and hidden.h > 0.5` holds: loss = (\S+), hidden.h\[(\d), (\d)\] = (\S+)", first
    )
    assert numbers is not None
    assert numbers[1] == str(lab.position)
    assert float(numbers[2]) == pytest.approx(float(lab.value("loss")), rel=1e-11)
    assert float(numbers[5]) == pytest.approx(lab.value("hidden.h")[int(numbers[3]), int(numbers[4])], rel=1e-11)
    assert second.startswith(f"value: {lab.position}  forward")


def test_a_condition_that_never_holds_says_where_it_came_closest() -> None:
    lab = plain(XOR)
    losses = [plain(XOR).train(updates=6).loss]
    (first, _) = said(lab, "run until loss < 0.01 for 6 updates")
    at = int(np.argmin(losses[0]))
    least = losses[0][at]
    assert first == (
        f"fail: `loss < 0.01` did not hold from 0.f.0 to 6.f.0; it came closest at {at}.f.5: loss = {least:.12g},"
        f" {least - 0.01:.6g} away"
    )
    assert str(lab.position) == "6.f.0"
    (first, _) = said(lab, "reverse until loss > 3")
    assert first.startswith("fail: `loss > 3` did not hold from 6.f.0 back to 0.f.0; it came closest at 0.f.5: loss = ")
    assert str(lab.position) == "6.f.0"
    assert said(lab, "run until isnan(loss) for 2 updates")[0] == "fail: `isnan(loss)` did not hold from 6.f.0 to 8.f.0"


def test_the_first_op_that_gives_something_not_finite_is_found_both_ways() -> None:
    lab = plain(BLOWS_UP)
    lab.do("run until inf")
    met, digest = lab.position, lab.digest()
    walker = plain(BLOWS_UP)
    while walker.run.machine.finite():
        walker.do("step")
    assert walker.position == met
    lab.do("train 5")
    lab.do("reverse until inf")
    assert lab.digest() == digest


def test_what_is_run_again_for_an_edit_is_asked_whether_it_is_finite() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.f.4")
    lab.do("set w0 = 1e400")
    assert said(lab, "run until inf")[:2] == [
        "info: ran again what was stale: _mul.0, _add.0, dot",
        "stop: 0.f.5  `inf` holds: behind `f` (sigmoid)",
    ]
    lab.do("backward")
    lab.do("reverse until inf")
    assert str(lab.position) == "0.f.5"


def test_a_search_says_how_far_it_is() -> None:
    lab = plain(XOR)
    shares: list[float] = []
    lab.on_chunk = lambda: shares.append(lab.progress if lab.progress is not None else 0.0)
    lab.do("run until loss < 0 for 60 updates")
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] <= 1.0
    assert lab.progress is None


def test_a_breakpoint_stops_training_where_its_condition_begins_to_hold_and_reverse_goes_back_there() -> None:
    lab = plain(XOR)
    lab.do("break when norm(grad(hidden.W)) < 0.01")
    table = looks(plain(XOR), "norm(grad(hidden.W)) < 0.01", 60)
    begins = [at for (_, _, before), (_, at, holds) in pairwise(table) if holds and not before]
    lab.do("train 60")
    assert lab.position == begins[0]
    lab.do("continue")
    assert lab.position == begins[1]
    lab.do("reverse")
    assert lab.position == begins[0]
    assert lab.digest() == folded_anew(lab)


def test_a_breakpoint_at_a_node_stops_in_every_update_and_goto_and_step_do_not() -> None:
    lab = plain(XOR)
    lab.do("break at h")
    lab.do("break at grad(h) when loss > 0")
    lab.do("break at 1.u.3")
    stops = []
    for _ in range(5):
        lab.do("continue")
        stops.append(str(lab.position))
    assert stops == ["0.f.2", "0.b.3", "1.f.2", "1.b.3", "1.u.3"]
    lab.do("reverse continue")
    assert str(lab.position) == "1.b.3"
    lab.do("step 2 updates")
    lab.do("goto 9.f.end")
    assert str(lab.position) == "9.f.5"


def test_breakpoints_are_listed_and_cleared() -> None:
    lab = plain(NEURON)
    assert said(lab, "break") == ["info: there are no breakpoints and no watches"]
    lab.do("break when f > 0.5")
    lab.do("watch grad(w1)")
    assert said(lab, "break at dot") == ["info: breakpoint 3: at dot"]
    assert said(lab, "break") == ["info: breakpoint 1: when f > 0.5", "info: breakpoint 3: at dot", "info: watch 2: grad(w1)"]
    with pytest.raises(ActionError, match="there is no breakpoint and no watch 7; there are: 1, 3, 2"):
        lab.do("clear 7")
    lab.do("clear 1")
    assert [one.number for one in lab.stops.breakpoints] == [3]
    lab.do("clear")
    assert not lab.stops.breakpoints
    assert not lab.stops.watches
    assert said(lab, "clear") == ["info: there are no breakpoints and no watches"]


def test_a_breakpoint_changes_no_bit_and_is_not_taken_back() -> None:
    lab, other = plain(XOR), plain(XOR)
    lab.do("break when nan")
    lab.do("train 30")
    other.do("train 30")
    assert lab.digest() == other.digest()
    assert not lab.snapshot().can_undo


def test_a_watch_says_its_number_after_every_move() -> None:
    lab = plain(NEURON)
    assert said(lab, "watch dot * 2") == ["watch: watch 1: dot * 2 = `dot` is pending at 0.f.0"]
    assert said(lab, "forward")[-1] == "watch: watch 1: dot * 2 = 2"


def test_a_search_that_is_stopped_leaves_a_valid_state_and_a_search_back_leaves_everything() -> None:
    lab = plain(XOR)
    pieces = 0

    def stop() -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 60:
            lab.cancel()

    lab.on_chunk = stop
    with pytest.raises(Stopped, match="stopped at"):
        lab.do("run until loss < 0 for 10**9 updates")
    assert lab.position.update > 0
    assert lab.digest() == folded_anew(lab)
    lab.on_chunk = None
    lab.do("goto 40.b.2")
    before = lab.digest()
    lab.cancel()
    with pytest.raises(Stopped, match=r"stopped at 40\.b\.2"):
        lab.do("reverse until loss < 0")
    assert lab.digest() == before


def test_kernels_that_become_ready_go_on_with_the_search() -> None:
    lab, other = plain(XOR), plain(XOR)
    other.do("run until loss < 0.24")

    before = lab.run.machine
    lab.backend = ReadyBackend(lab, 3)  # type: ignore[assignment]
    lab.do("run until loss < 0.24")
    assert lab.run.machine is not before
    assert lab.digest() == other.digest()


def test_a_search_in_a_model_that_is_not_trained_ends_with_its_backward_pass() -> None:
    lab = plain(FORK)
    assert said(lab, "run until grad(b) > 4")[0] == "stop: 0.b.3  `grad(b) > 4` holds: grad(b) = 5"
    assert said(lab, "run until e < 0")[0].startswith("fail: `e < 0` did not hold from 0.b.3 to 0.b.3")
    assert said(lab, "reverse until c > 2")[0] == "stop: 0.f.1  `c > 2` holds: c = 3"


def test_an_edit_is_seen_by_a_search() -> None:
    lab = plain(XOR)
    lab.do("goto 7.f.2")
    lab.do("set hidden.W = 50")
    lab.do("goto 20")
    assert said(lab, "reverse until hidden.W > 40")[0].startswith("stop: 8.f.0  `hidden.W > 40` holds")
    lab.do("goto 3")
    lab.do("run until hidden.W > 40")
    assert str(lab.position) == "8.f.0"
    assert lab.digest() == folded_anew(lab)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("run", "until what?"),
        ("run on until f > 0", "unexpected `on`"),
        ("run until f > 0 for ever", "`ever` is not a whole number"),
        ("run until f > 0 for 3 ops", "for how many updates?"),
        ("run until seeds(0..3, f) > 0", "`seeds` cannot stand in a condition"),
        ("run until g > 0", "unknown name `g`"),
        ("run until update(w0) > 0", "no update changes `w0`"),
        ("continue", "no breakpoint is set"),
        ("reverse", "no breakpoint is set"),
        ("continue until f > 0", "unexpected `until f > 0`"),
        ("break f", "unexpected `f`"),
        ("break at g when h > 0", "unknown name `g`"),
        ("break at g when h > 0", "unknown name `h`"),
        ("break at f when nan", "`nan` is looked at behind every op"),
        ("break at 0.b.77", "0.b.77 is beyond the end"),
        ("clear all", "`all` is not a whole number"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(line: str, text: str) -> None:
    lab = plain(NEURON)
    with pytest.raises(ActionError, match=re.escape(text)):
        lab.do(line)
    assert not lab.stops.breakpoints
