"""The mouse: a click goes where it leads, a double click is enter, the right button is a menu, the wheel scrolls and zooms."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widget import Widget

from gradlab.draw.ink import Goal
from gradlab.draw.table import element_text
from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.tui.keymap import Command
from gradlab.tui.overlays.menu import MenuOverlay
from gradlab.tui.panels import PanelWidget
from gradlab.tui.screens.asking import AskingOnce
from gradlab.tui.widgets.status import Status

if TYPE_CHECKING:
    from gradlab.session import Lab

OF_A_THING = ("why", "plot", "watch", "break", "change", "copy", "check")
"""What the right button offers."""
WHEEL = (events.MouseScrollDown, events.MouseScrollUp)


class Pointing(AskingOnce):
    """The part of the laboratory that the mouse uses."""

    pointed: Goal | None = None

    def on_click(self, event: events.Click) -> None:
        """Go where something leads that was clicked; a double click goes into it; the right button opens its menu."""
        panel = self._panel_under(event.widget)
        at = event.get_content_offset(panel) if panel is not None else None
        if panel is None or at is None:
            return
        goal = panel.point(at.x, at.y)
        if goal is not None:
            self.follow(goal)
        if event.button == 3 and goal is not None and goal.node >= 0:
            self.offer_for_thing()
        elif event.chain == 2:
            self.tell(panel.enter())

    def offer_for_thing(self) -> None:
        """Open the menu of what is chosen."""
        commands = [self.keys.command_of(name) for name in OF_A_THING]
        node = self.moment.node
        overlay = MenuOverlay(
            node.name if node is not None else "this", [("", command.shown, command.label) for command in commands],
            lambda key, character: next((command for command in commands if key in command.keys), None),
            self._press_for_thing, lambda: self.put(None),
        )  # fmt: skip
        overlay.shown = True
        self.put(overlay)

    def _press_for_thing(self, found: Command | str) -> None:
        if isinstance(found, Command):
            self.press_command(found)

    def wheel(self, event: events.MouseScrollDown | events.MouseScrollUp) -> bool:
        """Zoom with ctrl, scroll sideways with shift; return whether the wheel was used."""
        down = isinstance(event, events.MouseScrollDown)
        if self.over is not None:
            self.over.scroll(3 if down else -3)
            self.put(self.over)
            return True
        if not (event.ctrl or event.shift) or not self.region.contains(event.screen_x, event.screen_y):
            return False
        panel = self._panel_under(self.get_widget_at(event.screen_x, event.screen_y)[0])
        if panel is None:
            return False
        if event.ctrl:
            panel.farther() if down else panel.nearer()
        else:
            panel.scroll_view("right" if down else "left")
        return True

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the whole name and all digits of what is under the mouse."""
        panel = self._panel_under(event.widget)
        at = event.get_content_offset(panel) if panel is not None else None
        goal = panel.point(at.x, at.y) if panel is not None and at is not None else None
        goal = goal if goal is not None and goal.node >= 0 else None
        if goal == self.pointed:
            return
        self.pointed = goal
        if goal is None:
            self.query_one(Status).point("")
        else:
            self.ask_lab("pointed", lambda lab, look: told(lab, goal), self._tell_pointed)

    def _tell_pointed(self, text: Any) -> None:
        self.query_one(Status).point(str(text) if self.pointed is not None else "")

    def _panel_under(self, widget: Widget | None) -> PanelWidget | None:
        """Return the panel that a widget is in."""
        found = widget.ancestors_with_self if widget is not None else ()
        return next((one for one in found if isinstance(one, PanelWidget)), None)


def told(lab: Lab, goal: Goal) -> str:
    """Return the name of what a goal leads to, and its numbers with all digits, as far as they are there."""
    from gradlab.errors import GradlabError

    node, element = lab.nodes[goal.node], max(0, goal.element)
    many = prod(node.shape) > 1
    name = f"{node.name}[{element_text(node.shape, element)}]" if many and goal.element >= 0 else node.name
    if many and goal.element < 0:
        return f"{name}  {' x '.join(map(str, node.shape))}  {node.title}"
    parts = []
    for sign, read in (("v", lab.value), ("δ", lab.grad)):
        try:
            number = float(read(node.name).reshape(-1)[element])
        except GradlabError:
            continue
        parts.append(f"{sign} {HIDDEN if is_unseen(number) else repr(number)}")
    return "  ".join([name, *parts])


__all__ = ["WHEEL", "Pointing"]
