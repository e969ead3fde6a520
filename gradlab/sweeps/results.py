"""What came of the points of a sweep, and the file that keeps it: JSON Lines to which every result is appended as it comes.

    {"gradlab-sweep": 1, …}                                              the head: the question and the plan
    {"number": 7, "key": "…", "values": {"rate": "0.1"}, "seed": 2,
     "updates": 300, "measured": {"loss": 0.25}, "failed": "", "seconds": 0.02}

A number that JSON has no word for is one of the strings "nan", "inf", "-inf". A last line that was broken off is dropped; the
sweep goes on with the points that are missing. What failed by a limit says so, `"limit": ["timeout", 60.0]`; with a higher one
it is run again, and its later line counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from time import sleep
from typing import IO, Any

from gradlab.errors import ArgumentError, GradlabError, ScenarioError
from gradlab.sweeps.question import AskedSweep, Point, Result, SweepPlan, SweepQuestion
from gradlab.sweeps.values import read_axis

FORM = 1
SIGN = b'{"gradlab-sweep"'
LONGEST = 8 << 20
"""Characters of a line."""
TRIES, BRIEF = 3, 0.02
"""How often a file is tried to be locked, and seconds between: `is_written` has it for a moment."""
_ASKED = {
    "text": "the scenario", "data": "the data", "measures": "what is measured", "claims": "what is expected",
    "backend": "the backend", "dtype": "the dtype", "mode": "the mode", "version": "the version of gradlab",
    "over": "what it goes over", "seeds": "the seeds", "updates": "the updates", "random": "how many are drawn",
    "sweep_seed": "the seed of the drawing", "halving": "the halving",
}  # fmt: skip
"""What two sweeps can differ in, by the keys of the head."""
LIMITS = ("timeout", "memory")
"""What a point can fail by that is no property of it."""
Done = dict[tuple[int, int], Result]
"""Results by the number of the point and its updates."""


def head_of(sweep: AskedSweep) -> dict[str, Any]:
    """Return the head of a file."""
    asked = {key: value for key, value in asdict(sweep.question).items() if key != "ends"}
    return {"gradlab-sweep": FORM, **asked, **sweep.plan.record(), "points": sweep.plan.runs}


def sweep_of(head: Mapping[str, Any]) -> AskedSweep:
    """Return the sweep that a head tells of. Raises GradlabError for what is no head."""
    if head.get("gradlab-sweep") != FORM:
        raise GradlabError(f"error: a sweep of form {head.get('gradlab-sweep')!r:.20}: this gradlab reads form {FORM}")
    try:
        drawn = head["random"]
        axes = tuple(read_axis(f"{name}={text}", drawn=drawn is not None) for name, text in head["over"].items())
        plan = SweepPlan(
            axes, tuple(map(int, head["seeds"])), int(head["updates"]), drawn, int(head["sweep_seed"]), head["halving"]
        )
        texts = {key: str(head[key]) for key in ("name", "text", "folder", "backend", "dtype", "mode", "version")}
        numbers = {"timeout": float(head["timeout"]), "memory": int(head["memory"])}
        data, lists = {**head["data"]}, {key: tuple(map(str, head[key])) for key in ("measures", "claims")}
        return AskedSweep(SweepQuestion(data=data, **texts, **numbers, **lists), plan)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError, ScenarioError, ArgumentError):
        raise GradlabError("error: the head of the sweep cannot be read") from None


def line_of(sweep: AskedSweep, point: Point, result: Result) -> dict[str, Any]:
    """Return the line of a result."""
    question = sweep.question
    measured = dict(zip(question.measures, map(_written, result.measured), strict=True)) if result.measured else {}
    line = {
        "number": point.number, "key": question.key(point), "values": dict(point.values), "seed": point.seed,
        "updates": point.updates, "measured": measured, "failed": result.failed, "seconds": result.seconds,
    }  # fmt: skip
    return line if result.limit is None else line | {"limit": list(result.limit)}


def read_sweep(path: Path) -> tuple[AskedSweep, Done]:
    """Return the sweep of a file, and the results that it has so far. Raises GradlabError for what is no sweep."""
    with opened(path) as file:
        sweep = sweep_of(read_head(path, file))
        return sweep, {place: result for place, result, _ in read_results(path, file, sweep)}


def is_written(path: Path) -> bool:
    """Return whether a process writes results to a file now, as far as its lock tells; False on a system without locks."""
    if os.name == "nt":
        return False
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # it is gone, or the file system has no locks
        return False
    return False


class SweepFile:
    """The file of a sweep, open for its results. done: those that were in it, without those that are to be run again.

    again: how many these are: they failed by a limit that is higher now.

    Raises GradlabError for a file of another sweep, for one that is no sweep, and while another process writes to it.
    """

    def __init__(self, path: Path, sweep: AskedSweep) -> None:
        self.path, self.sweep = path, sweep
        self.done: Done = {}
        self.again = 0
        try:
            self._file: IO[bytes] = path.open("ab")
        except OSError as error:
            raise GradlabError(f"error: cannot write `{path}`: {error.strerror}") from None
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    def _begin(self) -> None:
        """Lock the file, read what is there, drop what was broken off, and write the head if there is none."""
        _lock(self._file, self.path)
        end = self._read() if self.path.stat().st_size else 0
        self._file.truncate(end)
        if not end:
            self._write([head_of(self.sweep)])

    def _read(self) -> int:
        """Read what is there, and return where its last whole line ends."""
        with opened(self.path) as file:
            try:
                head = read_head(self.path, file)
            except BrokenHead:
                return 0
            sweep_of(head)
            _compare(self.path, head, head_of(self.sweep))
            end = file.tell()
            for place, result, end in read_results(self.path, file, self.sweep):  # noqa: B007
                self.done[place] = result
            raised = [place for place, one in self.done.items() if one.limit and self.sweep.question.allows(one.limit)]
            self.again = len(raised)
            for place in raised:
                del self.done[place]
            return end

    def add(self, results: Iterable[tuple[Point, Result]]) -> None:
        """Append results that are not there yet."""
        fresh = []
        for point, result in results:
            if (point.number, point.updates) not in self.done:
                self.done[point.number, point.updates] = result
                fresh.append(line_of(self.sweep, point, result))
        self._write(fresh)

    def _write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        text = "".join(f"{json.dumps(line, ensure_ascii=False, allow_nan=False)}\n" for line in lines)
        self._file.write(text.encode())
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class BrokenHead(GradlabError):
    """A head that was broken off while it was written."""


def opened(path: Path) -> IO[bytes]:
    """Return a file to read. Raises GradlabError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise GradlabError(f"error: cannot read `{path}`: {error.strerror}") from None


def read_head(path: Path, file: IO[bytes]) -> dict[str, Any]:
    """Return the head of a file that stands at its beginning. Raises GradlabError, BrokenHead for one that was broken off."""
    line = file.readline(LONGEST)
    begun = line.startswith(SIGN) or SIGN.startswith(line)
    if begun and not line.endswith(b"\n") and len(line) < LONGEST:
        raise BrokenHead(f"error: `{path}` is a sweep whose head was broken off")
    found = _parsed(line)
    if found is None or "gradlab-sweep" not in found:
        raise GradlabError(f"error: `{path}` is no sweep")
    return found


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _compare(path: Path, there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """Raise GradlabError where a file holds another sweep, and say in what they differ."""
    here = json.loads(json.dumps(here))
    apart = [key for key in _ASKED if there.get(key) != here.get(key)]
    if not apart:
        return
    lines = [f"error: `{path}` holds another sweep, and is not added to"]
    lines += [f"  {_differs(key, there, here)}" for key in apart]
    raise GradlabError("\n".join(lines))


def _differs(key: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    if key == "text":
        return f"the scenario `{here['name']}` has changed since"
    if key == "data":
        names = sorted(name for name in {*there["data"], *here["data"]} if there["data"].get(name) != here["data"].get(name))
        return f"the data {', '.join(f'`{name}`' for name in names)} have changed since"
    return f"{_ASKED[key]}: there {_shown(there.get(key))}, here {_shown(here.get(key))}"


def _shown(value: Any) -> str:
    text = ", ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else json.dumps(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


def read_results(
    path: Path, file: IO[bytes], sweep: AskedSweep, number: int = 1
) -> Iterator[tuple[tuple[int, int], Result, int]]:
    """Yield the place of each result, the result, and where its line ends; a last line that was broken off is passed over.

    number: of the line that the file stands behind.   Raises GradlabError for a line that is no result.
    """
    while line := file.readline(LONGEST):
        number += 1
        if not line.endswith(b"\n") and len(line) < LONGEST:
            return
        found = _result(sweep, _parsed(line))
        if found is None:
            if not file.read(1):
                return
            raise GradlabError(f"error: `{path}`: line {number} is no result of this sweep")
        yield (found.number, found.updates), found, file.tell()


def _result(sweep: AskedSweep, line: Mapping[str, Any] | None) -> Result | None:
    """Return the result of a line; None for what is none of this sweep."""
    try:
        if line is None:
            return None
        number, updates = int(line["number"]), int(line["updates"])
        if not 0 <= number < sweep.plan.size or sweep.question.key(sweep.plan.point(number, updates)) != line["key"]:
            return None
        measured = tuple(float(line["measured"][text]) for text in sweep.question.measures) if line["measured"] else ()
        limit = line.get("limit")
        by = None if limit is None else (str(limit[0]), float(limit[1]))
        if by is not None and by[0] not in LIMITS:
            return None
        return Result(number, updates, measured, str(line["failed"]), float(line["seconds"]), limit=by)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _written(value: float) -> float | str:
    return value if isfinite(value) else str(value)


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep other processes from writing to a file. Raises GradlabError where one does already."""
    if os.name == "nt":
        return
    import fcntl

    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(BRIEF)
            continue
        except OSError:  # a file system without locks
            return
        return
    raise GradlabError(f"error: another sweep is writing to `{path}`")


__all__ = [
    "BrokenHead",
    "Done",
    "SweepFile",
    "head_of",
    "is_written",
    "line_of",
    "opened",
    "read_head",
    "read_results",
    "read_sweep",
    "sweep_of",
]
