"""`gradlab open`: the laboratory on a scenario."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from gradlab.commands import _completion
from gradlab.commands._changed import changes_option, seed_option
from gradlab.commands._depth import depth_option
from gradlab.commands._imported import importer_for, lab_of, wish_of, wish_options
from gradlab.commands._look import ascii_option, theme_option
from gradlab.commands._memory import memory_options
from gradlab.commands._output import show, show_error, table
from gradlab.commands._record import out_option, record_options
from gradlab.commands._terminal import has_terminal

if TYPE_CHECKING:
    from gradlab.importers import Importer, ImportWish
    from gradlab.session import Lab


LONGEST = 200
"""Nodes that the plain page lists."""


@click.command("open")
@click.argument("file", required=False, shell_complete=_completion.scenarios)
@click.option("--at", metavar="POS", help="Go to a position first, such as 0.b.3: UPDATE.PHASE.OP, with phase f, b or u.")
@click.option("--lang", metavar="CODE", envvar="GRADLAB_LANG", default="", help="The language of the prose, such as `de`.")
@click.option("--notes", is_flag=True, help="Show the teacher's notes in the lesson.")
@click.option("--resume", is_flag=True, help="Go on where the last session, of FILE if it is given, was left or broken off.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="PLACE",
    help="Where the data of a recording are, or the .npz with the arrays for a model of ONNX.",
)
@wish_options
@click.option("--plain", is_flag=True, help="Talk in lines: for a screen reader, a pipe, or a terminal without a cursor.")
@changes_option
@seed_option
@record_options
@out_option
@memory_options
@depth_option
@theme_option
@ascii_option
def COMMAND(
    file: str | None, *, at: str | None, lang: str, notes: bool, resume: bool, data: Path | None, loss: str, target: str,
    output: str, trust: bool, plain: bool, changes: tuple[str, ...], seed: int | None, record: Path | None, force: bool,
    out: Path | None, max_memory: int | None, budget: int | None, depth: int | None, theme: str | None,
) -> int:  # fmt: skip
    """Open a scenario FILE, or the name of one that comes with gradlab, in the laboratory.

    A recording stands at its end, with all of its past behind it. The results of a sweep have a screen of their own, which
    follows the file and opens each of its runs. A model of ONNX is opened with --data batch.npz, which has the arrays for its
    inputs, and --loss, which compares its output with a further one; see `gradlab import`. So is a program of torch.export,
    which needs --trust.

    What is done on the screen of a scenario is kept: --resume goes on there; other models are made one by `gradlab import`.
    With --plain it is a talk of lines, for a screen reader or a pipe: the same keys and action lines, each answer at most three
    lines. Without a terminal it prints the nodes of the scenario, warnings about it, and what its script would do.
    """
    from gradlab.recording.kind import kind_of

    if file is None and not resume:
        raise click.UsageError("which file? `--resume` opens the last session")
    if file is not None and kind_of(Path(file)) == "sweep":
        _refuse_variant(Variant(changes, seed), "a sweep has its own")
        return _open_sweep(Path(file), theme or "", plain=plain)
    file = _in_language(_within(file or ""), lang)
    importer, variant = None if resume else importer_for(file), Variant(changes, seed)
    if importer is not None:
        _refuse_variant(variant, "a model of another framework is imported as it is")
        way = _import_way(file, importer, wish_of(data, loss, target, output, max_memory, trust=trust), budget, depth)
    else:
        _refuse_wishes(file, loss=loss, target=target, output=output, trust="--trust" * trust)
        way = _way(file, (max_memory, budget), variant, depth=depth, resume=resume, data=data)
    if record is not None:
        from gradlab.outputs import refuse_existing

        refuse_existing(record, force=force, read=file)

    def make() -> Lab:
        lab = _prepared(way(), out, notes=notes)
        if record is not None:
            from gradlab.recording.recorders import record_to

            record_to(lab, record, force=force)
        return lab

    if plain:
        from gradlab.commands._plain import talk

        return talk(make, at)
    if has_terminal():
        from gradlab.tui.app import run_app

        plain_file = not (resume or importer or _is_recording(file)) and variant == Variant()
        return run_app(file if plain_file else None, at, make, theme=theme or "")
    return _print(make(), at)


def _open_sweep(path: Path, theme: str, *, plain: bool) -> int:
    """Show a sweep on its screen, or in lines."""
    if plain or not has_terminal():
        from gradlab.commands.sweep import show_results

        return show_results(path)
    from gradlab.commands._sweeping import show_screen

    return show_screen(path, theme)


def _print(lab: Lab, at: str | None) -> int:
    """Print the page of a laboratory, and end what records it."""
    from gradlab.recording.recorders import recording

    with recording(lab, None):
        for note in lab.opening:
            show_error(f"note: {note}")
        if at:
            lab.do(f"goto {at}")
        show("\n".join(_page(lab)))
    return 0


def _is_recording(file: str) -> bool:
    from gradlab.recording.kind import kind_of

    return kind_of(Path(file)) == "recording"


class Variant(NamedTuple):
    """What a scenario is opened with. changes: of its model.   seed: instead of its own."""

    changes: tuple[str, ...] = ()
    seed: int | None = None


def _way(
    file: str, bounds: tuple[int | None, int | None], variant: Variant, *, depth: int | None, resume: bool, data: Path | None
) -> Callable[[], Lab]:  # fmt: skip
    """Return what opens the laboratory: of a session, of a recording or of a scenario. Raises GradlabError."""
    if resume or _is_recording(file):
        _refuse_variant(variant, "a recording has its own")
    if resume:
        from gradlab.commands._recorded import given_of
        from gradlab.recording import kept

        session = kept.latest(file)
        return lambda: kept.resume(session, given_of("", data, *bounds))
    if _is_recording(file):
        from gradlab.commands._recorded import given_of, opened
        from gradlab.recording.opening import open_at_end

        found = opened(Path(file))
        return lambda: open_at_end(found, given_of("", data, *bounds))
    return lambda: _load(file, bounds, variant, depth)


def _refuse_variant(variant: Variant, why: str) -> None:
    """Raise UsageError for changes, or a seed, of what is no scenario."""
    if variant != Variant():
        raise click.UsageError(f"`--with` and `--seed` are for a scenario: {why}")


def _import_way(file: str, importer: Importer, wish: ImportWish, budget: int | None, depth: int | None) -> Callable[[], Lab]:
    """Return what opens the laboratory on a model of another framework."""

    def way() -> Lab:
        from gradlab.lab.depth import look_at

        lab = lab_of(file, importer, wish, budget)
        look_at(lab, depth)
        return lab

    return way


def _refuse_wishes(file: str, **given: str) -> None:
    """Raise UsageError for what is said of a model of another framework where there is none."""
    name = next((name for name, value in given.items() if value), None)
    if name is not None:
        raise click.UsageError(f"`--{name}` goes with a model of ONNX or PyTorch, and `{file}` is none")


def _prepared(lab: Lab, out: Path | None, *, notes: bool) -> Lab:
    from gradlab.outputs import Outputs

    lab.notes_shown, lab.outputs = notes, Outputs(out)
    return lab


def _within(file: str) -> str:
    """Return the scenario of a folder that has one, as `gradlab import` writes it; what was given for all else."""
    found = [*Path(file).glob("*.md")] if file and Path(file).is_dir() else []
    return str(found[0]) if len(found) == 1 else file


def _in_language(file: str, language: str) -> str:
    """Return the file of a scenario in a language; what was given when there is none, or no such scenario."""
    from gradlab.scenario import shelf

    path = Path(file) if Path(file).is_file() else shelf.find(file)
    there = None if path is None else shelf.in_language(path, language)
    return file if there in (None, path) else str(there)


def _load(file: str, bounds: tuple[int | None, int | None], variant: Variant, depth: int | None) -> Lab:
    import gradlab
    from gradlab.lab.depth import look_at

    lab = gradlab.load(file, variant.seed, memory=bounds[0], budget=bounds[1], changes=variant.changes)
    look_at(lab, depth)
    return lab


def _page(lab: Lab) -> list[str]:
    """Return the scenario as plain text: its nodes, and what its script does.

    An imported model has the notes of its import first, and the line of the program with each node.
    """
    snapshot = lab.snapshot()
    imported = any(node.origin for node in lab.nodes)
    notes = [line for line in lab.scenario.prose.splitlines() if line.startswith("- ")] if imported else []
    head = f"{lab.title}    {snapshot.dtype}, seed {snapshot.seed}, {snapshot.mode}, at {snapshot.position}"
    rows = [
        (node.name, node.op, "x".join(map(str, node.shape)) or "scalar", *([node.origin] if imported else []), node.expression)
        for node in lab.nodes
    ]
    more = f"    … and {len(rows) - LONGEST:,} more" if len(rows) > LONGEST else ""
    hidden = ("aside",) if lab.notes_shown else ("aside", "note")
    script = [f"    {role.text}" for role in lab.roles() if role.part not in hidden]
    warned = [f"{problem.render('warning')}\n" for problem in lab.warnings]
    rest = [*([more] if more else []), *(["", "script", *script] if script else [])]
    return [head, *notes, "", *warned, *table(rows[:LONGEST]), *rest]
