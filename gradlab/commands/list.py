"""`gradlab list`: the scenarios that come with gradlab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gradlab.commands._output import as_json, show, show_json, table


@click.command("list")
@click.argument("text", required=False)
@as_json
def COMMAND(text: str | None, as_json: bool) -> int:
    """List the scenarios that come with gradlab; with a TEXT, those whose name or title has it.

    A result of --json is {"name", "title", "source", "path"}.
    """
    found = [s for s in _scenarios() if not text or text.lower() in f"{s['name']} {s['title']}".lower()]
    if as_json:
        show_json("list", True, found)
    elif found:
        show("\n".join(table((s["name"], s["title"]) for s in found)))
    else:
        show("no scenario has that text" if text else "no scenarios are installed")
    return 0


def print_scenarios() -> None:
    """Print all scenarios as text."""
    show("\n".join(table((s["name"], s["title"]) for s in _scenarios())))


def _scenarios() -> list[dict[str, Any]]:
    from gradlab.scenario import shelf

    place = shelf.folder()
    return [_entry(name, place / f"{name}.md") for name in shelf.names() if place is not None]


def _entry(name: str, path: Path) -> dict[str, Any]:
    """Return name, title and source of a scenario, whatever else is wrong with its file."""
    from gradlab.scenario.markdown import read_file

    document, _problems = read_file(path)
    head = document.head if document else None
    return {"name": name, "title": head.title if head else "", "source": head.source if head else "", "path": str(path)}
