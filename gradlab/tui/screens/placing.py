"""Where the panels of the laboratory are: which are in sight, which has the keys, which is enlarged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on

from gradlab.draw.header import one_up
from gradlab.draw.tiny import tiny_rows
from gradlab.lab.snapshot import Brief
from gradlab.scenario import shelf
from gradlab.tui.arrangement.arranged import Stance, Stock, arrange
from gradlab.tui.arrangement.kept import KeptLayouts
from gradlab.tui.arrangement.perspectives import PERSPECTIVES, default_tree, size_class
from gradlab.tui.arrangement.tree import Tree
from gradlab.tui.moment import Look, Request
from gradlab.tui.panels import PanelKind, PanelWidget
from gradlab.tui.screens.bench import Bench
from gradlab.tui.widgets.area import Area
from gradlab.tui.widgets.bars import Header
from gradlab.tui.widgets.rows import RowsView

if TYPE_CHECKING:
    from gradlab.session import Lab

OPENS = "opens"
"""The picture that says what was opened."""
TINY_PICTURE = "tiny"


@dataclass(frozen=True, slots=True)
class Opening:
    """What was opened. perspective: the one that opens.   family: the folder on the shelf that it is from, or ""."""

    perspective: str
    family: str


def _brief(lab: Lab, look: Look) -> Brief | None:
    return lab.brief([look.focus])[0] if look.focus >= 0 else None


class Placing(Bench):
    """The part of the laboratory that places its panels."""

    taken: int | None = None
    """Rows that something else takes, instead of those above and below the panels."""

    kept: KeptLayouts
    settled: bool
    """Whether the perspective that opens is chosen."""
    opened: Opening | None = None
    _before: str

    @property
    def bars(self) -> int:
        """Rows above and below the panels."""
        return self.rows_around() if self.taken is None else self.taken

    def rows_around(self) -> int:
        """Return how many rows the header and what is at the foot have."""
        return 3

    @property
    def chosen(self) -> str:
        """The panel that has the keys."""
        return self.stance.chosen

    @property
    def enlarged(self) -> bool:
        """Whether it has the whole area."""
        return bool(self.stance.enlarged)

    @property
    def size_class(self) -> str:
        """The class of the size of the terminal."""
        return size_class(self.app.size)

    @property
    def changed(self) -> bool:
        """Whether a person has changed the layout of this perspective for this class of size."""
        return (self.stance.perspective, self.size_class) in self.kept.changed

    @property
    def panel_tree(self) -> Tree:
        """The layout, before a guest comes into it."""
        return self.kept_tree(self.stance.perspective)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self._arrange()

    # ---- what is in sight ------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Put the panels where they are to be."""
        wanted = arrange(self.panel_tree, self.stance, self.stock(), self.app.size, self.bars)
        if wanted != self.arrangement:
            self.arrangement = wanted
            self.set_class(wanted.tiny, "tiny")
            for name, panel in self.panels.items():
                panel.display = name in wanted.places
            self.query_one(Area).show(wanted)
            if self.thread is not None:
                self.thread.watch(self._requests())
        self._draw_rules()
        self.call_after_refresh(self.clear_toast)

    def stock(self) -> Stock:
        """Return what panels there are, and what there is to see."""
        names = tuple(kind.name for kind in self.kinds)
        showing = names if self.changed else tuple(name for name in names if self.panels[name].has_content(self.moment))
        return Stock(names, showing, {name: self.panels[name].least for name in names}, self._urgent(showing))

    def _urgent(self, showing: tuple[str, ...]) -> tuple[str, ...]:
        """Return what the caption shows before all else."""
        snapshot = self.moment.snapshot
        wanted = ("lesson" if snapshot.question else "", "findings")
        return tuple(name for name in wanted if name in showing)

    def _draw_rules(self) -> None:
        """Say in the rules which panel has the keys, and in the last one which are out of sight."""
        last = next(reversed(tuple(self.arrangement.places)), "")
        others = [(kind.key, kind.title, kind.name) for kind in self.kinds if kind.name not in self.arrangement.places]
        header = self.query_one(Header)
        header.perspective, header.changed = self.stance.perspective, self.changed
        header.redraw()
        for name in self.arrangement.places:
            panel = self.panels[name]
            panel.has_keys = name == self.stance.chosen
            panel.others = others if name == last else ()
            panel.redraw_rule()

    def _requests(self) -> dict[str, Request]:
        """Return what the panels in sight ask for."""
        asked = {name: self.panels[name].asked() for name in self.arrangement.visible}
        found = {name: request for name, request in asked.items() if request is not None}
        found |= {TINY_PICTURE: _brief} if self.arrangement.tiny else {}
        return found if self.opened is not None else {**found, OPENS: opened}

    def show_tiny(self) -> None:
        """Show the position and the chosen number, where there is no room for panels."""
        if self.arrangement.tiny:
            brief = self.moment.pictures.get(TINY_PICTURE)
            place = self.query_one(Header).place
            rows = tiny_rows(place, self.moment.snapshot, brief if isinstance(brief, Brief) else None, self.app.size.width)
            self.query_one("#tiny", RowsView).show_rows(rows)

    def _settle(self) -> None:
        """Open the perspective for what was opened, unless something was chosen meanwhile."""
        found = self.moment.pictures.get(OPENS)
        if not isinstance(found, Opening) or self.opened is not None:
            return
        self.opened = found
        self.query_one(Header).family = found.family
        if not self.settled and found.perspective != self.stance.perspective:
            self._take_perspective(found.perspective)
        self.settled = True

    # ---- choosing --------------------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Give a panel the keys; one that is out of sight comes in sight."""
        stance = self.stance
        if name != stance.chosen:
            self._before = stance.chosen
        enlarged = stance.enlarged if stance.enlarged == name else ""
        stance = replace(stance, chosen=name, enlarged=enlarged)
        if name not in arrange(self.panel_tree, replace(stance, chosen=""), self.stock(), self.app.size, self.bars).places:
            stance = replace(stance, guest=name)
        self._take(stance)
        if self.thread is not None:
            self.thread.view(f"show {name}")

    def enlarge(self, name: str) -> None:
        """Give a panel the keys and all the room."""
        self._take(replace(self.stance, chosen=name, enlarged=name))

    def _take(self, stance: Stance) -> None:
        """Place the panels for what was chosen, and give the keys to the panel that is to have them."""
        with self.app.batch_update():
            self.stance = stance
            self._arrange()
            self.set_focus(self.panels[stance.chosen], scroll_visible=False)

    def toggle(self, name: str) -> None:
        """Choose a panel; the one that has the keys is enlarged, and an enlarged one brings the layout back."""
        if name != self.stance.chosen or name not in self.arrangement.places:
            self.choose(name)
        elif self.stance.enlarged:
            self._bring_back()
        else:
            self.enlarge(name)

    def _bring_back(self) -> None:
        """Show the layout as it was, without a guest."""
        stance = replace(self.stance, enlarged="", guest="")
        shown = arrange(self.panel_tree, replace(stance, chosen=""), self.stock(), self.app.size, self.bars).places
        back = next((name for name in (stance.chosen, self._before, *shown) if name in shown), stance.chosen)
        self._take(replace(stance, chosen=back))

    def do_digit(self, digit: str) -> None:
        """Choose the panel of a digit, enlarge it, or bring the layout back."""
        name = next((kind.name for kind in self.kinds if kind.digit == digit), "")
        if name:
            self.toggle(name)
        else:
            self.tell(f"there is no panel {digit}")

    def do_layout(self, name: str) -> None:
        """Show the layout of a perspective."""
        self.tell(self.show_layout(name))

    @on(events.DescendantFocus)
    def _follow_focus(self, event: events.DescendantFocus) -> None:
        """Keep in mind which panel has the keys."""
        for widget in event.widget.ancestors_with_self:
            if widget.id in self.panels and widget.id != self.stance.chosen:
                self._before = self.stance.chosen
                self.stance = replace(self.stance, chosen=widget.id)
                self._arrange()

    def do_panel(self, by: str) -> None:
        """Choose the next panel in sight, or the one before; behind the last comes the first."""
        names = list(self.arrangement.places)
        if self.stance.chosen not in names or len(names) < 2:
            self.tell("one panel is in sight")
        else:
            self.choose(names[(names.index(self.stance.chosen) + int(by)) % len(names)])

    def do_enlarge(self) -> None:
        """Enlarge the panel to the whole area, or restore it."""
        if self.stance.enlarged:
            self._bring_back()
        else:
            self.enlarge(self.stance.chosen)

    def do_pin(self) -> None:
        """Keep what the panel shows, or what the caption does, or let it follow again."""
        panel, caption = self.panels[self.stance.chosen], self.arrangement.caption
        if self.stance.chosen != caption and (panel.pins or not (caption or self.stance.pinned)):
            self._pin_panel(panel)
            return
        self.stance = replace(self.stance, pinned="" if self.stance.pinned else caption)
        pinned = self.stance.pinned
        self.tell(f"{pinned} stays in the caption" if pinned else "the caption shows what matters next")
        self._arrange()

    def _pin_panel(self, panel: PanelWidget) -> None:
        """Keep what a panel shows, or let it follow again, and say so."""
        if why := panel.pin():
            self.tell(why)
        elif panel.pinned is not None and panel.shown_as is not None:
            name = self.moment.nodes[panel.pinned[0]].name
            self.tell(f"{panel.shown_as.title} stays at {name}: `{self.keys.sign('pin')}` lets it follow again")
        elif panel.moment.nodes:
            panel.show(self.moment)

    # ---- perspectives ----------------------------------------------------------------------------------------------

    def show_perspective(self, name: str) -> None:
        """Show the layout of a perspective."""
        self.settled = True
        self._take_perspective(name)
        if self.thread is not None:
            self.thread.view(f"layout {name}")

    def _take_perspective(self, name: str) -> None:
        assert name in PERSPECTIVES
        stance = Stance(name, pinned=self.stance.pinned)
        shown = list(arrange(self.kept_tree(name), replace(stance, chosen=""), self.stock(), self.app.size, self.bars).places)
        chosen = self.stance.chosen if self.stance.chosen in shown else next(iter(shown), "graph")
        self._take(replace(stance, chosen=chosen))

    def kept_tree(self, perspective: str) -> Tree:
        """Return the layout of a perspective: as a person changed it, or as it is."""
        found = self.kept.changed.get((perspective, self.size_class))
        return found if found is not None else default_tree(perspective, self.app.size)

    def take_layout(self) -> None:
        """Place the panels for a layout that was changed; what came into it as a guest is part of it now."""
        self.settled = True
        stance = replace(self.stance, guest="", enlarged="")
        shown = tuple(arrange(self.panel_tree, replace(stance, chosen=""), self.stock(), self.app.size, self.bars).places)
        self._take(stance if stance.chosen in shown or not shown else replace(stance, chosen=shown[0]))

    # ---- the mouse, and what panels say ----------------------------------------------------------------------------

    @on(Area.Clicked)
    def _clicked(self, message: Area.Clicked) -> None:
        """Go where something in a rule leads; a click on the rest of it enlarges the panel, if it had the keys."""
        panel = message.panel
        if not isinstance(panel, PanelWidget) or panel.shown_as is None:
            return
        goal = next((goal for place, goal in panel.rule_goals() if place.contains(message.x, 0)), None)
        if goal is not None and goal.line != f"show {panel.shown_as.name}":
            self.follow(goal)
        elif message.had_keys:
            self.toggle(panel.shown_as.name)

    @on(Header.Leads)
    def _follow_header(self, message: Header.Leads) -> None:
        self.follow(message.goal)

    def do_up(self) -> None:
        """Go one step up: from an element to its node, from there to the layer that it is in."""
        goal = one_up(self.query_one(Header).place)
        if goal is None:
            self.tell("this is the top of the scenario")
        else:
            self.follow(goal)

    @on(PanelWidget.Keeps)
    def _keep_view(self, message: PanelWidget.Keeps) -> None:
        """Keep how a panel shows its subject."""
        if self.thread is not None:
            for line in message.lines:
                self.thread.view(line)

    @on(PanelWidget.Wants)
    def _want(self) -> None:
        if self.thread is not None:
            self.thread.watch(self._requests())


def opened(lab: Lab, look: Look) -> Opening:
    """Return what was opened: prose and questions are to be read, all else is to be looked through."""
    asks = any(line.text.split(maxsplit=1)[:1] == ["quiz"] for line in lab.script)
    name = shelf.name_of(Path(lab.scenario.document.source.name))
    family = "" if Path(name).is_absolute() or "/" not in name else name.partition("/")[0]
    return Opening("teach" if asks or lab.scenario.document.prose.strip() else "debug", family)


__all__ = ["PanelKind", "Placing"]
