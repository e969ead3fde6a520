"""Break the program on purpose, one small change at a time, and see whether the tests notice.

A mutant is one random change of a file: a comparison turned, + for -, a constant off by one, `and` for `or`, a condition
negated, a statement left out, None returned. Text, annotations, assertions, f-strings and what guards against our own mistakes
(`raise`, `strict=`) are left alone. The files are copied into a temporary folder; there the tests are measured once, with the
statements that each runs, and then each mutant is tried with the tests that run its statement, the cheap ones first, until one
fails.

Every mutant that was tried is a line of the results, and is not tried again: a run can be shared over several calls. Delete the
file for a fresh start. `--again` measures the tests anew and tries those that survived once more.
"""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import accumulate
from pathlib import Path
from typing import Any

import click

from tests.long import _reach
from tests.long._mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("gradlab", "tests", "scenarios", "pyproject.toml", "README.md", "LICENSE")
CONCERNED = {
    "gradlab/axis": ("tests/axis", "tests/lab", "tests/diagnose", "tests/draw"),
    "gradlab/lab/why": ("tests/lab", "tests/draw", "tests/diagnose", "tests/test_session.py"),
    "gradlab/graph": ("tests/graph", "tests/axis", "tests/lab", "tests/train", "tests/optim"),
}
"""Where the tests stand that concern a folder."""
SLOWEST = 20.0
"""Seconds that a test may take, to be run for every mutant that it reaches."""


@dataclass(frozen=True, slots=True)
class _Tests:
    """seconds: by test.   reached: the tests that run a statement, by file and line; by file and 0 those that run any of it."""

    seconds: dict[str, float]
    reached: dict[tuple[str, int], set[str]]

    def of(self, mutant: Mutant, budget: float) -> dict[str, float]:
        """Return the tests that run a mutant's statement, with their seconds; the cheap ones, as far as the budget goes."""
        names = sorted(self.reached.get((mutant.path, mutant.statement), ()), key=lambda name: (self.seconds[name], name))
        total = accumulate(self.seconds[name] for name in names)
        return {name: self.seconds[name] for name, sum_ in zip(names, total, strict=True) if sum_ <= budget}


@click.command("mutations", help=__doc__)
@click.option("--number", default=300, show_default=True, help="How many mutants, counted with those of earlier calls.")
@click.option("--seed", default=0, show_default=True, help="Which ones: another seed, another choice.")
@click.option("--paths", multiple=True, type=click.Choice(list(CONCERNED)), help="Which folders; all if none is given.")
@click.option("--results", type=click.Path(path_type=Path), default=Path("mutations.jsonl"), show_default=True)
@click.option("--budget", default=120.0, show_default=True, help="Seconds of tests for one mutant, cheap ones first.")
@click.option("--again", is_flag=True, help="Measure the tests anew, and try those that survived once more.")
def COMMAND(number: int, seed: int, paths: tuple[str, ...], results: Path, budget: float, again: bool) -> None:
    paths = paths or tuple(CONCERNED)
    files = [str(f.relative_to(ROOT)) for path in paths for f in sorted((ROOT / path).rglob("*.py"))]
    chosen = [m for file in files for m in mutants(file, (ROOT / file).read_bytes())]
    chosen.sort(key=lambda m: hashlib.sha256(f"{seed} {_id(m)}".encode()).digest())  # an edit leaves the order of the others
    known = {line["id"]: line for line in _lines(results)}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("GRADLAB_CACHE", str(Path(folder) / "kernels"))
        tests = _measured(Path(folder), paths, files, results.with_suffix(".tests.json"), again)
        copy = _copied(Path(folder) / "mutated", files)
        for mutant in chosen[:number]:
            old = known.get(_id(mutant))
            if old is None or (again and old["verdict"] == "survived"):
                line = _tried(copy, mutant, tests.of(mutant, budget))
                known[line["id"]] = line
                with results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                click.echo(_told(line))
    _report([known[_id(mutant)] for mutant in chosen[:number]], len(chosen))


def _id(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.start}-{mutant.end}:{mutant.new}"


def _lines(results: Path) -> Iterator[dict[str, Any]]:
    if results.exists():
        yield from map(json.loads, results.read_text(encoding="utf-8").splitlines())


def _copied(place: Path, files: list[str]) -> Path:
    """Copy what the tests need, compiled; but not the files that will change, whose compiled form could outlive a change."""
    place.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    compileall.compile_dir(place / "gradlab", quiet=2)
    for file in files:
        for compiled in (place / file).parent.glob(f"__pycache__/{Path(file).stem}.*.pyc"):
            compiled.unlink()
    return place


def _measured(folder: Path, paths: tuple[str, ...], files: list[str], kept: Path, again: bool) -> _Tests:
    from tests.long._trial import Measuring, run

    if again or not kept.exists():
        copy = _copied(folder / "measured", files)
        _reach.instrument(copy, files)
        places = sorted({place for path in paths for place in CONCERNED[path]})
        log = folder / "measured.txt"
        code = run(copy, ["--maxfail=1000", *places], Measuring(kept.resolve()), log)
        click.echo(log.read_text(encoding="utf-8").strip().rpartition("\n")[2])
        if code not in (0, 1):
            raise click.ClickException(log.read_text(encoding="utf-8"))
        found = json.loads(kept.read_text(encoding="utf-8"))
        kept.write_text(json.dumps(_that_pass_in_any_order(_copied(folder / "unchanged", files), found)), encoding="utf-8")
    return _read(json.loads(kept.read_text(encoding="utf-8")))


def _that_pass_in_any_order(copy: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Return the tests that pass as they will be run for mutants; what fails without a change says nothing of one."""
    from tests.long._trial import Choosing, run

    seconds, log = _read(found).seconds, copy.with_suffix(".txt")
    files = sorted({name.partition("::")[0] for name in seconds})
    code = run(copy, ["--maxfail=1000", *files], Choosing(seconds), log)
    bad = _failed(log)
    if code and not bad:
        raise click.ClickException(log.read_text(encoding="utf-8"))
    for name in bad:
        click.echo(f"left out, for it fails without any change when the cheap tests come first: {name}")
    return {name: test for name, test in found.items() if name not in bad}


def _failed(log: Path) -> list[str]:
    """Return the tests that failed, by what pytest wrote."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [re.sub(r"^(FAILED|ERROR) | - .*$", "", line) for line in lines if line.startswith(("FAILED ", "ERROR "))]


def _read(tests: dict[str, Any]) -> _Tests:
    quick = {name: test for name, test in tests.items() if test["seconds"] <= SLOWEST}
    reached: dict[tuple[str, int], set[str]] = {}
    for name, test in quick.items():
        for path, line in test["reached"]:
            reached.setdefault((path, line), set()).add(name)
            reached.setdefault((path, 0), set()).add(name)
    return _Tests({name: test["seconds"] for name, test in quick.items()}, reached)


def _tried(copy: Path, mutant: Mutant, chosen: dict[str, float]) -> dict[str, Any]:
    """Return the line of a mutant: whether the tests noticed it, and which one did."""
    from tests.long._trial import Choosing, run

    source = (copy / mutant.path).read_bytes()
    log = copy.with_suffix(".txt")
    began, code = time.monotonic(), 0
    if chosen:
        (copy / mutant.path).write_bytes(mutant.applied(source))
        code = run(copy, sorted({name.partition("::")[0] for name in chosen}), Choosing(chosen), log)
        (copy / mutant.path).write_bytes(source)
    by = _failed(log) if chosen else []
    return {
        "id": _id(mutant), "file": mutant.path, "line": mutant.line, "verdict": "killed" if code else "survived",
        "by": by[0] if by else {-14: "time"}.get(code, "import"), "tests": len(chosen), "code": code,
        "seconds": round(time.monotonic() - began, 1), "diff": _diff(mutant, source),
    }  # fmt: skip


def _diff(mutant: Mutant, source: bytes) -> str:
    old, new = (text.decode().splitlines() for text in (source, mutant.applied(source)))
    return "\n".join(list(unified_diff(old, new, lineterm="", n=0))[3:])


def _told(line: dict[str, Any]) -> str:
    how = f" by {line['by']}" if line["verdict"] == "killed" else f" {line['tests']} tests\n{line['diff']}"
    return f"{line['verdict']:<9}{line['file']}:{line['line']}  {line['seconds']} s {how}"


def _report(lines: list[dict[str, Any]], count: int) -> None:
    survivors = [line for line in lines if line["verdict"] == "survived"]
    killed = len(lines) - len(survivors)
    click.echo(f"\n{len(lines)} of {count:,} mutants: {killed} killed ({killed / max(1, len(lines)):.1%}). Survivors:")
    for line in survivors:
        click.echo(f"\n{line['file']}:{line['line']}  ({line['tests']} tests run it)\n{line['diff']}")
