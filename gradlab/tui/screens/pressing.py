"""What the keys of the laboratory do, and its line, its palette and its help."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on

from gradlab.draw.plots import plot_words
from gradlab.lab.outcome import Line
from gradlab.lab.working import Work
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.panels import PanelWidget
from gradlab.tui.screens import offers
from gradlab.tui.screens.bench import Bench
from gradlab.tui.screens.picker import Picker
from gradlab.tui.screens.text import TextScreen
from gradlab.tui.widgets.bars import Footer
from gradlab.tui.widgets.command import CommandLine
from gradlab.tui.widgets.status import Status


class Pressing(Bench):
    """The part of the laboratory that turns keys into deeds."""

    def _pulse(self) -> None:
        """Show that something runs that sends no moments meanwhile."""
        self.query_one(Status).run(self.thread.work if self.thread is not None else Work())

    def _use_keys(self) -> None:
        """Give the keys that a person changed to Textual, and to those that show them."""
        self.app.update_keymap(self.keys.keymap({name: type(panel) for name, panel in self.panels.items()}))
        self.query_one(Footer).commands = self.keys.commands()
        self.query_one(CommandLine).answer_key = self.keys.command(BY_NAME["answer"]).shown

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the command line while somebody types.

        The keys have priority, so that each is done before the next one is looked at: a burst `:step` must not step.
        """
        return not (action in ("press", "panel_digit") and self.query_one(CommandLine).display)

    def action_press(self, name: str) -> None:
        """Do what a key stands for."""
        command = BY_NAME[name]
        if command.line is not None and self.thread is not None:
            self.thread.press(command)
        elif why := command.why_not(self.moment):
            self.query_one(Status).tell(Line("info", why))
        elif command.prompt is not None:
            self.query_one(CommandLine).open(command.prompt(self.moment))
        else:
            getattr(self, f"do_{name.replace('-', '_')}")()

    def do_command(self) -> None:
        """Open the `:` line."""
        self.query_one(CommandLine).open()

    def do_redraw(self) -> None:
        """Draw the whole screen again."""
        self.call_next(self.run_action, "app.redraw")

    def do_help(self) -> None:
        """Say how to read the panel that has the keys, and what the keys do."""
        kind = next(kind for kind in self.kinds if kind.name == self.chosen)
        rows = offers.page(kind, self.panels[kind.name], self.keys)
        self.app.push_screen(TextScreen(f"{kind.label}: how to read it", rows))

    def do_palette(self) -> None:
        """Offer every command and every panel."""
        self.app.push_screen(Picker("palette", offers.palette(self.kinds, self.keys, self.moment)), self._picked)

    def _picked(self, key: str | None) -> None:
        if key is None:
            return
        kind = key.removeprefix("panel:")
        self.choose(kind) if kind != key else self.action_press(key)

    @on(PanelWidget.Goes)
    def _go(self, message: PanelWidget.Goes) -> None:
        if self.thread is not None:
            self.thread.look(message.focus, message.element, self._requests())

    @on(PanelWidget.Follows)
    def _follow(self, message: PanelWidget.Follows) -> None:
        """Go where something in a panel leads."""
        goal = message.goal
        if goal.command:
            self.action_press(goal.command)
        elif goal.line and self.thread is not None:
            self.thread.do(goal.line)
        elif goal.node >= 0 and self.thread is not None:
            self.thread.look(goal.node, max(0, goal.element), self._requests())

    def _entered(self, line: str, prefix: str) -> None:
        """Send a line that was typed."""
        if line in ("q", "quit") and not prefix:
            self.do_quit()
        elif self.thread is not None:
            self.thread.do(prefix + line)

    @on(CommandLine.Hint)
    def _hint(self, message: CommandLine.Hint) -> None:
        self.query_one(Status).tell(message.line)

    def _words(self, line: str) -> tuple[Iterable[str], Iterable[str]]:
        """Return the words that a line can be completed with: actions, and names of nodes, or behind `help` what has a page."""
        if line.startswith("help "):
            from gradlab.scenario import glossary

            return self.moment.actions, (*self.moment.actions, *glossary.names())
        names = (*(node.name for node in self.moment.nodes), *self.moment.snapshot.constants)
        return self.moment.actions, (*plot_words(line.removeprefix("plot ")), *names) if line.startswith("plot ") else names
