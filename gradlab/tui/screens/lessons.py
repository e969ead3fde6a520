"""What the laboratory's screen does for a lesson: its next stop, the line for an answer, and the stage that it sets."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on

from gradlab.draw.card import goes_out
from gradlab.lab.outcome import Line, Outcome
from gradlab.tui.lessonthread import WAY_OUT
from gradlab.tui.overlays.asking import AskOverlay
from gradlab.tui.overlays.line import LineOpened
from gradlab.tui.panels.lesson import LessonPanel
from gradlab.tui.screens.typing import Typing
from gradlab.tui.stage import set_stage
from gradlab.tui.widgets.status import Status

LONGEST_SIGN = 40
"""Characters that may stand before the line for an answer; more leave no room for it."""


class Lessons(Typing):
    """The part of the laboratory that plays lessons."""

    @property
    def places(self) -> tuple[str, ...]:
        """Where keys count: those of the numbered answers first, while a question offers some."""
        return ("asked", *super().places) if self.moment.snapshot.labels else super().places

    def do_lesson(self) -> None:
        """Show the rest of a page that is longer than its panel, else go to the next stop of the lesson."""
        panel = self.panels["lesson"]
        if isinstance(panel, LessonPanel) and "lesson" in self.arrangement.visible and panel.read_on():
            return
        if self.thread is not None:
            self.thread.next_stop(self._ways_with_a_question(), seen=bool(self.moment.snapshot.question))

    def _ways_with_a_question(self) -> str:
        """Return what can be done with a question that is open."""
        answer, reveal, again = (self.keys.sign(name) for name in ("answer", "reveal", "lesson"))
        return f"`{answer}` answers, `{reveal}` {WAY_OUT}, {again} skips it"

    @on(LessonPanel.ToLine)
    def _to_line(self, message: LessonPanel.ToLine) -> None:
        """Run the lesson to a line that was chosen, or go back to where it began."""
        if self.thread is not None:
            self.thread.to_line(message.number, self._ways_with_a_question())

    def do_place(self, by: str) -> None:
        """Go to the next mark, stop, finding or heading, or to the one before."""
        if self.thread is not None:
            self.thread.place(int(by), self._ways_with_a_question())

    def do_lesson_back(self) -> None:
        """Go back to where the last line of the lesson began."""
        if self.thread is not None:
            self.thread.last_stop()

    def do_reveal(self) -> None:
        """Show the answer to the open question, after a yes."""
        self.put(AskOverlay(f"{self.moment.snapshot.way_out}?", self._reveal, lambda: self.put(None)))

    def _reveal(self) -> None:
        if self.thread is not None:
            self.thread.do("reveal")

    def do_option(self, digit: str) -> None:
        """Begin the answer with the number of one of the things to choose from; another digit is that of a panel."""
        if digit in self.moment.snapshot.labels:
            self.do_answer(digit)
        else:
            self.press_command(self.keys.command_of(f"panel-{digit}"))

    def do_answer(self, begun: str = "") -> None:
        """Open the line for the answer to the open question. begun: what stands in it already."""
        sign, keys = self.moment.snapshot.sign, self.keys
        gives_up = f"`{keys.sign('reveal')}` {goes_out(self.moment.snapshot.way_out)}"
        stays = f"the question stays open: `{keys.sign('answer')}` answers it, {gives_up}"
        self.type_line(LineOpened(begun, "answer ", f"▌ {sign if len(sign) <= LONGEST_SIGN else 'answer: '}", stays))

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
