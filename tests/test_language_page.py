"""The page about the language: every model on it is read and every script on it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gradlab import pages
from gradlab.actions import words
from gradlab.scenario.script import read_text
from gradlab.session import Lab, build

FENCE = re.compile(r"^```(python model|lab)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def fences(kind: str) -> list[str]:
    return [text for found, text in FENCE.findall(pages.read("language")) if found == kind]


def scripts() -> Iterator[tuple[str, list[str]]]:
    """Yield each model with the scripts behind it."""
    model, behind = "", list[str]()
    for kind, text in FENCE.findall(pages.read("language")):
        if kind == "python model":
            if behind:
                yield model, behind
            model, behind = text, []
        else:
            behind.append(text)
    yield model, behind


@pytest.mark.parametrize("number", range(len(fences("python model"))))
def test_a_model_of_the_page_can_be_trained(number: int) -> None:
    lab = build(fences("python model")[number], backend="plain")
    lab.do("train 2")
    assert lab.position.update == 2


def test_the_scripts_of_the_page_run_and_what_they_claim_holds() -> None:
    for model, behind in scripts():
        lab: Lab = build(model, backend="plain")
        for text in behind:
            for statement in read_text(text):
                assert lab.do(statement.text).ok, statement.text


def test_every_action_of_the_table_is_there() -> None:
    table = [line for line in pages.read("language").splitlines() if line.startswith("| ")][2:]
    named = {found.split()[0] for line in table for found in re.findall(r"`([^`]+)`", line)}
    assert named - words().keys() == set()
