"""What a rule has found: where, the number and its bound, a sentence, and what may help."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from gradlab.diagnose.fix import Fix
from gradlab.scenario.overrides import Change

Level = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
"""From what is only a fact to what keeps a network from learning."""


def share_text(number: float) -> str:
    """Return a share of chance as a person reads it."""
    if not isfinite(number):
        return "no number"
    percent = 100 * number
    return f"{percent:.3g} %" if abs(percent) < 1000 else f"{number:.3g} times"


@dataclass(frozen=True, slots=True)
class Verified:
    """A fix that was tried: the same run with a change, for so many updates.

    change: as a person reads it.   helps: whether it is better by more than chance.
    before, after: the loss at the end as a share of that of the best constant output, on the training data, without and with
    the change; held_out_before, held_out_after: the same on held-out data, None where there are none.
    diff: the change of the file, as a patch.   fix: what was changed.   changes: the same as changes of the text, which `fix`
    makes.   others: what came of other fixes that were tried, a sentence each.
    ladder: |δ| of each layer in the first update, without the change and with it.
    """

    change: str
    updates: int
    before: float
    after: float
    held_out_before: float | None = None
    held_out_after: float | None = None
    helps: bool = False
    diff: str = ""
    fix: Fix | None = None
    changes: tuple[Change, ...] = ()
    others: tuple[str, ...] = ()
    ladder: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    text: one sentence with the numbers.   node: index of the node it is about, or -1.   layer: its layer; "" for the one that
    the node is in, if it is in one.
    statistic: what `value` is, in a few words; `threshold` is the bound that it has passed.   at: the update it was seen in,
    or -1.   evidence: further sentences.   fixes: changes that may help, the likeliest first.
    most: the highest level that it may have; the level itself is decided by all findings together.
    root: index of the loss that it is about; -1 for that of the examination.
    yields: ids of rules that are its cause where they hold, too.   conjecture: whether it says that something would help, so
    that it is no cause where nothing that was tried does.
    rank: its place among causes, where that is another one than its rule's; -1 where it is not.   stays: whether it is a fault
    of a network that has learned, though its rule's are not.   placed: whether the text says already which line of an imported
    program it is about.

    What is behind it is set by the diagnosis. rule: id (`D1`).   name: of the rule.   level, headline: see `diagnosis`.
    because: id of the headline, where it is a consequence of that.   verified: the best fix that was tried.
    """

    text: str
    node: int = -1
    layer: str = ""
    statistic: str = ""
    value: float | None = None
    threshold: float | None = None
    at: int = -1
    evidence: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    most: Level = "error"
    root: int = -1
    yields: tuple[str, ...] = ()
    rank: int = -1
    conjecture: bool = False
    stays: bool = False
    placed: bool = False
    rule: str = ""
    name: str = ""
    level: Level = "info"
    headline: bool = False
    because: str = ""
    verified: Verified | None = None
