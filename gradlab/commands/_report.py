"""What came out when a scenario was run headless, as lines of text, as a JSON entry and as a JUnit file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gradlab.commands._output import plain

OK, FAILED, TIMEOUT, BAD = "ok", "failed", "timeout", "bad"


@dataclass(frozen=True, slots=True)
class Failure:
    """A line of a script that did not hold: its number in the file (0 for none), its text, and what the laboratory said."""

    line: int
    action: str
    text: str


def _placed(failure: Failure) -> str:
    """Return what failed with the line that it stands in, which a claim says itself."""
    line = f"line {failure.line}"
    return failure.text if failure.text.startswith((f"{line} ", f"{line},")) else f"{line}  {failure.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """One scenario: what became of it and how many of its assertions held.

    status: ok, failed (an assertion), timeout, or bad (the file, or an action in it).   seconds: of wall-clock time.
    warnings: what the model hardly means, with its lines; they fail nothing.   findings: where a NaN or infinity came up, once
    each, with the line of the script that met it; alone they fail nothing.   lesson: how it is written, where that was asked.
    """

    name: str
    title: str = ""
    status: str = OK
    passed: int = 0
    failures: tuple[Failure, ...] = ()
    skipped: int = 0
    right: int = 0
    seconds: float = 0.0
    error: str = ""
    warnings: tuple[str, ...] = ()
    findings: tuple[Failure, ...] = ()
    lesson: tuple[Failure, ...] = ()

    @property
    def counts(self) -> str:
        """The numbers in words: `9 ok, 1 failed, 2 quizzes skipped`."""
        words = [f"{self.passed} ok"]
        if self.status == FAILED:
            words.append(f"{len(self.failures)} failed")
        return ", ".join([*words, *_quizzes(self.right, "right"), *_quizzes(self.skipped, "skipped")])

    def lines(self, width: int = 0) -> list[str]:
        """Return the report as text: a line, one for each warning, finding and failure; why a file is bad is on stderr."""
        mark = "ok" if self.status == OK else self.status.upper()
        head = f"{mark:<8}{self.name:<{width}}  {self.counts}  {self.seconds:.2f} s"
        warned = (f"        warning  {text}" for text in self.warnings)
        found = (f"        line {f.line}  finding: {f.text}" for f in self.findings)
        failed = (f"        {_placed(f)}" for f in self.failures)
        remarked = (f"        {f'line {f.line}  ' if f.line else ''}lesson: {f.text}" for f in self.lesson)
        return [head, *warned, *found, *failed, *remarked]

    def record(self) -> dict[str, Any]:
        """Return the report as an entry of the JSON document."""
        return asdict(self)


def total(reports: Sequence[Report], seconds: float) -> str:
    """Return the last line: how many scenarios, and what became of them."""
    states = {state: sum(report.status == state for report in reports) for state in (OK, FAILED, TIMEOUT, BAD)}
    shown = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    passed = sum(report.passed for report in reports)
    right, skipped = sum(report.right for report in reports), sum(report.skipped for report in reports)
    held = [f"{passed} assertion{'' if passed == 1 else 's'} held", *_quizzes(right, "right"), *_quizzes(skipped, "skipped")]
    return f"{len(reports)} scenario{'' if len(reports) == 1 else 's'}: {shown}; {', '.join(held)}; {seconds:.2f} s"


def longest(reports: Sequence[Report], count: int) -> list[str]:
    """Return a line with the sum of all times, and a line for each of the scenarios that took longest, those first."""
    slow = sorted(reports, key=lambda report: -report.seconds)[:count]
    return [
        f"{sum(report.seconds for report in reports):,.2f} s in all, each for itself; longest took",
        *(f"{report.seconds:>10.2f} s  {report.name}" for report in slow),
    ]


def _quizzes(count: int, what: str) -> list[str]:
    return [f"{count} {'quiz' if count == 1 else 'quizzes'} {what}"] if count else []


def write_junit(path: Path, reports: Sequence[Report]) -> None:
    """Write the reports as a JUnit file: a case for each scenario, and one, skipped, for each quiz that nobody answered.

    Readers count the cases by what stands in them, and want the numbers of the suite to be the same. Raises OSError.
    """
    from xml.etree import ElementTree

    skipped = sum(r.skipped for r in reports)
    suite = ElementTree.Element("testsuite", name="gradlab", tests=str(len(reports) + skipped), skipped=str(skipped))
    suite.set("failures", str(sum(r.status in (FAILED, TIMEOUT) for r in reports)))
    suite.set("errors", str(sum(r.status == BAD for r in reports)))
    suite.set("time", f"{sum(r.seconds for r in reports):.3f}")
    for report in reports:
        _add_case(suite, report)
        _add_quizzes(suite, report)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _add_case(suite: Any, report: Report) -> None:
    from xml.etree import ElementTree

    folder, _, name = _shown_path(report).rpartition("/")
    case = ElementTree.SubElement(suite, "testcase", classname=folder or "gradlab", name=name, time=f"{report.seconds:.3f}")
    if report.status == OK:
        return
    text = report.error or "\n".join(f"line {f.line}: {f.action}: {f.text}" for f in report.failures)
    kind = "error" if report.status == BAD else "failure"
    ElementTree.SubElement(case, kind, message=plain(text.partition("\n")[0])).text = plain(text)


def _add_quizzes(suite: Any, report: Report) -> None:
    from xml.etree import ElementTree

    for number in range(1, report.skipped + 1):
        case = ElementTree.SubElement(suite, "testcase", classname=_shown_path(report), name=f"quiz {number}", time="0.000")
        ElementTree.SubElement(case, "skipped", message="nobody answered")


def _shown_path(report: Report) -> str:
    return plain(report.name).replace("\\", "/")
