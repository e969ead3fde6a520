"""The commands of all packages: what `gradlab.commands` asks when none of its modules has a name."""

from __future__ import annotations

import click

from gradlab.registry import Registry, collect

COMMANDS: Registry[click.Command] = collect("gradlab.commands", "COMMAND")
