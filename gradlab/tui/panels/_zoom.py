"""How near the graph is, and which modules are unfolded: what the keys of the graph change. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradlab.draw.modules import UPDATE, alike
from gradlab.draw.scene import FLAT, LEVELS, MOST_OPS, Outline, View

ALIASES = {"layer": "layers", "op": "ops", "line": "lines"}
"""Words of `zoom` that older lessons may use."""


def level_of(word: str) -> str:
    """Return the level of a word. Raises ValueError for another word."""
    level = ALIASES.get(word, word)
    if level not in LEVELS:
        raise ValueError(f"no zoom level `{word}`; there are {', '.join(LEVELS)}")
    return level


@dataclass(frozen=True, slots=True)
class Nearness:
    """A level, "" for the one that suits the graph, and what is unfolded, None for what the level unfolds by itself."""

    level: str = ""
    opened: frozenset[str] | None = None
    update: bool = False

    def view(self, outline: Outline, narrow: bool = False, ascii_only: bool = False) -> View:
        """Return what is drawn."""
        level = self.level or outline.first_level()
        opened = outline.unfolds(level) if self.opened is None else self.opened
        return View(level, opened | ({UPDATE} if self.update else frozenset()), narrow, ascii_only=ascii_only)


class Zoom:
    """Where a person has zoomed to, and the way back: `-` after `+` leads where one was."""

    def __init__(self) -> None:
        self.now = Nearness()
        self._past: list[tuple[Nearness, Nearness]] = []

    def to(self, level: str) -> None:
        """Go to a level."""
        self._go(Nearness(level, None, self.now.update))

    def _go(self, there: Nearness) -> None:
        if there != self.now:
            self._past.append((self.now, there))
            self.now = there

    def shows_update(self, shown: bool) -> None:
        """Unfold the update phase, or fold it."""
        self.now = replace(self.now, update=shown)

    def toggle(self, outline: Outline, module: str) -> None:
        """Unfold a module, or fold it."""
        if module == UPDATE:
            self.shows_update(not self.now.update)
            return
        opened = self._opened(outline)
        self.now = replace(self._settled(outline), opened=opened ^ {module})

    def unfold(self, outline: Outline, module: str, *, opened: bool) -> None:
        """Unfold a module and those around it, or fold it; where all ops stand by themselves, look at modules first."""
        if module == UPDATE:
            self.shows_update(opened)
            return
        here = self._settled(outline)
        if here.level in FLAT:
            here = Nearness(outline.first_level(), None, here.update)
            here = Nearness("network" if outline.layers else "layers", None, here.update) if here.level in FLAT else here
        self.now = here
        parts = module.split(".")
        around = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
        self.now = replace(here, opened=self._opened(outline) | around if opened else self._opened(outline) - {module})

    def lines(self, outline: Outline) -> list[str]:
        """Return the action lines that bring the graph to where it is: its level, then what differs from what that unfolds."""
        here = self._settled(outline)
        opened, usual = self._opened(outline), outline.unfolds(here.level)
        found = [f"unfold {name}" for name in sorted(opened - usual)] + [f"fold {name}" for name in sorted(usual - opened)]
        return [f"zoom {here.level}", *found, *(["unfold update"] if here.update else [])]

    def nearer(self, outline: Outline, folded: str) -> None:
        """Unfold a module and those beside it that are built alike; where there is none, go to the next level.

        folded: the module that the cursor is on, or "".
        """
        here = self._settled(outline)
        self.now = here
        if folded == UPDATE:
            self._go(replace(here, update=True))
        elif folded and here.level not in FLAT:
            self._go(replace(here, opened=self._opened(outline) | alike(folded, outline.modules)))
        else:
            self._go(replace(here, level=self._next(outline), opened=None))

    def farther(self, outline: Outline, frame: str) -> None:
        """Take back what `nearer` did; else fold the module that the cursor is in, and those like it, or go a level back."""
        here = self._settled(outline)
        while self._past:
            before, after = self._past.pop()
            if self._same(outline, after, here):
                self.now = before
                return
        self._past.clear()
        if frame == UPDATE:
            self.now = replace(here, update=False)
        elif frame and here.level not in FLAT:
            self.now = replace(here, opened=self._opened(outline) - alike(frame, outline.modules))
        else:
            self.now = replace(here, level=self._last(outline), opened=None)

    def _same(self, outline: Outline, one: Nearness, other: Nearness) -> bool:
        return one.view(outline) == other.view(outline)

    def _settled(self, outline: Outline) -> Nearness:
        """Return where one is, with the level named."""
        return replace(self.now, level=self.now.level or outline.first_level())

    def _opened(self, outline: Outline) -> frozenset[str]:
        here = self._settled(outline)
        return outline.unfolds(here.level) if here.opened is None else here.opened

    def _next(self, outline: Outline) -> str:
        level = self._settled(outline).level
        if level == "network" and outline.layers - self._opened(outline):
            return "layers"
        if level in ("network", "layers"):
            return "ops" if outline.model <= MOST_OPS else "lines"
        return "ops" if level == "lines" and outline.model <= MOST_OPS else "numbers"

    def _last(self, outline: Outline) -> str:
        level = self._settled(outline).level
        if level == "numbers":
            return "ops" if outline.model <= MOST_OPS else "lines"
        if level in FLAT and outline.has_modules:
            return "layers"
        return "network" if outline.layers or outline.model > MOST_OPS else level
