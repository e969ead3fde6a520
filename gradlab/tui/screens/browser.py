"""The browser: the scenarios that come with gradlab and those of this folder."""

from __future__ import annotations

from pathlib import Path

from textual import work
from textual.message import Message

from gradlab.tui.screens.picker import Choice, ChoiceList, Picker


class Browser(Picker):
    """Every scenario by folder, filtered as one types; enter opens one."""

    class Opened(Message):
        """A scenario was chosen."""

        def __init__(self, path: str) -> None:
            self.path = path
            super().__init__()

    def __init__(self) -> None:
        super().__init__("gradlab: choose a scenario")

    def on_mount(self) -> None:
        """Show the frame first, then read the titles."""
        super().on_mount()
        self.query_one(ChoiceList).say("reading …")
        self._read()

    @work(thread=True)
    def _read(self) -> None:
        """Read the titles of all scenarios."""
        found = scenarios()
        self.app.call_from_thread(self.fill, found)

    def fill(self, choices: tuple[Choice, ...]) -> None:
        """Show what was found."""
        self.all = choices
        self.filter()

    def choose(self, choice: Choice) -> None:
        """Open the scenario above the browser."""
        self.post_message(self.Opened(choice.key))

    def action_leave(self) -> None:
        """End the program."""
        self.app.exit(0)


def scenarios() -> tuple[Choice, ...]:
    """Return every shipped scenario, and those of the folder that the program was started in."""
    from gradlab.lab.teach.progress import read_progress
    from gradlab.scenario.catalogue import catalogue

    shipped, progress = catalogue(), read_progress()
    found = [
        Choice(
            str(entry.path), f"{progress.mark(entry.name)} {entry.name.rpartition('/')[2]}", entry.title,
            entry.name.rpartition("/")[0],
        )
        for entry in shipped
    ]  # fmt: skip
    known = {entry.path.resolve() for entry in shipped}
    here = (path for path in sorted(Path.cwd().glob("*.md")) if path.resolve() not in known and _has_model(path))
    return (*found, *(Choice(str(path), path.stem, path.name, "in this folder") for path in here))


def _has_model(path: Path) -> bool:
    """Whether a Markdown file is a scenario."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return "```python model" in file.read(1 << 20)
    except OSError:
        return False
