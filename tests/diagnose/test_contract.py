"""The rules of data, loss, output, update and newer practice on networks that are not their own twins."""

from __future__ import annotations

from functools import cache

import pytest

from gradlab.diagnose.diagnosis import Diagnosis, diagnose
from gradlab.diagnose.examination import examine
from gradlab.session import build
from tests.diagnose.contract_broken import BROKEN
from tests.diagnose.contract_healthy import HEALTHY
from tests.diagnose.contract_more import MORE
from tests.diagnose.contract_programs import PROGRAMS

FAMILIES = ("A", "B", "F")
SICK = BROKEN | {name: case for name, case in (MORE | PROGRAMS).items() if case[1]}
WELL = HEALTHY | {name: case for name, case in (MORE | PROGRAMS).items() if not case[1]}


@cache
def diagnosed(text: str, updates: int) -> Diagnosis:
    found = diagnose(examine(build(text, backend="jit"), updates), fix=False)
    assert [why for _, why in found.skipped if "failed" in why] == []
    return found


@pytest.mark.parametrize("name", SICK)
def test_the_cause_of_a_broken_network_is_found(name: str) -> None:
    updates, causes, text = SICK[name]
    found = [one for one in diagnosed(text, updates).findings if one.rule[0] in FAMILIES]
    assert found and found[0].rule in causes.split(), [(one.rule, one.level, one.text) for one in found]
    assert found[0].fixes


@pytest.mark.parametrize("name", WELL)
def test_a_healthy_network_that_looks_sick_alarms_nobody(name: str) -> None:
    updates, _, text = WELL[name]
    alarms = [one for one in diagnosed(text, updates).findings if one.level != "info" and one.rule[0] in FAMILIES]
    assert [(one.rule, one.text) for one in alarms] == []
