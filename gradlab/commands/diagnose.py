"""`gradlab diagnose`: what is wrong with a network, why, and a fix that was tried."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab import interruption
from gradlab.commands import _completion
from gradlab.commands._backend import backend_option
from gradlab.commands._look import ascii_option
from gradlab.commands._memory import memory_options
from gradlab.commands._output import as_json, plain, show, show_error, show_json, tell, write_bytes
from gradlab.commands._progress import EVERY, PATIENCE, WIPE
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.diagnose.diagnosis import Diagnosis
    from gradlab.session import Lab

FAILED, BAD, INTERRUPTED = 1, 2, 130


@click.command("diagnose")
@click.argument("files", nargs=-1, required=True, metavar="FILE | NAME...", shell_complete=_completion.scenarios)
@click.option(
    "--updates", type=click.IntRange(1, 10**9), metavar="N", help="How many are made; else as many as the script trains."
)
@click.option("--fix/--no-fix", default=True, help="Whether fixes are tried.")
@click.option(
    "--diff", is_flag=True, help="Print nothing but the fix that helps, as a patch of the file; the rest goes to stderr."
)
@click.option(
    "--roles", is_flag=True, help="Say what the parts of the model are taken for, too: inputs, targets, output, chance."
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of the run, instead of the one in the file.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a JUnit report, too.")
@backend_option
@memory_options
@as_json
@ascii_option
def COMMAND(
    files: tuple[str, ...], *, updates: int | None, fix: bool, diff: bool, roles: bool, seed: int | None, junit: Path | None,
    backend: str, max_memory: int | None, budget: int | None, as_json: bool,
) -> int:  # fmt: skip
    """Run each network as long as its script trains, and say what is wrong with it: the cause first, then what follows from it.

    Without a script it runs 10 epochs, from 200 to 2,000 updates. It may take as long as the head of the file allows; Ctrl-C
    ends the run early, and what is known by then is told. What is wrong with a network that has learned all the same is
    information. Rules that could not be asked are named, with the reason. `gradlab help D1` is the page of a rule.
    `gradlab diagnose FILE --diff | patch -p0` changes the file as the fix says; `git apply` takes it, too.

    The exit code is 1 if a finding is an error, 2 if a file is bad, 130 if it was interrupted.

    A result of --json is {"name", "learned": true | false | null, "findings": [{"rule", "name", "level": error | warning |
    info, "headline", "node", "layer", "statistic", "value", "threshold", "at", "text", "fix", "verified": {"change", "updates",
    "before", "after", "held_out_before", "held_out_after"} | null, "because"}], "skipped": [{"rule", "why"}]}; of a bad file it
    has "error" besides. Losses before and after a fix are shares of that of the best constant output.
    """
    run = _Run(updates, fix, roles, as_json, len(files) > 1, diff)
    for name in files:
        if not run.interrupted:
            run.one(name, lambda name=name: _load(name, seed, backend, max_memory, budget))  # type: ignore[misc]
    if junit:
        from gradlab.commands._cases import write_cases

        write_cases(junit, run.cases)
    if as_json:
        show_json("diagnose", run.code == 0, run.results)
    return run.code


def _load(name: str, seed: int | None, backend: str, memory: int | None, budget: int | None) -> Lab:
    import gradlab
    from gradlab.recording.kind import kind_of

    if Path(name).is_file() and kind_of(Path(name)) == "recording":
        raise GradlabError(f"error: `{name}` is a recording: diagnose the scenario that it is of")
    return gradlab.load(name, seed=seed, backend=backend, memory=memory, budget=budget)


class _Run:
    """What is diagnosed, one file after the other. results: entries of the JSON.   cases: of the JUnit report."""

    def __init__(self, updates: int | None, fix: bool, roles: bool, quiet: bool, many: bool, diff: bool) -> None:
        self.updates, self.fix, self.roles, self.quiet, self.many = updates, fix, roles, quiet, many
        self.diff = diff
        self.results: list[dict[str, Any]] = []
        self.cases: list[Any] = []
        self.code = 0
        self.interrupted = False

    def one(self, name: str, load: Callable[[], Lab]) -> None:
        """Diagnose one file, and tell it."""
        from gradlab.commands._cases import Case

        stage = _Stage(name)
        try:
            lab = load()
            found, text = self._diagnosed(lab, stage)
        except KeyboardInterrupt:
            interruption.forget()
            self.interrupted, self.code = True, INTERRUPTED
            tell(f"interrupted: `{name}` was not looked at")
            return
        except GradlabError as bad:
            self.code = max(self.code, BAD)
            show_error(str(bad))
            self.results.append({"name": name, "learned": None, "findings": [], "skipped": [], "error": str(bad)})
            self.cases.append(Case(name, error=str(bad)))
            return
        finally:
            stage.close()
        self._tell(name, found, lab, text)

    def _diagnosed(self, lab: Lab, stage: _Stage) -> tuple[Diagnosis, list[str]]:
        from gradlab.diagnose.diagnosis import diagnose
        from gradlab.diagnose.doing import examined
        from gradlab.diagnose.told import roles_told

        examination = examined(lab, self.updates, stage=stage)
        found = diagnose(examination, fix=self.fix, stage=stage)
        return found, [*roles_told(examination, found)] if self.roles else []

    def _tell(self, name: str, found: Diagnosis, lab: Lab, roles: list[str]) -> None:
        from gradlab.commands._cases import Case
        from gradlab.diagnose.told import lines, record, verdict

        self.results.append(record(name, found, lab.graph))
        self.interrupted = found.stopped == "interrupted"
        self.code = INTERRUPTED if self.interrupted else max(self.code, FAILED if found.worst == "error" else 0)
        head = found.headline if found.worst == "error" else None
        self.cases.append(Case(name, failure="" if head is None else f"{head.rule} {head.name}: {head.text}"))
        if not self.quiet:
            told = [f"{name}: {verdict(found)}", *(text for _, text in lines(found)), *roles, *[""] * self.many]
            say: Callable[[str], object] = tell if self.diff else show
            say("\n".join(told))
        if self.diff and not self.quiet and (fixed := found.helped) is not None and fixed.verified is not None:
            write_bytes(fixed.verified.diff.encode())


class _Stage:
    """What is being done, as one line on a terminal that the next output writes over."""

    def __init__(self, name: str) -> None:
        from time import monotonic

        self.now, self.name, self.text, self.shown = monotonic, name[-40:], "reading", False
        self.due = monotonic() + PATIENCE

    def __call__(self, text: str) -> None:
        """Take note of what is being done, "" for the same as before, and write the line if it is time."""
        self.text = text or self.text
        if self.now() >= self.due and sys.stderr is not None and sys.stderr.isatty():
            self.due, self.shown = self.now() + EVERY, True
            click.echo(f"{WIPE}{plain(f'{self.name}: {self.text}')[:79]}", nl=False, err=True)

    def close(self) -> None:
        """Wipe the line away."""
        if self.shown:
            self.shown = False
            click.echo(WIPE, nl=False, err=True)
