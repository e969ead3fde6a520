"""`gradlab serve`: the laboratory in a browser of this computer."""

from __future__ import annotations

import click

from gradlab.commands import _completion
from gradlab.commands._output import show

MOST_PORT = 65_535


@click.command("serve")
@click.argument("file", required=False, shell_complete=_completion.scenarios)
@click.option(
    "--port", type=click.IntRange(0, MOST_PORT), default=0, metavar="N", help="Where it listens; without it, on any free port."
)
@click.option(
    "--max", "most", type=click.IntRange(1, 64), default=4, show_default=True, metavar="N", help="Laboratories at once."
)
@click.option(
    "--idle", type=click.IntRange(1, 24 * 60), default=60, show_default=True, metavar="MINUTES",
    help="How long one stays open without a key.",
)  # fmt: skip
def COMMAND(file: str | None, port: int, most: int, idle: int) -> int:
    """Show the laboratory, on a scenario FILE or with the browser of scenarios, in a browser of this computer.

    It listens on 127.0.0.1 alone, and lets in who opens the address that it prints, which has a token behind it. Each page has
    a process of its own, which ends when the page is closed. Nothing is loaded from elsewhere. Ctrl-C ends it. It needs the
    extra `web`.
    """
    import asyncio

    from gradlab.serving.guest import command_of
    from gradlab.serving.page import need_extra

    need_extra()
    if file is not None:
        from gradlab.tui.app import read_first

        read_first(file)
    from gradlab.serving.server import Offer, serve

    def said(url: str) -> None:
        show(f"open {url}\nctrl-c ends it")

    asyncio.run(serve(Offer(command_of(file), file or "gradlab", most, idle * 60.0), port, said))
    return 0
