"""The fix of what is wrong, made in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, integer
from gradlab.lab.outcome import Line, Outcome, joined, told

if TYPE_CHECKING:
    from gradlab.diagnose.finding import Finding, Verified
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class WishedFix:
    """Which finding's fix, by its number, None for the headline's; and whether it runs beside this run."""

    number: int | None = None
    beside: bool = False


def _read(words: Words) -> WishedFix:
    """Read `[N] [beside]`."""
    given = list(words)
    beside = bool(given) and given[-1].text == "beside"
    if beside:
        given.pop()
    number = integer(words, given.pop(0), 1) if given else None
    for word in given:
        words.refuse(f"unexpected `{word.text}`", word)
    return WishedFix(number, beside)


def _fix(lab: Lab, wish: WishedFix) -> Outcome:
    """Change the model as the fix says that was tried, or run it beside this run. Raises ActionError."""
    from gradlab.diagnose.told import tried

    if lab.question is not None:
        raise ActionError("a question is open: answer it first, or `skip`")
    finding, verified = _verified(lab, wish.number)
    changes = " with ".join(map(str, verified.changes))
    said = f"{finding.rule} {finding.name}: {tried(verified)}"
    if not verified.helps:
        raise ActionError(said + (f"; `change {changes}` makes it" if changes else ""))
    head = told([Line("info", said)])
    if not changes:
        return joined([head, told([Line("info", f"the text stays as it is: `train {verified.updates}` trains so long")])])
    if wish.beside:
        return joined([head, lab.do(f"compare with {changes} for {verified.updates} updates")])
    return joined([head, lab.do(f"change {changes}")])


def _verified(lab: Lab, number: int | None) -> tuple[Finding, Verified]:
    """Return a finding with what came of its fixes: the headline, or that of a number in the list. Raises ActionError."""
    from gradlab.diagnose.doing import known
    from gradlab.diagnose.trial import tried

    examination, found = known(lab)
    if not found.findings or (number is None and found.headline is None):
        more = f"; `fix N` takes one of the {len(found.findings)} notes" if found.findings else ""
        raise ActionError(f"nothing was found that is to be fixed{more}")
    if number is not None and number > len(found.findings):
        raise ActionError(f"no finding has the number {number}: the last one is {len(found.findings)}")
    finding = found.findings[0 if number is None else number - 1]
    verified = finding.verified or tried(examination, finding)
    if verified is None:
        said = "; or ".join(fix.text for fix in finding.fixes)
        raise ActionError(f"{finding.rule} {finding.name}: there is no fix that can be tried" + (f": {said}" if said else ""))
    return finding, verified


ACTION = Action(
    "fix", "[N] [beside]",
    "change the model as the fix says that was tried, of the headline or of finding N; `undo` brings back the model before;"
    " with `beside` it runs beside this run",
    _read, _fix, kept=False,
)  # fmt: skip
