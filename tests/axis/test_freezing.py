"""What is frozen stays, bit by bit, with all that its optimizer keeps for it; nothing else changes because of it."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.optim import OPTIMIZERS, Joint, Optimizer
from gradlab.session import Lab, build
from tests.lab.models import NORMED, TURNS, XOR, plain

AROUND = "clip=clip_value(5.0), l2=0.01, average=ema(0.9)"
EACH = [name for name, one in OPTIMIZERS.items() if not isinstance(one, Joint)]
JOINT = [name for name, one in OPTIMIZERS.items() if isinstance(one, Joint)]


def model(optimizer: str, around: str = "") -> str:
    text = XOR.replace("adam(lr=0.1)", f"{optimizer}()" + (f", {around}" if around else ""))
    assert text != XOR
    return text


def leaves(lab: Lab, beginning: str) -> dict[str, bytes]:
    """Return the bits of all leaves that updates change and whose name begins so."""
    nodes = (lab.graph.nodes[index] for index in lab.run.followers)
    return {n.name: lab.run.machine.value(n.index).tobytes() for n in nodes if n.name.startswith(beginning)}


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("optimizer", EACH)
def test_a_frozen_parameter_stays_with_its_state_and_average_and_all_else_is_as_if_it_had_not_been_committed(
    optimizer: str, backend: str
) -> None:
    lab = build(model(optimizer, AROUND), backend=backend)
    lab.do("train 3")
    lab.do("freeze hidden.W")
    before, others = leaves(lab, "hidden.W"), leaves(lab, "")
    kind = OPTIMIZERS[optimizer]
    assert isinstance(kind, Optimizer)
    assert len(before) == 2 + len(kind.state), before.keys()
    lab.do("train 7")
    assert leaves(lab, "hidden.W") == before
    moved = {name for name, bits in leaves(lab, "").items() if bits != others[name]}
    assert moved >= {"hidden.b", "output.W", "output.b", "output.W.avg", "hidden.b.avg"}
    assert not moved & before.keys()


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_gradients_of_what_is_frozen_are_computed_and_its_next_value_is_not(backend: str) -> None:
    lab = build(XOR, backend=backend)
    usual = lab.run.timeline.count(0, "u")
    lab.do("freeze hidden")
    assert lab.run.timeline.count(0, "u") < usual
    lab.do("train 4")
    lab.do("backward")
    assert np.abs(lab.grad("hidden.W")).min() > 0
    with pytest.raises(ActionError, match=r"`hidden\.W\.next` is pending"):
        lab.value("hidden.W.next")


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_what_is_thawed_goes_on_from_where_it_was(backend: str) -> None:
    lab, other = build(TURNS, backend=backend), build(TURNS, backend=backend)
    lab.do("train 4\nfreeze one\nfreeze two\ntrain 6\nthaw *\ntrain 4")
    other.do("train 8")
    found = {name: bits for name, bits in leaves(lab, "").items() if not name.endswith(".t")}
    assert found == {name: bits for name, bits in leaves(other, "").items() if name in found}
    assert "two.b.m" in found


@pytest.mark.parametrize("at", ["0.f.0", "0.f.3", "0.b.2", "0.u.0"])
def test_it_holds_from_the_next_phase_u_on(at: str) -> None:
    lab = plain(XOR)
    begun = lab.value("hidden.W")
    lab.do(f"goto {at}\nfreeze hidden.W\ngoto 2")
    assert np.array_equal(lab.value("hidden.W"), begun)


def test_within_phase_u_it_holds_from_the_next_one_on() -> None:
    lab = plain(XOR)
    begun = lab.value("hidden.W")
    lab.do("goto 0.u.1\nfreeze hidden.W\ngoto 1")
    first = lab.value("hidden.W")
    assert not np.array_equal(first, begun)
    lab.do("train 3")
    assert np.array_equal(lab.value("hidden.W"), first)
    lab.do("undo\ngoto 1\ntrain 3")
    assert not np.array_equal(lab.value("hidden.W"), first)


def test_a_pass_that_begins_again_leaves_it_frozen() -> None:
    lab = plain(XOR)
    begun = lab.value("hidden.W")
    lab.do("backward\nfreeze hidden.W\nset x[0] = 1\nforward\ntrain 2")
    assert np.array_equal(lab.value("hidden.W"), begun)


def test_statistics_of_a_frozen_layer_stay_unless_they_are_left_out() -> None:
    lab = plain(NORMED)
    begun = leaves(lab, "h.running")
    assert begun
    lab.do("freeze h\ntrain 3")
    assert leaves(lab, "h.running") == begun
    lab.do("thaw h\nfreeze h but running\ntrain 3")
    assert leaves(lab, "h.running") != begun


@pytest.mark.parametrize("optimizer", JOINT)
def test_a_part_of_what_is_moved_as_one_vector_is_not_frozen_alone(optimizer: str) -> None:
    lab = plain(model(optimizer))
    with pytest.raises(ActionError, match=r"moves all parameters as one vector, `hidden\.b` too: freeze all of them, or none"):
        lab.do("freeze hidden.W")
    begun = {name: bits for name, bits in leaves(lab, "").items() if name.endswith((".W", ".b"))}
    lab.do("freeze *\ntrain 3")
    assert len(begun) == 4
    assert begun.items() <= leaves(lab, "").items()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("freeze onw", "no parameter is called `onw`, and no layer with parameters; did you mean `one`?"),
        ("freeze x*", "no parameter is called `x*`, and no layer with parameters"),
        ("freeze p", "no parameter is called `p`, and no layer with parameters"),
        ("thaw one", "`one` is not frozen: `thaw` takes back what `freeze` did"),
        ("freeze", "which parameters?"),
        ("freeze one two", "unexpected `two`"),
        ("freeze one but not", "unexpected `not`"),
        ("freeze one but", "but what?"),
    ],
)
def test_what_cannot_be_frozen_or_thawed_is_said(line: str, said: str) -> None:
    with pytest.raises(ActionError) as error:
        plain(TURNS).do(line)
    assert str(error.value).splitlines()[0] == f"error: {said}"


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_what_is_frozen_stays_and_goes_on_gathering_its_gradient(backend: str) -> None:
    lab = build(model("adam", "accumulate=3"), backend=backend)
    lab.do("train 4\nfreeze hidden.W")
    before = leaves(lab, "hidden.W")
    assert len(before) == 4, before.keys()
    lab.do("train 7")
    after = leaves(lab, "hidden.W")
    assert {name for name in before if after[name] != before[name]} == {"hidden.W.acc"}
    assert lab.do("expect steps == 3").ok
    assert lab.do("expect adam.t == 3").ok


@pytest.mark.parametrize("pattern", ["hidden.W", "*"])
@pytest.mark.parametrize(("froze", "thawed"), [(a, b) for a in range(8) for b in range(a + 1, 9)])
def test_the_first_step_after_a_thaw_takes_the_mean_of_all_its_batches(pattern: str, froze: int, thawed: int) -> None:
    text = "x = randn(4, 3)\nhidden = dense(x, 2)\nloss = mean((hidden - 1) ** 2)\nminimize(loss, sgd(0.1), accumulate=4)\n"
    lab = build(text, backend="plain")
    gradients = []
    for update in range(12):
        if update in (froze, thawed):
            lab.do(f"{'freeze' if update == froze else 'thaw'} {pattern}")
        lab.do("forward\nbackward")
        gradients.append(lab.grad("hidden.W").copy())
        before = lab.value("hidden.W").copy()
        lab.do("update")
        if update % 4 == 3 and not froze <= update < thawed:
            moved = lab.value("hidden.W") - before
            assert np.allclose(moved, -0.1 * np.mean(gradients[-4:], axis=0), atol=1e-15, rtol=0)


def test_what_minimize_leaves_out_is_neither_frozen_nor_thawed() -> None:
    lab = plain(XOR.replace("adam(lr=0.1)", 'adam(lr=0.1), freeze="hidden"'))
    for word in ("freeze", "thaw"):
        with pytest.raises(ActionError, match=r"no `minimize` moves `hidden\.W`: it stays as it is, frozen or not"):
            lab.do(f"{word} hidden")


def test_no_steps_are_counted_while_all_that_an_objective_moves_is_frozen() -> None:
    lab = plain(XOR)
    lab.do("train 2\nfreeze *\ntrain 3\nthaw *\ngoto 5.u.2\nfreeze *\ngoto 8.f.0")
    assert lab.do("expect steps == 3").ok
    assert lab.do("expect adam.t == 3").ok
    assert lab.do('expect at("4", steps) == 2').ok
    lab.do("back 6 updates")
    assert lab.do("expect steps == 2").ok


def test_steps_of_what_still_moves_are_counted() -> None:
    lab = plain('a, b = param(2.0), param(3.0)\nminimize(a * a, sgd(0.1), over="a")\nminimize(b * b, adam(0.1), over="b")\n')
    lab.do("freeze b\ntrain 6")
    assert lab.do("expect steps == 3").ok
    assert lab.do("expect adam.t == 0").ok
