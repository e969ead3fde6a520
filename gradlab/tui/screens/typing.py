"""The `:` line of the laboratory: what is typed, what it is completed with, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable

from gradlab.draw.plots import plot_words
from gradlab.tui.history import LineHistory
from gradlab.tui.overlays.line import LineOpened, LineOverlay
from gradlab.tui.screens.bench import Bench


class Typing(Bench):
    """The part of the laboratory that takes lines. history: the lines of before."""

    history: LineHistory

    def type_line(self, opened: LineOpened) -> None:
        """Open the line."""
        self.put(
            LineOverlay(
                opened, self.history, self._words, meaning,
                sent=self._entered, leave=lambda: self.put(None), told=self.tell,
            )
        )  # fmt: skip

    def paste(self, text: str) -> None:
        """Take a text that was pasted; where no line is open it means nothing."""
        if self.over is not None:
            self.over.paste(text)
            self.put(self.over)
        elif text.strip():
            self.tell("a text was pasted where no line is open; `:` opens one")

    def _entered(self, line: str, prefix: str) -> None:
        """Send a line that was typed."""
        word, _, rest = line.partition(" ")
        if line in ("q", "quit") and not prefix:
            self.do_quit()
        elif word == "layout" and rest.startswith("keep ") and not prefix:
            self.do_keep_layout(rest.removeprefix("keep ").strip())
        elif self.thread is not None:
            self.thread.do(prefix + line)

    def do_keep_layout(self, name: str) -> None:
        """Keep the layout by a name."""
        raise NotImplementedError

    def _words(self, line: str) -> tuple[Iterable[str], Iterable[str]]:
        """Return the words that a line can be completed with: actions, and names of nodes, or behind `help` what has a page."""
        if line.startswith("help "):
            from gradlab.scenario import glossary

            return self.moment.actions, (*self.moment.actions, *glossary.names())
        names = (*(node.name for node in self.moment.nodes), *self.moment.snapshot.constants)
        return self.moment.actions, (*plot_words(line.removeprefix("plot ")), *names) if line.startswith("plot ") else names


def meaning(word: str) -> str:
    """Return what an action does, with its arguments; "" for a word that is none."""
    from gradlab.actions import words

    found = words().get(word)
    return f"{word} {found.usage}".strip() + f" · {found.help}" if found is not None else ""
