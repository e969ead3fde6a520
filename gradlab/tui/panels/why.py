"""Panel 3: where a gradient comes from."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from gradlab.axis.position import State
from gradlab.draw.ink import Goal, Row, fit_end, link, row, wrap
from gradlab.draw.ledger import ledger_rows
from gradlab.draw.reading import key_rows
from gradlab.draw.table import element_text
from gradlab.draw.ways import ways_rows
from gradlab.draw.why import GradientView, Onward, WhyPicture, parts_of, ways_of
from gradlab.lab.hidden import UNSEEN, is_unseen
from gradlab.tui.keymap import phase_left
from gradlab.tui.moment import Moment, Request
from gradlab.tui.panels._node_picture import states
from gradlab.tui.panels._origin import ask
from gradlab.tui.panels._panel import WAYS, Panel, PanelKind

READING = """\
The gradient of the chosen number is a sum: one part for every number that reads it. A part is upstream (the gradient that has
arrived at the reader) times local (the local derivative: how much the reader moves when this number moves). The share is the
part of the total; with shares above 100 % parts cancel one another. Where several nodes read it, each has its sum, with its
largest parts below.

up and down choose a row, enter goes on from it: into the parts of a sum, or to the reader, to ask there again. Follow it and
you arrive at the root, whose gradient is 1. `<` goes back to where you came from. Facets add the parts up by sample, or by
unit (an image's channel).

Two facets show the ways instead: what came past a block (skip) and through it (branch), through each layer or each time step;
they add up to the gradient, which ✓ says. They are of the chosen number, or of the whole node: then the size of its gradient
is split."""

FACETS = {
    "parts": GradientView("parts"), "ways": GradientView("ways"), "ways of the node": GradientView("ways", whole=True),
    "by sample": GradientView("sample"), "by unit": GradientView("unit"),
}  # fmt: skip


class WhyPanel(Panel):
    """The ledger of one element of one node, or its ways."""

    facets = tuple(FACETS)
    pins = True

    def __init__(self) -> None:
        super().__init__("why")
        self.chosen = 0
        self.origin = GradientView()
        self._asked = (-1, 0)
        self._came: list[tuple[tuple[int, int], GradientView, int]] = []
        self._goals: list[Onward] = []
        self._first = 0
        self._expects: tuple[int, int] | None = None

    def request(self) -> Request:
        """Ask for the ledger, or the ways."""
        origin = self.origin
        return lambda lab, look: ask(lab, look, origin)

    def show(self, moment: Moment) -> None:
        """Draw another moment; another number begins with its first part, and where one came from counts no longer."""
        at = (moment.focus, moment.element)
        if at != self._asked:
            if at != self._expects:
                self._came.clear()
                self.chosen = 0
            self._asked, self._expects = at, None
        super().show(moment)

    def marked_row(self) -> int:
        """Return the row of the chosen part; it shows only while the panel has the keys."""
        return self._first + self.chosen if self._goals and self.has_focus else -1

    def on_focus(self) -> None:
        """Show which part is chosen."""
        self.redraw()

    def on_blur(self) -> None:
        """Show no choice any more."""
        self.redraw()

    def cursor(self, way: str) -> str:
        """Choose another row."""
        across, down = WAYS[way]
        return super().cursor(way) if across or not self._goals else self._choose(down)

    def first(self) -> str:
        """Choose the first row."""
        return self._choose(-len(self._goals)) if self._goals else super().first()

    def last(self) -> str:
        """Choose the last row."""
        return self._choose(len(self._goals)) if self._goals else super().last()

    def _choose(self, by: int) -> str:
        before = self.chosen
        self.chosen = max(0, min(self.chosen + by, len(self._goals) - 1))
        self.redraw()
        return "" if self.chosen != before else "there is no more in this direction"

    def enter(self) -> str:
        """Go on from the chosen row."""
        if self.chosen >= len(self._goals):
            return "this row leads nowhere"
        goal = self._goals[self.chosen]
        self._came.append((self._asked, self.origin, self.chosen))
        self.chosen = 0
        if goal.through:
            self._look(GradientView("parts", through=goal.through, of=self._asked))
        else:
            self._go(goal.node, goal.element)
        return ""

    def go_back(self) -> bool:
        """Go back to where the last enter was pressed."""
        if not self._came:
            return False
        at, origin, self.chosen = self._came.pop()
        self._look(origin)
        if at != self._asked:
            self._go(*at)
        return True

    def facet_changed(self) -> None:
        """Look at the gradient in another way."""
        self._look(FACETS[self.facet_name])
        super().facet_changed()

    def _look(self, origin: GradientView) -> None:
        self.origin = origin
        seen = [(one.mode, one.whole) for one in FACETS.values()]
        self.facet = seen.index((origin.mode, origin.whole))
        self.chosen = min(self.chosen, max(0, len(self._goals) - 1))
        self.post_message(self.Wants())

    def _go(self, node: int, element: int) -> None:
        self._expects = (node, element)
        self.post_message(self.Goes(node, element))

    def draw(self, width: int) -> Sequence[Row]:
        """Return the ledger, or what speaks against one."""
        self._goals = []
        node, picture = self.moment.node, self.picture(WhyPicture)
        if node is None:
            return [row(("no node is chosen", "dim"))]
        if picture is None:
            return [self._title(None, width), *self._nothing(width)]
        head = [self._title(picture, width)]
        node = self.moment.node
        head += [row((f"from {node.origin}", "dim"))] if node is not None and node.origin else []
        for note in picture.note.split("\n"):
            head += wrap(row((note, "warn" if note.startswith(("partial", "stale")) else "dim")), width) if note else []
        body = self._body(picture, width)
        self._first = len(head) + (picture.paths is None)
        less = picture.ledger.cancelled if picture.ledger is not None else ""
        return [*head, *body, *(wrap(row((less, "dim")), width) if less else []), *self._keys(picture, width)]

    def _body(self, picture: WhyPicture, width: int) -> list[Row]:
        """Return the rows of the parts or of the ways, and note where enter leads."""
        if picture.paths is not None:
            ways, self._goals, more = ways_of(picture)
            gap = None if picture.paths.adds_up else picture.paths.sum - picture.paths.total
            total = UNSEEN if any(is_unseen(way.part) for way in ways) else picture.paths.sum
            return ways_rows(ways, total, gap, more, width) if ways else []
        entries, self._goals, foot = parts_of(picture)
        rows = ledger_rows(entries, foot, width) if entries or not picture.note else []
        return [rows[0], *map(self._linked, rows[1:], range(len(rows) - 1))] if rows else []

    def _linked(self, line: Row, number: int) -> Row:
        """Return the row of a part whose name leads to the number that the part came through."""
        goal = self._goals[number] if number < len(self._goals) else None
        if goal is None or goal.through or not line:
            return line
        (text, role), *rest = line
        return row(link(text, role, Goal(goal.node, max(0, goal.element), "delta")), *rest)

    def _nothing(self, width: int) -> list[Row]:
        """Say why there is no ledger."""
        state = states(self.moment.snapshot.grad_states, self.moment.focus)
        if state == State.PENDING:
            return wrap(row((self._pending(), "dim")), width)
        return self.complaint()

    def _pending(self) -> str:
        """Say what brings the gradient, as far as a key does."""
        snapshot = self.moment.snapshot
        finish, step = self.key("finish"), self.key("step")
        at, left = phase_left(snapshot)
        if not snapshot.root:
            return "the gradient is pending: nothing has been sent back yet"
        if at == 0 and left:
            return f"the gradient is pending: `{finish}` ends the forward pass, again it runs the backward pass"
        if at == 1 and left:
            return f"the gradient is pending: `{finish}` runs the backward pass, `{step}` one op of it"
        return f"the gradient is pending: `{finish}` runs the next pass"

    def _title(self, picture: WhyPicture | None, width: int) -> Row:
        """Return the row that names the number, and how it is looked at."""
        node = self.moment.node
        assert node is not None
        origin = GradientView() if picture is None else picture.origin
        whole = origin.mode == "ways" and origin.whole and prod(node.shape) > 1
        place = f"[{element_text(node.shape, self.moment.element)}]" if prod(node.shape) > 1 and not whole else ""
        how = {"sample": "  by sample", "unit": "  by unit", "ways": "  by its ways"}.get(origin.mode, "")
        names = [self.moment.nodes[index].name for index in origin.through[:3]]
        how += f"  through {', '.join(names)}{' …' if len(origin.through) > 3 else ''}" if names else ""
        size = "‖" if whole else ""
        root = self.moment.snapshot.root or "root"
        lead, text = f"{size}∂{root}/∂", f"{node.name}{place}"
        room = max(8, width - len(lead) - len(size) - len(how))
        return row((lead, "dim"), (fit_end(text, min(room, len(text))), "title"), (f"{size}{how}", "dim"))

    def _keys(self, picture: WhyPicture, width: int) -> list[Row]:
        """Say what the keys do here."""
        pairs: list[tuple[str, str]] = []
        if self._goals:
            goal = self._goals[min(self.chosen, len(self._goals) - 1)]
            what = f"parts of {goal.name}" if goal.through else f"why {goal.name}?"
            pairs.append((self.key("enter"), what))
        if self._came:
            pairs.append((self.key("look-back"), "back"))
        pairs.append((self.key("facet-next"), self.facets[(self.facet + 1) % len(self.facets)]))
        pairs.append((self.key("check"), "compare with differences"))
        return key_rows(pairs, width)


PANEL = PanelKind("why", 3, "why", READING, WhyPanel, letter="w")
