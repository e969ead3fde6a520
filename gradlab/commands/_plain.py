"""`open --plain`: the laboratory as a talk of lines. No cursor is moved, and each answer has three lines at most.

It is another face of the thread that the screen has: the same keys and lines, the same record of what is done, and the same
numbers hidden while a question is open.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain
from math import prod
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

import click

from gradlab import interruption
from gradlab.commands._output import plain, show, tell
from gradlab.commands._sentences import PANELS, chosen_text
from gradlab.draw.card import goes_out
from gradlab.errors import GradlabError
from gradlab.source import did_you_mean
from gradlab.tui.keymap import BY_NAME, COMMANDS, Command, element_of
from gradlab.tui.labthread import LabThread
from gradlab.tui.lessonthread import WAY_OUT
from gradlab.tui.moment import Look, Moment, Said

if TYPE_CHECKING:
    from gradlab.session import Lab

LINES = 3
"""Lines of an answer."""
TICK, PATIENCE = 0.01, 1.0
"""Seconds between two looks at what runs, and until it is named."""
INTERRUPTED = 130
UNSAID = ("info", "value")
"""Kinds of lines that do not begin with their kind: answers to what was asked."""
HELP = (
    "a key, such as n for the next op, or an action line, such as `train 100`; `help` lists the actions",
    "/NAME or /NAME[0,1] chooses a number, w tells where it comes from, 1 to 9 read the panels, 0 the last answers",
    "an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves",
)
WAYS = f"a ANSWER answers, A yes {WAY_OUT}, a space, twice, skips it"
_NUMBER = re.compile(r"(?P<name>.+?)\s*(\[(?P<places>[\d,\s]*)\])?")
_GAP = re.compile(r"(?<=\S) {3,}")
"""What stands between two columns."""
_BY_LETTER = {" " if one.shown == "␣" else one.shown: one for one in COMMANDS if not one.scope}


class PlainFace:
    """One talk. read: gives the next line, with its end, or "" at the end.   echoes: whether the line is to be shown, too."""

    def __init__(self, read: Callable[[], str], *, echoes: bool) -> None:
        self._read, self._echoes = read, echoes
        self._moments: SimpleQueue[Moment] = SimpleQueue()
        self._errors: list[Exception] = []
        self._thread = LabThread(self._moments.put, self._errors.append)
        self.moment = Moment()
        self._said: list[Said] = []
        self._fresh: list[Said] = []
        self._rest: list[str] = []
        self._last = ""
        self._page: list[str] = []
        """What of the last page of the lesson was not read yet."""

    def talk(self, make: Callable[[], Lab], at: str = "") -> int:
        """Open a laboratory, and answer until the lines end; return the exit code. Raises what speaks against opening it."""
        try:
            self._thread.open(make)
            self._settle()
            if self._errors:
                raise self._errors[0]
            self._answer([self.moment.title, *self._heard(), HELP[-1]])
            if at:
                self._thread.do(f"goto {at}")
                self._tell()
            return self._answer_lines()
        except KeyboardInterrupt:
            interruption.forget()
            return INTERRUPTED
        finally:
            self._thread.close()

    @property
    def prompt(self) -> str:
        """What stands before a line: the position and the mode."""
        snapshot = self.moment.snapshot
        return f"{snapshot.position} {snapshot.mode} > "

    def _answer_lines(self) -> int:
        while True:
            prompt(self.prompt)
            line = self._read()
            if not line.endswith("\n") and not line.strip():
                show("")
                return 0
            line = line.removesuffix("\n").removesuffix("\r")
            if self._echoes:
                show(line)
            if not self._answered(line):
                return 0

    # ---- lines -----------------------------------------------------------------------------------------------------

    def _answered(self, line: str) -> bool:
        """Answer a line; return whether another one is wanted."""
        word, _, rest = line.strip().partition(" ")
        if line in ("q", "Q", "quit"):
            return self._stays(line)
        if line.strip() == "":
            self._press(_BY_LETTER[" "], "") if line else self._read_panel("8")
        elif line == "more":
            self._read_on(self._rest)
        elif line == "all":
            self._read_on(self._rest, len(self._rest))
        elif line.startswith("/"):
            self._choose(line[1:].strip())
        elif line in PANELS or line == "0":
            self._read_panel(line)
        elif word in _BY_LETTER and word not in self.moment.actions:
            self._press(_BY_LETTER[word], rest.strip())
        elif len(set(line)) == 1 and line[0] in _BY_LETTER and line not in self.moment.actions:
            self._repeat(_BY_LETTER[line[0]], len(line))
        elif word == "w":
            self._press(BY_NAME["why"], "")
        else:
            self._do(line.removeprefix(":").strip())
        return True

    def _stays(self, line: str) -> bool:
        """Whether there is a reason to stay: something that is kept nowhere; `Q` leaves whatever it is."""
        lost = None if line == "Q" else self.moment.at_stake
        if lost is not None:
            self._answer([f"{lost[0]} {lost[1]}; Q leaves"])
        return lost is not None

    def _do(self, line: str) -> None:
        if line:
            self._thread.do(line)
            self._tell()

    def _press(self, command: Command, rest: str) -> None:
        """Do what a key stands for; what follows it is the end of its line, as in `a 0.5`, `t 50` or `g 0.b.3`."""
        if why := command.why_not(self.moment):
            self._answer([why])
        elif command.name in self._own:
            self._own[command.name](command, rest)
        elif command.does.startswith("before "):
            self._thread.before(command.does.partition(" ")[2])
            self._tell()
        elif command.prompt is not None:
            self._begin(command.prompt(self.moment), command, rest)
        elif command.line is not None and not rest:
            self._thread.press(command)
            self._tell()
        elif command.line is not None:
            self._answer([f"error: `{command.shown}` takes nothing: {command.help}"])
        else:
            self._answer([f"`{command.shown}` ({command.label}) is for the screen"])

    @cached_property
    def _own(self) -> Mapping[str, Callable[[Command, str], None]]:
        """What is done here for commands that the screen does by itself, by their names."""
        return {
            "answer": lambda key, rest: self._begin("answer ", key, rest),
            "lesson": lambda key, rest: self._next_stop(),
            "help": lambda key, rest: self._answer(HELP),
            "why": lambda key, rest: self._do(f"explain {element_of(self.moment)}"),
            "go": lambda key, rest: self._begin("goto ", key, rest),
            "change": lambda key, rest: self._begin(f"set {element_of(self.moment)} = ", key, rest),
            "reveal": self._reveal,
            "again": lambda key, rest: self._do(self._last) if self._last else self._answer(["nothing was done yet"]),
        }

    def _reveal(self, command: Command, rest: str) -> None:
        """Show the answer to the open question, after a yes."""
        self._do("reveal") if rest == "yes" else self._answer([f"{self.moment.snapshot.way_out}? `{command.shown} yes` does"])

    def _repeat(self, command: Command, count: int) -> None:
        """Do what a key stands for some times; the answer is the last one."""
        for _ in range(count - 1):
            if command.line is not None:
                self._thread.press(command)
        self._settle()
        self._heard()
        self._press(command, "")

    def _begin(self, prompt: str, command: Command, rest: str) -> None:
        """Do the line that a key begins, once it is whole."""
        if rest:
            self._do(f"{prompt}{rest}" if prompt.endswith(" ") else f"{prompt.split(' ', maxsplit=1)[0]} {rest}")
        elif prompt:
            self._answer(
                [f"`{command.shown}` begins `{prompt.strip()}`: write the end of it in the same line, `{command.shown} …`"]
            )

    def _next_stop(self) -> None:
        if self._page:
            self._read_on(self._page)
            return
        asked = self.moment.snapshot.question
        self._thread.next_stop(WAYS)
        self._settle()
        lines, turned = self._heard(), self.moment.turned
        if turned:
            lines = [*lines, *self._asked("4")[1:]]
        if self.moment.snapshot.question not in ("", asked):
            lines.append(WAYS.replace(WAY_OUT, goes_out(self.moment.snapshot.way_out)))
        self._answer(lines)
        self._page = self._rest if turned else []

    def _read_on(self, lines: list[str], most: int = LINES) -> None:
        """Say more of an answer."""
        is_page = lines is self._page
        self._answer(lines, most)
        self._page = self._rest if is_page else self._page

    def _choose(self, text: str) -> None:
        """Choose a node, or one of its numbers."""
        found = _NUMBER.fullmatch(text)
        name = text if found is None else found["name"]
        fitting = [node for node in self.moment.nodes if node.name == name] or [
            node for node in self.moment.nodes if node.name.endswith(f".{name}")
        ]
        if found is None or len(fitting) != 1:
            near = did_you_mean(name, [node.name for node in self.moment.nodes])
            many = f"{len(fitting)} nodes are called" if fitting else "no node is called"
            self._answer([f"error: {many} `{name}`{near and ': ' + near}"])
            return
        node = fitting[0]
        try:
            element = flat_place(node.shape, found["places"])
        except ValueError as wrong:
            self._answer([f"error: {wrong}"])
            return
        self._thread.look(node.index, element, {})
        self._settle()
        self._read_panel("2")

    # ---- answers ---------------------------------------------------------------------------------------------------

    def _read_panel(self, digit: str) -> None:
        if digit == "0":
            lines = [line for said in reversed(self._said) for line in (f"after {said.action}:", *spoken_lines(said))]
            self._answer(lines or ["nothing was said yet"])
        else:
            self._answer(self._asked(digit))

    def _asked(self, digit: str) -> list[str]:
        """Return the sentences of a panel."""
        name, sentences = PANELS[digit]

        def ask(lab: Lab, look: Look) -> list[str]:
            return list(sentences(lab, look))

        self._thread.watch({name: ask})
        self._settle()
        found = self.moment.pictures.get(name)
        self._thread.watch({})
        self._settle()
        return found if isinstance(found, list) else [f"error: {first_line(str(found))}"]

    def _tell(self) -> None:
        """Wait for what runs, and say what came of it."""
        before = self.moment
        self._settle()
        lines = self._heard()
        if not lines and self.moment.focus != before.focus:
            lines = [chosen_text(self.moment.nodes, self.moment.focus, self.moment.element)]
        self._answer(lines)

    def _heard(self) -> list[str]:
        """Return what was said since the last answer."""
        fresh, self._fresh = self._fresh, []
        self._said = [*self._said, *(said for said in fresh if said.action)][-LINES * LINES :]
        self._last = next((said.action for said in reversed(self._said)), "")
        return list(chain.from_iterable(map(spoken_lines, fresh)))

    def _settle(self) -> None:
        """Wait until nothing runs, and take what came. What runs for long is named; Ctrl-C stops it."""
        began, named = monotonic(), False
        while not (self._thread.idle and self._moments.empty()):
            try:
                with suppress(Empty):
                    self._take(self._moments.get(timeout=TICK))
                if not named and self._thread.running and monotonic() - began > PATIENCE:
                    show(f"runs: {self._thread.running}; ctrl+c stops it")
                    named = True
            except KeyboardInterrupt:
                interruption.forget()
                self._thread.cancel()

    def _take(self, moment: Moment) -> None:
        self.moment = moment
        self._fresh += moment.said

    def _answer(self, lines: Iterable[str], most: int = LINES) -> None:
        """Say some lines; what is more than an answer may have is read on by `more`, or as a whole by `all`."""
        told = [_GAP.sub("  ", line.rstrip()) for line in lines if line.strip()]
        room = most if len(told) <= most else most - 1
        for line in told[:room]:
            show(line)
        self._rest = told[room:]
        if self._rest:
            show(f"{len(self._rest):,} more line{'s' * (len(self._rest) != 1)}: `more`")


def prompt(text: str) -> None:
    """Write what stands before a line."""
    click.echo(plain(text), nl=False)
    sys.stdout.flush()


def spoken_lines(said: Said) -> list[str]:
    """Return what was said, each line behind its kind, unless it is the answer to what was asked. An error is one line."""
    if said.error:
        return [f"error: {said.error.removeprefix('error: ')}"]
    page = () if said.outcome.page is None else said.outcome.page.lines
    return [*(spoken(line.kind, text) for line in said.lines for text in line.text.splitlines()), *page]


def spoken(kind: str, text: str) -> str:
    """Return a line behind its kind."""
    text = re.sub(r"  +", "; ", text) if kind == "quiz" else text
    return text if kind in UNSAID or text.lower().startswith((f"{kind} ", f"{kind}:")) else f"{kind}: {text}"


def first_line(text: str) -> str:
    """Return the first line of an error without the word before it."""
    return text.partition("\n")[0].removeprefix("error: ")


def flat_place(shape: Sequence[int], places: str | None) -> int:
    """Return the flat number of an element that is written `0,3`; the first one without places. Raises ValueError."""
    if places is None or not prod(shape):
        return 0
    given = [int(place) for place in places.split(",") if place.strip()]
    if len(given) != len(shape) or any(place >= size for place, size in zip(given, shape, strict=True)):
        raise ValueError(f"`[{places}]` is no element of a shape {' x '.join(map(str, shape)) or 'of one number'}")
    flat = 0
    for place, size in zip(given, shape, strict=True):
        flat = flat * size + place
    return flat


def talk(make: Callable[[], Lab], at: str | None) -> int:
    """Talk about a laboratory on the standard streams; return the exit code. Raises GradlabError."""
    if sys.stdin is None or sys.stdout is None:
        raise GradlabError("error: `--plain` reads lines from stdin and writes them to stdout: one of them is closed")
    code = PlainFace(sys.stdin.readline, echoes=not sys.stdin.isatty()).talk(make, at or "")
    kept = sys.modules.get("gradlab.recording.kept")
    if kept is not None and kept.keeps_something():
        tell("what was done is kept: `gradlab open --resume` goes on there")
    return code
