"""`python -m tests.long` lists the proofs, `python -m tests.long NAME` runs one: what its module declares as `COMMAND`."""

from __future__ import annotations

import click

from gradlab.registry import collect

if __name__ == "__main__":
    click.Group("python -m tests.long", commands=dict(collect("tests.long", "COMMAND")), help=__doc__).main()
