"""What `/`, `.`, `?` and the palette show over the foot, and the lists of `g`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from textual.widget import Widget

from gradlab.draw.glyphs import keys_spelled
from gradlab.draw.themes import THEMES
from gradlab.tui.arrangement.perspectives import PERSPECTIVES
from gradlab.tui.fuzzy import Haystack
from gradlab.tui.overlays.labels import Labelled, LabelsOverlay
from gradlab.tui.overlays.line import LineOpened
from gradlab.tui.overlays.listing import ListedThing, ListOverlay, Offered
from gradlab.tui.overlays.page import PageOverlay
from gradlab.tui.screens import finds, offers
from gradlab.tui.screens.asking import AskingOnce
from gradlab.tui.screens.marking import goals_in_sight, show_labels
from gradlab.tui.stage import set_stage
from gradlab.tui.themed import ThemedApp

FIND_KEYS = "⏎ go   tab next   esc back to where I was"


class Searching(AskingOnce):
    """The part of the laboratory that finds things by their names. last_find: what was typed last, and which was taken."""

    last_find: tuple[str, str] = ("", "")
    _finding: ListOverlay | None = None
    _graph_finds = finds.GraphFinds()

    # ---- find --------------------------------------------------------------------------------------------------------

    def do_find(self) -> None:
        """Find anything by its name; the screen follows the marked row."""
        overlay = self._list("find", "/ ", FIND_KEYS)
        overlay.again = self._find_again
        overlay.fill(self._things(finds.LabFinds()))
        self._finding = overlay
        self.put(overlay)
        self.ask_lab("find", finds.ask, lambda found: self._found(overlay, found))

    def _found(self, overlay: ListOverlay, found: Any) -> None:
        """Add what only the laboratory knows to a list that is still open."""
        if self.over is overlay and isinstance(found, finds.LabFinds):
            overlay.fill(self._things(found))
            self.put(overlay)

    def _find_again(self) -> None:
        """Go to the next thing that has what was typed last in its name."""
        text, name = self.last_find
        things = self._findable(finds.LabFinds())
        names = Haystack([name for _, name in things.titles], [f"{name} {group}" for group, name in things.titles])
        found = [things[place] for place in names.fitting(text)] if text else []
        if not found:
            self.tell("nothing was looked for yet")
            return
        taken = [one.name for one in found]
        self._take_find(found[(taken.index(name) + 1) % len(found)] if name in taken else found[0])

    def _things(self, found: finds.LabFinds) -> Offered:
        """Return all that can be found: what shows it, and what is done with it."""
        things = self._findable(found)
        return Offered(things.titles, lambda place: self._listed(things[place]))

    def _findable(self, found: finds.LabFinds) -> finds.Finds:
        if self._graph_finds.nodes is not self.moment.nodes:
            self._graph_finds = finds.GraphFinds(self.moment.nodes)
        return finds.Finds(self._graph_finds, self.moment, found)

    def _listed(self, one: finds.Find) -> ListedThing:
        goal = one.goal
        look = partial(self.look_at, goal.node, max(0, goal.element)) if goal.node >= 0 else self._look_back
        return ListedThing(one.group, one.name, one.detail, partial(self._take_find, one), look)

    def _look_back(self) -> None:
        """Look at what was looked at before: what is marked now has no place in the graph."""
        if self._finding is not None:
            self._finding.restore()

    @property
    def _typed_find(self) -> str:
        return self._finding.entry.text if self._finding is not None else ""

    def _take_find(self, one: finds.Find) -> None:
        self.last_find = self._typed_find or self.last_find[0], one.name
        if one.goal.node < 0 or one.goal.line:
            self.follow(one.goal)
        else:
            self.look_at(one.goal.node, max(0, one.goal.element))

    def _list(self, title: str, sign: str, hint: str) -> ListOverlay:
        """Return a list that brings back what is looked at now when it is left."""
        at = self.moment.focus, self.moment.element
        hint = keys_spelled(hint) if self.keys.in_words else hint
        return ListOverlay(title, sign, hint, leave=lambda: self.put(None), restore=lambda: self.look_at(*at), told=self.tell)

    def look_at(self, node: int, element: int) -> None:
        """Look at an element of a node."""
        if self.thread is not None and node >= 0:
            self.thread.look(node, element, self._requests())

    # ---- lists of `g` ------------------------------------------------------------------------------------------------

    def do_go_nodes(self) -> None:
        """Choose a node from the list."""
        self._offer_nodes("nodes", range(len(self.moment.nodes)))

    def do_go_near(self, which: str) -> None:
        """Choose one of the inputs or readers of the chosen node; where there is one, go there."""
        node, nodes = self.moment.node, self.moment.nodes
        assert node is not None
        readers = [other.index for other in nodes if node.index in other.inputs]
        found = list(dict.fromkeys(node.inputs)) if which == "inputs" else readers
        if not found:
            self.tell(f"{node.name} has no inputs" if which == "inputs" else f"nothing reads {node.name}")
        elif len(found) == 1:
            self.look_at(found[0], 0)
        else:
            self._offer_nodes(f"{which} of {node.name}", found)

    def _offer_nodes(self, title: str, indexes: Sequence[int]) -> None:
        overlay = self._list(title, "/ ", FIND_KEYS)
        nodes = [self.moment.nodes[index] for index in indexes]
        titles = [("node", node.name) for node in nodes]
        overlay.fill(Offered(titles, lambda place: self._listed(finds.node_find(nodes[place]))))
        self.put(overlay)

    def do_go_marks(self) -> None:
        """Choose a mark, and go there."""
        overlay = self._list("marks", "/ ", "⏎ go   esc closes")
        overlay.fill(
            [
                ListedThing("mark", name, str(at), partial(self.do_line, f"goto {name}"))
                for name, at in self.moment.snapshot.marks
            ]
        )
        self.put(overlay)

    def do_line(self, line: str) -> None:
        """Do an action line."""
        if self.thread is not None:
            self.thread.do(line)

    # ---- the palette -------------------------------------------------------------------------------------------------

    def do_palette(self) -> None:
        """Offer keys, panels, layouts, themes and action words; a theme is shown while its row is marked."""
        overlay = self._list("palette", "> ", "⏎ do   esc closes")
        overlay.restore, overlay.by_detail = self._restore_theme, True
        overlay.fill([*self._commands(), *self._places(), *self._themes(), *self._action_words()])
        self.put(overlay)

    def _commands(self) -> list[ListedThing]:
        return [
            ListedThing(
                "do", command.label, f"{command.path:>5}  {command.help}", partial(self.press_command, command),
                self._restore_theme, command.why_not(self.moment),
            )
            for command in self.keys.commands() if command.name != "palette"
        ]  # fmt: skip

    def _action_words(self) -> list[ListedThing]:
        """Return the words of the lab language; one that is taken is typed on."""
        from gradlab.actions import words

        return [
            ListedThing(
                "type", name, f"{self.keys.sign('command'):>5}  {action.help}",
                partial(self.type_line, LineOpened(f"{name} ")), self._restore_theme,
            )
            for name, action in words().items()
        ]  # fmt: skip

    def _places(self) -> list[ListedThing]:
        panels = [
            ListedThing(
                "panel", f"show {kind.title}", f"{kind.key:>5}  go to the panel", partial(self.choose, kind.name),
                self._restore_theme,
            )
            for kind in self.kinds
        ]  # fmt: skip
        layouts = [
            ListedThing("layout", name, "arrange the panels", partial(self._take_layout, name), self._restore_theme)
            for name in PERSPECTIVES
        ]
        return [*panels, *layouts]

    def _take_layout(self, name: str) -> None:
        self.tell(self.show_layout(name))

    def _themes(self) -> list[ListedThing]:
        return [
            ListedThing(
                "theme", name, "shown behind this list", partial(self._take_theme, name), partial(self._preview_theme, name)
            )
            for name in THEMES
        ]

    def _preview_theme(self, name: str) -> None:
        if isinstance(self.app, ThemedApp):
            self.app.preview_theme(name)

    def _restore_theme(self) -> None:
        if isinstance(self.app, ThemedApp) and self.app.theme != self.app.chosen_theme:
            self.app.restore_theme()

    def _take_theme(self, name: str) -> None:
        self.tell(set_stage(self, "theme", name))

    def do_theme(self) -> None:
        """Choose the colours."""
        overlay = self._list("theme", "> ", "⏎ take   esc as it was")
        overlay.restore = self._restore_theme
        overlay.fill(self._themes())
        self.put(overlay)

    # ---- pages -------------------------------------------------------------------------------------------------------

    def do_help(self) -> None:
        """Say how to read the panel that has the keys and what is chosen; again: all keys."""
        kind = next(kind for kind in self.kinds if kind.name == self.chosen)
        rows = offers.page(kind, self.panel, self.keys, self.moment)
        self.put(PageOverlay(f"{kind.label}: how to read it", rows, lambda: self.put(None), self.show_keys))

    def show_keys(self) -> None:
        """Show what all keys do."""
        self.put(PageOverlay("all keys", offers.all_keys(self.keys), lambda: self.put(None)))

    # ---- labels ------------------------------------------------------------------------------------------------------

    def do_jump(self) -> None:
        """Put a letter on all that can be chosen in sight."""
        found = goals_in_sight(self)
        if not found:
            self.tell("no room for labels" if self.arrangement.tiny else "nothing in sight can be chosen")
            return
        self.put(LabelsOverlay(found, partial(show_labels, self), chosen=self._jumped, leave=lambda: self.put(None)))

    def _jumped(self, one: Labelled) -> None:
        """Go where a label leads; a panel that a label stands in has the keys from then on."""
        panel = panel_of(one.widget, self.panels.values())
        if panel is not None and panel.id and panel.id != self.chosen and one.goal.node >= 0:
            self.choose(panel.id)
        self.follow(one.goal)


def panel_of(widget: Widget, panels: Any) -> Widget | None:
    """Return the panel that a widget is in."""
    return next((one for one in widget.ancestors_with_self if isinstance(one, Widget) and one in panels), None)
