"""What keys do: the one table is asked what a key stands for, and a part of the screen, a panel or the laboratory does it."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from gradlab.draw.ink import Goal, row
from gradlab.lab.working import Work
from gradlab.tui.keymap import BY_NAME, Command
from gradlab.tui.oldkeys import OldKeys
from gradlab.tui.overlays._overlay import Overlay
from gradlab.tui.overlays.line import LineOpened
from gradlab.tui.overlays.menu import HESITATION, MenuOverlay
from gradlab.tui.panels import PanelWidget
from gradlab.tui.screens import offers
from gradlab.tui.screens.typing import Typing
from gradlab.tui.stage import set_stage
from gradlab.tui.widgets.bars import Footer
from gradlab.tui.widgets.over import OverlayRows
from gradlab.tui.widgets.status import Status

LEFT_ALONE = ("ctrl+c", "ctrl+q")
"""Keys that mean the same whatever is open."""


class Pressing(Typing):
    """The part of the laboratory that turns keys into deeds. old_keys: those that meant something else once."""

    old_keys: OldKeys
    old_key_said = ""

    def _pulse(self) -> None:
        """Show that something runs that sends no moments meanwhile."""
        self.query_one(Status).run(self.thread.work if self.thread is not None else Work())
        if self.thread is not None:
            self.thread.notice()

    def _use_keys(self) -> None:
        """Give the keys that a person changed to those that show them."""
        self.app.update_keymap(self.keys.keymap({name: type(panel) for name, panel in self.panels.items()}))
        self.query_one(Footer).commands = self.keys.commands()

    def takes(self, key: str, character: str | None) -> bool:
        """Do what a key means now, and return whether it means anything to the screen.

        It is done before the next key is looked at, so that a burst of keys is done in its order.
        """
        if key in LEFT_ALONE:
            return False
        if self.over is not None:
            if (found := self.keys.find(key, *self.places)) is not None and found.name == "redraw":
                self.press_command(found)
                return True
            self.over.takes(key, character)
            self.put(self.over)  # it may be another one now
            return True
        command = self.keys.find(key, *self.places)
        if command is not None:
            self.press_command(command)
        mine = command is not None and (command.scope, command.name) in self.keys.changed
        if not mine and (said := self.old_keys.pressed(key)):
            self.old_key_said = said
            self.tell_old_key(stays=command is not None and command.line is not None)
        return command is not None

    def tell_old_key(self, *, stays: bool = False) -> None:
        """Say in a corner what an old key is now. stays: whether it is said again with the next moment."""
        if self.old_key_said:
            self.say_aside([row((f" {self.old_key_said} ", "key"))])
            self.old_key_said = self.old_key_said if stays else ""

    def action_press(self, name: str) -> None:
        """Do what a command stands for."""
        self.press_command(self.keys.command(BY_NAME[name]))

    def press_command(self, command: Command) -> None:
        """Do what a key stands for, or say why that cannot be done now."""
        if command.line is not None and self.thread is not None:
            self.thread.press(command)
        elif why := command.why_not(self.moment):
            self.tell(why)
        elif command.prompt is not None:
            self.type_line(LineOpened(command.prompt(self.moment)))
        else:
            self._do(command)

    def _do(self, command: Command) -> None:
        """Do what the screen, or one of its parts, does for a key."""
        name, *words = (command.does or command.name.replace("-", "_")).split()
        getattr(self, f"do_{name}")(*words)

    # ---- what a panel does -------------------------------------------------------------------------------------------

    def do_cursor(self, way: str) -> None:
        """Move the cursor of the panel."""
        self.tell(self.panel.cursor(way))

    def do_scroll(self, way: str) -> None:
        """Move the view of the panel."""
        self.tell(self.panel.scroll_view(way))

    def do_end(self, which: str) -> None:
        """Go to an end of the panel."""
        self.tell(self.panel.first() if which == "first" else self.panel.last())

    def do_page(self, by: str) -> None:
        """Go some pages on in the panel."""
        self.tell(self.panel.page(float(by)))

    def do_enter(self) -> None:
        """Go into what the cursor of the panel is on."""
        self.tell(self.panel.enter())

    def do_nearer(self) -> None:
        """Show the panel's subject from nearer by."""
        self.tell(self.panel.nearer())

    def do_farther(self) -> None:
        """Show the panel's subject from farther off."""
        self.tell(self.panel.farther())

    def do_facet(self, by: str) -> None:
        """Show the next facet of the panel, or the one before."""
        self.tell(self.panel.next_facet() if int(by) > 0 else self.panel.previous_facet())

    # ---- what lies over the foot -------------------------------------------------------------------------------------

    def put(self, overlay: Overlay | None) -> None:
        """Lay an overlay over the foot, or take away what lies there."""
        self.over = overlay
        self.query_one(OverlayRows).show(overlay, self.app.size)
        self.clear_toast()

    def do_menu(self, menu: str) -> None:
        """Let the next key count as one of a menu; its rows come when it is not pressed at once."""
        overlay = MenuOverlay(
            menu, offers.menu_items(menu, self.kinds, self.keys), lambda key, character: self._in_menu(menu, key, character),
            self._chosen_in_menu, lambda: self.put(None),
        )  # fmt: skip
        self.put(overlay)
        self.set_timer(HESITATION, lambda: self._show_menu(overlay))

    def _show_menu(self, overlay: Overlay) -> None:
        """Show the rows of a menu that is still open."""
        if self.over is overlay:
            overlay.shown = True
            self.put(overlay)

    def _in_menu(self, menu: str, key: str, character: str | None) -> Command | str | None:
        """Return what a key stands for in a menu: a command, or a panel."""
        if (found := self.keys.find(key, menu)) is not None:
            return found
        letters = {kind.letter: kind.name for kind in self.kinds if kind.letter} if menu == "view" else {}
        return letters.get(character or "")

    def _chosen_in_menu(self, found: Command | str) -> None:
        self.choose(found) if isinstance(found, str) else self.press_command(found)

    def interrupt(self, leave: Callable[[], None]) -> bool:
        """Stop what runs, else close what lies over the foot, else do what the other parts do."""
        if self.over is not None and not self.stop():
            self.over.close()
            self.put(self.over)
            return True
        return super().interrupt(leave)

    # ---- where to go -------------------------------------------------------------------------------------------------

    def do_why(self) -> None:
        """Ask where the chosen number comes from."""
        if self.chosen == "why" and "why" in self.arrangement.places:
            self.tell("this panel says why")
        self.choose("why")

    def do_before(self, name: str) -> None:
        """Go back to before the last run or training."""
        if self.thread is not None:
            self.thread.before(name)

    # ---- lines, pages and the palette --------------------------------------------------------------------------------

    def do_redraw(self) -> None:
        """Draw the whole screen again."""
        self.call_next(self.run_action, "app.redraw")

    @on(PanelWidget.Goes)
    def _go(self, message: PanelWidget.Goes) -> None:
        if self.thread is not None:
            self.thread.look(message.focus, message.element, self._requests())

    @on(PanelWidget.Follows)
    def _follow(self, message: PanelWidget.Follows) -> None:
        self.follow(message.goal)

    def follow(self, goal: Goal) -> None:
        """Go where something on the screen leads, or do what it does."""
        if goal.prompt:
            self.type_line(LineOpened(goal.prompt))
        elif goal.command:
            self.action_press(goal.command)
        elif goal.line.startswith("show "):
            self.tell(set_stage(self, *goal.line.split(" ", 1)))
        elif goal.line and self.thread is not None:
            self.thread.do(goal.line)
        elif goal.node >= 0 and self.thread is not None:
            self.thread.look(goal.node, max(0, goal.element), self._requests())
            if self.chosen == "findings":
                self.reveal(goal.node)
