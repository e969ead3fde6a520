"""`gradlab help`: every page that there is to read, by its name."""

from __future__ import annotations

import click

from gradlab.commands import _completion
from gradlab.commands._output import show


@click.command("help")
@click.argument("name", nargs=-1, shell_complete=_completion.pages)
def COMMAND(name: tuple[str, ...]) -> int:
    """Show the page of a NAME: an action of the lab, a word of the model language, a term of the field, or a whole page.

    An action may have pages for what stands behind it: `gradlab help plot trace`.

    `gradlab help language` is one page about models, expressions and scripts, `gradlab help lessons` how a lesson is written,
    `gradlab help torch` and `gradlab help snapshots` how a model of PyTorch comes in, and what its file holds.
    Without a NAME it lists what there is.
    """
    from gradlab.actions.help import about, contents

    show("\n".join(about(" ".join(name)) if name else contents()))
    return 0
