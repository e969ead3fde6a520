"""The `:` line: any action, with completion by tab and the lines of before by the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from gradlab.draw.ink import Row, row
from gradlab.lab.outcome import Line
from gradlab.tui.completion import candidates, common_start
from gradlab.tui.history import LineHistory
from gradlab.tui.widgets.rows import RowWidget

Words = Callable[[str], tuple[Iterable[str], Iterable[str]]]


class Sign(RowWidget):
    """What stands before the line: `:`, or the question of a quiz."""

    text = ":"

    def rows_for(self, width: int) -> list[Row]:
        """Return the one row."""
        return [row((self.text, "key"))]

    def say(self, text: str) -> None:
        """Show another text, in as many cells as it takes."""
        self.text = text
        self.styles.width = len(text)
        self.refresh()


class Field(Input):
    """The text field. `takes` gets every key first, at once: keys that come in a burst must not overtake one another."""

    def __init__(self, takes: Callable[[events.Key], bool]) -> None:
        super().__init__(select_on_focus=False, compact=True)
        self.takes = takes

    def on_key(self, event: events.Key) -> None:
        """Keep a key from the text if it means something to the command line; else the text field is asked next."""
        if self.takes(event):
            event.stop()
            event.prevent_default()


class CommandLine(Horizontal):
    """A line that is hidden until somebody types.

    words: gives, for a line, the actions and the names to complete it with.   entered: called with a finished line and with the
    prefix that `open` was given (what the line answers), or "".
    """

    class Hint(Message):
        """Something to show beside the line: what it could become."""

        def __init__(self, line: Line) -> None:
            self.line = line
            super().__init__()

    def __init__(self, words: Words, history: LineHistory, entered: Callable[[str, str], None]) -> None:
        super().__init__(id="command")
        self.entered = entered
        self.words = words
        self.history = history
        self.prefix = ""
        self.before: Widget | None = None
        self.answer_key = "a"

    def compose(self) -> ComposeResult:
        """Return the sign and the field."""
        yield Sign()
        yield Field(self.takes)

    @property
    def field(self) -> Field:
        """The text field."""
        return self.query_one(Field)

    def open(self, text: str = "", prefix: str = "", sign: str = ":") -> None:
        """Show the line with a beginning; `prefix` is put before what is typed (`answer `), and `sign` stands in its place."""
        self.prefix = prefix
        self.query_one(Sign).say(sign)
        self.before = self.before or self.screen.focused
        self.display = True
        self.screen.add_class("typing")
        self.field.value = text
        self.field.cursor_position = len(text)
        self.screen.set_focus(self.field)

    def close(self) -> None:
        """Hide the line and give the keys back."""
        self.display = False
        self.screen.remove_class("typing")
        if self.before is not None:
            self.screen.set_focus(self.before)
            self.before = None

    def cancel(self) -> None:
        """Close the line and send nothing."""
        self.close()
        if self.prefix:
            self.post_message(
                self.Hint(Line("info", f"the question stays open: `{self.answer_key}` answers it, escape gives it up"))
            )

    def takes(self, event: events.Key) -> bool:
        """Finish, leave, complete or walk through history; False for a key that edits the text.

        A key that was typed ahead, before the line was seen to be finished, is for whoever has the keys now.
        """
        if not self.display:
            self.app.post_message(events.Key(event.key, event.character))
        elif event.key in ("enter", "ctrl+j"):
            self._finish()
        elif event.key == "escape":
            self.cancel()
        elif event.key == "tab":
            self._complete()
        elif event.key in ("up", "down"):
            found = self.history.older() if event.key == "up" else self.history.newer()
            if found is not None:
                self._write(found)
        else:
            return False
        return True

    def _finish(self) -> None:
        """Send the line."""
        line = self.field.value.strip()
        self.close()
        if line and not self.prefix:
            self.history.add(line)
        if line:
            self.entered(line, self.prefix)

    def _complete(self) -> None:
        """Write as much as all candidates share, and show them."""
        found = candidates(self.field.value, *self.words(self.field.value))
        if not found:
            return
        start = common_start(found)
        if len(start) > len(self.field.value):
            self._write(start + (" " if len(found) == 1 else ""))
        if len(found) > 1:
            lead = len(start) - len(start.split(" ")[-1])
            self.post_message(self.Hint(Line("info", "  ".join(text[lead:] for text in found))))

    def _write(self, text: str) -> None:
        self.field.value = text
        self.field.cursor_position = len(text)
