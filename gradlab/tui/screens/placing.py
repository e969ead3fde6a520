"""Where the panels of the laboratory are: which are in sight, which has the keys, which is enlarged."""

from __future__ import annotations

from textual import events, on

from gradlab.tui.moment import Request
from gradlab.tui.panels import PanelWidget
from gradlab.tui.screens.arrangement import arrange
from gradlab.tui.screens.bench import Bench
from gradlab.tui.widgets.bars import Tabs


class Placing(Bench):
    """The part of the laboratory that places its panels."""

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self._arrange()

    def _arrange(self) -> None:
        """Show the panels that are to be in sight."""
        wanted = arrange(self.kinds, self.app.size, self.chosen, self.enlarged, len(self.moment.snapshot.losses) > 1)
        self.query_one(Tabs).show(tuple((k.name, k.label) for k in self.kinds), self.chosen)
        if wanted == self.arrangement:
            return
        self.arrangement = wanted
        self.set_class(wanted.solo, "solo")
        self.set_class(wanted.tiny, "tiny")
        self.set_class(wanted.tabs, "tabbed")
        for kind in self.kinds:
            self.panels[kind.name].display = kind.name in wanted.visible
        for place in ("left", "right", "full"):
            self.query_one(f"#{place}").display = any(k.name in wanted.visible for k in self.kinds if k.place == place)
        if self.thread is not None:
            self.thread.watch(self._requests())

    def _requests(self) -> dict[str, Request]:
        """Return what the panels in sight ask for."""
        asked = {name: self.panels[name].request() for name in self.arrangement.visible}
        return {name: request for name, request in asked.items() if request is not None}

    def do_digit(self, digit: str) -> None:
        """Choose the panel of a digit; the chosen one is enlarged, or as it was before."""
        name = next((kind.name for kind in self.kinds if kind.digit == digit), "")
        if not name:
            self.tell(f"there is no panel {digit}")
        elif name == self.chosen and (self.enlarged or not self.arrangement.solo):
            self.do_enlarge()
        else:
            self.choose(name)

    def choose(self, name: str) -> None:
        """Focus a panel, and enlarge it to the area if there is room for only one."""
        self.chosen = name
        self._arrange()
        self.set_focus(self.panels[name])
        if self.thread is not None:
            self.thread.view(f"show {name}")

    @on(events.DescendantFocus)
    def _follow_focus(self, event: events.DescendantFocus) -> None:
        """Keep in mind which panel has the keys."""
        for widget in event.widget.ancestors_with_self:
            if widget.id in self.panels and widget.id != self.chosen:
                self.chosen = widget.id
                self._arrange()

    def do_panel(self, by: str) -> None:
        """Choose the panel so many places on; behind the last comes the first."""
        names = [kind.name for kind in self.kinds]
        self.choose(names[(names.index(self.chosen) + int(by)) % len(names)])

    def do_enlarge(self) -> None:
        """Enlarge the panel to the whole area, or restore it."""
        self.enlarged = not self.enlarged
        self._arrange()

    @on(Tabs.Chosen)
    def _tab(self, message: Tabs.Chosen) -> None:
        self.choose(message.kind)

    @on(PanelWidget.Wants)
    def _want(self) -> None:
        if self.thread is not None:
            self.thread.watch(self._requests())
