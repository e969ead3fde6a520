"""How to get out: stopping what runs, closing what is open, leaving."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.draw.ink import row
from gradlab.lab.outcome import Line
from gradlab.tui.screens.bench import Bench
from gradlab.tui.screens.text import Question
from gradlab.tui.widgets.status import Status
from gradlab.tui.widgets.toast import Toast


class Leaving(Bench):
    """The part of the laboratory that stops, closes and leaves."""

    def do_escape(self) -> None:
        """Do one thing: close what lies on top, else drop what waits, else stop what runs, else undo the enlarging."""
        if self.query_one(Toast).close() or self.panels[self.chosen].close_top():
            return
        if self.thread is not None and (dropped := self.thread.drop_waiting()):
            self.query_one(Status).tell(Line("info", f"{dropped} waiting dropped; esc again stops what runs"))
        elif self.stop():
            self.query_one(Status).tell(Line("info", "stopping"))
        elif self.enlarged:
            self.do_enlarge()
        else:
            self.tell("nothing is open, nothing runs, nothing is enlarged")

    def stop(self) -> bool:
        """Stop what runs, and say whether there was something to stop."""
        return self.thread is not None and self.thread.cancel()

    def interrupt(self, leave: Callable[[], None]) -> bool:
        """Stop what runs, or ask whether to leave; False when there is nothing of that to do."""
        if self.stop():
            return True
        return self._asked(leave)

    def do_quit(self) -> None:
        """Leave, and ask first while something runs or when something would be lost."""
        if not self._asked(self.leave):
            self.leave()

    def _asked(self, leave: Callable[[], None]) -> bool:
        """Ask whether to leave, if there is a reason to; return whether there was."""
        running = self.thread.running if self.thread is not None else ""
        why = (running, "is running") if running else self.moment.at_stake
        if why is None:
            return False
        question = [row((why[0], "strong"), f" {why[1]}. Leave?  ", ("y", "key"), " / ", ("n", "key"))]
        self.app.push_screen(Question(question), lambda yes: leave() if yes else None)
        return True

    def do_quit_now(self) -> None:
        """Leave, and ask nothing."""
        self.leave()

    def leave(self) -> None:
        """Close the laboratory."""
        self.dismiss(0)
