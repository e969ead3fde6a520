from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from gradlab.commands._report import BAD, FAILED, TIMEOUT, Failure, Report, write_junit


def test_a_junit_file_counts_what_its_cases_say(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    write_junit(report, [
        Report("a/fine.md", skipped=2, seconds=0.25),
        Report("a/slow.md", status=TIMEOUT, error="error: `a/slow.md` did not end within 3 s", seconds=3.0),
        Report("false.md", status=FAILED, failures=(Failure(9, "expect f < 1", "f is 2"),), skipped=1),
        Report("bad.md", status=BAD, error="error: no model"),
    ])  # fmt: skip
    suite = ElementTree.parse(report).getroot()[0]
    held = {kind: len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error", "skipped")}
    assert held == {"failure": 2, "error": 1, "skipped": 3}
    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["7", "2", "1", "3"]
    assert len(suite) == 7
    quizzes = [(case.get("classname"), case.get("name")) for case in suite if case.find("skipped") is not None]
    assert quizzes == [("a/fine.md", "quiz 1"), ("a/fine.md", "quiz 2"), ("false.md", "quiz 1")]
    (slow,) = (case for case in suite if case.get("name") == "slow.md")
    assert (slow.get("classname"), slow.get("time"), slow[0].tag) == ("a", "3.000", "failure")
    assert slow[0].get("message") == slow[0].text == "error: `a/slow.md` did not end within 3 s"
    assert suite.get("time") == "3.250"
