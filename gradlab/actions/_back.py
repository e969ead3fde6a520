"""What a backward pass starts from, as `backward` and `accumulate` read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradlab.lab.arguments import Words, expression, node, together
from gradlab.scenario.expressions import Expression, read_expression


@dataclass(frozen=True, slots=True)
class Back:
    """What a backward pass starts from, and where it stops."""

    root: str | None = None
    seed: Expression | None = None
    stop: str | None = None


def back(words: Words) -> Back:
    """Read `[NODE] [with EXPR] [to NODE]`."""
    head, stop = words.split("to")
    head, seed = head.split("with")
    found: dict[str, Any] = {}
    together(
        lambda: found.update(root=node(head) if head.text else None),
        lambda: found.update(seed=None if seed is None else _expression(seed)),
        lambda: found.update(stop=None if stop is None else node(stop)),
    )
    return Back(**found)


def _expression(words: Words) -> Expression:
    return expression(words) if words.known is not None else read_expression(words.span)
