"""A scenario or a recording, done line by line by whoever shows or exports it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.lab.diary import Happened
from gradlab.lab.outcome import joined
from gradlab.recording.form import RecordedLine, RecordingHeader
from gradlab.recording.kind import kind_of
from gradlab.recording.player import PlayedLine, Player, ReplayOptions
from gradlab.recording.reader import Progress, open_recording
from gradlab.recording.surroundings import header_of
from gradlab.scenario.model import find_file
from gradlab.session import Lab, load


class Performance:
    """What is shown. where: a file, or the name of a scenario that comes with gradlab. Raises GradlabError.

    recorded: whether it is a recording.
    """

    def __init__(self, where: str | Path, given: ReplayOptions | None = None) -> None:
        given = given or ReplayOptions()
        self.path = find_file(where)
        kind = kind_of(self.path)
        if kind == "zip":
            raise GradlabError(f"error: `{where}` is an archive, neither a scenario nor a recording")
        self.recorded = kind == "recording"
        self._player = Player(open_recording(self.path), given) if self.recorded else None
        self._lab = load(where, memory=given.memory, budget=given.budget) if self._player is None else None

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
        """What has to be said about the file, as far as it was read."""
        return [] if self._player is None else self._player.recording.notes

    def steps(self, progress: Progress | None = None) -> Iterator[PlayedLine]:
        """Do line after line, and yield what came of each, while the laboratory stands behind it.

        Of a recording these are all its lines, views and marks among them; of a scenario the statements of its script, where a
        question that nobody answers is skipped. Raises ActionError for a statement that cannot be done.
        """
        yield from self._statements(progress) if self._player is None else self._player.steps(progress)

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
