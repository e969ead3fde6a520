"""A recorder: listens to a laboratory and writes a line for whatever happens in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic

from gradlab.axis.position import Position
from gradlab.errors import GradlabError
from gradlab.lab.diary import Happened
from gradlab.plugins import told
from gradlab.recording.fingerprint import fingerprint
from gradlab.recording.form import EVERY, RecordedLine, RecordingHeader
from gradlab.recording.sights import put_view
from gradlab.recording.surroundings import header_of
from gradlab.recording.writer import LineWriter
from gradlab.session import Lab

VIEWS = ("show", "zoom", "unfold", "fold", "layout", "focus", "plot")
"""Words that change what a screen shows, and no number."""
PASSED_OVER = ("record",)
"""Words that are no part of what happened."""


class Recorder:
    """Writes what happens in a laboratory from now on, behind what has happened in it already.

    named: whether a person named the file.   problem: why it has stopped before its end, or "".   lines: behind the header, as
    far as they were written.
    """

    def __init__(
        self, lab: Lab, make: Callable[[], LineWriter], header: RecordingHeader | None = None, *, named: bool = True
    ) -> None:
        """Begin. make: opens the file, when there is something to write. Raises GradlabError."""
        self.lab, self._make, self.named = lab, make, named
        self._header = header
        self.problem = ""
        self.lines = 0
        self._writer: LineWriter | None = None
        self._began = monotonic()
        self._backend = ""
        self._ended = Position()
        self._plain = 0
        self._views: dict[str, str] = {}
        self._due: list[Happened] = []
        self._open = False

    @property
    def ending(self) -> str:
        """What is said at its end."""
        name = "" if self._writer is None else self._writer.path.name
        return f"{name} holds {self.lines:,} lines" + (f"; {self.problem}" if self.problem else "")

    def begin(self) -> None:
        """Write the header and what has happened so far, and listen from now on. Raises GradlabError; then there is no file."""
        past = [happened for happened in self.lab.diary.past if not _passed_over(happened)]
        try:
            self._start(past)
            if past:
                self._write(RecordedLine("full", full=self.lab.digest(), at=self.lab.position))
        except GradlabError:
            if self._writer is not None:
                self._writer.abandon()
            raise
        self.listen()

    def listen(self) -> None:
        """Listen from now on; a file that there is not yet is begun when something happens."""
        self.lab.diary.listeners.append(self)
        self._open = True

    def go_on(self, writer: LineWriter, lines: int, seconds: float) -> None:
        """Go on behind a recording that the laboratory has just done again: so many lines, so many seconds."""
        self._writer, self.lines, self._ended = writer, lines, self.lab.position
        self._backend = self.lab.run.machine.backend
        self._began = monotonic() - seconds
        self.listen()

    def __call__(self, happened: Happened) -> None:
        """Write down what has just happened. When the file cannot be written the laboratory goes on, and says so."""
        self._due.append(happened)
        self._guarded(self._write_due)

    def _guarded(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:  # noqa: BLE001  whatever goes wrong here, what a person does goes on
            self.problem = str(error).removeprefix("error: ") if isinstance(error, GradlabError) else told(error)
            self.lab.notes.append(f"{self.problem}; the recording ends here, what is in it stays")
            self._leave()

    def _write_due(self) -> None:
        """Write what is due: more than the last deed where Ctrl-C has kept one from being written."""
        while self._due:
            if self._writer is None:
                self._start(self.lab.diary.past[: -len(self._due)])
                for view in self._views.values():
                    self._write(RecordedLine("view", view))
            self._happened(self._due[0], known=len(self._due) == 1)
            self._due.pop(0)

    def move_to(self, lab: Lab) -> None:
        """Go on with another laboratory, whose scenario has taken the place of the first; what was done is done in it."""
        self.lab.diary.listeners.remove(self)
        self.lab, self._ended = lab, lab.position
        if self._writer is not None:
            self._guarded(lambda: self._write(RecordedLine("text", lab.scenario.document.source.text, at=lab.position)))
        if self._open:
            lab.diary.listeners.append(self)

    def view(self, text: str) -> None:
        """Write down what the screen shows now, as the line that brings it there."""
        if self._open and put_view(self._views, text):
            self._guarded(lambda: self._write(RecordedLine("view", text)) if self._writer is not None else None)

    def close(self) -> None:
        """Write the end. Raises GradlabError."""
        if not self._open:
            return
        try:
            self._write_due()
            if self._writer is not None:
                self._write(RecordedLine("end", full=self.lab.digest(), lines=self.lines, at=self.lab.position))
        finally:
            self._leave()

    def _leave(self) -> None:
        self._open = False
        if self in self.lab.diary.listeners:
            self.lab.diary.listeners.remove(self)
        if self._writer is not None:
            self._writer.close()

    def _happened(self, happened: Happened, *, known: bool) -> None:
        for line in self._of(happened, known=known):
            self._write(line)

    def _of(self, happened: Happened, *, known: bool) -> Iterable[RecordedLine]:
        """Yield the lines of one thing that happened. known: whether the run stands at its end, so that there are numbers."""
        word, _, rest = happened.text.partition(" ")
        if _passed_over(happened):
            return
        if happened.backend != self._backend:
            self._backend = happened.backend
            yield RecordedLine("backend", happened.backend, at=happened.start)
        if happened.kind == "do" and word in VIEWS and not happened.line:
            yield RecordedLine("view", happened.text)
            return
        start = None if happened.start == self._ended else happened.start
        self._ended = happened.end
        prints = fingerprint(self.lab.run, happened) if known and happened.kind != "page" and self.lab.runs else None
        yield RecordedLine(
            happened.kind, happened.text, at=happened.end, start=start, line=happened.line, deeds=max(0, happened.deeds),
            error=happened.error, stopped=happened.stopped, prints=prints,
        )  # fmt: skip
        self._plain += 1
        if not known:
            return
        if word == "mark" and not happened.error:
            yield RecordedLine("mark", rest.strip(), at=happened.end, full=self.lab.digest())
        elif self._plain >= EVERY:
            yield RecordedLine("full", full=self.lab.digest(), at=happened.end)
            self._plain = 0

    def _write(self, line: RecordedLine) -> None:
        assert self._writer is not None, "nothing was begun"
        self._writer.write(replace(line, seconds=monotonic() - self._began).record())
        self.lines += 1

    def _start(self, past: Sequence[Happened]) -> None:
        """Write the header, and what has happened until now, of which no numbers are known. Raises GradlabError."""
        header = self._header or header_of(self.lab, private=not self.named)
        self._backend = past[0].backend if past else header.backend
        writer = self._make()
        try:
            writer.write(replace(header, backend=self._backend).record())
        except GradlabError:
            writer.close()
            raise
        self._writer = writer
        for happened in past:
            self._happened(happened, known=False)


def _passed_over(happened: Happened) -> bool:
    return happened.kind == "do" and happened.text.partition(" ")[0] in PASSED_OVER
