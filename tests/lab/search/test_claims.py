"""A claim about every update holds if it holds in each; else the run stands at the first place that speaks against it."""

from __future__ import annotations

import pytest

from gradlab.errors import ActionError
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, NEURON, XOR, plain

LOST = "w = param(1.0)\nloss = log(w)\nminimize(loss, sgd(lr=1.0))\n"
"""The loss is 0, then minus infinity, then NaN."""


def said(lab: Lab, line: str) -> tuple[str, str]:
    (told,) = lab.do(line).lines
    return told.kind, told.text


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_claim_that_holds_trains_for_its_updates(backend: str) -> None:
    lab, other = build(BATCHES, backend=backend), build(BATCHES, backend=backend)
    line = "expect always loss < 2 for 30 updates"
    assert said(lab, line) == ("ok", f"{line}    to 30.f.0")
    other.do("train 30")
    assert lab.digest() == other.digest()
    line = "expect never h < 0 for 5 updates"
    assert said(lab, line) == ("ok", f"{line}    to 35.f.0")


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_one_that_does_not_stands_where_it_broke_with_the_numbers(backend: str) -> None:
    lab, walked = build(XOR, backend=backend), plain(XOR)
    while True:
        walked.do("forward")
        if not walked.value("loss") > 0.2:
            break
        walked.do("step update")
    line = "expect always loss > 0.2 for 100 updates"
    kind, text = said(lab, line)
    assert (kind, lab.position) == ("fail", walked.position)
    assert text.startswith(f"{line}    at {walked.position}: loss = 0.19")


def test_always_means_every_element_and_never_means_none() -> None:
    lab = plain(XOR)
    lab.do("train 30\nforward")
    assert lab.do("expect any(h > 0.9)").ok
    assert not lab.do("expect all(h > 0.9)").ok
    at = lab.position.update + 1
    for line, text in (
        ("expect always h > 0.9 for 3 updates", "it does not hold for "),
        ("expect never h > 0.9 for 3 updates", "h[")
    ):  # fmt: skip
        lab.do(f"goto {at}")
        kind, told = said(lab, line)
        assert kind == "fail"
        assert told.startswith(f"{line}    at {at}.f.2: {text}")
    lab.do(f"goto {at}")
    assert said(lab, "expect always h < 1 for 3 updates")[0] == "ok"
    assert said(lab, "expect never h > 1 for 3 updates")[0] == "ok"


def test_a_number_that_is_nan_holds_for_nothing() -> None:
    lab = plain(LOST)
    kind, text = said(lab, "expect never nan for 50 updates")
    assert (kind, "behind `" in text) == ("fail", True)
    lab = plain(LOST)
    assert said(lab, "expect always loss < 1 for 50 updates")[0] == "fail"
    lab = plain(LOST)
    assert said(lab, "expect never isnan(loss) for 50 updates")[0] == "fail"


def test_fresh_runs_of_other_seeds_make_the_updates_of_a_claim_too() -> None:
    lab, other = plain(XOR), plain(XOR)
    lab.do("expect always loss < 2 for 20 updates\nforward")
    other.do("train 20\nforward")
    line = "expect seeds(0..2, loss) ~= 9"
    assert lab.do(line).lines[0].text == other.do(line).lines[0].text


def test_a_search_that_never_holds_fails_unless_it_may_stop() -> None:
    lab = plain(XOR)
    assert not lab.do("run until loss < 0 for 5 updates").ok
    told = lab.do("run until loss < 0 for 5 updates else stop")
    assert told.ok
    assert told.lines[0].text.startswith("`loss < 0` did not hold from 5.f.0 to 10.f.0; it came closest at 9.f.5: loss = ")
    assert lab.do("run until loss < 0.29 for 5 updates else stop").lines[0].text.startswith("10.f.5  `loss < 0.29` holds: ")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (XOR, "expect always loss < 1", "for how many updates?"),
        (XOR, "expect never loss < 1 for", "for how many updates?"),
        (XOR, "expect never loss < 1 for 3 epochs", "for how many updates?"),
        (XOR, "expect always", "for how many updates?"),
        (XOR, "expect always for 3 updates", "an expression is missing here"),
        (XOR, "expect always nan for 3 updates", "`nan` is looked for behind every op: it goes with `never`"),
        (XOR, "expect never nope < 1 for 3 updates", "unknown name `nope`"),
        (XOR, "run until loss < 1 else go", "unexpected `go`"),
        (XOR, "run until loss < 1 else", "else what?"),
        (NEURON, "expect always f < 1 for 3 updates", "there are no updates: the model has no `minimize`"),
    ],
)
def test_what_is_no_claim_is_said(text: str, line: str, problem: str) -> None:
    with pytest.raises(ActionError) as error:
        plain(text).do(line)
    assert str(error.value).splitlines()[0] == f"error: {problem}"


def test_a_node_of_that_name_goes_before_the_word() -> None:
    lab = plain("always = param(3.0)\nupdates = always * 2\n")
    lab.do("forward")
    assert lab.do("expect always > 2").ok
    assert lab.do("expect updates == 6").ok
    assert [problem.message for problem in lab.warnings] == [
        "`updates` is a word of expressions, too: in them it means this node now"
    ]


def test_updates_is_the_number_of_the_update() -> None:
    lab = plain(XOR)
    for line, number in (("forward", 0), ("train 7", 7), ("goto 3.b.2", 3), ("run until updates == 11", 11)):
        lab.do(line)
        assert lab.do(f"expect updates == {number}").ok, line
