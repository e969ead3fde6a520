"""The one thread that owns the laboratory: it runs action lines in their order and sends back moments to draw.

The screen never waits for it. It is a daemon thread, so that a long action cannot keep the program from ending.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from gradlab.errors import GradlabError
from gradlab.lab.outcome import Event, Line, Outcome, said, told
from gradlab.lab.snapshot import NodeInfo, Snapshot
from gradlab.lab.teach.progress import Score
from gradlab.lab.teach.trail import Trail
from gradlab.lab.working import Work
from gradlab.scenario import shelf
from gradlab.tui.busy import Busy, DatedPictures, FramePace
from gradlab.tui.eyes import Eyes, followed, found_again, told_of
from gradlab.tui.keeping import Keeping
from gradlab.tui.keymap import Command
from gradlab.tui.moment import Element, Look, Moment, Request, Said, internal, without_hidden
from gradlab.tui.placethread import PlaceThread
from gradlab.tui.retrace import Retrace
from gradlab.tui.stake import Stake
from gradlab.tui.tasks import Kind, Tasks

if TYPE_CHECKING:
    from gradlab.lab.teach.question import OpenQuestion
    from gradlab.session import Lab

ENDING = 0.5
"""Seconds that the last line of a recording has; what is written before it is safe anyway."""
LONG = 1.0
"""Seconds from which on the end of an action is told to somebody who may have looked away."""


class LabThread(PlaceThread):
    """Owns the laboratory. `post` is called in this thread with each moment; `failed` when the scenario cannot be opened."""

    def __init__(self, post: Callable[[Moment], None], failed: Callable[[Exception], None]) -> None:
        self._post = post
        self._failed = failed
        self._tasks = Tasks()
        self._stop = threading.Event()
        self._busy, self._shown, self._dated = Busy(), Work(), DatedPictures()
        self._eyes = Eyes()
        self._said: list[Said] = []
        self._question = ""
        self._turned = self._unshown = self._compiled = False
        self._told: OpenQuestion | None = None
        self._lab: Lab | None = None
        self._score: Score | None = None
        self._trail, self._retrace = Trail(), Retrace()
        self._looked: list[Eyes] = []
        self._nodes: Sequence[NodeInfo] = ()
        self._keeping, self._stake = Keeping(), Stake()
        self._snapshot: Snapshot | None = None
        self._latest: Snapshot | None = None
        self._thread = threading.Thread(target=self._work, name="lab", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether nothing is running and nothing waits."""
        return self._tasks.idle

    @property
    def running(self) -> str:
        """The action that runs now, or ""."""
        return self._busy.action

    @property
    def work(self) -> Work:
        """What runs now, as it was when it was last shown, and how much waits for it."""
        return replace(self._shown, action=self.running, waiting=self.waiting if self.running else 0)

    @property
    def waiting(self) -> int:
        """How many deeds wait for what runs."""
        return self._tasks.deeds

    def drop_waiting(self) -> int:
        """Forget the deeds that wait, and return how many there were."""
        return self._tasks.drop_deeds()

    def open(self, make: Callable[[], Lab], *, keep: bool = True) -> None:
        """Open a laboratory, in the thread. keep: whether what is done in it is kept."""
        self._put(lambda: self._open(make, keep=keep))

    def do(self, action: str) -> None:
        """Run an action line behind those that wait."""
        self._put(lambda: self._do(action), "deed")

    def press(self, command: Command) -> None:
        """Run the action line of a key, as it reads when its turn comes."""
        self._put(lambda: self._press(command), "deed")

    def before(self, name: str) -> None:
        """Go back to where one stood before the last key or line of a name."""
        self._put(lambda: self._before(name), "deed")

    def next_stop(self, ways: str = "", *, seen: bool = True) -> None:
        """Go to the next stop of the lesson: a page or a line.

        ways: what can be done with a question that is open; `WAY_OUT` stands in it for what becomes of it when it is given up.
        seen: whether an open question was in sight; one that was not is never skipped.
        """
        self._put(lambda: self._next_stop(ways, seen), "deed")

    def last_stop(self) -> None:
        """Go back to where the lesson stood before its last stop, and look where one looked."""
        self._put(self._last_stop, "deed")

    def look(self, focus: int, element: Element, requests: Mapping[str, Request]) -> None:
        """Look at a node and an element of it, through these panels; a moment comes back."""
        self._put(lambda: self._look(focus, element, requests), "look")

    def view(self, line: str) -> None:
        """Keep what the screen shows now, as the line that brings it there."""
        self._put(lambda: self._view(line))

    def notice(self) -> None:
        """Tell when kernels have become ready while nothing runs; for the thread of the screen, now and then."""
        if self._lab is not None and self.idle and self._lab.backend.prepared:
            self._put(self._tell_ready)

    def watch(self, requests: Mapping[str, Request]) -> None:
        """Look through these panels at what is already looked at; a moment comes back."""
        self._put(lambda: self._look(self._eyes.focus, self._eyes.element, requests), "look")

    def wait(self) -> None:
        """Return when all that waits now is done; not for the thread of the screen."""
        reached = threading.Event()
        self._put(reached.set)
        reached.wait()

    def cancel(self) -> bool:
        """Stop what is running at the next safe point; False when nothing runs, or when it was already told to."""
        if not self._busy.action or self._stop.is_set():
            return False
        self._stop.set()
        return True

    def close(self) -> None:
        """End the thread behind what runs now."""
        self._stop.set()
        self._tasks.end()
        self._thread.join(ENDING)
        gc.unfreeze()

    def _put(self, run: Callable[[], None], kind: Kind = "other") -> None:
        self._tasks.put(run, kind)

    def _work(self) -> None:
        while (task := self._tasks.take()) is not None:
            try:
                task.run()
                if self._tasks.empty:
                    self._show()
            except Exception as error:  # noqa: BLE001  whatever goes wrong here is shown; the screen stays usable
                self._report(error)
            finally:
                self._tasks.done()
        self._end()

    def _end(self) -> None:
        """Close what was recorded."""
        if self._lab is not None:
            from gradlab.recording.recorders import close_all

            with suppress(GradlabError):  # what is written stays; the last line is a convenience
                close_all(self._lab)

    def _open(self, make: Callable[[], Lab], *, keep: bool) -> None:
        try:
            self._lab = make()
            self._keeping.wanted = keep
            if self._lab.lines or self._lab.diary.listeners:
                self._keep(self._lab)
            self._score = Score(shelf.name_of(Path(self._lab.scenario.document.source.name)))
            if warned := self._lab.warnings:
                self._said.append(Said("", told(Line("warning", problem.brief) for problem in warned)))
            if notes := tuple(self._lab.opening):
                self._said.append(Said("", told(Line("info", note) for note in notes)))
                self._lab.opening.clear()
            gc.freeze()  # a full collection goes through 100,000 objects of the engine: 50 ms in the midst of a key
        except Exception as error:  # noqa: BLE001  the screen decides how to show it
            self._failed(error)

    def _keep(self, lab: Lab) -> None:
        """Keep what is done from now on; of a recording, bring the screen to where it was."""
        for one in self._keeping.begin(lab):
            self._said.append(Said("", one))
            self._eyes = self._eyes if one.look is None else Eyes(one.look, 0, self._eyes.requests)

    def _view(self, line: str) -> None:
        if self._lab is not None:
            self._keep(self._lab)
            self._keeping.view(self._lab, line)

    def _run_line(self, action: str) -> None:
        """Run one action line."""
        self._tracked(action, lambda lab: self._run(lab, action, lambda: lab.do(action)))

    def _tell_ready(self) -> None:
        """Tell once that kernels are ready, or why they are not."""
        lab = self._lab
        if lab is None or self._compiled:
            return
        coming = lab.changes
        if lab.notes:
            self._said.append(Said("", told(Line("warning", note) for note in lab.notes)))
            lab.notes.clear()
        if lab.backend.compiled:
            self._compiled = True
            how = "what runs next goes at full speed" if coming else "it goes on at full speed"
            self._said.append(Said("", Outcome(event=Event("ready", "kernels are compiled", how, at=str(lab.position)))))

    def _say(self, kind: str, text: str) -> None:
        self._said.append(Said("", said(kind, text)))

    def _tracked(self, action: str, run: Callable[[Lab], Outcome], *, scripted: bool = False) -> None:
        """Run an action, keep what came of it, and follow the cursor with the eyes. scripted: whether the lesson says it."""
        assert self._lab is not None
        self._keep(self._lab)
        before, asked = self._seen(), self._lab.question
        self._stop.clear()
        self._told = None
        self._busy = Busy(action, began=monotonic(), update=before.position.update)
        short = ""
        try:
            outcome = run(self._lab)
        except GradlabError as error:
            outcome, short = told(Line("error", text) for text in str(error).split("\n")), error.headline
            if self._stop.is_set():
                stopped = Line("stop", error.headline.removeprefix("error: "))
                outcome, short = told([stopped, *self._lab.watch_lines()]), ""
        finally:
            busy, self._busy = self._busy, Busy()
            self._snapshot = None
            self._note_stake(self._lab, mine=not scripted, saved=action.startswith("save ") and not short)
        long = monotonic() - busy.began > LONG or busy.looked
        if self._lab.backend.compiled:
            self._tell_ready()
        self._said.append(Said(action, outcome, short, str(self._lab.position), scripted, long))
        self._score_answer(asked, outcome)
        unread = bool(short) and action.startswith("answer ")  # what is typed next is another answer, and no key
        if unread:
            self._question = self._lab.question_text
        if not busy.looked or outcome.look is not None:
            self._follow(action, before, self._seen(), outcome)

    def _note_stake(self, lab: Lab, *, mine: bool, saved: bool) -> None:
        if lab.runs:
            made = lab.position.update - lab.run.origin.update
            self._stake.note(made, lab.journal.deeds, mine=mine, saved=saved)

    def _run(self, lab: Lab, action: str, run: Callable[[], Outcome]) -> Outcome:
        """Run an action; whenever it lets others have a turn, it can be stopped and is shown."""
        pace, self._dated = FramePace(), DatedPictures()

        def turn() -> None:
            if self._stop.is_set():
                lab.cancel()
            elif pace.due(looked=self._look_about()):
                pace.rest()
                self._busy.progress = lab.progress or 0.0
                lab.on_chunk = None  # a picture may run the model as well: no turns within a turn
                self._snapshot, self._unshown = None, False
                self._show()
                lab.on_chunk = turn
                pace.resume()

        lab.on_chunk = turn
        try:
            return run()
        finally:
            lab.on_chunk = None

    def _look_about(self) -> bool:
        """Look where somebody has looked while an action runs; return whether that is still to be shown."""
        for task in self._tasks.take_looks():
            before = self._eyes.focus, self._eyes.element
            task.run()
            self._tasks.done()
            self._unshown = True
            self._busy.looked |= (self._eyes.focus, self._eyes.element) != before
        return self._unshown

    def _follow(self, action: str, before: Snapshot, after: Snapshot, outcome: Outcome) -> None:
        """Look where an action leads."""
        assert self._lab is not None
        self._find_again(self._lab)
        focus = followed(self._eyes.focus, action, (before, after), outcome, self._lab.nodes)
        if focus != self._eyes.focus:
            self._eyes = Eyes(focus, 0, self._eyes.requests)

    def _find_again(self, lab: Lab) -> None:
        """Look at the node of the same name, when another model has taken the place of the one that was looked at."""
        if self._nodes and self._nodes is not lab.nodes:
            self._eyes = Eyes(found_again(self._eyes.focus, self._nodes, lab.nodes), 0, self._eyes.requests)
        self._nodes = lab.nodes

    def _look(self, focus: int, element: Element, requests: Mapping[str, Request]) -> None:
        if self._lab is not None and focus >= len(self._lab.nodes):  # it was chosen in a model that is not there any more
            focus = self._eyes.focus
        if focus != self._eyes.focus and self._lab is not None:
            self._keeping.view(self._lab, f"focus {self._lab.nodes[focus].name}")
        self._eyes = Eyes(focus, element, requests)

    def _show(self) -> None:
        """Ask for all pictures and send them."""
        if self._lab is None:
            return
        snapshot = self._seen()
        self._find_again(self._lab)
        if self._eyes.focus < 0:
            told = told_of(self._lab.scenario.prose, self._lab.nodes)
            self._eyes = Eyes(*(told or (_first(snapshot, self._lab), 0)), self._eyes.requests)
        look = Look(snapshot, self._eyes.focus, self._eyes.element)
        pictures = {name: self._picture(name, request, look) for name, request in self._eyes.requests.items()}
        self._post_moment(snapshot, pictures)

    def _seen(self) -> Snapshot:
        """Return the snapshot of now: the last one as long as nothing was done."""
        assert self._lab is not None
        if self._snapshot is None:
            try:
                self._latest = self._snapshot = self._lab.snapshot()
            except Exception as error:
                if self._latest is None:
                    raise
                self._snapshot = self._latest
                self._say("error", internal(error))
        return self._snapshot

    def _picture(self, name: str, request: Request, look: Look) -> Any:
        """Return what a request asks for; while something runs, what it gave a moment ago if that says so itself."""
        if self._busy.action:
            return self._dated.get(name, request, look, lambda: self._made(request, look))
        return self._made(request, look)

    def _made(self, request: Request, look: Look) -> Any:
        """Return what a request asks for, or the text of what speaks against it."""
        assert self._lab is not None
        try:
            return request(self._lab, look)
        except GradlabError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  one panel says so, the others go on
            return internal(error)

    def _post_moment(self, snapshot: Snapshot, pictures: Mapping[str, Any]) -> None:
        spoken, self._said = self._spoken(), []
        quiz, self._question = self._question, ""
        turned, self._turned = self._turned, False
        self._post(replace(self._moment(snapshot, pictures), said=spoken, quiz=quiz, turned=turned))

    def _spoken(self) -> tuple[Said, ...]:
        """Return what was said since the last moment; what was said before a question was asked hides what it asks for, too."""
        lab, said = self._lab, tuple(self._said)
        return without_hidden(said, lab.told_before) if lab is not None and lab.question is not None else said

    def _moment(self, snapshot: Snapshot, pictures: Mapping[str, Any]) -> Moment:
        assert self._lab is not None
        self._shown = self._busy.work(snapshot.position.update, self.waiting)
        return Moment(
            title=self._lab.title, snapshot=snapshot, nodes=self._lab.nodes, focus=self._eyes.focus, element=self._eyes.element,
            pictures=pictures, work=self._shown, actions=self._lab.actions,
            at_stake=None if self._keeping.works else self._stake.told(),
            has_lesson=self._lab.has_lesson, failed=self._lab.failed_lines(),
        )  # fmt: skip

    def _report(self, error: Exception) -> None:
        """Say that something of ours went wrong, where a person can read it."""
        self._say("error", internal(error))
        if self._lab is not None:
            self._post_moment(self._seen(), {})


def _first(snapshot: Snapshot, lab: Lab) -> int:
    """Return the node to look at when nothing was chosen: the next one to run, else the last of the model."""
    if snapshot.following >= 0:
        return snapshot.following
    return max((node.index for node in lab.nodes if node.phase == "f"), default=-1)
