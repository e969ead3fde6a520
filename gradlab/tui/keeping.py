"""What is done on the screen is kept from the first deed on, so that leaving loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.recording.recorder import Recorder
    from gradlab.session import Lab


class Keeping:
    """Who keeps what is done in a laboratory. wanted: whether it is to be kept at all."""

    def __init__(self) -> None:
        self.wanted = True
        self._recorder: Recorder | None = None

    @property
    def works(self) -> bool:
        """Whether what is done is kept."""
        return self._recorder is not None and not self._recorder.problem

    def begin(self, lab: Lab) -> list[Outcome]:
        """Keep what is done from now on; return what there is to say and to show of a recording that was opened.

        Of a scenario that is when something is first done: what it imports takes 40 ms, which no first frame waits for.
        """
        if self._recorder is not None or not self.wanted or lab.scenario.overrides.archives:
            return []  # arrays that are in no file would not be there when it is opened again
        from gradlab.recording import kept, opening

        self._recorder = kept.keep(lab)
        if not lab.lines:
            return []
        notes = told(Line("info", note) for note in lab.opening)
        lab.opening.clear()
        shown = replace(opening.staged(lab), lines=())  # what the views say was said before
        return [one for one in (shown, notes) if one.lines or one.stage or one.look is not None]

    def view(self, lab: Lab, line: str) -> None:
        """Keep what the screen shows now, as the line that brings it there, in whatever records."""
        if not lab.diary.listeners:
            return
        from gradlab.recording.recorder import Recorder

        for one in lab.diary.listeners:
            if isinstance(one, Recorder):
                one.view(line)
