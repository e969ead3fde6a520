"""Pictures of the run: opened by their kind, drawn again wherever it stands, listed, shown again, and closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradlab.actions._action import Action
from gradlab.axis.environment import NotReady
from gradlab.draw.plots import PLOTS, Blank, OpenPlot, Paper, Picture, Plot, text_rows
from gradlab.errors import GradlabError, Note, Problem, ScenarioError
from gradlab.lab import recorded
from gradlab.lab.arguments import MovesRun, Words, integer
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.plugins import told as error_text
from gradlab.scenario.script import stripped
from gradlab.source import Span, did_you_mean

if TYPE_CHECKING:
    from gradlab.session import Lab

LARGEST = 1_000_000
PLAIN = Paper()


@dataclass(frozen=True, slots=True)
class PlotShown:
    """A picture as data: the number of the plot, its kind and what it asked of the laboratory."""

    number: int
    kind: Plot
    text: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class PlotWanted:
    """A plot that is to be opened: its kind, its arguments as its kind has read them, and as they were written."""

    kind: Plot
    arguments: Any
    text: str


@dataclass(frozen=True, slots=True)
class RecordedPlot(PlotWanted, MovesRun):
    """One for which numbers have to be recorded, so that the run goes on in another way."""


@dataclass(frozen=True, slots=True)
class PlotNumbers:
    """Plots that are open. close: whether they are to be closed, else shown.   numbers: of them; None: all."""

    close: bool
    numbers: tuple[int, ...] | None


def _read(words: Words) -> PlotWanted | PlotNumbers | None:
    """Read `KIND …`, `NUMBER`, `close NUMBER …` or nothing. Raises ScenarioError."""
    given = list(words)
    if not given:
        return None
    word = given[0].text
    if word.isdigit():
        if len(given) > 1:
            words.refuse(f"unexpected `{given[1].text}`", given[1])
        return PlotNumbers(False, (integer(words, given[0], 1, LARGEST),))
    if word == "close" and "close" not in PLOTS:
        return _closing(words)
    kind = PLOTS.find(word)
    if kind is None:
        near = did_you_mean(word, [*PLOTS, "close"]) or f"there are {', '.join(PLOTS)}; and `close`"
        words.refuse(f"there is no plot `{word}`", given[0], near)
    behind = words.span.part(given[0].stop - words.span.start, len(words.span.text))
    arguments = _arguments(kind, Words(stripped(behind), words.known, kind.usage))
    make = RecordedPlot if tuple(kind.records(arguments)) else PlotWanted
    return make(kind, arguments, words.text)


def _arguments(kind: Plot, words: Words) -> Any:
    """Read the arguments of a kind. Raises ScenarioError, with the form and an example beside what is wrong."""
    try:
        return kind.read(words)
    except ScenarioError as error:
        raise ScenarioError(_with_form(kind, words, problem) for problem in error.problems) from None


def _with_form(kind: Plot, words: Words, problem: Problem) -> Problem:
    """Return a problem with the column, the form of the kind and an example."""
    message, span = problem.message, problem.span or words.span
    if message.startswith("invalid "):  # of Python, which does not say what it did not expect
        message, span = _unexpected(words, span)
    joint = " " if message.endswith("?") else "; "
    form = f"column {span.column}: {message}{joint}the form is `plot {kind.line}`"
    example = f"for example `plot {kind.example}`" if kind.example else ""
    label = problem.label if not problem.label.startswith("it takes") else ""
    notes = (*problem.notes, Note(example)) if label and example else problem.notes
    return replace(problem, message=form, span=span, label=label or example, notes=notes)


def _unexpected(words: Words, span: Span) -> tuple[str, Span]:
    """Return which word does not belong into an expression, and where it is: the one that the caret is at or behind."""
    given = list(words)
    word = next((one for one in reversed(given) if one.start <= span.start), given[0] if given else span)
    return (f"`{word.text}` is not expected here" if len(given) > 1 else f"`{word.text}` cannot be read"), word


def _closing(words: Words) -> PlotNumbers:
    """Read what stands behind `close`: numbers, `all`, or nothing."""
    behind = [*words][1:]
    if [span.text for span in behind] == ["all"]:
        return PlotNumbers(True, None)
    return PlotNumbers(True, tuple(integer(words, span, 1, LARGEST) for span in behind))


def _plot(lab: Lab, wanted: PlotWanted | PlotNumbers | None) -> Outcome:
    """Open one, show one again, close some, or list those that are open."""
    if wanted is None:
        return told(_listed(lab), found=tuple(lab.plots))
    if isinstance(wanted, PlotNumbers):
        return _close(lab, wanted) if wanted.close else _shown(lab, lab.plots.of(wanted.numbers[0] if wanted.numbers else 0))
    for expression in wanted.kind.records(wanted.arguments):
        if not recorded.is_recorded(lab, lab.run, expression):
            recorded.start(lab, recorded.CurveWanted(expression))
    there = len(lab.plots)
    opened = lab.plots.open(wanted.kind, wanted.arguments, wanted.text)
    try:
        return _shown(lab, opened, anew=True)
    except GradlabError:
        if len(lab.plots) > there:
            lab.plots.close([opened.number])
        raise


def _shown(lab: Lab, one: OpenPlot, *, anew: bool = False) -> Outcome:
    """Return the picture of an open plot; where its numbers are not there yet, that claim fails.

    anew: later ones are compared with it.   Raises ActionError for what can never be drawn.
    """
    lab.plots.shown = one.number
    head = Line("value", f"plot {one.number}: {one.text}")
    try:
        picture = one.picture(lab, PLAIN)
        lines = text_rows(one.kind, picture, PLAIN)
    except NotReady as error:
        return told([head, Line("fail", f"it cannot be drawn here: {error.headline}")], panel="plots")
    except GradlabError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a plot of others does wrong, the program goes on
        return told([head, Line("fail", f"plot {one.number} went wrong: {error_text(error)}")], panel="plots")
    if anew and not isinstance(picture, Blank):
        one.first = picture
    shown = PlotShown(one.number, one.kind, one.text, picture)
    return told([head, *(Line("picture", line) for line in lines)], panel="plots", found=shown)


def _listed(lab: Lab) -> Iterable[Line]:
    """Yield the open plots, or which there could be."""
    if not lab.plots:
        yield Line("info", f"no plot is open; there are {', '.join(PLOTS)}")
    for one in lab.plots:
        yield Line("value", f"{one.number}  {one.text}")


def _close(lab: Lab, wanted: PlotNumbers) -> Outcome:
    """Close plots by their numbers, all of them, or the only one."""
    numbers = wanted.numbers
    if numbers is None or (not numbers and len(lab.plots) == 1):
        numbers = tuple(one.number for one in lab.plots)
    elif not numbers:
        return told([Line("fail", "which one? " + ("; ".join(line.text for line in _listed(lab))))])
    texts = [lab.plots.of(number).text for number in numbers]
    lab.plots.close(numbers)
    lines = [Line("info", f"closed plot {number}: {text}") for number, text in zip(numbers, texts, strict=True)]
    return told(lines or [Line("info", "no plot was open")])


def _topics() -> Mapping[str, list[str]]:
    """Return the pages of the kinds."""
    return {kind.name: [f"plot {kind.line}", "", *kind.doc.splitlines()] for kind in PLOTS.values()}


ACTION = Action(
    "plot", "[KIND … | NUMBER | close NUMBER …]",
    "open a picture that is drawn again wherever the run stands; alone it lists those that are open",
    _read, _plot, topics=_topics,
)  # fmt: skip
