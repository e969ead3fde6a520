"""Draw the pictures of the README again. `python -m tests.long pictures`"""

from __future__ import annotations

import click

from tests.pictures import FOLDER, PICTURES


@click.command("pictures", help=__doc__)
def COMMAND() -> None:
    FOLDER.mkdir(exist_ok=True)
    for picture in PICTURES:
        drawn = picture.draw()
        same = picture.path.is_file() and picture.path.read_text(encoding="utf-8") == drawn
        picture.path.write_text(drawn, encoding="utf-8", newline="\n")
        click.echo(f"{picture.path.name}: {len(drawn):,} bytes{', as it was' if same else ''}")


if __name__ == "__main__":
    COMMAND()
