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
    """Give every shipped scenario, and those of the folder that the program was started in."""
    from gradlab.scenario import shelf

    place = shelf.folder()
    found = [] if place is None else [_choice(place / f"{name}.md", name) for name in shelf.names()]
    here = Path.cwd()
    if place is None or (place != here and place.parent != here):
        found += [_choice(path, f"here/{path.stem}") for path in sorted(here.glob("*.md")) if _has_model(path)]
    return tuple(found)


def _choice(path: Path, name: str) -> Choice:
    """Give the choice of one file, whatever is wrong with it."""
    from gradlab.scenario.markdown import read_file

    folder, _, last = name.rpartition("/")
    document, _problems = read_file(path)
    return Choice(str(path), last, document.head.title if document else "cannot be read", folder)


def _has_model(path: Path) -> bool:
    """Whether a Markdown file is a scenario."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return "```python model" in file.read(1 << 20)
    except OSError:
        return False
