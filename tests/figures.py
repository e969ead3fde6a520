"""`python -m tests.figures NAME …`: what each claim of a lesson comes to, and how near it is to its limit, in lines of JSON."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from threadpoolctl import threadpool_info

from gradlab.actions import expect
from gradlab.commands._headless import check_file
from gradlab.scenario import shelf
from gradlab.scenario.assertions import Assertion, Tolerance
from gradlab.session import Lab

UNHURRIED = 3600.0
MANY = 64
"""Of more elements than that the extremes alone are kept."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim of a lesson as it came out. got: what it says.   line: where it stands, or what failed.

    distance: for `~=` how far each element is from what is claimed, in units of the tolerance; for a comparison how far its
    sides are apart; empty where nothing is measured.   bounded: whether it is the first.
    """

    line: int
    text: str
    got: str = ""
    distance: tuple[float, ...] = ()
    bounded: bool = False


@dataclass(slots=True)
class Page:
    """The figures of a lesson, and what failed in it. kernels: the kernels of products that were used."""

    name: str
    kernels: tuple[str, ...] = ()
    error: str = ""
    figures: list[Figure] = field(default_factory=list)
    failures: list[Figure] = field(default_factory=list)


def page_of(name: str) -> Page:
    """Return the figures of a lesson, or of the scenario in a file."""
    path, figures = shelf.find(name) or Path(name), list[Figure]()
    with _watched(figures):
        report = check_file(name, path, UNHURRIED)
    failures = [Figure(failure.line, failure.action, failure.text) for failure in report.failures]
    return Page(name, _kernels(), report.error, figures, failures)


def _kernels() -> tuple[str, ...]:
    """Return the names of the kernels of every BLAS that is loaded."""
    found = [one.get("architecture", "") for one in threadpool_info() if one.get("user_api") == "blas"]
    return tuple(dict.fromkeys(str(name) for name in found))


@contextmanager
def _watched(figures: list[Figure]) -> Iterator[None]:
    """Within it, all that is claimed is noted."""
    judge, excess = expect.judge, Tolerance.excess
    used: list[Any] = []

    def measured(tolerance: Tolerance, got: Any, wanted: Any) -> float:
        with np.errstate(all="ignore"):
            got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
            used[:] = [np.where(got == wanted, 0.0, (got - wanted) / tolerance.room(wanted))]
        return excess(tolerance, got, wanted)

    def noted(lab: Lab, claim: Assertion) -> expect.Judgement:
        used.clear()
        found = judge(lab, claim)
        line = int(lab.line_of_file.split()[1]) if lab.line_of_file else 0
        distance = _extremes(used[0]) if used else _sides(lab, claim)
        figures.append(Figure(line, lab.statement_text, found.text, distance, claim.right is not None))
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(expect, "judge", noted)
        patched.setattr(Tolerance, "excess", measured)
        yield


def _sides(lab: Lab, claim: Assertion) -> tuple[float, ...]:
    """Return how far the sides of a comparison are apart; nothing for what is none."""
    tree = claim.left.tree
    if claim.right is not None or not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return ()
    environment = lab.environment()
    left, right = (claim.left.part(side).evaluate(environment) for side in (tree.left, tree.comparators[0]))
    return _extremes(np.asarray(left, np.float64) - np.asarray(right, np.float64))


def _extremes(numbers: Any) -> tuple[float, ...]:
    numbers = np.asarray(numbers).reshape(-1)
    return tuple(float(x) for x in (numbers if numbers.size <= MANY else (numbers.min(), numbers.max())))


def read(line: str) -> Page:
    """Return a page from its line of JSON."""
    given = json.loads(line)
    figures, failures = (
        [Figure(**{**one, "distance": tuple(one["distance"])}) for one in given[key]] for key in ("figures", "failures")
    )
    return Page(given["name"], tuple(given["kernels"]), given["error"], figures, failures)


def main(names: Sequence[str]) -> None:
    """Print the figures of lessons, a line each."""
    for name in names:
        click.echo(json.dumps(asdict(page_of(name))))


if __name__ == "__main__":
    main(sys.argv[1:])
