"""Where the answer to an open question stands, to three digits, among all that the panels show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np
import pytest

from gradlab.lab.teach.question import OpenQuestion
from gradlab.session import Lab, load
from gradlab.tui.moment import Said
from tests.tui.panel_texts import Panels, box_texts

NUMBER = re.compile(r"(?<![\w.])([-+]?)(\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)")
MOST_NODES, MOST_NUMBERS = 8, 20
Leak = tuple[str, str]
"""A panel and the line in which it shows the answer."""


def leaks_of(name: str, patched: pytest.MonkeyPatch) -> Iterator[tuple[str, list[Leak]]]:
    """Follow a lesson, and yield each of its questions for numbers that are not whole with where its answer stands."""
    lab, panels = load(name), Panels(patched)
    said: list[Said] = []
    for _ in lab.script:
        line = lab.script[lab.cursor_line].text
        said.append(Said(line, lab.next_line(), at=str(lab.position), scripted=True))
        if lab.question is not None and (answers := answers_to(lab, lab.question)):
            yield lab.question.asked.text, leaks(lab, panels, answers, said)
            said = []
        lab.skip_question()


def answers_to(lab: Lab, question: OpenQuestion) -> list[float]:
    """Return the numbers that a question asks for, but for whole ones."""
    if question.asked.expression is None:
        return []
    truth, _ = lab.truth_of(question)
    numbers = [] if truth is None else np.asarray(truth.value, np.float64).reshape(-1)[:MOST_NUMBERS].tolist()
    return [number for number in numbers if isfinite(number) and not number.is_integer()]


def leaks(lab: Lab, panels: Panels, answers: Sequence[float], said: Sequence[Said]) -> list[Leak]:
    """Return where the answers stand, with the asked node chosen, then what it reads and what reads it."""
    found: list[Leak] = []
    news = tuple(said)
    for focus in _looked_at(lab):
        for panel, text in panels.texts(lab, focus, 0, news):
            found += [(panel, line) for line in shows(text, answers)]
        news = ()
    for panel, text in box_texts(lab):
        found += [(panel, line) for line in shows(text, answers)]
    return list(dict.fromkeys(found))


def _looked_at(lab: Lab) -> list[int]:
    asked = [place.node for place in lab.snapshot().hidden][:1]
    asked = asked or [max(node.index for node in lab.nodes if node.phase == "f")]
    inputs = [index for node in asked for index in lab.nodes[node].inputs]
    readers = [node.index for node in lab.nodes if set(node.inputs) & set(asked)]
    return list(dict.fromkeys((*asked, *inputs, *readers)))[:MOST_NODES]


def shows(text: str, answers: Sequence[float]) -> list[str]:
    """Return the lines with a number in which one of the answers can be read: its three digits, or all of a shorter one."""
    return [
        line.strip()
        for line in text.splitlines()
        if any(_tells(sign, digits, answers) for sign, digits in NUMBER.findall(line))
    ]


def _tells(sign: str, digits: str, answers: Sequence[float]) -> bool:
    plain = digits.replace(",", "")
    value = float(sign + plain)
    if len(plain.partition("e")[0].replace(".", "").lstrip("0")) < 3:
        return value in answers
    value *= 1 + 1e-9  # 0.04475 reads 0.0448
    return any(f"{value:.2e}" == f"{answer:.2e}" for answer in answers)
