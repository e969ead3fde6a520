"""What is recorded of an expression is what it is in each update, whichever way a person came to where the cursor stands."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, NORMED, TURNS, XOR, plain

RECORDED = {
    XOR: ["loss", "hidden.W[0, 0]", "norm(grad(hidden.W))", "rms(update(hidden.W))", "2 * loss + mean(out(output))"],
    BATCHES: ["loss", "x[0, 0]", "sum(h) + h.b[0]", "norm(grad(h.W))"],
    TURNS: ["p", "q", "a[0]", "grad(b)[1]", "update(a)[0]"],
    NORMED: ["loss", "h.running_mean[0]", 'on("test", loss)'],
}
MODELS = {"xor": XOR, "batches": BATCHES, "turns": TURNS, "normed": NORMED}
UPDATES = 9


def recording(model: str, backend: str, every: int = 1) -> Lab:
    lab = build(model, backend=backend)
    for text in RECORDED[model]:
        lab.do(f"curve {text} every {every}")
    return lab


def series(lab: Lab, model: str) -> dict[str, tuple[tuple[int, float], ...]]:
    """Return what is recorded of each expression of a model; the loss is, anyway."""
    known = {one.text: one.history.pairs() for one in lab.run.curves}
    return {text: known.get(text, lab.run.history.pairs()) for text in RECORDED[model]}


def found(lab: Lab) -> list[tuple[tuple[int, float], ...]]:
    return [one.history.pairs() for one in lab.run.curves]


def looked_at(model: str, backend: str, updates: int) -> list[tuple[tuple[int, float], ...]]:
    """Return what a walk finds that stands behind the last op of every update, before the commit."""
    lab = build(model, backend=backend)
    looks: list[dict[int, float]] = [{} for _ in RECORDED[model]]
    for update in range(updates):
        last = lab.run.timeline.count(update, "u") - 1
        lab.do(f"goto {update}.u.{last}")
        for look, text in zip(looks, RECORDED[model], strict=True):
            if text == "update(a)[0]":
                if update % 2 == 0:
                    order = lab.run.timeline.order(update, "u")
                    lab.run.machine.run_one(order[-1])
                    next_one = lab.run.machine.value(lab.known.nodes["one.a.next"])
                    look[update] = float((next_one - lab.run.machine.value(lab.known.nodes["a"]))[0])
            elif "update" in text:
                continue
            else:
                look[update] = float(lab.do(f"expect {text} ~= 1e99").lines[0].text.partition("got ")[2].partition(",")[0])
    return [tuple(look.items()) for look in looks]


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", MODELS)
def test_it_is_what_a_walk_sees_before_each_commit(name: str, backend: str) -> None:
    lab = recording(MODELS[name], backend)
    lab.do(f"train {UPDATES}")
    looks = zip(series(lab, MODELS[name]).items(), looked_at(MODELS[name], backend, UPDATES), strict=True)
    for (text, mine), walked in looks:
        if walked:
            assert [update for update, _ in mine] == [update for update, _ in walked], text
            np.testing.assert_allclose([v for _, v in mine], [v for _, v in walked], rtol=2e-6, atol=1e-6, err_msg=text)


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("name", MODELS)
def test_it_depends_on_where_the_cursor_stands_and_not_on_the_way(name: str, every: int, backend: str) -> None:
    dice, lab = random.Random(name), recording(MODELS[name], backend, every)
    straight = {}
    for update in range(UPDATES + 1):
        other = recording(MODELS[name], backend, every)
        other.do(f"goto {update}")
        straight[update] = found(other)
    assert len({str(one) for one in straight.values()}) == -(-UPDATES // every) + 1
    for _ in range(25):
        update, phase = dice.randrange(UPDATES), dice.choice("fbu")
        lab.do(f"goto {update}.{phase}.{dice.randint(0, 1) if phase != 'u' else 0}")
        assert found(lab) == straight[update], lab.position


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_deeds_change_what_is_recorded_behind_them_and_undo_gives_it_back(backend: str) -> None:
    lab = recording(TURNS, backend)
    lab.do("train 8")
    before = found(lab)
    lab.do("goto 3\nset a[0] = 5\nfreeze b\ntrain 2 of p\ntrain 3")
    after = found(lab)
    assert [one[:3] for one in after[:3]] == [one[:3] for one in before[:3]]
    assert after[0][3:] != before[0][3:]
    lab.do("undo\nundo\nundo")
    assert found(lab) == before


def test_recording_changes_no_bit_of_the_run() -> None:
    for name, backend in (("batches", "plain"), ("batches", "jit"), ("normed", "jit"), ("turns", "jit")):
        lab, other = recording(MODELS[name], backend, 2), build(MODELS[name], backend=backend)
        lab.do("train 40")
        other.do("train 40")
        assert lab.digest() == other.digest(), (name, backend)
        assert lab.run.history.pairs() == other.run.history.pairs()


def test_the_loss_of_several_objectives_that_have_one_root_is_one_history() -> None:
    lab = plain(TURNS.replace("minimize(q, adam", "minimize(p, adam"))
    lab.do("train 6")
    assert lab.do("expect size(history(p)) == 6").ok
    assert lab.do("expect argmin(history(p)) == best(p)").ok
    assert [name for name, _ in lab.snapshot().curves] == ["p of one", "p of two"]
    with pytest.raises(ActionError, match="`q` was not recorded"):
        lab.do("expect size(history(q)) == 0")


def test_of_an_update_without_the_number_nothing_is_recorded() -> None:
    lab = build(XOR.replace("adam(lr=0.1)", "sgd(lr=0.1), accumulate=3"), backend="jit")
    lab.do("curve norm(update(hidden.W))\ncurve steps\ntrain 10")
    moved, steps = found(lab)
    assert [update for update, _ in moved] == [2, 5, 8]
    assert [number for _, number in steps] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]


def test_a_change_of_machine_records_the_same_again() -> None:
    lab = recording(XOR, "plain")
    lab.do("goto 7\ntrain 10")
    before = found(lab)
    for _ in lab.change_machine():
        pass
    assert found(lab) == before


def test_an_expression_is_recorded_from_where_it_was_said_or_from_where_one_went_back_to() -> None:
    lab = plain(XOR)
    lab.do("train 5\ncurve hidden.W[0, 0]\ntrain 3")
    assert [update for update, _ in found(lab)[0]] == [5, 6, 7]
    lab.do("goto 4\ntrain 2")
    assert [update for update, _ in found(lab)[0]] == [4, 5]
    lab.do("curve hidden.W[0,0] every 2\ntrain 3")
    assert [[update for update, _ in one] for one in found(lab)] == [[6, 8]]


def test_of_very_many_numbers_every_second_is_kept_of_each_objective(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradlab.axis.history.CAPACITY", 16)
    lab = build(TURNS, backend="jit")
    lab.do("curve p every 3\ntrain 100")
    assert [update for update, _ in found(lab)[0]] == [*range(0, 97, 12), 99]
    for place, own in enumerate(lab.run.own):
        updates = [update for update, _ in own.pairs()]
        assert 8 <= len(updates) <= 17
        assert {update % 2 for update in updates} == {place}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("curve h", "a curve is one number an update, `h` has shape (4, 2)"),
        ("curve history(loss)", "`history` is no number of one update"),
        ("curve nope", "unknown name `nope`"),
        ("curve loss every", "every how many updates?"),
        ("curve loss every -2", "`-2` is out of range"),
        ("expect history(h) > 0", "`h` was not recorded: say `curve h` before the training"),
        ("expect history(loss) > 0", "nothing of `loss` is recorded before 0.f.0"),
        ("expect best(output.y) > 0", "`output.y` was not recorded: say `curve output.y` before the training"),
        ("expect history() > 0", "`history` takes an expression"),
        ("expect history(history(loss)) > 0", "`history` cannot stand inside `history`"),
        ('expect on("test", history(loss)) > 0', "`history` cannot stand inside `on`: a run on other data has no updates"),
        ("restore best h", "`h` was not recorded: say `curve h` before the training"),
        ("restore", "restore what?"),
        ("restore best best(loss)", "`best` is no number of one update"),
        ("expect updates() >= 0", "`updates` takes nothing"),
        ("curve steps(loss)", "`steps` takes nothing"),
        ("restore worst loss", "restore what?"),
        ("expect at(begun, loss) > 0", "no mark is called `begun`: `mark begun` makes one"),
        ('expect at("0.x", loss) > 0', "`0.x` is not a position"),
        ("expect at(loss) > 0", "`at` takes a mark and an expression"),
    ],
)
def test_what_was_not_recorded_or_cannot_be_is_said(line: str, said: str) -> None:
    with pytest.raises(ActionError) as error:
        plain(XOR if "on(" not in line else NORMED).do(line)
    assert str(error.value).splitlines()[0] == f"error: {said}"


@pytest.mark.parametrize("every", ["0", "-2", "1_000_000_001", "10**20", "99999999999999999999999"])
def test_a_number_of_updates_that_is_out_of_range_is_told_the_limits(every: str) -> None:
    with pytest.raises(ActionError) as error:
        plain(XOR).do(f"curve loss every {every}")
    first, *_, last = str(error.value).splitlines()
    assert first == f"error: `{every}` is out of range"
    assert last.endswith("allowed are 1 to 1000000000")


def test_how_far_the_way_to_another_position_is_can_be_seen() -> None:
    lab, seen = plain(XOR), list[float]()
    lab.on_chunk = lambda: seen.append(lab.progress or 0.0)
    lab.do('expect at("400", loss) > 0')
    assert seen == sorted(seen)
    assert seen[-1] > 0.5
    assert lab.progress is None
