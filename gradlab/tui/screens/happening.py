"""What happens while nobody presses a key: it is said in the strip's row and in a toast, and one key goes there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on

from gradlab.axis.position import Position
from gradlab.draw.happening import toast_rows
from gradlab.draw.names import NodeNames
from gradlab.lab.outcome import Event, Line
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.moment import Said
from gradlab.tui.screens.bench import Bench
from gradlab.tui.widgets.status import Status
from gradlab.tui.widgets.toast import Toast

TOLD = ("stop", "found", "finding", "ready")
"""Kinds of events that have a toast however short the action was."""


class Happening(Bench):
    """The part of the laboratory that tells what happened.

    happened: what did last, or None.   last_deed: the line of what a person did last, or "".
    """

    happened: Event | None = None
    last_deed = ""

    def show_events(self) -> None:
        """Tell what came of the actions of this moment; before the first one, how to begin."""
        if not self.moment.said:
            status = self.query_one(Status)
            if status.last is None and any(self.moment.snapshot.counts) and self.moment.snapshot.position == Position():
                status.tell(Line("info", self._how_to_begin()))
            return
        self.query_one(Toast).close()
        done = [said.action for said in self.moment.said if said.action and not said.scripted and not said.error]
        self.last_deed = done[-1] if done else self.last_deed
        for found, long in events_of(self.moment.said):
            event = self._placed(found)
            known = event.kind == "finding" and self.happened is not None and event.what == self.happened.what
            self.happened = event
            if known:
                continue  # it stands in its panel and in the row of the strip, and would hide what was done
            if event.kind in TOLD or (long and not (event.kind == "end" and self.moment.snapshot.question)):
                self.say_aside(toast_rows(event, self._ways(event)), stays=event.kind == "error")

    def _placed(self, event: Event) -> Event:
        """Return an event; a finding with the number that its sentence is about."""
        goal = NodeNames(self.moment.nodes).first(event.what) if event.kind == "finding" else None
        if goal is None:
            return event
        return replace(event, at=str(self.moment.snapshot.position), node=goal.node, element=goal.element)

    def _how_to_begin(self) -> str:
        step, lesson = (self.keys.command(BY_NAME[name]).shown for name in ("step", "lesson"))
        reads = f"{lesson} goes through the lesson, " if self.stance.perspective == "teach" else ""
        return f"to begin: {reads}{step} runs one op"

    def _ways(self, event: Event) -> list[tuple[str, str]]:
        """Return what can be done with an event, with the keys."""
        elsewhere = bool(event.at) and event.at != str(self.moment.snapshot.position)
        names = [("event", "show it")] if elsewhere or event.node >= 0 else []
        names += [("continue", "go on")] if event.kind == "stop" and self.moment.snapshot.breakpoints else []
        return [(self.keys.command(BY_NAME[name]).shown, text) for name, text in names] + [("esc", "close")]

    def do_event(self) -> None:
        """Go to where the last event was."""
        event = self.happened
        self.query_one(Toast).close()
        if event is None or not event.at:
            self.query_one(Status).tell(Line("info", "nothing has happened yet that one could go to"))
        elif self.thread is not None:
            if str(self.moment.snapshot.position) != event.at:
                self.thread.do(f"goto {event.at}")
            if event.node >= 0:
                self.thread.look(event.node, max(0, event.element), self._requests())
                self.reveal(event.node)

    def do_again(self) -> None:
        """Do the last deed again."""
        if not self.last_deed:
            self.tell("nothing was done yet that could be done again")
        elif self.thread is not None:
            self.thread.do(self.last_deed)

    @on(Status.Scrubbed)
    def _scrubbed(self, message: Status.Scrubbed) -> None:
        """Go where the strip was let go."""
        if self.thread is not None:
            self.thread.do(f"goto {message.at}")


def events_of(said: Iterable[Said]) -> list[tuple[Event, bool]]:
    """Return what happened in some actions, and whether each took long; an end that a panel shows is there to be seen."""
    found = []
    for one in said:
        event = event_of(one)
        if event is not None:
            found.append((event, one.long and not (event.kind == "end" and one.outcome.panel)))
    return found


def event_of(said: Said) -> Event | None:
    """Return what happened in an action: an error, a stop, a finding, or its end."""
    if said.error:
        return Event("error", said.error)
    if said.outcome.event is not None and said.outcome.event.kind in ("stop", "found"):
        return said.outcome.event
    finding = next((line.text for line in said.lines if line.kind == "finding"), "")
    if finding:
        return Event("finding", finding)
    failed = next((line.text for line in said.lines if line.kind == "fail"), "")
    if failed:
        return Event("error", failed)
    stopped = any(line.kind == "stop" for line in said.lines)
    if said.outcome.event is None and said.long and said.action and not stopped:
        return Event("end", f"`{said.action}` is done")
    return said.outcome.event
