"""Pictures of the run: opened by their kind, drawn again wherever it stands, listed, shown again, and closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

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
Does = Literal["show", "close", "pin", "unpin"]
KEEPING: Mapping[str, Does] = {"close": "close", "pin": "pin", "unpin": "unpin"}
OTHERS = ("beside", *KEEPING)
"""Words behind `plot` that are no kind."""


@dataclass(frozen=True, slots=True)
class PlotShown:
    """A picture as data: the number of the plot, its kind and what it asked of the laboratory."""

    number: int
    kind: Plot
    text: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class PlotWanted:
    """A plot that is to be opened: its kind, its arguments as its kind has read them, and as they were written.

    beside: whether the one that is shown now stays in sight beside it.
    """

    kind: Plot
    arguments: Any
    text: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class RecordedPlot(PlotWanted, MovesRun):
    """One for which numbers have to be recorded, so that the run goes on in another way."""


@dataclass(frozen=True, slots=True)
class PlotNumbers:
    """Plots that are open. does: what is to be done with them.   numbers: of them; None: all.   beside: as for `PlotWanted`."""

    does: Does
    numbers: tuple[int, ...] | None
    beside: bool = False


def _read(words: Words) -> PlotWanted | PlotNumbers | None:
    """Read `KIND …`, `NUMBER`, either behind `beside`, `close`, `pin` or `unpin NUMBER …`, or nothing. Raises ScenarioError."""
    given = list(words)
    if not given:
        return None
    word = given[0].text
    if word.isdigit():
        if len(given) > 1:
            words.refuse(f"unexpected `{given[1].text}`", given[1])
        return PlotNumbers("show", (integer(words, given[0], 1, LARGEST),))
    if word == "beside" and word not in PLOTS:
        return _beside(words)
    if word in KEEPING and word not in PLOTS:
        return _numbers(words, KEEPING[word])
    kind = PLOTS.find(word)
    if kind is None:
        near = did_you_mean(word, [*PLOTS, *OTHERS]) or f"there are {', '.join(PLOTS)}; and {', '.join(OTHERS)}"
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


def _numbers(words: Words, does: Does) -> PlotNumbers:
    """Read what stands behind `close`, `pin` or `unpin`: numbers, `all`, or nothing."""
    behind = [*words][1:]
    if [span.text for span in behind] == ["all"]:
        return PlotNumbers(does, None)
    return PlotNumbers(does, tuple(integer(words, span, 1, LARGEST) for span in behind))


def _beside(words: Words) -> PlotWanted | PlotNumbers:
    """Read what stands behind `beside`: a plot that is to be opened, or the number of one that is open."""
    first = next(iter(words))
    behind = stripped(words.span.part(first.stop - words.span.start, len(words.span.text)))
    read = _read(Words(behind, words.known, words.usage)) if behind.text else None
    if read is None or (isinstance(read, PlotNumbers) and read.does != "show"):
        words.refuse("which plot is to stand beside? for instance `plot beside curve loss`", words.span)
    return replace(read, beside=True)


def _plot(lab: Lab, wanted: PlotWanted | PlotNumbers | None) -> Outcome:
    """Open one, show one again, close some, or list those that are open."""
    if wanted is None:
        return told(_listed(lab), found=tuple(lab.plots))
    if isinstance(wanted, PlotNumbers):
        return _with_open(lab, wanted)
    for expression in wanted.kind.records(wanted.arguments):
        if not recorded.is_recorded(lab, lab.run, expression):
            recorded.start(lab, recorded.CurveWanted(expression))
    there, before = len(lab.plots), lab.plots.shown
    opened = lab.plots.open(wanted.kind, wanted.arguments, wanted.text)
    _keep(lab, before, opened, beside=wanted.beside)
    try:
        return _shown(lab, opened, anew=True)
    except GradlabError:
        if len(lab.plots) > there:
            lab.plots.close([opened.number])
        raise


def _with_open(lab: Lab, wanted: PlotNumbers) -> Outcome:
    """Show a plot that is open, keep some in sight, let them go, or close them."""
    numbers = wanted.numbers
    if wanted.does == "close":
        return _close(lab, wanted)
    if wanted.does == "show":
        before, one = lab.plots.shown, lab.plots.of(numbers[0] if numbers else 0)
        _keep(lab, before, one, beside=wanted.beside)
        return _shown(lab, one)
    numbers = tuple(one.number for one in lab.plots) if numbers is None else numbers or (lab.plots.shown,)
    for number in numbers:
        lab.plots.pin(number) if wanted.does == "pin" else lab.plots.unpin(number)
    stays = "stays in sight beside the next one" if wanted.does == "pin" else "gives way to the next one"
    lines = [Line("info", f"plot {number} {stays}: {lab.plots.of(number).text}") for number in numbers]
    return told(lines, panel="plots")


def _keep(lab: Lab, before: int, one: OpenPlot, *, beside: bool) -> None:
    """Keep in sight what was shown before, where the next one is to stand beside it."""
    if beside and before and before != one.number:
        lab.plots.pin(before)


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
    "plot", "[[beside] KIND … | [beside] NUMBER | pin NUMBER … | unpin NUMBER … | close NUMBER …]",
    "open a picture that is drawn again wherever the run stands, `beside` the one in sight; alone it lists those that are open",
    _read, _plot, topics=_topics,
)  # fmt: skip
