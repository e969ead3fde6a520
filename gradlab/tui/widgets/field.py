"""A text field whose keys are looked at before they become text."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input


class Field(Input):
    """The text field. `takes` gets every key first, at once: keys that come in a burst must not overtake one another."""

    def __init__(self, takes: Callable[[events.Key], bool]) -> None:
        super().__init__(select_on_focus=False, compact=True)
        self.takes = takes

    def on_key(self, event: events.Key) -> None:
        """Keep a key from the text if it means something to the list around it; else the text field is asked next."""
        if self.takes(event):
            event.stop()
            event.prevent_default()
