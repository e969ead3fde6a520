"""The lessons of the clinic are patients: the diagnosis names what the lesson is about, and its fix cures it."""

from __future__ import annotations

import pytest

from gradlab.diagnose.doing import diagnosed
from gradlab.diagnose.rules import RULES
from gradlab.scenario import shelf
from gradlab.session import load

PATIENTS = [name for name in shelf.names() if name.startswith("debugging/")]


def test_there_is_a_patient_of_each_family() -> None:
    said = {tag for name in PATIENTS for tag in load(name, backend="plain").scenario.document.head.tags}
    assert {RULES[tag].id[0] for tag in said if tag in RULES} == set("ABCDEF")


@pytest.mark.parametrize("name", PATIENTS)
def test_the_headline_of_a_patient_is_what_its_lesson_is_about(name: str) -> None:
    lab = load(name)
    found = diagnosed(lab, 200)
    assert found.headline is not None
    assert found.headline.name in lab.scenario.document.head.tags
    assert found.headline.name not in lab.title
    assert found.headline.verified is not None
    assert found.headline.verified.helps
