"""The option that chooses what runs the ops. The machines are looked up when it is read or shown: that loads NumPy."""

from __future__ import annotations

from typing import Any

import click


class Backends(click.ParamType):  # type: ignore[type-arg]  # in click 8.1 it takes none
    """`auto` or the name of a machine."""

    name = "backend"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return what is shown behind the option."""
        return f"[{'|'.join(_names())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name; refuse one that no machine has."""
        return str(click.Choice(_names()).convert(value, param, ctx))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Return the names that begin so."""
        return click.Choice(_names()).shell_complete(ctx, param, incomplete)


def _names() -> tuple[str, ...]:
    from gradlab.graph.machines import names

    return names()


backend_option = click.option("--backend", type=Backends(), default="auto", show_default=True, help="Runs the ops.")
