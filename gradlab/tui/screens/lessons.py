"""What the laboratory's screen does for a lesson: its next stop, the line for an answer, and the stage that it sets."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.draw.ink import row
from gradlab.lab.outcome import Line, Outcome
from gradlab.tui.panels.lesson import LessonPanel
from gradlab.tui.screens.bench import Bench
from gradlab.tui.screens.text import Question
from gradlab.tui.stage import set_stage
from gradlab.tui.widgets.command import CommandLine
from gradlab.tui.widgets.status import Status

LONGEST_SIGN = 40
"""Characters that may stand before the line for an answer; more leave no room for it."""


class Lessons(Bench):
    """The part of the laboratory that plays lessons."""

    def do_lesson(self) -> None:
        """Show the rest of a page that is longer than its panel, else go to the next stop of the lesson."""
        panel = self.panels["lesson"]
        if isinstance(panel, LessonPanel) and "lesson" in self.arrangement.visible and panel.read_on():
            return
        if self.thread is not None:
            answer, reveal, again = (self.keys.sign(name) for name in ("answer", "reveal", "lesson"))
            gives_up = "shows it" if self.moment.snapshot.way_out in ("", "show it") else "gives it up"
            self.thread.next_stop(f"`{answer}` answers, `{reveal}` {gives_up}, {again} skips it")

    def do_lesson_back(self) -> None:
        """Go back to where the last line of the lesson began."""
        if self.thread is not None:
            self.thread.last_stop()

    def do_reveal(self) -> None:
        """Show the answer to the open question, after a yes."""
        question = [row(("show the answer", "strong"), "?  ", ("y", "key"), " / ", ("n", "key"))]
        self.app.push_screen(Question(question), self._reveal)

    def _reveal(self, yes: bool | None) -> None:
        if yes and self.thread is not None:
            self.thread.do("reveal")

    def do_answer(self) -> None:
        """Open the line for the answer to the open question."""
        sign = self.moment.snapshot.sign
        self.query_one(CommandLine).open(prefix="answer ", sign=f"▌ {sign if len(sign) <= LONGEST_SIGN else 'answer: '}")

    def answer_again(self) -> None:
        """Leave the line open where what was typed is no answer."""
        if self.moment.quiz:
            self.do_answer()

    def set_stage(self, outcomes: Iterable[Outcome]) -> None:
        """Do what lines of the lesson, or a person, ask of the screen."""
        for what, word in (pair for outcome in outcomes for pair in outcome.stage):
            if told := set_stage(self, what, word):
                self.query_one(Status).tell(Line("info", told))

    def show_page(self) -> None:
        """Bring a page that was turned to in sight."""
        if self.moment.turned and "lesson" not in self.arrangement.visible:
            self.choose("lesson")
