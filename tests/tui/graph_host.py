"""An app that shows nothing but the graph, for the tests of its view."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from gradlab.lab.snapshot import NodeInfo
from gradlab.tui.panels._graph_view import GraphView


class Host(App[None]):
    """An app that shows nothing but the graph."""

    CSS = "GraphView { height: 1fr; width: 1fr; }"

    def __init__(self, infos: tuple[NodeInfo, ...]) -> None:
        super().__init__()
        self.infos = infos
        self.view = GraphView()
        self.told: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.set_graph(self.infos)
        self.view.focus()

    def on_graph_view_node_focused(self, event: GraphView.NodeFocused) -> None:
        self.told.append(event.index)


async def settled(pilot: Pilot[Any]) -> None:
    while pilot.app.workers:
        await pilot.pause()
    await pilot.pause()


def text(host: Host) -> str:
    return "\n".join(host.view.render_line(y).text.rstrip() for y in range(host.view.size.height))
