"""The `:` line: any action, with completion by tab and the lines of before by the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from gradlab.lab.snapshot import Line
from gradlab.tui.completion import candidates, common_start
from gradlab.tui.history import History
from gradlab.tui.renderables.ink import Row, row
from gradlab.tui.widgets.rows import RowWidget

Words = Callable[[], tuple[Iterable[str], Iterable[str]]]


class Sign(RowWidget):
    """What stands before the line: `:`, or the question of a quiz."""

    text = ":"

    def rows_for(self, width: int) -> list[Row]:
        """Give the one row."""
        return [row((self.text, "key"))]

    def say(self, text: str) -> None:
        """Show another text, in as many cells as it takes."""
        self.text = text
        self.styles.width = len(text)
        self.refresh()


class Field(Input):
    """The text field; keys that mean something to the command line are passed on before the field sees them."""

    PASSED = frozenset({"tab", "up", "down", "escape", "ctrl+p"})

    async def _on_key(self, event: events.Key) -> None:
        """Keep the keys of the command line for it."""
        if event.key not in self.PASSED:
            await super()._on_key(event)


class CommandLine(Horizontal):
    """A line that is hidden until somebody types."""

    class Entered(Message):
        """A line was finished; `prefix` is what it answers (a quiz), or ""."""

        def __init__(self, line: str, prefix: str) -> None:
            self.line = line
            self.prefix = prefix
            super().__init__()

    class Left(Message):
        """The line was left without finishing it."""

    class Hint(Message):
        """Something to show beside the line: what it could become."""

        def __init__(self, line: Line) -> None:
            self.line = line
            super().__init__()

    def __init__(self, words: Words, history: History) -> None:
        super().__init__(id="command")
        self.words = words
        self.history = history
        self.prefix = ""

    def compose(self) -> ComposeResult:
        """Give the sign and the field."""
        yield Sign()
        yield Field(select_on_focus=False, compact=True)

    @property
    def field(self) -> Field:
        """The text field."""
        return self.query_one(Field)

    def open(self, text: str = "", prefix: str = "") -> None:
        """Show the line with a beginning; `prefix` is put before what is typed (`quiz grad(w) = `)."""
        self.prefix = prefix
        self.query_one(Sign).say(f"▌ {prefix.replace('quiz ', 'predict ', 1)}" if prefix else ":")
        self.display = True
        self.screen.add_class("typing")
        self.field.value = text
        self.field.cursor_position = len(text)
        self.field.focus()

    def close(self) -> None:
        """Hide the line."""
        self.display = False
        self.screen.remove_class("typing")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the line."""
        event.stop()
        line = event.value.strip()
        self.close()
        if line and not self.prefix:
            self.history.add(line)
        self.post_message(self.Entered(line, self.prefix) if line else self.Left())

    def on_key(self, event: events.Key) -> None:
        """Complete, walk through history, or leave."""
        if event.key not in Field.PASSED or not self.display:
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.close()
            self.post_message(self.Left())
        elif event.key == "tab":
            self._complete()
        elif event.key in ("up", "down"):
            found = self.history.older() if event.key == "up" else self.history.newer()
            if found is not None:
                self._write(found)

    def _complete(self) -> None:
        """Write as much as all candidates share, and show them."""
        found = candidates(self.field.value, *self.words())
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
