"""The laboratory as its users call it: lines in, typed results out; a core with questions, marks, breakpoints and watches.

`load` opens a scenario, `build` a model that stands in a string. While a question is open, what it asks for is taken out of
everything that leaves here: numbers, tables, texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gradlab import interruption
from gradlab.actions import ACTIONS, words
from gradlab.actions._statement import as_action_error, check_script, read_statement, readings, role_of
from gradlab.axis.checkpoints import BUDGET, shortage
from gradlab.axis.digest import digest
from gradlab.axis.position import PHASES
from gradlab.lab import origins, recorded, views
from gradlab.lab.arguments import Words, node, reference
from gradlab.lab.core import Stopped
from gradlab.lab.diary import Diary
from gradlab.lab.layers import LayerTable
from gradlab.lab.outcome import Line, Outcome, joined
from gradlab.lab.search.breakpoints import Stops
from gradlab.lab.search.landmarks import Landmarks, landmarks
from gradlab.lab.seeds import Seeds
from gradlab.lab.snapshot import Brief, Snapshot
from gradlab.lab.tables import RunTables
from gradlab.lab.teach.lesson import PASSING, Role
from gradlab.lab.teach.question import LessonQuestion, question_in
from gradlab.lab.teach.reading import SessionEnvironment
from gradlab.lab.teach.teaching import Teaching
from gradlab.lab.teach.veil import Veil
from gradlab.lab.trained import Trained
from gradlab.lab.why import asking
from gradlab.lab.why.arrivals import WHOLE, Drill
from gradlab.lab.why.checking import LONG, Nudge, check, nudge
from gradlab.lab.why.ledger import Ledger
from gradlab.lab.why.paths import Paths
from gradlab.op import Array
from gradlab.scenario.expressions import Known
from gradlab.scenario.model import Overrides, Scenario, changed, draft
from gradlab.scenario.model import build as build_scenario
from gradlab.scenario.script import Statement, read_text
from gradlab.source import Source
from gradlab.tabular import TextTable
from gradlab.train.measure import StripKind

if TYPE_CHECKING:
    from gradlab.draw.plots import OpenPlots
    from gradlab.graph.gradcheck import Verdicts
    from gradlab.lab.beside.comparing import Comparison

__all__ = ["Lab", "Outcome", "Stopped", "Trained", "build", "load"]

LINES = 200
SILENT = np.errstate(all="ignore")
"""A NaN or an infinity is a finding, which is told, and no warning of NumPy."""
T = TypeVar("T")


@SILENT
def load(
    where: str | Path, seed: int | None = None, backend: str = "auto", data: Mapping[str, Any] | None = None,
    memory: int | None = None, budget: int | None = None, changes: Sequence[str] = (),
) -> Lab:  # fmt: skip
    """Open a scenario by its path, or by the name of one that comes with gradlab.

    seed: instead of the one in the file.   backend: "auto" or the name of a machine.   data: arrays for inputs, by name.
    memory: bytes that values and gradients may take; without it 2 GiB.   budget: bytes that are kept of the run so that
    going back is quick; without it 256 MiB. Of a budget that is too small the first action says so.
    changes: of the model, each `NAME=EXPR`.
    Raises ScenarioError with all problems of the file, those of its script included, and ArgumentError for an unknown backend.
    """
    read = draft(where, changed(_overrides(seed, data, memory), changes))
    scenario = read.finish(check_script(read.script, read.known, read.graph))
    lab = Lab(scenario, backend, BUDGET if budget is None else budget)
    note = shortage(lab.budget, (lab.run.machine.value(index).nbytes for index in lab.run.followers))
    lab.opening += [note] if note else []
    interruption.look()
    return lab


@SILENT
def build(text: str, seed: int = 0, data: Mapping[str, Any] | None = None, backend: str = "auto") -> Lab:
    """Open a laboratory on the text of a model. data: arrays for inputs, by name. Raises ScenarioError."""
    return Lab(build_scenario(text, _overrides(seed, data)), backend)


def _overrides(seed: int | None, data: Mapping[str, Any] | None, memory: int | None = None) -> Overrides:
    arrays = {name: np.asarray(array) for name, array in (data or {}).items()}
    return Overrides(seed=seed, data=arrays) if memory is None else Overrides(seed=seed, data=arrays, memory=memory)


class Lab(Teaching, RunTables):
    """One laboratory. It belongs to the thread that uses it; only `cancel` may be called from another one.

    focus: index of the node that a lesson points at, or -1.   stops: breakpoints and watches.
    opening: what the first action says before all.   done: the statements that changed the state, for a fresh run that has to
    do the same.   diary: all that was done, which a recorder listens to.
    views: lines that bring a screen to where it was in a recording.   swept: what the last sweep found.
    """

    def __init__(self, scenario: Scenario, backend: str = "auto", budget: int = BUDGET) -> None:
        super().__init__(scenario, backend, budget)
        self.opening: list[str] = []
        self.focus, self.stops = -1, Stops()
        self.done: list[Statement] = []
        self.seeds, self.diary = Seeds(self), Diary(self)
        self.views: tuple[str, ...] = ()
        self.swept: Any = None
        self._compared: Comparison | None = None
        self._statement: Statement | None = None
        self._lines: tuple[Line, ...] = ()
        self._roles: tuple[Role, ...] | None = None

    @cached_property
    def plots(self) -> OpenPlots:
        """The plots that are open."""
        from gradlab.draw.plots import OpenPlots

        return OpenPlots()

    # Doing.

    @property
    def actions(self) -> tuple[str, ...]:
        """The words that an action line can begin with."""
        return tuple(words())

    @property
    def statement_text(self) -> str:
        """The statement that is being done, as it was written."""
        return "" if self._statement is None else self._statement.text

    @property
    def line_of_file(self) -> str:
        """The line of the file that the statement stands in, as the beginning of a text; "" for what was typed."""
        found = self._statement
        return "" if found is None or found.span.source.name.startswith("<") else f"line {found.line}  "

    def do(self, text: str) -> Outcome:
        """Do one action line (several lines are done in order). Raises ActionError, whose text is complete."""
        return joined([self.perform(statement) for statement in read_text(text)])

    def next_line(self) -> Outcome:
        """Do the next statement of the scenario's script; an empty outcome at its end. Raises ActionError."""
        if self.cursor_line >= len(self.script):
            return Outcome()
        self.cursor_line += 1
        statement, number = self.script[self.cursor_line - 1], self.cursor_line - 1
        self.in_script = True
        if self.roles()[number].part not in PASSING:
            self.here = ("line", number)
        try:
            outcome = self.perform(statement)
        finally:
            self.in_script = False
        if ACTIONS[statement.word].stands:
            self.flow[number] = outcome.lines
        return outcome

    @SILENT
    def perform(self, statement: Statement) -> Outcome:
        """Do one statement, where it stands in a script as one of a script. Raises ActionError."""
        self._statement, self._lines = statement, ()
        self.notes.clear()
        with as_action_error(statement):
            found, arguments = read_statement(statement, self.known)
            at, model = self.position, self.model
            line = statement.line if self.in_script else 0
            with self.diary.entry(statement.text, line) if found.kept else nullcontext():
                outcome = found.do(self, arguments)
        notes = [Line("info", note) for note in (*self.opening, *self.notes)]
        self.opening.clear()
        watches = [] if self.position == at else self.watch_lines()
        self.notes.clear()
        if found.changes(arguments) and self.model is model:
            self.done.append(statement)
        self.touch()
        if self.question is not None and self.question.reach is not None:
            self.question.reach.look()
        outcome = self._shown(joined([Outcome(tuple(notes)), outcome, Outcome(tuple(watches))]))
        self._lines = outcome.lines
        self.focus = self.focus if outcome.look is None else outcome.look
        return outcome

    def model_changed(self, known: Known) -> None:
        """Forget what was worked out of the model before."""
        super().model_changed(known)
        self.stops.bind(self)
        self._roles, self.focus = None, -1

    def watch_lines(self) -> list[Line]:
        """Return what the watches give where the cursor stands."""
        seen, watches = self.environment(), self.stops.watches
        return [*self._shown(tuple(Line("watch", f"watch {w.number}: {w.expression.text} = {w.told(seen)}") for w in watches))]

    # Questions.

    def answer(self, text: str) -> Outcome:
        """Answer the open question. Raises ActionError when there is none."""
        return self.do(f"answer {text}")

    def seen_by_student(self) -> SessionEnvironment:
        """Return what names mean at this position to whoever answers a question."""
        return SessionEnvironment(self, self._veil())

    def questions(self) -> tuple[LessonQuestion, ...]:
        """Return what the script asks."""
        found = (question_in(read[1]) for _, read in readings(self.script, self.known) if read is not None)
        return tuple(question for question in found if question is not None)

    def roles(self) -> Sequence[Role]:
        """Return what each statement of the script is in the lesson."""
        if self._roles is None:
            self._roles = tuple(role_of(statement, read) for statement, read in readings(self.script, self.known))
        return self._roles

    def skip_question(self) -> Outcome:
        """Close the question that is open, if one is, unanswered, so that it hides nothing any more."""
        if self.question is None:
            return Outcome()
        with self.diary.entry("", kind="skip"):
            return super().skip_question()

    def turn(self) -> bool:
        """Turn to the next page, if one comes next; return whether it did."""
        ahead = self.ahead()
        if ahead is None or ahead[0] != "page":
            return False
        with self.diary.entry("", kind="page"):
            return super().turn()

    def train(self, updates: int = 1) -> Trained:
        """Train for some updates, and return the losses. Raises ActionError without `minimize`."""
        with self.diary.entry(f"train {updates}"):
            return self._shown(super().train(updates))

    # Looking.

    def environment(self) -> SessionEnvironment:
        """Return what names mean at this position. A statement of the script may read what is hidden: its text is masked."""
        return SessionEnvironment(self, None if self.in_script else self._veil())

    def _index(self, of: int | str) -> int:
        """Return the index of a node that is given by its index or its name. Raises ActionError."""
        if not isinstance(of, str) or of in self.known.nodes:
            return self.known.nodes[of] if isinstance(of, str) else of
        with as_action_error():
            return self.known.nodes[node(Words(Source("<name>", of).span(0, len(of)), self.known))]

    def value(self, name: str) -> Array:
        """Return a copy of a value. Raises ActionError for an unknown name, and for a pending, stale or hidden value."""
        self._index(name)
        return self._shown(self.environment().value(name), Veil.array)

    def grad(self, name: str) -> Array:
        """Return a copy of a gradient. Raises ActionError for an unknown name, and for one that is not final, or hidden."""
        self._index(name)
        return self._shown(self.environment().grad(name), Veil.array)

    @SILENT
    def set(self, name: str, array: Any) -> None:
        """Write numbers over a value, as the action `set` does. Raises ActionError."""
        from gradlab.lab.editing import write

        write(self, self._index(name), "value", Ellipsis, np.asarray(array), f"set {name}")

    @SILENT
    def snapshot(self) -> Snapshot:
        """Return what a face draws."""
        run, version, veil = self.run, self.version, self._veil()
        grads, root, seen = run.grad_states(), run.shown_root, self.environment()
        forward, backward, update = (run.timeline.count(run.at.update, phase) for phase in PHASES)
        found = Snapshot(
            version=version, position=run.at, counts=(forward, backward, update),
            root="" if root is None else run.graph.nodes[root].name,
            value_states=run.value_states(grads).tobytes(), grad_states=grads.tobytes(),
            current=run.timeline.executed(run.at), following=run.timeline.following(run.at), focus=self.focus, mode=run.mode,
            seed=run.seed, dtype=run.tape.dtype.name, backend=run.machine.backend, losses=run.history.pairs(),
            curves=tuple(recorded.lines(self)), objectives=len(run.own), lines=self._lines[-LINES:],
            can_undo=self.can_undo, can_redo=self.can_redo, marks=tuple(self.marks.items()),
            breakpoints=tuple((one.number, one.text) for one in self.stops.breakpoints), stops=self.stops.places(self),
            watches=tuple((one.number, one.expression.text, one.shown(seen, version)) for one in self.stops.watches),
            checkpoints=tuple(b.position for b in self.walker.checkpoints.bookmarks if b.position.update == run.at.update),
            question=self.question_text, card=self.question_card, labels=self.question_labels, sign=self.question_sign,
            way_out=self.question_way_out, hidden=() if veil is None else veil.places, constants=tuple(self.known.constants),
            run=(run.seed, run.mode, len(self.journal.deeds)),
        )  # fmt: skip
        return found if veil is None else veil.snapshot(found)

    @SILENT
    def brief(self, indexes: Sequence[int]) -> list[Brief]:
        """Return the numbers of some boxes."""
        return self._shown(views.briefs(self.run, indexes), lambda veil, found: veil.briefs(indexes, found))

    @SILENT
    def window(self, index: int, what: str, row0: int = 0, rows: int = 20, col0: int = 0, cols: int = 10) -> views.TensorWindow:
        """Return a part of a value ("value") or gradient ("grad") as a table. Raises ActionError when there is none."""
        found = views.window(self.run, index, what, (row0, rows), (col0, cols))
        return self._shown(found, lambda veil, found: veil.window(index, what, found))

    @SILENT
    def ledger(self, index: int | str, element: int | tuple[int, ...] | None = None, drill: Drill = WHOLE) -> Ledger:
        """Return where an element of a gradient comes from; without an element the largest. Raises ActionError.

        index: of the node, or its name.
        """
        return self._shown(asking.ledger_of(self, self._index(index), element, drill), Veil.ledger)

    @SILENT
    def paths(self, index: int | str, element: int | tuple[int, ...] | None = None) -> Paths:
        """Return the ways by which the gradient of a node, or of one element, came. Raises ActionError.

        index: of the node, or its name.
        """
        return self._shown(asking.paths_of(self, self._index(index), element), Veil.paths)

    def explain(self, text: str) -> Ledger:
        """Return the ledger of `NODE` or `NODE[i, j]`. Raises ActionError."""
        with as_action_error():
            read = reference(Words(Source("<name>", text).span(0, len(text)), self.known))
        return self.ledger(self.known.nodes[read.name], read.index)

    @SILENT
    def formula(self, index: int, element: int | tuple[int, ...] = 0) -> tuple[str, ...]:
        """Return the formula of a node: symbols, numbers, and what is sent to each input on account of an element."""
        return self._shown(asking.formula_of(self, index, element))

    @SILENT
    def stats(self) -> LayerTable:
        """Return one row for each layer."""
        return self._shown(views.statistics(self.run), Veil.layers)

    def through(self, kind: StripKind) -> tuple[tuple[int, ...], dict[str, Array]]:
        """Return the updates that were measured, and the numbers of each layer through them."""
        return self._shown(views.through(self.run, kind), Veil.layers)

    def check(self, root: str = "", nodes: Sequence[str] | None = None, full: bool = False, seconds: float = LONG) -> Verdicts:
        """Check gradients in float64; `full`: all elements; what is left after `seconds` is unchecked. Raises ActionError."""
        chosen = None if nodes is None else [self._index(name) for name in nodes]
        return self._shown(check(self, self._index(root) if root else None, chosen, full, seconds), Veil.verdicts)

    def diagnose(self, updates: int | None = None) -> Any:
        """Return what is wrong with the network, in a run beside this one (see the action). Raises ActionError."""
        return self.do(f"diagnose {updates or ''}").found

    def nudge(self, index: int | str, element: int, by: float) -> Nudge:
        """Return what a change of one number of a value does to the root, and what its gradient says. Raises ActionError."""
        node = self._index(index)
        return self._shown(nudge(self, node, element, by), lambda veil, found: veil.nudge(node, element, found))

    @property
    def compared(self) -> Comparison | None:
        """What the last comparison found."""
        return self._shown(self._compared)

    def keep_comparison(self, found: Comparison) -> None:
        """Keep a comparison, for whoever draws it."""
        self._compared = found

    @SILENT
    def landmarks(self) -> Landmarks:
        """Return marks, breakpoints, watches and edits, with where they are and their numbers."""
        return self._shown(landmarks(self.environment(), self.stops, self.version), Veil.landmarks)

    def told_before(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Return texts that were said before, without what a question that is open now asks for."""
        return self._shown(texts)

    @SILENT
    def findings(self) -> tuple[Any, ...]:
        """Return what is wrong with the numbers as they are: where the first NaN or infinity came up."""
        return self._shown(origins.findings(self))

    def digest(self) -> str:
        """Return a hash of everything that can be seen at this position. Equal states have equal digests."""
        return digest(self.run)

    def options(self) -> Mapping[str, str]:
        """Return what a run was made with."""
        return {"backend": self.run.machine.backend, "dtype": self.tape.dtype.name, "seed": str(self.run.seed)}

    def __repr__(self) -> str:
        title = f" {self.title!r}" if self.title else ""
        backend, dtype, seed = self.options().values()
        return f"<Lab{title} at {self.position}: {len(self.graph.nodes):,} nodes, {dtype}, {backend}, seed {seed}>"

    def about(self) -> TextTable:
        """Return what it is, and where it stands."""
        counts = (("position", str(self.position)), ("nodes", f"{len(self.graph.nodes):,}"))
        warned = (("warning", problem.brief) for problem in self.warnings)
        return TextTable(self.title or "a model", ("", ""), (*counts, *self.options().items(), *warned))
