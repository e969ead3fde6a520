"""`gradlab export`: a scenario or a recording in another form."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from gradlab.commands import _completion
from gradlab.commands._memory import memory_options


class Forms(click.Group):
    """A group with a command for each exporter; they are looked up when it is asked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all forms."""
        from gradlab.exporters import EXPORTERS

        return sorted(EXPORTERS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a form; None if there is no such form."""
        from gradlab.exporters import EXPORTERS, Exporter

        found = EXPORTERS.get(cmd_name)
        return _command(found) if isinstance(found, Exporter) else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names. Raises UsageError with the nearest name."""
        from gradlab.source import did_you_mean

        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            near = did_you_mean(args[0], names) or f"there are {', '.join(f'`{name}`' for name in names)}"
            ctx.fail(f"unknown form `{args[0]}`: {near}")
        return super().resolve_command(ctx, args)


def _command(exporter: Any) -> click.Command:
    """Return the command that writes one form."""

    @click.argument("file", shell_complete=_completion.scenarios)
    @click.argument("out", type=click.Path(path_type=Path))
    @click.option("--force", is_flag=True, help="Write over OUT if it is there.")
    @click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where a recording's data are."
    )
    @memory_options
    def export(
        file: str, out: Path, *, force: bool, data: Path | None, max_memory: int | None, budget: int | None, **options: Any
    ) -> int:
        return _export(exporter, file, out, force=force, given=("", data, max_memory, budget), options=options)

    page = f"Write {exporter.help}.\n\n{exporter.page}".strip()
    made = click.command(exporter.name, help=page, short_help=exporter.help)(export)
    made.params = [*made.params[:2], *exporter.options, *made.params[2:]]
    return made


def _export(
    exporter: Any,
    file: str,
    out: Path,
    *,
    force: bool,
    given: tuple[str, Path | None, int | None, int | None],
    options: dict[str, Any],
) -> int:
    from gradlab.commands._output import show, show_error
    from gradlab.commands._recorded import given_of
    from gradlab.errors import GradlabError
    from gradlab.outputs import refuse_existing, written
    from gradlab.recording.kind import kind_of
    from gradlab.recording.performance import Performance

    refuse_existing(out, force=force, read=file)
    if kind_of(Path(file)) == "sweep":
        return _export_sweep(exporter, Path(file), out, force=force, options=options)
    if exporter.second:
        if out.suffix != exporter.ending:
            raise GradlabError(
                f"error: `{out}`: its name has to end with `{exporter.ending}`; beside it a file `{exporter.second}` is written"
            )
        refuse_existing(out.with_suffix(exporter.second), force=force, read=file)
    performance = Performance(file, given_of(*given), backend="jit")  # the same bits each time
    with ExitStack() as files:
        beside = files.enter_context(written(out, force=force))
        if exporter.second:
            options["second"] = files.enter_context(written(out.with_suffix(exporter.second), force=force))
        exporter.write(performance, beside, **options)
    show(f"wrote {out}{f' and {out.with_suffix(exporter.second)}' if exporter.second else ''}")
    for note in performance.notes:
        show_error(f"note: {note}")
    return 0


def _export_sweep(exporter: Any, sweep: Path, out: Path, *, force: bool, options: dict[str, Any]) -> int:
    from gradlab.commands._output import show
    from gradlab.errors import GradlabError
    from gradlab.exporters import EXPORTERS
    from gradlab.outputs import written

    if exporter.of_sweep is None:
        able = " or ".join(f"`gradlab export {name}`" for name, one in EXPORTERS.items() if one.of_sweep is not None)
        raise GradlabError(f"error: `{sweep}` holds the results of a sweep: {able} writes them")
    with written(out, force=force) as beside:
        exporter.of_sweep(sweep, beside, **options)
    show(f"wrote {out}")
    return 0


COMMAND = Forms(
    "export",
    help="Write a scenario or a recording FILE in another form to OUT, which is never written over without --force.",
    subcommand_metavar="FORM FILE OUT [OPTIONS]...",
)
