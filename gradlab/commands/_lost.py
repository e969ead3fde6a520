"""Trainings that end in NaN or infinity: they fail, unless the script expects it where they ended."""

from __future__ import annotations

import re

import numpy as np

from gradlab.commands._report import Failure
from gradlab.lab.outcome import Outcome
from gradlab.scenario.script import Statement
from gradlab.session import Lab


class LostTraining:
    """The training that ended so last, for as long as the lines behind it may still say that this is meant."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}
        self._failure: Failure | None = None

    def after(self, lab: Lab, statement: Statement, outcome: Outcome) -> tuple[Failure, ...]:
        """Look at a statement that was done; return the failure that no line can take back any more."""
        if self._failure is not None and statement.word == "expect":
            if outcome.ok and any(_tells_of(statement.text, *one) for one in self._numbers.items()):
                self._failure = None
            return ()
        if statement.word != "train":
            return ()
        gone = self.left()
        self._numbers = {} if any(line.kind == "stop" for line in outcome.lines) else _not_finite(lab)
        if self._numbers:
            told = ", ".join(f"`{name}` is {number}" for name, number in list(self._numbers.items())[:3])
            text = f"the training ended with numbers that are lost: {told}; {_way_out(*next(iter(self._numbers.items())))}"
            self._failure = Failure(statement.line, statement.text, text)
        return gone

    def left(self) -> tuple[Failure, ...]:
        """Return the failure that no line has taken back, and forget it."""
        found, self._failure = self._failure, None
        return () if found is None else (found,)


def _way_out(name: str, number: str) -> str:
    claim = f"isnan({name})" if number == "nan" else f"{name} > 1e300"
    return f"`expect {claim}` behind it says that this is meant"


def _tells_of(text: str, name: str, number: str) -> bool:
    """Whether a claim that held says of a name that it is not finite: of NaN by `isnan`, of infinity by how large it is."""
    reads = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text) is not None
    return reads and ("isnan" in text if number == "nan" else re.search(r"[<>]|inf", text) is not None)


def _not_finite(lab: Lab) -> dict[str, str]:
    """Return the last loss and the parameters that are NaN or infinite, by name, each with its first such number."""
    run = lab.run
    found: dict[str, str] = {}
    pairs, root = run.history.pairs(), run.root_of(max(0, lab.position.update - 1))
    if pairs and root is not None and not np.isfinite(pairs[-1][1]):
        found[run.graph.nodes[root].name] = str(pairs[-1][1])
    for node in run.graph.nodes:
        if node.op.role == "parameter":
            value = run.machine.value(node.index)
            bad = value[~np.isfinite(value)]
            if bad.size:
                found[node.name] = str(float(bad.reshape(-1)[0]))
    return found
