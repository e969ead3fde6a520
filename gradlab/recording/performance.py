"""A scenario or a recording, done line by line by whoever shows or exports it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.lab.diary import Happened
from gradlab.lab.outcome import joined
from gradlab.recording.form import RecordedLine, RecordingHeader
from gradlab.recording.kind import kind_of
from gradlab.recording.player import PlayedLine, Player, ReplayOptions
from gradlab.recording.reader import Progress, open_recording
from gradlab.recording.replay import difference, told
from gradlab.recording.surroundings import header_of
from gradlab.scenario.model import find_file
from gradlab.session import Lab, load


class Performance:
    """What is shown. where: a file, or the name of a scenario that comes with gradlab. Raises GradlabError.

    recorded: whether it is a recording.   backend: of a scenario; with "auto" its bits depend on when kernels are ready.
    """

    def __init__(self, where: str | Path, given: ReplayOptions | None = None, backend: str = "auto") -> None:
        given = given or ReplayOptions()
        self._off = ""
        self.path = find_file(where)
        kind = kind_of(self.path)
        if kind == "zip":
            raise GradlabError(f"error: `{where}` is an archive, neither a scenario nor a recording")
        self.recorded = kind == "recording"
        self._player = Player(open_recording(self.path), given) if self.recorded else None
        self._lab = load(where, backend=backend, memory=given.memory, budget=given.budget) if self._player is None else None

    @property
    def lab(self) -> Lab:
        """The laboratory, where the last step has led; another one after a line that changes the text."""
        if self._player is not None:
            return self._player.lab
        assert self._lab is not None, "a scenario has a laboratory"
        return self._lab

    @property
    def header(self) -> RecordingHeader:
        """What it is of, and what it runs on."""
        return header_of(self.lab) if self._player is None else self._player.header

    @property
    def notes(self) -> list[str]:
        """What has to be said about the file, as far as it was read, and the first line whose bits are others here."""
        return [] if self._player is None else [*self._player.recording.notes, *filter(None, (self._off,))]

    def steps(self, progress: Progress | None = None) -> Iterator[PlayedLine]:
        """Do line after line, and yield what came of each, while the laboratory stands behind it.

        Of a recording these are all its lines, views and marks among them; of a scenario the statements of its script, where a
        question that nobody answers is skipped. Raises ActionError for a statement that cannot be done, and GradlabError for a
        line of a recording behind which the run stands otherwise than then: what follows would be of another run.
        """
        yield from self._statements(progress) if self._player is None else self._replayed(self._player, progress)

    def _replayed(self, player: Player, progress: Progress | None) -> Iterator[PlayedLine]:
        for step in player.steps(progress):
            found = difference(player, step) if step.problem or not self._off else None
            if found is not None and step.problem and not _stands_as_recorded(player, step):
                raise GradlabError(f"error: {told(found)[0]}")
            if found is not None:
                self._off = "\n".join(told(found))
            yield step

    def to_end(self) -> Lab:
        """Do all of it, and return the laboratory."""
        for _ in self.steps():
            pass
        return self.lab

    def _statements(self, progress: Progress | None) -> Iterator[PlayedLine]:
        lab, script = self.lab, self.lab.script
        heard: list[Happened] = []
        lab.diary.listeners.append(heard.append)
        try:
            for number, statement in enumerate(script, 1):
                heard.clear()
                outcome = lab.next_line()
                happened = heard[0] if heard else None
                following = next((one.word for one in script[number:] if one.word != "mistake"), "")
                if following != "answer":
                    outcome = joined([outcome, lab.skip_question()])
                line = RecordedLine("do", statement.text, at=lab.position, line=statement.line, number=number)
                yield PlayedLine(line, outcome, happened)
                if progress is not None:
                    progress(number / len(script))
        finally:
            lab.diary.listeners.remove(heard.append)


def _stands_as_recorded(player: Player, step: PlayedLine) -> bool:
    """Return whether a line that did not go as it was recorded, such as a `save`, has led to the same numbers all the same."""
    return step.happened is not None and difference(player, replace(step, problem="")) is None
