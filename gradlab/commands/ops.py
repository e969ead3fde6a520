"""`gradlab ops`: the operations of the model language, with their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gradlab.commands._output import as_json, show, show_json, table
from gradlab.errors import GradlabError
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.op import Op


@click.command("ops")
@click.argument("name", required=False)
@as_json
def COMMAND(name: str | None, as_json: bool) -> int:
    """List the operations; with a NAME, say all about one: its formula, what it sends backward, its arguments, examples.

    A result of --json is {"name", "call", "title", "formula", "derivatives", "kinked", "surrogate", "aliases", "doc"}.
    """
    ops = [_find(name)] if name else _words()
    if as_json:
        show_json("ops", True, [_record(op) for op in ops])
    elif name:
        show("\n".join(_page(ops[0])))
    else:
        show("\n".join(table((call(op), op.formula, _derivatives(op)) for op in ops)))
    return 0


def _words() -> list[Op]:
    """Give the ops that a model may call: no leaves, and not those of the update phase."""
    from gradlab.ops import OPS

    return [op for op in OPS.values() if not op.is_leaf and not op.update_only]


def _find(name: str) -> Op:
    """Give an op by name or alias. Raises GradlabError with the nearest name."""
    from gradlab.ops import OPS, find_op

    op = find_op(name)
    if op is None or op.is_leaf:
        near = did_you_mean(name, OPS)
        raise GradlabError(f"unknown operation `{name}`{near and ': ' + near}")
    return op


def call(op: Op) -> str:
    """Give how the op is written in a model: `leaky_relu(x, slope=0.01)`, `concat([x, …], axis=0)`."""
    from gradlab.op import REQUIRED

    letters = [f"[{letter[:-1]}, …]" if letter.endswith("*") else letter for letter in op.inputs]
    attrs = [name if default is REQUIRED else f"{name}={default!r}" for name, default in op.attrs.items()]
    return f"{op.name}({', '.join(letters + attrs)})"


def _derivatives(op: Op) -> str:
    return ";  ".join(op.derivatives) + ("  (a surrogate)" if op.surrogate else "")


def _page(op: Op) -> list[str]:
    lines = [f"{call(op)}    {op.title}", "", *op.doc.splitlines()]
    if op.operator:
        lines += ["", f"Also written `{op.operator}`."]
    if op.aliases:
        lines += ["", f"Other names: {', '.join(op.aliases)}."]
    if op.surrogate:
        lines += ["", f"Its backward is no derivative but a surrogate: {op.surrogate}."]
    if op.kinked and not op.surrogate:
        lines += ["", "Its gradient jumps at a kink; `check` says `kink` there, and it is no failure."]
    if op.examples:
        lines += ["", *(f"    {example.call} gives {example.gives}" for example in op.examples)]
    return lines


def _record(op: Op) -> dict[str, Any]:
    return {
        "name": op.name,
        "call": call(op),
        "title": op.title,
        "formula": op.formula,
        "derivatives": list(op.derivatives),
        "kinked": op.kinked,
        "surrogate": op.surrogate,
        "aliases": list(op.aliases),
        "doc": op.doc,
    }
