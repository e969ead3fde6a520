"""`gradlab ops`: every word of the model language, with its page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab.commands import _completion
from gradlab.commands._output import as_json, show, show_json

if TYPE_CHECKING:
    from gradlab.scenario.glossary import Entry


@click.command("ops")
@click.argument("name", required=False, shell_complete=_completion.entries)
@click.option(
    "--markdown",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the whole reference into a folder, a page of Markdown for each word.",
)
@as_json
def COMMAND(name: str | None, folder: Path | None, as_json: bool) -> int:
    """List the words of the model language; with a NAME, say all about one, or list a group.

    Operations, layers, initializers, optimizers, schedules, clips, averages, datasets and augmentations are groups, and so are
    words (what makes parameters, inputs, data …), expressions (functions for scripts) and inner (nodes that gradlab makes).

    A result of --json is {"name", "group", "usage", "summary", "arguments": [{"name", "default", "text"}], "formula",
    "derivatives", "kinked", "surrogate", "aliases", "examples": [{"code", "gives"}], "source", "doc"}. The default of an
    argument that has to be given is null, others are texts, as they would be written; its text says what it can be and what it
    does. "gives" is "" where the code is a piece of a model.

    --markdown makes the folder if there is none, writes pages that an earlier call wrote again, removes those of words that are
    gone, and refuses to write over any other file. Its result of --json is {"folder", "pages", "removed"}.
    """
    if folder is not None:
        return _write(name, folder, as_json)
    from gradlab.scenario import glossary

    if as_json:
        chosen = glossary.entries() if name is None else glossary.in_group(name) or glossary.find(name)
        show_json("ops", True, [_record(entry) for entry in chosen])
    else:
        show("\n".join(glossary.listing(glossary.entries()) if name is None else glossary.about(name)))
    return 0


def _write(name: str | None, folder: Path, as_json: bool) -> int:
    """Write the reference, and say how many pages it has."""
    from gradlab.commands import _reference

    if name is not None:
        raise click.UsageError("--markdown writes the pages of all words: it takes no NAME")
    pages, removed = _reference.write(folder)
    if as_json:
        show_json("ops", True, [{"folder": str(folder), "pages": pages, "removed": removed}])
    else:
        show(f"{pages} pages in {folder}" + (f", {removed} of words that are gone removed" if removed else ""))
    return 0


def _record(entry: Entry) -> dict[str, Any]:
    from gradlab import manual
    from gradlab.op import Op

    op = entry.thing if isinstance(entry.thing, Op) else None
    return {
        "name": entry.name,
        "group": entry.group.name,
        "usage": entry.usage,
        "summary": entry.summary,
        "arguments": _arguments(entry),
        "formula": op.formula if op else "",
        "derivatives": list(op.derivatives) if op else [],
        "kinked": op.kinked if op else False,
        "surrogate": op.surrogate if op else "",
        "aliases": list(entry.aliases),
        "examples": [{"code": code, "gives": gives} for code, gives in _examples(entry)],
        "source": entry.source,
        "doc": manual.without_arguments(entry.doc),
    }


def _arguments(entry: Entry) -> list[dict[str, str | None]]:
    return [{"name": one.name, "default": one.default or None, "text": one.text} for one in entry.arguments]


def _examples(entry: Entry) -> list[tuple[str, str]]:
    own = [(example.call, example.gives) for example in entry.results]
    return own + [(code, "") for code in entry.examples]
