"""How training moves the parameters of a program: the line of `minimize`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gradlab.importers._calls import number_text
from gradlab.importers.program import Item, Leaf, OptimizerGroup, Program


def minimize_text(program: Program, names: Mapping[Item, str], variable: Callable[[Item], str]) -> Iterator[str]:
    """Yield the lines of `minimize`, if anything is moved. names: of the parameters in the lab."""
    groups = [group for group in program.groups if group.params]
    if program.root is None or not groups:
        return
    params = [item for item in program.items if isinstance(item, Leaf) and item.kind == "parameter"]
    moved = {param for group in groups for param in group.params}
    still = [param for param in params if param not in moved]
    parts = [variable(program.root)]
    if len(groups) == 1:
        parts.append(_optimizer(groups[0]))
        if still:
            parts.append(f"freeze=[{', '.join(_quoted(covering(still, params, names)))}]")
        if groups[0].l2:
            parts.append(f"l2={number_text(groups[0].l2)}")
    else:
        parts.append("{" + ", ".join(_patterns(groups, still, params, names)) + "}")
        if any(group.l2 for group in groups):
            parts.append("l2={" + ", ".join(_penalties(groups, params, names)) + "}")
    if program.clip is not None:
        parts.append(f"clip={number_text(program.clip)}")
    yield from ("", f"minimize({', '.join(parts)})")


def _optimizer(group: OptimizerGroup) -> str:
    return f"{group.optimizer}({', '.join(f'{key}={number_text(value)}' for key, value in group.hyper.items())})"


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _patterns(
    groups: Sequence[OptimizerGroup], still: Sequence[Leaf], params: Sequence[Leaf], names: Mapping[Item, str]
) -> Iterator[str]:  # fmt: skip
    """Yield what each parameter gets; the last group gets the rest."""
    for name in _quoted(covering(still, params, names)):
        yield f"{name}: none"
    for group in groups[:-1]:
        for name in _quoted(covering(group.params, params, names)):
            yield f"{name}: {_optimizer(group)}"
    yield f'"*": {_optimizer(groups[-1])}'


def _penalties(groups: Sequence[OptimizerGroup], params: Sequence[Leaf], names: Mapping[Item, str]) -> Iterator[str]:
    for group in groups:
        if group.l2:
            yield from (f"{name}: {number_text(group.l2)}" for name in _quoted(covering(group.params, params, names)))


def covering(chosen: Sequence[Item], params: Sequence[Item], names: Mapping[Item, str]) -> list[str]:
    """Return the fewest names of scopes and parameters that mean these parameters and no others."""
    wanted = {names[item] for item in chosen}
    others = {names[item] for item in params} - wanted
    found: list[str] = []
    for name in (names[item] for item in chosen):
        if any(name == one or name.startswith(f"{one}.") for one in found):
            continue
        segments = name.split(".")
        stems = (".".join(segments[:k]) for k in range(1, len(segments)))
        found.append(next((s for s in stems if not any(o == s or o.startswith(f"{s}.") for o in others)), name))
    return found
