"""The `:` line: any action, with what it does, completion by tab and the lines of before by the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gradlab.draw.ink import Row, clip, row
from gradlab.tui.completion import candidates, common_start
from gradlab.tui.entry import TypedText
from gradlab.tui.history import LineHistory
from gradlab.tui.overlays._overlay import Overlay

Words = Callable[[str], tuple[Iterable[str], Iterable[str]]]


@dataclass(frozen=True, slots=True)
class LineOpened:
    """What a line is for. prefix: stands before what is typed (`answer `).   sign: is shown before it.

    cancelled: what is said when nothing is sent, or "".   at: characters before the cursor; -1 for all.
    """

    text: str = ""
    prefix: str = ""
    sign: str = ":"
    cancelled: str = ""
    at: int = -1


class LineOverlay(Overlay):
    """A line that somebody types.

    words: gives, for a line, the actions and the names to complete it with.   meaning: what an action does, for its first word.
    sent: is called with a finished line and the prefix.   leave: closes it.   told: says something.
    """

    def __init__(
        self, opened: LineOpened, history: LineHistory, words: Words, meaning: Callable[[str], str], *,
        sent: Callable[[str, str], None], leave: Callable[[], None], told: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.opened, self.history, self.words, self.meaning = opened, history, words, meaning
        self._sent, self._leave, self._told = sent, leave, told
        self.entry = TypedText(opened.text, len(opened.text) if opened.at < 0 else opened.at)
        self.hint = ""

    def takes(self, key: str, character: str | None) -> None:
        """Finish, leave, complete, walk through history, or edit the text."""
        if key in ("enter", "ctrl+j"):
            self._finish()
        elif key == "escape":
            self.close()
        elif key == "tab":
            self._complete()
        elif key in ("up", "down"):
            found = self.history.older() if key == "up" else self.history.newer()
            if found is not None:
                self.entry.write(found)
        elif self.entry.takes(key, character):
            self.hint = ""

    def paste(self, text: str) -> None:
        """Take the first line of what was pasted."""
        self.entry.insert(text)

    def close(self) -> None:
        """Close the line and send nothing."""
        self._leave()
        self._told(self.opened.cancelled)

    def _finish(self) -> None:
        line = self.entry.text.strip()
        self._leave()
        if line and not self.opened.prefix:
            self.history.add(line)
        if line:
            self._sent(line, self.opened.prefix)

    def _complete(self) -> None:
        """Write as much as all candidates share, and show them."""
        text = self.entry.text
        found = candidates(text, *self.words(text))
        if not found:
            return
        start = common_start(found)
        if len(start) > len(text):
            self.entry.write(start + (" " if len(found) == 1 else ""))
        lead = len(start) - len(start.split(" ")[-1])
        self.hint = "  ".join(text[lead:] for text in found) if len(found) > 1 else ""

    def rows(self, width: int, height: int) -> Sequence[Row]:
        """Return the line; above it what it could become, or what it does."""
        hint = self.hint
        text = self.entry.text
        if not hint and not self.opened.prefix and text.strip():
            hint = self.meaning(text.split()[0])
            if not hint and " " not in text:
                hint = "  ".join(candidates(text, *self.words(text)))
        line = self.entry.drawn(self.opened.sign, width)
        return [clip(row((f" {hint}", "dim")), width), line] if hint else [line]

    def cursor(self, width: int) -> int:
        """Return the column of the cursor in the last row."""
        return self.entry.column(self.opened.sign, width)
