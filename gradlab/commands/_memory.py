"""The two bounds of memory that a command takes, and how a person writes a number of bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

_WRITTEN = re.compile(r"(\d{1,15})\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_POWERS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
F = TypeVar("F", bound=Callable[..., Any])


class Size(click.ParamType[int]):
    """A number of bytes: `300000`, `64M`, `2G`. K, M, G and T are powers of 1024."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes."""
        if isinstance(value, int):
            return value
        match = _WRITTEN.fullmatch(str(value).strip())
        if match is None or int(match[1]) == 0:
            self.fail(f"`{value}` is no size: write bytes, or `512M`, or `2G`", param, ctx)
        return int(match[1]) << _POWERS[match[2].upper()]


def memory_options(command: F) -> F:
    """Add to a command `--max-memory` and `--budget`, as `max_memory` and `budget`: bytes, or None."""
    command = click.option("--budget", type=Size(), metavar="SIZE", help="What going back may keep; 256M.")(command)
    return click.option("--max-memory", type=Size(), metavar="SIZE", help="What values and gradients may take; 2G.")(command)
