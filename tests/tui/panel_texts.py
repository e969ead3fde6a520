"""All that the panels of the laboratory show, as text and without a screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.geometry import Region

from gradlab.draw.ink import dump
from gradlab.draw.number import fixed, number
from gradlab.session import Lab
from gradlab.tui.moment import Look, Moment, Said
from gradlab.tui.panels import Panel, PanelWidget, panel_kinds
from gradlab.tui.panels.plots import PlotsPanel
from gradlab.tui.widgets.rows import RowsView

SIZE = (200, 58)


class Panels:
    """The panels of rows at the size of a large terminal; they remember, as those of the screen do, what was said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(RowsView, "scrollable_content_region", Region(0, 0, *SIZE))
        monkeypatch.setattr(PanelWidget, "post_message", lambda self, message: True)
        monkeypatch.setattr(RowsView, "_scroll_to", lambda self, *_, **__: False)
        monkeypatch.setattr(PlotsPanel, "ink", "colour")
        made = {kind.name: kind.make() for kind in panel_kinds(outside=False)}
        self.kinds = {name: panel for name, panel in made.items() if isinstance(panel, Panel)}

    def texts(self, lab: Lab, focus: int, element: int, said: tuple[Said, ...] = ()) -> Iterator[tuple[str, str]]:
        """Yield what each panel shows of an element of a node, in each of its facets; pairs of panel and text."""
        snapshot = lab.snapshot()
        for name, panel in self.kinds.items():
            for facet in range(max(1, len(panel.facets))):
                panel.facet = facet
                yield name, self._text(lab, panel, Look(snapshot, focus, element), said if facet == 0 else ())

    def _text(self, lab: Lab, panel: Panel, look: Look, said: tuple[Said, ...]) -> str:
        panel.show(Moment(snapshot=look.snapshot, nodes=lab.nodes, said=said))
        request = panel.request()
        found = {} if request is None else {panel.kind: request(lab, look)}
        panel.moment = Moment(snapshot=look.snapshot, nodes=lab.nodes, focus=look.focus, element=look.element, pictures=found)
        return dump(panel.draw(SIZE[0]))


def box_texts(lab: Lab) -> Iterator[tuple[str, str]]:
    """Yield what stands in the boxes of the graph."""
    for node, brief in zip(lab.nodes, lab.brief(range(len(lab.nodes))), strict=True):
        for what, amount in (("v", brief.value), ("δ", brief.grad)):
            yield "graph", f"{node.name} {what} {number(amount, 5)} {fixed(amount)}"
