"""`gradlab new`: a scenario to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gradlab.commands import _completion
from gradlab.commands._output import show
from gradlab.commands._terminal import has_terminal
from gradlab.errors import GradlabError

_NAME = re.compile(r"[^\W_][\w-]{0,79}")
_STAND = re.compile(r"^(?:course|needs)[ \t]*:.*\n(?:[ \t]+.*\n|-[ \t].*\n)*", re.MULTILINE)


@click.command("new")
@click.argument("name")
@click.option(
    "--from", "lesson", metavar="LESSON", shell_complete=_completion.scenarios, help="Begin with a copy of this scenario."
)
@click.option("--force", is_flag=True, help="Write over a file of that name.")
@click.option("--no-open", "closed", is_flag=True, help="Do not open it.")
def COMMAND(name: str, lesson: str | None, *, force: bool, closed: bool) -> int:
    """Write a small scenario with a word on each of its parts to NAME.md in the current folder, and open it.

    It passes `gradlab check` as it is. A file that is there is never written over without --force. A copy of a lesson leaves
    out where that stands in a course; data that it reads from files of its own are not copied.
    """
    from gradlab.outputs import written

    path = Path(f"{_checked(name)}.md")
    text = _template(path.stem) if lesson is None else _copy(lesson)
    with written(path, force=force) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
    way = f"`gradlab open {path}` shows it, `gradlab check {path}` runs it; `gradlab help language` is about all of it"
    show(f"wrote {path}\n{way}")
    if closed or not has_terminal():
        return 0
    from gradlab.tui.app import run_app

    return run_app(str(path))


def _checked(name: str) -> str:
    """Return the name of a scenario without `.md`. Raises GradlabError for what is no plain name."""
    found = name.removesuffix(".md")
    if not _NAME.fullmatch(found):
        allowed = "letters, digits, `-` and `_`, the first one a letter or a digit, 80 at most"
        raise GradlabError(f"error: `{name:.80}` is no name for a scenario: {allowed}")
    if found.lower() == "readme":
        raise GradlabError(f"error: `{name}` is no name for a scenario: a README is never taken for one")
    return found


def _template(name: str) -> str:
    from gradlab.commands._template import TEMPLATE

    return TEMPLATE.replace("TITLE", name.replace("-", " ").replace("_", " ").strip().capitalize())


def _copy(lesson: str) -> str:
    """Return the text of a scenario, without its place in a course.

    Raises GradlabError for one that does not exist, or that cannot be read here, where the files of its folder are not.
    """
    from gradlab.scenario.markdown import read
    from gradlab.scenario.model import draft_text, find_file

    text = _without_its_stand(read(find_file(lesson)).source.text)
    draft_text(text, lesson, Path.cwd()).finish()
    return text


def _without_its_stand(text: str) -> str:
    from gradlab.scenario.head import head_lines

    lines = text.split("\n")
    count = max(0, head_lines(lines))
    head, rest = "".join(f"{line}\n" for line in lines[:count]), "\n".join(lines[count:])
    return _STAND.sub("", head) + rest
