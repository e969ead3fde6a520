"""Doing a recording again: its scenario, on the machine that it was made on, and then line after line."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradlab.actions._statement import check_script
from gradlab.errors import ActionError, ArgumentError, GradlabError
from gradlab.graph.machines import AUTO
from gradlab.lab.core import Stopped
from gradlab.lab.diary import Happened
from gradlab.lab.outcome import Outcome
from gradlab.op import Array
from gradlab.recording.form import DEEDS, RecordedLine, RecordingHeader, bundle_of
from gradlab.recording.kind import kind_of
from gradlab.recording.reader import Progress, Recording
from gradlab.recording.surroundings import array_hash, file_hash
from gradlab.scenario import shelf
from gradlab.scenario.bounds import MAX_FILE, MAX_MEMORY
from gradlab.scenario.markdown import read_file, read_model
from gradlab.scenario.model import Overrides, Scenario, build, changed, draft_text
from gradlab.scenario.reading.packed import Packed, unpacked
from gradlab.scenario.reading.place import open_path
from gradlab.session import Lab

NOTHING = Outcome()
KEPT = ("plot",)
"""Views that the laboratory itself keeps: they are done in their order, and may have numbers recorded."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What a person gives to have a recording done again.

    folder: where its data are looked for, instead of beside it.   backend: instead of the recorded one.   arrays: for inputs.
    memory, budget: see `gradlab.load`.
    """

    folder: Path | None = None
    backend: str = ""
    arrays: Mapping[str, Array] = field(default_factory=dict)
    memory: int = MAX_MEMORY
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class PlayedLine:
    """A line that was done again. happened: what that was, for a deed.   problem: why it did not go as recorded, or ""."""

    line: RecordedLine
    outcome: Outcome = NOTHING
    happened: Happened | None = None
    problem: str = ""


class Player:
    """A laboratory in which a recording is done again. Raises GradlabError where its scenario or its data are not to be had."""

    def __init__(self, recording: Recording, given: ReplayOptions | None = None) -> None:
        self.recording, self.given = recording, given or ReplayOptions()
        self.header = recording.header
        self.backend = self.given.backend or self.header.backend
        self.lab = self._opened(self.header, self.backend)
        self._happened: Happened | None = None

    def _opened(self, header: RecordingHeader, backend: str) -> Lab:
        data, given = self._unpacked(header)
        scenario = scenario_of(header, self.recording.path, given)
        try:
            lab = Lab(scenario, backend, *(() if self.given.budget is None else (self.given.budget,)))
        except ArgumentError as error:
            raise GradlabError(
                f"error: it was recorded on a backend that is not here: {error}; `--backend` takes another"
            ) from None
        if header.auto and not self.given.backend:
            lab.backend.wanted = AUTO
        lab.graph.depth = header.layers
        lab.run.record()
        if data is not None:
            weakref.finalize(lab, id, data)  # its folder goes away with the laboratory
        return lab

    def _unpacked(self, header: RecordingHeader) -> tuple[Packed | None, ReplayOptions]:
        """Return the data that were kept beside the recording or in a snapshot, and what is given then; None without any."""
        path, given = self.recording.path, self.given
        if self.recording.packed is not None:
            return self.recording.packed, given
        snapshot = given.folder or path.parent / (Path(header.scenario).name or path.name)
        if kind_of(snapshot) == "snapshot":
            packed = unpacked(snapshot, given.memory)
            return packed, replace(given, folder=packed.folder)
        if not (header.data or header.arrays) or given.folder or given.arrays or not bundle_of(path).is_file():
            return None, given
        from gradlab.recording.bundle import unpack  # zipfile takes 20 ms to be imported

        data = Packed(Path(tempfile.mkdtemp(prefix="gradlab-")), {})
        return data, replace(given, folder=data.folder, arrays=unpack(path, header, data.folder))

    def steps(self, progress: Progress | None = None) -> Iterator[PlayedLine]:
        """Do line after line, and yield what came of each. All of it counts as a script: it writes only where scripts may."""
        for line in self.recording.lines(progress):
            lab = self.lab
            lab.outputs.strange = True
            lab.diary.listeners.append(self._hear)
            try:
                step = self._step(line)
            finally:
                lab.outputs.strange = False
                lab.diary.listeners.remove(self._hear)
            self.lab.lines[line.number] = self.lab.position
            yield step

    def to_end(self, progress: Progress | None = None) -> list[RecordedLine]:
        """Do all of it; return the views, which only a screen can take."""
        return [step.line for step in self.steps(progress) if step.line.kind == "view"]

    def _hear(self, happened: Happened) -> None:
        self._happened = happened

    def _step(self, line: RecordedLine) -> PlayedLine:
        self._happened = None
        if line.kind in DEEDS:
            outcome, problem = self._deed(line)
            return PlayedLine(line, outcome, self._happened, problem)
        if line.kind == "view" and line.text.partition(" ")[0] in KEPT:
            with suppress(ActionError):
                self.lab.do(line.text)
            return PlayedLine(line)
        if line.kind == "backend" and not self.given.backend:
            return PlayedLine(line, problem=self._change_machine(line.text))
        return PlayedLine(line, problem=self._change_text(line.text) if line.kind == "text" else "")

    def _deed(self, line: RecordedLine) -> tuple[Outcome, str]:
        """Do a deed; return its outcome, and why it did not end as it was recorded."""
        if line.kind == "outside":
            return Outcome(), "something was done here by no action line, which cannot be done again"
        try:
            outcome = self._interrupted(line) if line.stopped else self._run(line)
            if self.lab.run.machine.backend != self.backend:  # of another model it is chosen by which kernels are ready
                self.lab.use(self.backend)
        except Stopped:
            raise
        except ActionError as error:
            return Outcome(), "" if line.error else f"it cannot be done here: {error.headline.removeprefix('error: ')}"
        if line.error:
            return outcome, f"it could not be done then, and can be here: {line.error.removeprefix('error: ')}"
        return outcome, ""

    def _run(self, line: RecordedLine) -> Outcome:
        lab = self.lab
        if line.kind == "skip":
            lab.open_question()
            return lab.skip_question()
        if line.kind == "page":
            if not lab.turn():
                raise ActionError("no page of the lesson comes next")
            return Outcome()
        if not line.line:
            return lab.do(line.text)
        numbers = [n for n, statement in enumerate(lab.script) if (statement.line, statement.text) == (line.line, line.text)]
        if not numbers:
            raise ActionError(f"line {line.line} of the scenario is another one than `{line.text}`")
        lab.cursor_line = numbers[0]
        return lab.next_line()

    def _interrupted(self, line: RecordedLine) -> Outcome:
        """Do what was broken off: as far as the journal had grown then, and to the position that it had come to."""
        lab, before = self.lab, len(self.lab.journal.deeds)
        others: Callable[[], None] | None = lab.on_chunk

        def turn() -> None:
            if others is not None:
                others()
            if len(lab.journal.deeds) - before >= line.deeds:
                raise _BrokenOff

        lab.on_chunk = turn
        with suppress(_BrokenOff), lab.diary.entry(line.text, line.line):
            try:
                with suppress(_BrokenOff):
                    self._run(line)
            finally:
                lab.on_chunk = others
            if line.at is not None:
                lab.go(line.at)
            raise _BrokenOff
        return Outcome()

    def _change_machine(self, name: str) -> str:
        try:
            self.lab.use(name)
            self.backend = name
        except ArgumentError as error:
            return f"the backend `{name}` is not here: {error}"
        return ""

    def _change_text(self, text: str) -> str:
        """Put another scenario in the place of the first, and do there what was done before, as far as its names exist."""
        before = self.lab
        try:
            self.lab = self._opened(replace(self.header, text=text), before.run.machine.backend)
        except GradlabError as error:
            return f"the new text cannot be read: {error.headline.removeprefix('error: ')}"
        self.lab.outputs, self.lab.on_chunk, self.lab.lines = before.outputs, before.on_chunk, before.lines
        for happened in before.diary.past:
            with suppress(ActionError):
                self.lab.do(happened.text)
        return ""


class _BrokenOff(Stopped):
    """A deed has come as far as it had come when it was broken off."""


def scenario_of(header: RecordingHeader, path: Path, given: ReplayOptions) -> Scenario:
    """Return the scenario of a recording in a file. Raises GradlabError, also for data that are not those of the recording."""
    for name, wanted in header.arrays.items():
        _compare_array(name, wanted, given.arrays)
    arrays = {name: given.arrays[name] for name in header.arrays}
    if header.dtype not in ("float64", "float32") or header.mode not in ("train", "eval"):
        raise GradlabError(f"error: a recording in {header.dtype:.20}, mode {header.mode:.20}, cannot be done again")
    overrides = Overrides(header.seed, header.dtype, header.mode, data=arrays, memory=given.memory)
    overrides = changed(overrides, header.changes)
    name, folder = _source(header, path, given)
    for file, wanted in header.data.items():
        _compare_file(file, wanted, folder)
    if header.model:
        found = build(header.text, overrides)
        return Scenario(read_model(header.text, name, folder), found.model, found.script, overrides)
    read = draft_text(header.text, name, folder, overrides)
    return read.finish(check_script(read.script, read.known, read.graph))


def reads_differently(header: RecordingHeader, path: Path) -> bool:
    """Return whether the text of a lesson's file is not the recorded one, in whatever language."""
    if kind_of(path) == "snapshot":
        document, _ = read_file(path)
        return document is None or document.source.text != header.text
    return not any(_has_text(one, header.text) for one in (path, *shelf.translations(path).values()))


def _has_text(path: Path, text: str) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1).decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff") == text
    except (OSError, UnicodeDecodeError):
        return False


def _source(header: RecordingHeader, path: Path, given: ReplayOptions) -> tuple[str, Path]:
    """Return what the text is called, and the folder of its data: those of a scenario that comes with gradlab, if it is one."""
    shipped = shelf.find(header.scenario) if header.scenario else None
    if shipped is not None and given.folder is None and not reads_differently(header, shipped):
        return str(shipped), shipped.parent
    return str(path), given.folder or path.parent


def _compare_file(name: str, wanted: str, folder: Path) -> None:
    try:
        path = open_path(folder, name)
    except ArgumentError as error:
        raise GradlabError(f"error: the recording reads data that are not here: {error}; `--data` names their folder") from None
    if (found := file_hash(path)) != wanted:
        raise GradlabError(f"error: `{name}` is not the file that was recorded: it was {wanted[:23]}…, this is {found[:23]}…")


def _compare_array(name: str, wanted: str, arrays: Mapping[str, Array]) -> None:
    if name not in arrays:
        raise GradlabError(f"error: the recording was made with an array for `{name}`, which is not in it ({wanted[:23]}…)")
    if (found := array_hash(arrays[name])) != wanted:
        raise GradlabError(
            f"error: the array for `{name}` is not the recorded one: that was {wanted[:23]}…, this is {found[:23]}…"
        )
