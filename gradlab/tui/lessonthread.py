"""How the lab thread goes through a lesson: from stop to stop, and back."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Signal
from typing import TYPE_CHECKING

from gradlab.draw.card import goes_out
from gradlab.lab.outcome import Outcome
from gradlab.lab.teach.progress import Score
from gradlab.lab.teach.trail import Trail
from gradlab.tui.eyes import Eyes
from gradlab.tui.moment import Said

if TYPE_CHECKING:
    from gradlab.lab.teach.question import OpenQuestion
    from gradlab.session import Lab

WAY_OUT = "WAY_OUT"
"""What stands, in the words about a question, for what becomes of it when it is given up."""
LONGEST = 24
"""Characters of a question that is named in one line with what can be done."""


class LessonThread:
    """The part of the lab thread that plays lessons."""

    _lab: Lab | None
    _eyes: Eyes
    _said: list[Said]
    _turned: bool
    _told: OpenQuestion | None
    _score: Score | None
    _trail: Trail
    _looked: list[Eyes]
    _stop: Signal

    def _say(self, kind: str, text: str) -> None:
        raise NotImplementedError

    def _tracked(self, action: str, run: Callable[[Lab], Outcome], *, scripted: bool = False) -> None:
        raise NotImplementedError

    def _run(self, lab: Lab, action: str, run: Callable[[], Outcome]) -> Outcome:
        raise NotImplementedError

    def _next_stop(self, ways: str, seen: bool = True) -> None:
        """Turn to the next page or run the next line. At an open question, say that it is open; the second time, skip it.

        What is no stop runs along: first what was left before it, then what follows it; behind a page only claims do, so that
        the page is read before the stage is set. A stage that is set before a page is a stop.
        """
        assert self._lab is not None
        if self._lab.question is not None:
            self._stay(self._lab.question, ways, seen)
            return
        if "lesson" in self._eyes.requests:
            self._lab.begin()
        if self._lab.ahead() is None:
            self._say("info", "this is the end of the lesson")
            return
        self._trail.keep(self._lab)
        self._looked.append(self._eyes)
        said = len(self._said)
        if not self._pass(self._lab, self._lab.in_passing):
            return
        staged = any(one.outcome.stage for one in self._said[said:])
        ahead = self._lab.ahead()
        if ahead is not None and ahead[0] == "page":
            if not staged:
                self._turned, self._told = self._lab.turn(), None
                self._pass(self._lab, self._lab.with_page)
        elif ahead is not None and self._next_line(self._lab) and self._lab.question is None:
            self._pass(self._lab, self._lab.in_passing)

    def _last_stop(self) -> None:
        """Go back to where the last stop began, and look where one looked; say so where the run stays where it is."""
        assert self._lab is not None
        before = self._lab.position
        self._tracked("", self._take_back)
        if self._said[-1].error:
            return
        if self._lab.position == before:
            self._say("info", "the lesson went back by one stop")
        if self._looked:
            eyes = self._looked.pop()
            self._eyes = Eyes(eyes.focus, eyes.element, self._eyes.requests)

    def _take_back(self, lab: Lab) -> Outcome:
        self._trail.back(lab)
        return Outcome()

    def _back_to(self, stop: int) -> None:
        """Go back to where a stop began, and look where one looked."""

        def back(lab: Lab) -> Outcome:
            self._trail.back_to(lab, stop)
            return Outcome()

        self._tracked("", back)
        if not self._said[-1].error and stop < len(self._looked):
            eyes = self._looked[stop]
            del self._looked[stop:]
            self._eyes = Eyes(eyes.focus, eyes.element, self._eyes.requests)

    def _to_line(self, number: int, ways: str) -> None:
        """Run the lesson up to a line and the line itself; one that has run, go back to where it began. Say why not."""
        assert self._lab is not None
        if number < self._lab.cursor_line:
            stop = self._trail.before_line(number)
            if stop < 0:
                self._say("info", f"line {number + 1} ran before this lesson was opened: it cannot be taken back")
            else:
                self._back_to(stop)
            return
        self._onward(lambda lab: lab.cursor_line > number, ways)

    def _onward(self, there: Callable[[Lab], bool], ways: str) -> None:
        """Go through the lesson until one is there; say what stands in the way."""
        lab = self._lab
        assert lab is not None
        self._stop.clear()
        while not there(lab):
            if lab.question is not None:
                self._say("quiz", f"the question of line {lab.question.number + 1} comes first: {_told(ways, lab.question)}")
                return
            before, said = (lab.cursor_line, lab.turned), len(self._said)
            self._next_stop(ways)
            if self._stop.is_set() or any(one.error for one in self._said[said:]) or before == (lab.cursor_line, lab.turned):
                return

    def _stay(self, question: OpenQuestion, ways: str, seen: bool) -> None:
        """Say that a question is open; where that was said to somebody who saw it, skip it."""
        if question is self._told and seen:
            self._tracked("", lambda lab: lab.skip_question())
            return
        self._told = question if seen else None
        text = question.asked.text
        self._say("quiz", f"{text if len(text) <= LONGEST else 'a question'} is open: {_told(ways, question)}")

    def _pass(self, lab: Lab, runs: Callable[[], bool]) -> bool:
        """Run statements without a stop as long as `runs` says so; return whether all went well."""
        while runs():
            if not self._next_line(lab):
                return False
        return True

    def _next_line(self, lab: Lab) -> bool:
        """Run the next statement of the script; return whether it could be done."""
        line = lab.script[lab.cursor_line].text
        self._tracked(line, lambda lab: self._run(lab, line, lab.next_line), scripted=True)
        if self._score is not None:
            self._score.keep(lab.cursor_line, len(lab.script))
        return not self._said[-1].error and not self._stop.is_set()

    def _score_answer(self, asked: OpenQuestion | None, outcome: Outcome) -> None:
        """Keep how a question ended that was open before."""
        if asked is not None and self._lab is not None and self._lab.question is None and self._score is not None:
            self._score.close(asked.asked, outcome.lines)
            self._score.keep(self._lab.cursor_line, len(self._lab.script))


def _told(ways: str, question: OpenQuestion) -> str:
    """Return what can be done with a question, with what becomes of it when it is given up."""
    return ways.replace(WAY_OUT, goes_out(question.asked.way_out))
