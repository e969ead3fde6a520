"""Write the page of all lessons again, `scenarios/README.md`. `python -m tests.long contents`"""

from __future__ import annotations

import click

from tests.contents import PATH, page


@click.command("contents", help=__doc__)
def COMMAND() -> None:
    written = page()
    same = PATH.is_file() and PATH.read_text(encoding="utf-8") == written
    PATH.write_text(written, encoding="utf-8", newline="\n")
    click.echo(f"{PATH.name}: {len(written):,} characters{', as it was' if same else ''}")


if __name__ == "__main__":
    COMMAND()
