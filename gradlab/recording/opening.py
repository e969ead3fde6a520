"""Opening a recording: a laboratory at its end, with all of its past behind it."""

from __future__ import annotations

from contextlib import suppress

from gradlab.errors import GradlabError
from gradlab.lab.outcome import Outcome, joined
from gradlab.recording.player import KEPT, Player, ReplayOptions
from gradlab.recording.reader import Progress, Recording
from gradlab.recording.replay import difference, told
from gradlab.recording.sights import put_view
from gradlab.session import Lab


def open_at_end(recording: Recording, given: ReplayOptions | None = None, progress: Progress | None = None) -> Lab:
    """Return a laboratory in which a recording was done again. What is not as it was recorded is said first of all."""
    return opened_by(Player(recording, given), progress)[0]


def opened_by(player: Player, progress: Progress | None = None) -> tuple[Lab, int, float]:
    """Do a recording again; return the laboratory, how many lines that were, and the second of the last."""
    found, lines, seconds = None, 0, 0.0
    views: dict[str, str] = {}
    for step in player.steps(progress):
        found = found or difference(player, step)
        lines, seconds = lines + 1, max(seconds, step.line.seconds)
        if step.line.kind == "view" and step.line.text.partition(" ")[0] not in KEPT:
            put_view(views, step.line.text)
        elif step.line.kind == "do":
            views.pop("focus", None)  # what is looked at follows what is done
    lab = player.lab
    lab.opening += [*player.recording.notes, *(told(found) if found is not None else ())]
    lab.views = tuple(views.values())
    return lab, lines, seconds


def staged(lab: Lab) -> Outcome:
    """Return what brings the screen to where it was at the end of a recording."""
    outcomes = []
    listeners, lab.diary.listeners = lab.diary.listeners, []
    for view in sorted(lab.views, key=lambda line: not line.startswith("layout ")):  # a layout would close what is shown
        with suppress(GradlabError):
            outcomes.append(lab.do(view))
    lab.views, lab.diary.listeners = (), listeners
    return joined(outcomes)
