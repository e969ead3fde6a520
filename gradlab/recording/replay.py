"""Doing a recording again and comparing every line: the same bits, or where and by how much they are others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.errors import GradlabError
from gradlab.lab.diary import Happened
from gradlab.lab.numbers import element_name
from gradlab.op import Array
from gradlab.recording import surroundings
from gradlab.recording.fingerprint import WrittenPlace, fingerprint, group, sampled, written
from gradlab.recording.form import Fingerprint, RecordedLine, RecordingHeader
from gradlab.recording.player import PlayedLine, Player, ReplayOptions, reads_differently
from gradlab.recording.reader import Progress, Recording
from gradlab.scenario import shelf


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """The first line that is not as it was recorded.

    number: of the line in the file.   text: what was done.   at: where the run stands, as it was recorded.   why: in words.
    node: with its element, or several that it is one of.   recorded, here: its number then and now; None where it is not kept.
    differing, total: numbers that are others, of so many.   largest: by how much.   exact: whether these are all numbers that
    the line is about, and not the few that it keeps.
    """

    number: int
    text: str
    at: Position | None
    why: str = ""
    node: str = ""
    recorded: float | None = None
    here: float | None = None
    differing: int = 0
    total: int = 0
    largest: float = 0.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ReplayVerdict:
    """What came of a recording that was done again.

    same: lines that are as they were recorded.   difference: the first that is not.   notes: about the file.
    elsewhere: what the run was made with and is not so here, a line each.
    """

    same: int
    difference: Discrepancy | None
    notes: tuple[str, ...]
    elsewhere: tuple[str, ...]
    tolerance: float | None = None

    def lines(self) -> list[str]:
        """Return it as text."""
        notes = [f"note: {note}" for note in self.notes]
        if self.difference is None:
            how = "same bits" if self.tolerance is None else f"within {self.tolerance:g}"
            return [*notes, f"{self.same:,} of {self.same:,} lines, {how}"]
        before = f"{self.same:,} line{' before it is' if self.same == 1 else 's before it are'} as recorded"
        return [*notes, *told(self.difference), *(f"    {one}" for one in self.elsewhere), f"    {before}"]


def told(found: Discrepancy) -> list[str]:
    """Return a difference as text."""
    where = "" if found.at is None else f" at {found.at}"
    rows = [f"line {found.number}, `{found.text}`{where}, is not as recorded{': ' if found.why else ''}{found.why}"]
    if found.node:
        numbers = "" if found.recorded is None else f"  recorded {found.recorded!r}, here {found.here!r}"
        rows.append(f"    {found.node}{numbers}")
    if found.differing:
        of = f"{found.total:,} numbers" if found.exact else f"the {found.total:,} numbers that the line keeps"
        rows.append(f"    {found.differing:,} of {of} differ, by up to {found.largest:.3g}")
    return rows


def replay(
    recording: Recording, given: ReplayOptions | None = None, tolerance: float | None = None, progress: Progress | None = None,
    player: Player | None = None,
) -> ReplayVerdict:  # fmt: skip
    """Return what comes of doing a recording again: compared bit by bit, or within a tolerance. Raises GradlabError."""
    playing = player or Player(recording, given)
    same, found = 0, None
    for step in playing.steps(progress):
        found = difference(playing, step, tolerance)
        if found is not None:
            break
        same += step.line.prints is not None or (bool(step.line.full) and tolerance is None)
    if found is not None and playing.given.backend:
        found = _exact(playing, found) or found
    notes = tuple(recording.notes)
    return ReplayVerdict(same, found, notes, tuple(_elsewhere(playing, recording.header)) if found else (), tolerance)


def difference(playing: Player, step: PlayedLine, tolerance: float | None = None) -> Discrepancy | None:
    """Return what is not as it was recorded in a line, if anything is."""
    line, run = step.line, playing.lab.run
    found = Discrepancy(line.number, line.text or line.kind, line.at)
    if step.problem:
        return replace(found, why=step.problem)
    if line.kind not in ("backend", "text", "view", "page") and line.at is not None and line.at != run.at:
        return replace(found, why=f"here it is at {run.at}")
    if line.full and tolerance is None and line.full != playing.lab.digest():
        return replace(found, why="the hash of everything is another one")
    if line.prints is None or step.happened is None:
        return None
    now = fingerprint(run, step.happened)
    if tolerance is None:
        return None if now.digest == line.prints.digest else _told_apart(run, step.happened, found, line.prints, now)
    off = [abs(a - b) for a, b in _pairs(line.prints, now) if not _alike(a, b)]
    return None if not any(not gap <= tolerance for gap in off) else _told_apart(run, step.happened, found, line.prints, now)


def _alike(a: float, b: float) -> bool:
    return a == b or (isnan(a) and isnan(b))


def _pairs(then: Fingerprint, now: Fingerprint) -> Iterator[tuple[float, float]]:
    if then.root is not None and now.root is not None:
        yield then.root, now.root
    yield from zip(then.some, now.some, strict=False)


def _told_apart(run: Run, happened: Happened, found: Discrepancy, then: Fingerprint, now: Fingerprint) -> Discrepancy:
    """Say where two runs part, as far as the few numbers that a line keeps tell that."""
    all_written = written(run, happened.start, edited=happened.edited)
    places = list(all_written)
    pairs = list(_pairs(then, now))
    gaps = [abs(a - b) for a, b in pairs if not _alike(a, b)]
    largest = max(gaps, default=0.0)
    found = replace(found, differing=len(gaps), total=len(pairs), largest=largest)
    parted = [number for number, (a, b) in enumerate(zip(_bytes(then), _bytes(now), strict=False)) if a != b]
    first = group(places, parted[0]) if parted else ()
    kept = sampled(all_written.sizes(run))
    for (index, flat), a, b in zip(kept, then.some, now.some, strict=False):
        if not _alike(a, b) and (not first or places[index] in first):
            return replace(found, node=_element_name(run, places[index], flat), recorded=a, here=b)
    if then.root is not None and now.root is not None and not _alike(then.root, now.root) and not first:
        root = run.root_of(run.at.update)
        return replace(found, node="" if root is None else run.graph.nodes[root].name, recorded=then.root, here=now.root)
    names = [place.name(run) for place in first]
    few = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    why = "" if names else "what is stale, the seed, the mode or the root is another one, or the line was changed"
    return replace(found, node=f"{'one of ' if len(names) > 1 else ''}{few}" if names else "", why=why)


def _bytes(prints: Fingerprint) -> list[str]:
    return [prints.sums[place : place + 2] for place in range(0, len(prints.sums), 2)]


def _element_name(run: Run, place: WrittenPlace, flat: int) -> str:
    node = run.graph.nodes[place.node]
    name = element_name(node.name, node.shape, flat)
    return name if place.what == "value" else f"grad({name})"


def _exact(playing: Player, found: Discrepancy) -> Discrepancy | None:
    """Return a difference number by number: against the recorded machine, which gives the recorded bits again, if it does."""
    try:
        other = Player(playing.recording, replace(playing.given, backend=""))
        happened = None
        for step in other.steps():
            if step.line.number == found.number:
                happened = _as_recorded(other.lab.run, step)
                break
    except GradlabError:
        return None
    if happened is None:
        return None
    places = list(written(other.lab.run, happened.start, edited=happened.edited))
    return _number_by_number(other.lab.run, playing.lab.run, places, found)


def _as_recorded(run: Run, step: PlayedLine) -> Happened | None:
    then, happened = step.line.prints, step.happened
    same = then is not None and happened is not None and fingerprint(run, happened).digest == then.digest
    return happened if same else None


def _number_by_number(then: Run, now: Run, places: list[WrittenPlace], found: Discrepancy) -> Discrepancy | None:
    first, differing, total, largest = None, 0, 0, 0.0
    for place in places:
        a, b = place.array(then).reshape(-1), place.array(now).reshape(-1)
        apart = np.flatnonzero(~np.isclose(a, b, rtol=0.0, atol=0.0, equal_nan=True))
        total, differing = total + a.size, differing + len(apart)
        if len(apart):
            largest = max(largest, _gap(a[apart], b[apart]))
            first = first or (place, int(apart[0]), float(a[apart[0]]), float(b[apart[0]]))
    if first is None:
        return None
    place, flat, there, here = first
    name = _element_name(then, place, flat)
    return replace(
        found, node=name, recorded=there, here=here, differing=differing, total=total, largest=largest, exact=True
    )  # fmt: skip


def _gap(a: Array, b: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.max(np.abs(np.asarray(a, np.float64) - np.asarray(b, np.float64))))


def _elsewhere(playing: Player, header: RecordingHeader) -> Iterator[str]:
    """Yield what is here otherwise than it was recorded."""
    now = {**surroundings.here(), "dtype": playing.lab.tape.dtype.name, "backend": playing.lab.run.machine.backend}
    names = {"version": "gradlab", "blas": "BLAS", "cpu": "CPU", "plugins": "plug-ins"}
    made = {**{key: getattr(header, key) for key in now}, "backend": _last_backend(playing, header)}
    for key, there in made.items():
        if there != now[key]:
            then, today = (", ".join(v) if isinstance(v, tuple) else str(v) for v in (there, now[key]))
            yield f"{names.get(key, key)}: recorded with {then or 'none'}, here {today or 'none'}"
    shipped = shelf.find(header.scenario) if header.scenario else None
    if shipped is not None and reads_differently(header, shipped):
        yield f"text: `{header.scenario}` reads differently today; the recorded text was run"


def _last_backend(playing: Player, header: RecordingHeader) -> str:
    """Return the machine that the recording was on where the laboratory now stands."""
    reached = max(playing.lab.lines, default=1)
    found = header.backend
    for line in _until(playing.recording, reached):
        found = line.text if line.kind == "backend" else found
    return found


def _until(recording: Recording, number: int) -> Iterator[RecordedLine]:
    for line in Recording(recording.path, recording.header).lines():
        if line.number > number:
            return
        yield line


__all__ = ["Discrepancy", "ReplayVerdict", "difference", "replay", "told"]
