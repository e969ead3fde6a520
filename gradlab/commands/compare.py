"""`gradlab compare`: where two runs first differ."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from gradlab.commands import _completion
from gradlab.commands._backend import backend_option
from gradlab.commands._output import as_json, show, show_json

if TYPE_CHECKING:
    from gradlab.lab.beside.comparing import Comparison, Difference
    from gradlab.lab.core import Core


@click.command("compare")
@click.argument("first", metavar="A", shell_complete=_completion.scenarios)
@click.argument("second", metavar="[B]", required=False, shell_complete=_completion.scenarios)
@click.option(
    "--with",
    "changes",
    multiple=True,
    metavar="NAME=EXPR",
    help="Change B: init=he, lr=_/10, sigmoid=relu, a variable, seed=3.",
)
@click.option("--updates", type=click.IntRange(1, 10**9), default=1, show_default=True, help="How many are run.")
@click.option("--tol", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Relative gap that counts as equal.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of both runs, instead of those in the files.")
@backend_option
@as_json
def COMMAND(
    first: str, second: str | None, changes: tuple[str, ...], updates: int, tol: float, seed: int | None, backend: str,
    as_json: bool,
) -> int:  # fmt: skip
    """Run scenario A beside scenario B, or beside itself with one change, op by op, and say where they first differ.

    Nodes are aligned by their paths, and so is what is random: a layer put in between changes nothing else. Scripts are
    not run. The exit code is 1 if the graphs or the numbers differ, 2 if they have no op in common. `gradlab help change edits`
    says what can be changed, and where.

    The only result of --json is {"differ", "updates", "aligned", "parted", "roots", "only_in_a", "only_in_b", "first",
    "first_op", "losses"}; a node that parts in shape or op is {"name", "ops", "shapes"}; the roots are those of both where they
    are not the same one, else null; a difference is {"positions", "what", "name", "values", "count", "size", "why"}, or null; a
    loss is [update, loss].
    """
    from gradlab.draw.comparison import comparison_lines
    from gradlab.lab.beside.comparing import compare

    if second is None and not changes:
        raise click.UsageError("compare what with what? name a second scenario, or a change: --with NAME=EXPR")
    runs = _open(first, seed, (), backend), _open(second or first, seed, changes, backend)
    found = compare(*runs, updates, tol)
    if as_json:
        show_json("compare", not found.differ, [_record(found)])
    else:
        name = " ".join([second or first, *(f"with {change}" for change in changes)])
        show("\n".join(comparison_lines(found, (first, name))))
    return int(found.differ)


def _open(name: str, seed: int | None, changes: tuple[str, ...], backend: str) -> Core:
    from gradlab.lab.beside.others import opened

    return opened(name, changes, seed=seed, backend=backend)


def _record(found: Comparison) -> dict[str, Any]:
    graphs = found.alignment
    parted = [{"name": one.name, "ops": one.ops, "shapes": one.shapes} for one in graphs.parted]
    return {
        "differ": found.differ, "updates": found.updates, "aligned": len(graphs.pairs),
        "parted": parted, "roots": found.roots, "only_in_a": list(graphs.only_first), "only_in_b": list(graphs.only_second),
        "first": _difference(found.first), "first_op": _difference(found.first_op),
        "losses": [[list(pair) for pair in curve] for curve in found.losses],
    }  # fmt: skip


def _difference(found: Difference | None) -> dict[str, Any] | None:
    if found is None:
        return None
    kept = {key: value for key, value in asdict(found).items() if key not in ("nodes", "element")}
    return {**kept, "positions": [str(position) for position in found.positions]}
