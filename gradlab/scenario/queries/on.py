"""An expression on other data ("test", "train", "validation"), in eval mode, with the present parameters.

Each data set of the model stands for the part of it that is asked for, all its rows as one batch; what is written as another
split stays that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlab.arguments import REQUIRED
from gradlab.errors import Problem
from gradlab.scenario.environment import Environment, Unknown
from gradlab.scenario.query import Asking, query

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known

SPLITS = ("test", "train", "validation")


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    if len(asking.node.args) != 2 or asking.node.keywords or asking.text(0) not in SPLITS:
        label = '`on("test", EXPR)` or `on("train", EXPR)`'
        yield asking.wrong("`on` takes a split and an expression", None, label)
        return
    yield from asking.refuse(1, "on", "seeds")
    yield from asking.check(1, known)


def answer(asking: Asking, environment: Environment) -> Any:
    """Return the value there."""
    split = asking.text(0)
    assert split is not None
    return environment.on(split, asking.inner(1))


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Give up: other data have other shapes."""
    raise Unknown


QUERY = query(answer, {"split": REQUIRED, "expression": REQUIRED}, check=check, rehearse=rehearse)
