"""The states of values and gradients in words."""

from __future__ import annotations

from gradlab.axis.position import State

_WORDS = {
    State.PENDING: "pending",
    State.DONE: "done",
    State.PARTIAL: "partial",
    State.FINAL: "final",
    State.PAST: "past",
    State.STALE: "stale",
    State.UNREACHED: "unreached",
}


def value_text(state: State) -> str:
    """Return a state in a word."""
    return _WORDS[state]


def grad_text(state: State, partial: tuple[int, int]) -> str:
    """Return the state of a gradient: "partial 1/3", "final (3/3)", "unreached"."""
    sent, readers = partial
    if state == State.PARTIAL:
        return f"partial {sent}/{readers}"
    if state == State.FINAL and readers:
        return f"final ({sent}/{readers})"
    return _WORDS[state]
