"""A recording as a scenario: what was done by hand becomes a script that expects the numbers that were there."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from pathlib import Path

from gradlab.actions import words
from gradlab.axis.position import State
from gradlab.exporters._exporter import Exporter
from gradlab.recording.fingerprint import root_number
from gradlab.recording.form import RecordingHeader
from gradlab.recording.performance import Performance
from gradlab.recording.player import KEPT, PlayedLine
from gradlab.scenario.script import read_text
from gradlab.session import Lab


def _write(performance: Performance, out: Path) -> None:
    out.write_text(scenario_text(performance), encoding="utf-8", newline="\n")


def scenario_text(performance: Performance) -> str:
    """Return the scenario of a recording without its own script, and behind it what was done as one. Does all of it."""
    lab = performance.lab
    script = "\n".join([*_beginning(performance), *_lines(performance)])
    fence = _longer_than("`", script)
    return f"{_text_without_script(lab, performance.header)}\n{fence}lab\n{script}\n{fence}\n"


def _text_without_script(lab: Lab, header: RecordingHeader) -> str:
    document = lab.opened.document
    if header.model:
        fence = _longer_than("`", header.text)
        return f"{fence}python model\n{header.text.rstrip()}\n{fence}\n"
    text, done, kept = document.source.text, 0, ""
    for block in document.blocks:
        if block.kind == "lab":
            kept, done = kept + text[done : block.span.start], block.span.stop
    return (kept + text[done:]).rstrip() + "\n"


def _beginning(performance: Performance) -> Iterator[str]:
    """Yield the lines that make of the scenario what the recording began with."""
    header = performance.header
    if header.seed != performance.lab.opened.document.head.seed:
        yield f"seed {header.seed}"
    if header.layers != 1:
        yield f"layers {header.layers}"


def _lines(performance: Performance) -> Iterator[str]:
    """Yield the deeds, and behind each that has changed the number that is derived what it is then."""
    known = ""
    for step in performance.steps():
        if step.line.kind == "view" and step.line.text.partition(" ")[0] in KEPT:
            yield step.line.text
        if step.line.kind != "do":
            continue
        yield _deed(step)
        claim = _claim(performance.lab)
        if claim and claim != known:
            yield claim
            known = claim


def _deed(step: PlayedLine) -> str:
    """Return a deed as a line of a script; what cannot be one, or fails, is a remark."""
    line = step.line
    statements = read_text(line.text)
    action = words().get(statements[0].word) if statements else None
    if line.stopped:
        return (
            f"goto {line.at}  # `{line.text}` was stopped there" if not line.deeds else f"# stopped at {line.at}: {line.text}"
        )
    if line.error or action is None or not step.outcome.ok:
        return f"# it failed: {line.text}"
    asks = action.part == "question" or action.fits is not None or action.name == "reveal"
    return f"# {line.text}" if asks else line.text


def _claim(lab: Lab) -> str:
    """Return what is to be expected of the number that is derived; "" where there is none."""
    run = lab.run
    root, number = run.root_of(run.at.update), root_number(run)
    if root is None or number is None or run.value_state(root) not in (State.DONE, State.PAST) or isnan(number):
        return ""
    return f"expect {run.graph.nodes[root].name} ~= {number!r}"


def _longer_than(mark: str, text: str) -> str:
    """Return a fence that does not stand in a text."""
    fence = mark * 3
    while fence in text:
        fence += mark
    return fence


EXPORTER = Exporter(
    "scenario", "a recording as a scenario, whose script does the same and expects the same numbers", _write,
    page="Behind each deed stands an `expect` for the number that is derived. Questions and their answers become remarks.",
)  # fmt: skip
