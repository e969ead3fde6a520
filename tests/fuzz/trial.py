"""One case: a model, a scenario or a file, and what is asked of it; which inputs were taken, and which broke something."""

from __future__ import annotations

import re
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

import gradlab.scenario.expressions as language
from gradlab.actions._statement import check_script
from gradlab.errors import GradlabError, ScenarioError
from gradlab.outputs import Outputs
from gradlab.scenario.model import Draft, Overrides, draft_text
from gradlab.session import Lab
from gradlab.source import Source
from tests.fuzz import files
from tests.fuzz.models import Models
from tests.fuzz.numbers import chance
from tests.fuzz.scripts import Scripts

MEMORY = 64 << 20
"""Bytes that a model may take: a large one is refused early, and a case stays quick."""
INSIDE = re.compile(
    r"\b(?:Node|Op|Initializer|Tunable|Function|Data|Words|Span)\(\w+=|<function |<class | object at 0x|\bndarray\b"
)
"""What only a programmer would want to read."""
LONGEST = 2_000
"""Characters of one line of an error."""
REPAIRS = 4
"""How often a model that was refused is tried again, without the lines that were to blame."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be. where: the last place within gradlab."""

    case: str
    kind: str
    what: str
    where: str
    text: str

    @property
    def key(self) -> str:
        """Equal for faults that are likely one."""
        return f"{self.what.partition(':')[0]} at {self.where}"


@dataclass(slots=True)
class Tally:
    """What happened so far. tried, taken: by kind of input."""

    tried: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another tally counted."""
        self.tried += other.tried
        self.taken += other.taken
        self.faults += other.faults

    @property
    def inputs(self) -> int:
        """How many inputs there were."""
        return self.tried.total()

    @property
    def accepted(self) -> float:
        """The share of the inputs that were taken."""
        return self.taken.total() / max(1, self.inputs)


class Case:
    """A case of a number and a seed; the same two give the same inputs."""

    def __init__(self, seed: int, number: int, jit_share: float = 0.1) -> None:
        self.name, self.rng, self.tally = f"{seed}.{number}", Random(f"{seed}.{number}"), Tally()
        self.wild = self.rng.choice((0.0, 0.1, 0.3, 1.0))
        self.backend = "jit" if chance(self.rng, jit_share) else "plain"
        self.said: list[str] = []
        self.current = ""

    def run(self, watched: Callable[[str], None] = lambda _: None) -> Tally:
        """Try everything. watched: is told each input before it is tried, and "" whenever it lets others have a turn."""
        self.watched = watched
        with warnings.catch_warnings(), np.errstate(all="warn"):
            warnings.simplefilter("error")
            kind = self.rng.randrange(10)
            lab = self._of_file() if kind < 2 else self._of_scenario() if kind < 4 else self._of_model()
            if lab is not None:
                with TemporaryDirectory() as folder:
                    lab.outputs = Outputs(Path(folder))
                    self._asked(lab)
        return self.tally

    @contextmanager
    def _input(self, kind: str, text: str, *, counted: bool = True) -> Iterator[None]:
        """Count an input as taken unless it is refused; whatever else comes out of it is a fault."""
        self.current = text
        if counted:
            self.tally.tried[kind] += 1
            self.said.append(text)
        self.watched(f"{self.name} {kind}: {text}")
        try:
            yield
        except GradlabError as error:
            if not counted:
                self._blame(kind, error)
            self._read(kind, str(error))
            return
        except Exception as error:  # noqa: BLE001  this is what is looked for
            self._blame(kind, error)
            return
        if counted:
            self.tally.taken[kind] += 1

    def _blame(self, kind: str, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "/gradlab/" in f.filename] or frames
        where = f"{'/'.join(Path(ours[-1].filename).parts[-2:])}:{ours[-1].lineno} {ours[-1].name}"
        self._fault(kind, f"{type(error).__name__}: {error!s:.300}", where)

    def _fault(self, kind: str, what: str, where: str) -> None:
        self.tally.faults.append(Fault(self.name, kind, what, where, "\n".join(self.said[-12:])))

    def _read(self, kind: str, text: str) -> None:
        """Look at the text of an error as a person would."""
        inside = INSIDE.search(text)
        longest = max((len(line) for line in text.splitlines()), default=0)
        if inside is not None and inside.group() not in self.current:
            self._fault(kind, f"objects in a text: {text:.300}", inside.group())
        if longest > LONGEST:
            self._fault(kind, f"a line of {longest} characters: {text:.300}", "")
        if not text:
            self._fault(kind, "an error without a text", "")

    def _drafted(self, text: str, model: str, folder: Path | None, kind: str) -> Lab | None:
        """Return a laboratory, if need be without the lines that were refused."""
        for _ in range(REPAIRS):
            made: list[Lab] = []
            bad: tuple[int, ...] = ()
            with self._input(kind, text.replace("{model}", model)):
                read = draft_text(text.replace("{model}", model), "<fuzz>", folder, Overrides(memory=MEMORY))
                bad = tuple(_lines(read))
                made.append(Lab(read.finish(check_script(read.script, read.known, read.graph)), self.backend))
            if made:
                return made[0]
            first = text.partition("{model}")[0].count("\n") + 1
            lines = model.split("\n")
            kept = [line for place, line in enumerate(lines, first) if place not in bad]
            if len(kept) == len(lines) or not kept or kind == "file":
                return None
            model = "\n".join(kept)
        return None

    def _of_model(self) -> Lab | None:
        return self._drafted("```python model\n{model}\n```\n", Models(self.rng, self.wild).text(), None, "model")

    def _of_scenario(self) -> Lab | None:
        names = [*"xyhw", "loss"]
        lines = Scripts(self.rng, names, ["net", "h"], 0.0)
        script = "\n".join(lines.line() for _ in range(self.rng.randint(0, 2)))
        text = files.scenario(self.rng, "{model}", script)
        return self._drafted(text, Models(self.rng, self.wild).text(), None, "scenario")

    def _of_file(self) -> Lab | None:
        model = files.readers(self.rng)
        with TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "d.csv").write_bytes(files.table(self.rng))
            (place / "d.npy").write_bytes(files.member(self.rng))
            (place / "d.npz").write_bytes(files.archive(self.rng))
            return self._drafted("```python model\n{model}\n```\n", model, place, "file")

    def _asked(self, lab: Lab) -> None:
        """Do lines and ask for expressions; a face looks at the laboratory after each. Long work gives others their turns."""
        lab.on_chunk = lambda: self.watched("")
        names = [*lab.graph.aliases, *lab.scenario.model.numbers]
        scripts = Scripts(self.rng, names, lab.graph.layers, self.wild)
        for _ in range(len(lab.script)):
            with self._input("line", f"(script) {lab.script[lab.cursor_line].text}"):
                lab.next_line()
        for _ in range(self.rng.randint(10, 40)):
            if chance(self.rng, 0.4):
                self._expression(lab, scripts.expression() if chance(self.rng, 0.5) else scripts.condition())
            else:
                line = scripts.line()
                with self._input("line", line):
                    lab.do(line)
                self._looked_at(lab)

    def _expression(self, lab: Lab, text: str) -> None:
        with self._input("expression", text):
            read = language.read_expression(Source("<fuzz>", text).span(0, len(text)))
            problems = read.check(lab.scenario.known)
            if problems:
                raise ScenarioError(problems)
            read.evaluate(lab.environment())

    def _looked_at(self, lab: Lab) -> None:
        """Ask for what a face draws after every line: nothing of it may fail."""
        with self._input("look", self.current, counted=False):
            lab.snapshot()
            lab.lesson()
            lab.brief(range(min(8, len(lab.graph.nodes))))
            lab.findings()
            repr(lab)
        if lab.question is not None and chance(self.rng, 0.5):
            with self._input("line", "reveal"):
                lab.do("reveal")


def _lines(read: Draft) -> Iterator[int]:
    """Return the lines of the problems of a text."""
    for problem in read.problems:
        if problem.span is not None:
            yield problem.span.line


def run(seed: int, numbers: range, jit_share: float = 0.1) -> Tally:
    """Run many cases."""
    tally = Tally()
    for number in numbers:
        tally.add(Case(seed, number, jit_share).run())
    return tally


__all__ = ["Case", "Fault", "Tally", "run"]
