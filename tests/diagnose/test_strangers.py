"""What a whole diagnosis, tried fixes and all, says of networks that no rule was written for."""

from __future__ import annotations

import pytest

from gradlab.diagnose.diagnosis import Diagnosis
from gradlab.diagnose.doing import diagnosed
from gradlab.session import build
from tests.diagnose.strangers import STRANGERS

SICK = [name for name, case in STRANGERS.items() if case[1]]
WELL = [name for name in STRANGERS if name not in SICK]


def found_in(name: str) -> Diagnosis:
    updates, _, text = STRANGERS[name]
    found = diagnosed(build(text, backend="jit"), updates, 600.0)
    assert [why for _, why in found.skipped if "failed" in why] == []
    return found


@pytest.mark.parametrize("name", SICK)
def test_the_headline_is_the_cause(name: str) -> None:
    head = found_in(name).headline
    assert head is not None
    assert head.rule in STRANGERS[name][1].split(), head.text


@pytest.mark.parametrize("name", WELL)
def test_what_only_looks_sick_alarms_nobody(name: str) -> None:
    assert [(one.rule, one.text) for one in found_in(name).findings if one.level != "info"] == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("letters that are never learned", "train all parameters"),
        ("measured values of other rows", "leave `roll` out"),
        ("a mean over the samples, then a layer", "let `softmax` run along the last axis, within a sample"),
    ],
)
def test_the_fix_is_the_one_that_undoes_the_fault(name: str, change: str) -> None:
    head = found_in(name).headline
    assert head is not None and head.verified is not None
    assert head.verified.change == change
