"""AskingOnce the laboratory for something once: what comes back with the next moment is handed to whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.tui.moment import Request
from gradlab.tui.screens.bench import Bench


class AskingOnce(Bench):
    """The part of the laboratory that asks once. asked: requests by a name, and who is waiting for each."""

    asked: dict[str, tuple[Request, Callable[[Any], None]]]

    def ask_lab(self, name: str, request: Request, then: Callable[[Any], None]) -> None:
        """Ask for something; a later question of the same name takes the place of an earlier one."""
        self.asked[name] = request, then
        if self.thread is not None:
            self.thread.watch(self._requests())

    def _requests(self) -> dict[str, Request]:
        return {**super()._requests(), **{f"asked {name}": request for name, (request, _) in self.asked.items()}}

    def hand_out(self) -> None:
        """Hand out what came with this moment; a text that speaks against it is said."""
        for name, (_, then) in tuple(self.asked.items()):
            key = f"asked {name}"
            if key in self.moment.pictures:
                del self.asked[name]
                then(self.moment.pictures[key])
