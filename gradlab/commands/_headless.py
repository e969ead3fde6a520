"""A scenario run from its first line to its last without a screen."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import gradlab
from gradlab.commands._answers import Answers
from gradlab.commands._limit import TimeLimitReached, time_limit
from gradlab.commands._lost import LostTraining
from gradlab.commands._moved import MovedAnswers
from gradlab.commands._recorded import head_of, replayed, report_of
from gradlab.commands._report import BAD, FAILED, OK, TIMEOUT, Failure, Report
from gradlab.errors import GradlabError, ScenarioError
from gradlab.lab.numbers import shown
from gradlab.lab.outcome import Outcome, joined
from gradlab.lab.teach.question import OpenQuestion
from gradlab.lab.teach.quiz import is_close
from gradlab.lab.teach.truth import FirstTruth
from gradlab.lint import LessonPage, MovedAnswer, remarks
from gradlab.outputs import Outputs
from gradlab.recording.kind import kind_of
from gradlab.scenario import shelf
from gradlab.scenario.courses import head_problems
from gradlab.scenario.head import Head
from gradlab.scenario.links import link_problems
from gradlab.scenario.markdown import Document, read_file
from gradlab.scenario.script import Statement, statements
from gradlab.session import Lab


@dataclass(slots=True)
class _Tally:
    """What has been counted so far; a time that is over leaves it as it is. running: the statement that was begun last."""

    passed: int = 0
    skipped: int = 0
    right: int = 0
    failures: tuple[Failure, ...] = ()
    findings: tuple[Failure, ...] = ()
    running: Statement | None = None
    warnings: tuple[str, ...] = ()
    answers: dict[int, float] = field(default_factory=dict)
    moved: dict[int, MovedAnswer] = field(default_factory=dict)


def check_file(
    name: str, path: Path, timeout: float | None = None, answers: Path | None = None, memory: int | None = None,
    budget: int | None = None, out: Path | None = None, *, lesson: bool = False,
) -> Report:  # fmt: skip
    """Run the script of a scenario file to its end and report. Never raises what the file is to blame for.

    timeout: seconds for reading and running together; None leaves it to the file.   answers: a file, see `_answers`.
    memory, budget: see `gradlab.load`.   out: the folder that its script writes to.   lesson: whether to look at how it is
    written, too.
    """
    kind = kind_of(path)
    if kind == "recording":
        return _replayed(name, path, timeout, memory, budget)
    gc.collect()  # arrays of the file before, which count for little in what starts a collection
    document, _problems = read_file(path)
    head = document.head if document else Head()
    report = Report(name, head.title)
    tally, error, began = _Tally(), "", time.perf_counter()
    seconds = timeout or head.timeout
    try:
        with time_limit(seconds):
            _raise_for_pages(path, document)
            lab = gradlab.load(path, memory=memory, budget=budget)
            lab.outputs = Outputs(out)
            tally.warnings = tuple(problem.brief for problem in lab.warnings)
            _run(lab, tally, None if answers is None else Answers(answers, lab.questions()))
            if kind == "snapshot":
                _as_kept(path, tally, memory, budget)
        status = FAILED if tally.failures else OK
    except TimeLimitReached:
        where = "it was being read" if tally.running is None else f"{path}:{tally.running.line} was running"
        text = "" if tally.running is None else f": {tally.running.text}"
        status, error = TIMEOUT, f"error: `{name}` did not end within {seconds:g} s; {where}{text}"
    except GradlabError as bad:
        status, error = BAD, str(bad)
    return replace(
        report, status=status, error=error, passed=tally.passed, failures=tally.failures, skipped=tally.skipped,
        right=tally.right, warnings=tally.warnings, findings=tally.findings,
        lesson=_remarks(document, tally) if lesson and document is not None else (),
        seconds=round(time.perf_counter() - began, 6),
    )  # fmt: skip


def _replayed(name: str, path: Path, timeout: float | None, memory: int | None, budget: int | None) -> Report:
    """Do a recording again, and report the first line that is not as it was recorded. It has as long as its scenario."""
    began, seconds = time.perf_counter(), timeout or Head().timeout
    try:
        seconds = timeout or head_of(path).timeout
        with time_limit(seconds):
            header, verdict = replayed(path, memory=memory, budget=budget)
            return report_of(name, header, verdict, time.perf_counter() - began)
    except TimeLimitReached:
        status, error = TIMEOUT, f"error: `{name}` did not end within {seconds:g} s"
    except GradlabError as bad:
        status, error = BAD, str(bad)
    return Report(name, status=status, error=error, seconds=round(time.perf_counter() - began, 6))


def _as_kept(path: Path, tally: _Tally, memory: int | None, budget: int | None) -> None:
    """Do again what was recorded when a snapshot was written: on the machine that wrote it every bit has to be the same."""
    header, verdict = replayed(path, memory=memory, budget=budget)
    tally.passed += verdict.same
    told = report_of("", header, verdict, 0.0).failures
    if verdict.elsewhere:
        tally.warnings += (f"other bits than were kept, and it was written elsewhere: {'; '.join(verdict.elsewhere)}",)
    else:
        tally.failures += told


def _remarks(document: Document, tally: _Tally) -> tuple[Failure, ...]:
    """Return what is to be looked at again in how a lesson is written."""
    page = LessonPage(document, statements(document), tally.answers, tally.moved)
    lines = {statement.line: statement.text for statement in page.script}
    return tuple(Failure(one.line, lines.get(one.line, ""), one.text) for one in remarks(page))


def _raise_for_pages(path: Path, document: Document | None) -> None:
    """Raise ScenarioError for what is wrong with the lessons that this one needs, and with its translations."""
    problems = [] if document is None else [*head_problems(path, document), *link_problems(document)]
    for translation in shelf.translations(path).values():
        problems += read_file(translation)[1]
    if problems:
        raise ScenarioError(problems)


def _run(lab: Lab, tally: _Tally, answers: Answers | None) -> None:
    """Run all statements; one that fails does not keep the next from running. A wrong answer is a failure."""
    lab.tries = 1
    asked: list[tuple[Statement, OpenQuestion, FirstTruth]] = []
    lost, moved = LostTraining(), MovedAnswers(lab)
    tally.moved = moved.found
    for place, statement in enumerate(lab.script):
        tally.running = statement
        outcome = lab.next_line()
        question = lab.question if lab.question is not None and lab.question.number == place else None
        if question is not None and question.reach is not None:
            asked.append((statement, question, question.reach))
        following = next((one.word for one in lab.script[place + 1 :] if one.word != "mistake"), "")
        answer = None if answers is None or question is None else answers.take(question.asked)
        if answer is not None:
            outcome = lab.answer(answer)
        elif following != "answer":
            outcome = joined([outcome, lab.skip_question()])
        _count(tally, statement, outcome)
        moved.after(statement, question)
        tally.failures += lost.after(lab, statement, outcome)
        asked = [one for one in asked if not _reached(tally, *one)]
    tally.failures += lost.left()
    for statement, _, reach in asked:
        why = f"its answer is never reached by the script: {reach.why}"
        tally.failures += (Failure(statement.line, statement.text, why),)


def _count(tally: _Tally, statement: Statement, outcome: Outcome) -> None:
    tally.right += sum(line.kind == "right" for line in outcome.lines)
    said = [line for line in outcome.lines if line.kind in ("fail", "wrong")]
    known = {finding.text for finding in tally.findings}
    fresh = dict.fromkeys(line.text for line in outcome.lines if line.kind == "finding" and line.text not in known)
    tally.findings += tuple(Failure(statement.line, statement.text, text) for text in fresh)
    tally.passed += sum(line.kind == "ok" for line in outcome.lines)
    tally.skipped += statement.word == "quiz" and any(line.kind == "skip" for line in outcome.lines)
    tally.failures += tuple(Failure(statement.line, statement.text, line.text) for line in said)
    if not outcome.ok and not said:
        text = "; ".join(line.text for line in outcome.lines)
        tally.failures += (Failure(statement.line, statement.text, text),)


def _reached(tally: _Tally, statement: Statement, question: OpenQuestion, reach: FirstTruth) -> bool:
    """Whether the script has come to where the number that it asked for is final: then that is what answers are graded with."""
    reach.look()
    reached, graded = reach.truth, question.truth
    if reached is None:
        return False
    if np.ndim(reached.value) == 0:
        tally.answers[statement.line] = float(reached.value)
    if graded is None or not is_close(graded.value, reached.value):
        other = "nothing" if graded is None else shown(graded.value)
        text = f"answers are graded with {other}, the script reaches {shown(reached.value)} at {reached.position}"
        tally.failures += (Failure(statement.line, statement.text, text),)
    return True
