"""The errors a person can cause, and the text that they read.

Whatever goes wrong because of what somebody wrote is a `GradlabError`; its text is complete. That it is an error is said by who
prints it, `gradlab.commands._output.show_error`, or by Python, which names the class. A NaN is a finding, not an error, and an
`AssertionError` is always our own mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlab.source import Span


class GradlabError(Exception):
    """Base of all errors a person can cause. headline: it in one line, for whoever has room for no more."""

    def __init__(self, text: str = "", headline: str = "") -> None:
        super().__init__(text)
        self.headline = headline or text.partition("\n")[0]


class ShapeError(GradlabError):
    """A shape rule refuses its operands. The one who knows the line turns it into a `Problem`."""


class ArgumentError(GradlabError):
    """A word was given arguments that it does not take. The one who knows the line turns it into a `Problem`."""


class BoundError(GradlabError):
    """Something would be larger than a scenario may be; the text names the bound."""


MEMORY = " MiB, allowed are "
"""What stands in every text that says that more memory is needed than is allowed, between the two."""


class ActionError(GradlabError):
    """A laboratory action cannot be done: unknown node, wrong argument, nothing to undo."""


_NAME = re.compile(r"`([^`\n]*)`")
LONGEST_PATH = 255
LONGEST = 600


def short(message: str) -> str:
    """Return a message whose names are cut to 80 characters, those of files to 255, and which is cut itself at 600."""
    message = _NAME.sub(_cut, message)
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 1]}…"


def _cut(found: re.Match[str]) -> str:
    name = found[1]
    most = LONGEST_PATH if "/" in name or "\\" in name else 80
    return f"`{name}`" if len(name) <= most else f"`{name[: most - 1]}…`"


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains a problem: `x` was made here, with this shape."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a text: what, where, what stands under the caret, and where else to look."""

    message: str
    span: Span | None = None
    label: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def brief(self) -> str:
        """The line it is in and the message, in one line."""
        return self.message if self.span is None else f"line {self.span.line}: {self.message}"

    @property
    def headline(self) -> str:
        """The message and what stands under the caret, in one line."""
        return f"error: {self.message}{f'; {self.label}' if self.label else ''}"

    def render(self, kind: str = "error") -> str:
        """Return the whole text of the problem, with the line it is in and a caret. kind: the word it begins with."""
        from gradlab.source import excerpt

        lines = [f"{kind}: {short(self.message)}"]
        if self.span is not None:
            lines += excerpt(self.span, self.label)
        for note in self.notes:
            lines.append(f"note: {short(note.message)}")
            if note.span is not None:
                lines += excerpt(note.span, "")
        return "\n".join(lines)


class ScenarioError(GradlabError):
    """Every problem of one file, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: p.span.start if p.span else -1))
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        headline = f"{self.problems[0].headline}{more}" if self.problems else ""
        super().__init__("\n\n".join(problem.render() for problem in self.problems), headline)
