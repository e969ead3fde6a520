"""A JUnit file of cases that each have one verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradlab.commands._output import plain


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, and why it failed or could not be looked at; both "" where all is well."""

    name: str
    failure: str = ""
    error: str = ""


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write a JUnit file. Raises OSError."""
    from xml.etree import ElementTree

    suite = ElementTree.Element("testsuite", name="gradlab", tests=str(len(cases)))
    suite.set("failures", str(sum(bool(case.failure) for case in cases)))
    suite.set("errors", str(sum(bool(case.error) for case in cases)))
    for case in cases:
        folder, _, name = plain(case.name).replace("\\", "/").rpartition("/")
        element = ElementTree.SubElement(suite, "testcase", classname=folder or "gradlab", name=name)
        for kind, text in (("failure", case.failure), ("error", case.error)):
            if text:
                ElementTree.SubElement(element, kind, message=plain(text.partition("\n")[0])).text = plain(text)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
