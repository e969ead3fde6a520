"""What is done with what is chosen: change it, plot it, copy it, edit its line in the file."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.draw.plots import kinds_for
from gradlab.draw.reading import error_rows
from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.recording.kind import kind_of
from gradlab.tui.editors import edit
from gradlab.tui.keymap import element_of, no_update
from gradlab.tui.moment import Look
from gradlab.tui.overlays.asking import AskOverlay
from gradlab.tui.overlays.line import LineOpened
from gradlab.tui.overlays.listing import ListedThing, ListOverlay
from gradlab.tui.overlays.page import PageOverlay
from gradlab.tui.panels.compare import ComparePicture
from gradlab.tui.screens.asking import AskingOnce
from gradlab.tui.screens.typing import Typing

if TYPE_CHECKING:
    from gradlab.session import Lab

COMPARED = 50
"""Updates that a change of a layer is compared over."""


class Editing(AskingOnce, Typing):
    """The part of the laboratory that works on what is chosen."""

    def do_change(self) -> None:
        """Open the line that changes what is chosen: a number, a layer's initial weights, the rate of the optimizer."""
        node = self.moment.node
        if node is not None and node.phase == "u":
            self._compare("lr=")
        elif self.chosen == "health":
            self._change_layer()
        else:
            self.type_line(LineOpened(f"set {element_of(self.moment)} = "))

    def do_fix(self) -> None:
        """Run the fix that was tried beside this run; in a comparison, make its change here."""
        if self.thread is None:
            return
        picture = self.moment.pictures.get("compare") if self.chosen == "compare" else None
        changes = picture.found.changes if isinstance(picture, ComparePicture) else ()
        self.thread.do(f"change {' with '.join(changes)}" if changes else "fix beside")

    def _change_layer(self) -> None:
        """Open the line that compares with other initial weights; where nothing is trained, that draws a layer's anew."""
        layer = self.moment.node.layer if self.moment.node is not None else ""
        if no_update(self.moment) and layer:
            self.type_line(LineOpened(f"reinit {layer} "))
        else:
            self._compare("init=")

    def _compare(self, change: str) -> None:
        """Open the line that compares with a change, the cursor where its value is to stand."""
        if why := self.keys.command_of("train").why_not(self.moment):
            self.tell(why)
            return
        head, tail = f"compare with {change}", f" for {COMPARED} updates"
        self.type_line(LineOpened(head + tail, at=len(head)))

    def do_plot(self) -> None:
        """Plot what is chosen; where several kinds fit, they are a list."""
        node = self.moment.node
        lines = kinds_for(self.moment.nodes, node) if node is not None else ()
        if node is None or not lines:
            self.tell("nothing is chosen" if node is None else f"no plot fits `{node.name}`")
        elif len(lines) == 1:
            self._plot(lines[0])
        else:
            enter = self.keys.sign("enter")
            overlay = ListOverlay(f"plot {node.name}", "/ ", f"{enter} plot   esc closes", leave=lambda: self.put(None))
            overlay.fill([ListedThing("plot", line, "", partial(self._plot, line)) for line in lines])
            self.put(overlay)

    def _plot(self, line: str) -> None:
        if self.thread is not None:
            self.thread.do(line)
            self.choose("plots")

    # ---- copying -----------------------------------------------------------------------------------------------------

    def do_copy(self) -> None:
        """Copy the number that is chosen, with all its digits."""
        self.ask_lab("copy", number_of, self._copied)

    def do_copy_line(self) -> None:
        """Copy what is chosen as the action line that chooses it."""
        node = self.moment.node
        self._copied(f"focus {node.name}" if node is not None else f"goto {self.moment.snapshot.position}")

    def _copied(self, text: str) -> None:
        """Give a text to the clipboard of the terminal, and say so."""
        self.app.copy_to_clipboard(text)
        self.tell(f"copied: {text}")

    # ---- the file ----------------------------------------------------------------------------------------------------

    def do_go_definition(self) -> None:
        """Show the line of the file that makes the chosen node."""
        self.ask_lab("line", line_of, self._definition)

    def _definition(self, found: Any) -> None:
        self.choose("lesson")
        self.tell(f"line {found[1]} of {Path(found[0]).name}" if found[1] else f"it stands nowhere in {Path(found[0]).name}")

    def do_edit(self) -> None:
        """Edit the file at the line of what is chosen, and load it again."""
        self.ask_lab("edit", line_of, self._edit)

    def _edit(self, found: Any) -> None:
        file, line = Path(found[0]), found[1] or 1
        if not file.is_file():
            self.tell("this scenario has no file")
        elif kind_of(file) == "snapshot":
            self.tell(f"{file.name} is one file: `gradlab import` makes text of it")
        elif not os.access(file, os.W_OK):
            self.tell(f"{file} cannot be written; copy it, and open the copy")
        else:
            before = content_of(file)
            if why := edit(self.app, file, line):
                self.tell(why)
            elif content_of(file) == before:
                self.tell(f"{file.name} is as it was")
            else:
                self.do_reload()

    def do_reload(self) -> None:
        """Load the file again, and stand at the same position; what was edited here is left behind, after a yes."""
        if self.moment.snapshot.can_undo:
            question = "what was edited here is not in the file, and is left behind. Load the file again?"
            self.put(AskOverlay(question, self._reload, lambda: self.put(None)))
        else:
            self._reload()

    def _reload(self) -> None:
        self.tell("loading it again …")
        self.ask_lab("again", loaded_again, self._loaded)

    def _loaded(self, found: Any) -> None:
        """Open what was loaded again, or show what is wrong with the file; then this laboratory goes on."""
        if isinstance(found, str):
            self.tell("the file cannot be loaded; this laboratory goes on as it was")
            self.put(PageOverlay("the file cannot be loaded", error_rows(found), lambda: self.put(None)))
        else:
            self.open_again(found)

    def open_again(self, loaded: Lab) -> None:
        """Open a laboratory at the position where this one stands, in its place."""
        raise NotImplementedError


def content_of(file: Path) -> bytes | None:
    """Return what stands in a file, or None where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError:
        return None


def number_of(lab: Lab, look: Look) -> str:
    """Return the chosen number with all its digits: of the gradient in phase b where it is there, else of the value."""
    node = lab.nodes[look.focus]
    from gradlab.errors import GradlabError

    for read in (lab.grad, lab.value) if lab.position.phase == "b" else (lab.value, lab.grad):
        try:
            number = float(read(node.name).reshape(-1)[look.element])
        except GradlabError:
            continue
        return HIDDEN if is_unseen(number) else repr(number)
    return f"{node.name} is pending"


def loaded_again(lab: Lab, look: Look) -> Lab:
    """Return a laboratory on the file of this one as it is now. Raises GradlabError."""
    import gradlab

    return gradlab.load(lab.scenario.document.source.name)


def line_of(lab: Lab, look: Look) -> tuple[str, int]:
    """Return the file of the scenario, and the line that makes the chosen node, 0 for none."""
    source = lab.scenario.document.source
    name = lab.nodes[look.focus].name.rpartition(".")[2] if look.focus >= 0 else ""
    lines = source.text.split("\n")
    at = next((number for number, text in enumerate(lines, 1) if name and text.replace(" ", "").startswith(f"{name}=")), 0)
    return source.name, at
