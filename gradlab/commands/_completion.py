"""Completion in the shell: `eval "$(_GRADLAB_COMPLETE=bash_source gradlab)"`, or zsh, or fish."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem, shell_complete

VARIABLE = "_GRADLAB_COMPLETE"
"""What the shell asks with: `bash_source` for the script, `bash_complete` for the words."""


def wanted() -> bool:
    """Whether it is the shell that calls, not a person."""
    return bool(os.environ.get(VARIABLE))


def complete(group: click.Group) -> int:
    """Answer the shell, and return the exit code. Raises UsageError for a question that no shell asks."""
    asked = os.environ[VARIABLE]
    if shell_complete(group, {}, "gradlab", VARIABLE, asked):
        raise click.UsageError(f"{VARIABLE} is bash_source, zsh_source or fish_source, got `{asked}`")
    return 0


def scenarios(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of the shipped scenarios that begin like this, or whose last part does; and let the shell add files."""
    from gradlab.scenario import shelf

    whole = [name for name in shelf.names() if name.startswith(incomplete)]
    found = whole or [name for name in shelf.names() if name.rpartition("/")[2].startswith(incomplete)]
    return [*map(CompletionItem, found), CompletionItem(incomplete, type="file")]


def actions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the words that an action begins with."""
    from gradlab.actions import words

    return [CompletionItem(word) for word in words() if word.startswith(incomplete)]


def pages(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what `gradlab help` has a page about."""
    from gradlab.actions.help import names

    return [CompletionItem(name) for name in sorted(set(names())) if name.startswith(incomplete)]


def entries(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the words of the model language, and their groups."""
    from gradlab.scenario import glossary

    groups = {entry.group.name for entry in glossary.entries()}
    return [CompletionItem(name) for name in sorted({*groups, *glossary.names()}) if name.startswith(incomplete)]
