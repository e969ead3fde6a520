"""The commands, one file each: `gradlab NAME` is `COMMAND` in `gradlab/commands/NAME.py`, found by its file name.

A module is imported when its command is called or listed, so it imports click and nothing heavier at its top. Modules whose
name begins with `_` are helpers. Commands of other packages are looked up for a name that none of ours has; the list of
`--help`, which waits for nothing, does not have them: `gradlab doctor` does.
"""

from __future__ import annotations

import os
import pkgutil
from importlib import import_module

import click

from gradlab.source import did_you_mean


class Commands(click.Group):
    """A click group whose commands are the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in order."""
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return it; None if there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            from gradlab.commands._outside import COMMANDS

            return COMMANDS.get(cmd_name)
        command = import_module(f"{__name__}.{cmd_name}").COMMAND
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names. Raises UsageError with the nearest name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from gradlab.commands._outside import COMMANDS

            known = did_you_mean(args[0], COMMANDS) or f"there are {', '.join(sorted(COMMANDS))}"
            ctx.fail(f"unknown command `{args[0]}`: {known}")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from gradlab import __version__

        click.echo(f"gradlab {__version__}")
        ctx.exit()


def _leave_out(_ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from gradlab.plugins import OFF

        os.environ[OFF] = "1"  # the processes that gradlab starts leave them out, too


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done; 1 an `expect` failed; 2 bad usage or a bad file; 70 our own mistake; 130 interrupted.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Show the version.")
@click.option(
    "--no-plugins",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_leave_out,
    help="Leave out what other packages add; GRADLAB_NO_PLUGINS=1 does the same.",
)
@click.pass_context
def group(ctx: click.Context) -> int:
    """A debugger for gradients: step through a network's forward pass, backward pass and update, and ask every number why.

    Without a command it opens the browser of scenarios, or lists them when there is no terminal.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from gradlab.commands._terminal import browse

    return browse()
